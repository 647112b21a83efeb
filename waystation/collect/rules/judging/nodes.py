"""The nodes that a form's rules look at: the answers of a filled form, and the lists that the form carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

if TYPE_CHECKING:
    from .forms import Field

BESIDE_TEXT = 24  # an item of a list has few parts; a longer list is worth an index


class Node:
    """One element: a group, one of a repeat, an answer, or a part of a list."""

    __slots__ = ("children", "doubted", "field", "index", "name", "parent", "position", "relevant", "sent", "text")

    def __init__(self, name: str, parent: Node | None, field: Field | None = None, position: int = 1) -> None:
        self.name = name
        self.parent = parent
        self.field = field
        """What the form says of it; none for a part of a list, and for the node around everything."""
        self.position = position
        self.text = ""
        self.children: dict[str, list[Node]] = {}
        self.relevant: bool | None = True if field is None else None
        """None until somebody asks."""
        self.doubted = False
        """Whether its relevance, or that of what it lies in, could not be worked out."""
        self.sent = True
        """False for a question that the filled form passes over."""
        self.index: dict[tuple[str, str], dict[str, list[Node]]] | None = None

    def add(self, name: str, field: Field | None = None) -> Node:
        """Another child, after those of the same name."""
        alike = self.children.setdefault(name, [])
        child = Node(name, self, field, len(alike) + 1)
        alike.append(child)
        return child

    def indexed(self, name: str, part: str) -> dict[str, list[Node]]:
        """The children of a name by the text of one of their own parts; made once, for lists only."""
        if self.index is None:
            self.index = {}
        found = self.index.get((name, part))
        if found is None:
            found = self.index[name, part] = {}
            for child in self.children.get(name, ()):
                for text in {one.text for one in child.children.get(part, ())} or {""}:
                    found.setdefault(text, []).append(child)
        return found

    def below(self) -> Iterator[Node]:
        """Every node beneath, in order of name and place."""
        for alike in self.children.values():
            for child in alike:
                yield child
                yield from child.below()


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def list_node(element: Element) -> Node:
    """A list that the form carries, under the node around everything."""
    around = Node("", None)
    _hang(element, around)
    return around


def _hang(element: Element, parent: Node) -> None:
    node = parent.add(local(element.tag))
    node.text = "" if len(element) else (element.text or "")
    for child in element:
        _hang(child, node)
