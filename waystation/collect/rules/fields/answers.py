"""The answers of one filled form as a tree of typed values, read once when it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from xml.parsers import expat

from ...problems import DangerousXml, FormTooLarge, NotXml
from ..filled import DEEPEST, MOST_NODES
from .shape import ROOT, UNFIT, Fields
from .values import READ, Read

Tree = dict[str, Any]
"""Nested by group: a group is a dict, a repeat a list of dicts, an answer a value, no answer None."""

TEMPLATE: Final = "http://openrosa.org/javarosa template"  # as expat says namespace and name


class _Node:
    """A group or repeat, with what lies in it by name: ready-made, since every submission walks through it."""

    __slots__ = ("answers", "blank", "groups", "path", "repeats")

    def __init__(self, fields: Fields, path: str) -> None:
        inside = fields.beneath[path]
        self.path = path
        self.answers: Mapping[str, Read | None] = {one.name: READ.get(one.kind) for one in inside if not one.is_group}
        self.groups = {one.name: _Node(fields, one.path) for one in inside if one.kind == "structure"}
        self.repeats = {one.name: _Node(fields, one.path) for one in inside if one.kind == "repeat"}
        self.blank = dict.fromkeys(one.name for one in inside)

    def frame(self) -> Tree:
        """Room for the answers in the form's order, all of them missing."""
        frame: Tree = self.blank.copy()
        for name, group in self.groups.items():
            frame[name] = group.frame()
        for name in self.repeats:
            frame[name] = []
        return frame


class _Filling:
    """One filled form while it is read, element by element. What the form does not know is passed over."""

    __slots__ = ("frame", "name", "node", "nodes", "open", "passing", "read", "texts", "tree", "unfit")

    def __init__(self, root: _Node) -> None:
        self.node, self.tree = root, root.frame()
        self.frame = self.tree
        self.open: list[tuple[_Node, Tree] | None] = []
        self.name: str | None = None
        self.read: Read | None = None
        self.texts: list[str] = []
        self.passing = self.nodes = 0
        self.unfit: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A part begins: the form itself, a group, one of a repeat, or an answer."""
        self.nodes += 1
        if self.nodes > MOST_NODES or len(self.open) + self.passing >= DEEPEST:
            raise FormTooLarge(depth=DEEPEST, nodes=MOST_NODES)
        if self.passing or self.name is not None:
            self.passing += 1
        elif not self.open:
            self.open.append(None)
        else:
            self._enter(name.rpartition(" ")[2] if " " in name else name, attributes)

    def _enter(self, name: str, attributes: Mapping[str, str]) -> None:
        node = self.node
        if name in node.answers:
            self.name, self.read = name, node.answers[name]
            return
        if TEMPLATE in attributes or (name not in node.groups and name not in node.repeats):
            self.passing = 1
            return
        self.open.append((node, self.frame))
        if name in node.groups:
            self.node, self.frame = node.groups[name], self.frame[name]
            return
        self.node = node.repeats[name]
        another = self.node.frame()
        self.frame[name].append(another)
        self.frame = another

    def text(self, words: str) -> None:
        """A part of an answer's text, or blanks between groups."""
        if self.name is not None and not self.passing:
            self.texts.append(words)

    def end(self, _name: str) -> None:
        """A part is whole."""
        if self.passing:
            self.passing -= 1
        elif self.name is not None:
            self._answer(self.name, "".join(self.texts))
            self.name = None
            self.texts.clear()
        elif outer := self.open.pop():
            self.node, self.frame = outer

    def _answer(self, name: str, text: str) -> None:
        if not text or text.isspace():
            return
        if self.read is None:
            self.frame[name] = text
            return
        try:
            self.frame[name] = self.read(text)
        except (ValueError, KeyError):
            self.frame[name] = text
            self.unfit.append(f"{self.node.path}/{name}")


def _no_document_type(*_: Any) -> None:
    raise DangerousXml


@lru_cache(maxsize=256)
def _node_of(fields: Fields) -> _Node:
    return _Node(fields, ROOT)


def answers_tree(fields: Fields, xml: bytes) -> Tree:
    """The answers of one filled form: groups are dicts, repeats lists of dicts, missing answers None.

    Whole numbers, decimals and yes-or-no become such, places GeoJSON geometries with `properties.accuracy`; all else is
    the text as it was sent. What does not fit its type stays the text, and its path is listed under UNFIT. Raises
    NotXml, DangerousXml or FormTooLarge.
    """
    filling = _Filling(_node_of(fields))
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_document_type
        parser.StartElementHandler = filling.start
        parser.CharacterDataHandler = filling.text
        parser.EndElementHandler = filling.end
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise NotXml(line=error.lineno, column=error.offset + 1) from error
    except (ValueError, LookupError) as error:  # an encoding that is unknown, or that the parser cannot read
        raise NotXml(line=1, column=1) from error
    if filling.unfit:
        filling.tree[UNFIT] = sorted(set(filling.unfit))
    return filling.tree
