"""The XML of a filled form, as a phone sends it."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from ..problems import DangerousXml, FormTooLarge, NoFormId, NotXml

DEEPEST: Final = 50
MOST_NODES: Final = 50_000
TEMPLATE: Final = "{http://openrosa.org/javarosa}template"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form, read once."""

    form: str
    version: str
    instance: str
    """What the phone calls this filled form; empty where it does not say."""
    deprecated: str
    """The instance that this one corrects; empty where it corrects none."""
    name: str
    """What the form calls this filled form, such as the name of a site; empty where it does not say."""
    answers: dict[str, Any]
    """By question: groups are dotted names, what is repeated is a list of such answers."""


def read_filled(xml: bytes, *, repeats: Collection[str] = ()) -> Filled:
    """Read the XML that a phone sent.

    Only the form knows that a group may repeat; one named in `repeats`, by its dotted name, is a list even when it
    came once. Raises NotXml, DangerousXml, FormTooLarge or NoFormId.
    """
    root = parsed(xml)
    if not root.get("id"):
        raise NoFormId
    answers = _answers(root, frozenset(repeats))
    instance = answers.pop("meta.instanceID", "") or root.get("instanceID", "")
    deprecated = answers.pop("meta.deprecatedID", "")
    name = answers.get("meta.instanceName", "")
    return Filled(root.get("id", ""), root.get("version", ""), instance, deprecated, name, answers)


def parsed(xml: bytes) -> Element:
    """The XML as a tree, refused while it grows: what is too deep or too wide is never built whole.

    Raises NotXml, DangerousXml or FormTooLarge.
    """
    depth = nodes = 0
    root: Element | None = None
    try:
        for event, node in iterparse(io.BytesIO(xml), events=("start", "end"), forbid_dtd=True):
            root = node if root is None else root
            depth += 1 if event == "start" else -1
            nodes += event == "start"
            if depth > DEEPEST or nodes > MOST_NODES:
                raise FormTooLarge(depth=DEEPEST, nodes=MOST_NODES)
    except DefusedXmlException as error:
        raise DangerousXml from error
    except ParseError as error:
        raise NotXml(line=error.position[0], column=error.position[1] + 1) from error
    except (ValueError, LookupError) as error:  # an encoding that is unknown, or that the parser cannot read
        raise NotXml(line=1, column=1) from error
    assert root is not None  # noqa: S101  (an empty text is a ParseError)
    return root


def _answers(node: Element, repeats: frozenset[str], path: str = "") -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name, alike in _children(node).items():
        full = f"{path}{name}"
        if len(alike) > 1 or full in repeats:
            answers[name] = [_answer(one, repeats, full) for one in alike]
            continue
        answer = _answer(alike[0], repeats, full)
        answers |= {f"{name}.{inner}": word for inner, word in answer.items()} if len(alike[0]) else {name: answer}
    return answers


def _answer(node: Element, repeats: frozenset[str], path: str) -> Any:
    if len(node):
        return _answers(node, repeats, f"{path}.")
    return {} if path in repeats else (node.text or "").strip()


def _children(node: Element) -> dict[str, list[Element]]:
    children: dict[str, list[Element]] = defaultdict(list)
    for child in node:
        if TEMPLATE not in child.attrib:
            children[child.tag.rpartition("}")[2]].append(child)
    return children
