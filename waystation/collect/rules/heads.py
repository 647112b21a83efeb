"""What must be known of a filled form before it is kept: of which form it is, and under which id. The rest waits.

Phones wait for this, so it is read in one pass, without a tree: a fifth of the time that all answers take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from ..problems import DangerousXml, FormTooLarge, NoFormId, NotXml
from .filled import DEEPEST, MOST_NODES

IDS: Final = frozenset(["instanceID", "deprecatedID", "instanceName"])
IN_META: Final = 3  # form, meta, id: how deep the ids lie


@dataclass(frozen=True, slots=True)
class Head:
    """Of which form and version, under which id, in place of which other, and what it is called; empty for none."""

    form: str
    version: str
    instance: str
    deprecated: str
    name: str


def read_head(xml: bytes) -> Head:
    """The head of a filled form. All of it is looked through: what is not readable further down is refused as well.

    Raises NotXml, DangerousXml, FormTooLarge or NoFormId.
    """
    looking = _Looking()
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_document_type
        parser.StartElementHandler = looking.start
        parser.EndElementHandler = looking.end
        looking.parser = parser
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise NotXml(line=error.lineno, column=error.offset + 1) from error
    except (ValueError, LookupError) as error:  # an encoding that is unknown, or that the parser cannot read
        raise NotXml(line=1, column=1) from error
    root, found = looking.root, looking.found
    if not root.get("id"):
        raise NoFormId
    instance = found.get("instanceID", "") or root.get("instanceID", "")
    said = (instance, found.get("deprecatedID", ""), found.get("instanceName", ""))
    return Head(root.get("id", ""), root.get("version", ""), *said)


def _no_document_type(*_: Any) -> None:
    raise DangerousXml


class _Looking:
    """A filled form while it is looked through. Texts are only listened to within its ids."""

    __slots__ = ("depth", "found", "in_meta", "listening", "nodes", "parser", "root", "texts")

    def __init__(self) -> None:
        self.parser: Any = None
        self.root: Mapping[str, str] = {}
        self.found: dict[str, str] = {}
        self.depth = self.nodes = 0
        self.in_meta = False
        self.listening = ""
        self.texts: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.nodes += 1
        self.depth = depth = self.depth + 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            raise FormTooLarge(depth=DEEPEST, nodes=MOST_NODES)
        if depth > IN_META:
            return
        if depth == 1:
            self.root = attributes
        elif depth == IN_META - 1:
            self.in_meta = name.rpartition(" ")[2] == "meta"
        elif self.in_meta and (plain := name.rpartition(" ")[2]) in IDS and plain not in self.found:
            self.listening = plain
            self.parser.CharacterDataHandler = self.texts.append

    def end(self, _name: str) -> None:
        """An element is whole."""
        if self.listening and self.depth == IN_META:
            self.found[self.listening] = "".join(self.texts).strip()
            self.listening = ""
            self.texts.clear()
            self.parser.CharacterDataHandler = None
        self.depth -= 1
