"""A filled form as nodes, each beside what the form says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from ...problems import DangerousXml, FormTooLarge, NotXml
from ..filled import DEEPEST, MOST_NODES
from .forms import Field
from .nodes import Node

TEMPLATE: Final = "http://openrosa.org/javarosa template"  # as expat says namespace and name
KEY_OF_ENCRYPTED: Final = "base64EncryptedKey"
MOST_COMPLETED: Final = 4 * MOST_NODES  # a repeat that is sent bare fifty thousand times still has all its questions


@dataclass(frozen=True, slots=True)
class Reading:
    """The nodes of a filled form, under one around everything."""

    around: Node
    version: str
    encrypted: bool


def read_nodes(root: Field, xml: bytes) -> Reading:
    """Read a filled form; what the form does not know is passed over, what it misses is there and empty.

    Raises NotXml, DangerousXml or FormTooLarge.
    """
    filling = _Filling(root)
    try:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_document_type
        parser.StartElementHandler = filling.start
        parser.CharacterDataHandler = filling.texts.append
        parser.EndElementHandler = filling.end
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise NotXml(line=error.lineno, column=error.offset + 1) from error
    except (ValueError, LookupError) as error:  # an encoding that is unknown, or that the parser cannot read
        raise NotXml(line=1, column=1) from error
    for node in filling.around.children[root.name]:
        filling.complete(node, root)
    return Reading(filling.around, filling.version, filling.encrypted)


def _no_document_type(*_: Any) -> None:
    raise DangerousXml


class _Filling:
    """A filled form while it is read, element by element."""

    __slots__ = ("around", "encrypted", "field", "node", "nodes", "passing", "root", "texts", "version")

    def __init__(self, root: Field) -> None:
        self.root = root
        self.around = Node("", None)
        self.node = self.around
        self.texts: list[str] = []
        self.passing = self.nodes = 0
        self.version = ""
        self.encrypted = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.nodes += 1
        if self.nodes > MOST_NODES or self.passing >= DEEPEST:
            raise FormTooLarge(depth=DEEPEST, nodes=MOST_NODES)
        self.texts.clear()
        if self.passing:
            self.passing += 1
            return
        field = self.node.field
        if field is None:
            self._begin(attributes)
            return
        name = name.rpartition(" ")[2]
        inner = field.children.get(name)
        if inner is None or TEMPLATE in attributes:
            self.encrypted = self.encrypted or name == KEY_OF_ENCRYPTED
            self.passing = 1
        else:
            self.node = self.node.add(name, inner)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self.version = attributes.get("version", "")
        self.encrypted = attributes.get("encrypted") == "yes"
        self.node = self.around.add(self.root.name, self.root)

    def end(self, _name: str) -> None:
        """An element is whole."""
        if self.passing:
            self.passing -= 1
            return
        node = self.node
        if node.field is not None and not node.field.children:
            text = "".join(self.texts)
            node.text = "" if text.isspace() else text
        self.texts.clear()
        self.node = node.parent or self.around

    def complete(self, node: Node, field: Field) -> None:
        """Add the questions that were not sent: rules look at them as at empty ones. Repeats are as many as sent."""
        for name, inner in field.children.items():
            if name not in node.children and not inner.repeats:
                self.nodes += 1
                if self.nodes > MOST_COMPLETED:
                    raise FormTooLarge(depth=DEEPEST, nodes=MOST_NODES)
                node.add(name, inner).sent = False
            if inner.children:
                for child in node.children.get(name, ()):
                    self.complete(child, inner)
