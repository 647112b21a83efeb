"""An answer changed in the XML of a filled form. Every other byte of it stays as it was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

INSTANCE: Final = "/meta/instanceID"
DEPRECATED: Final = "/meta/deprecatedID"
START_TAG: Final = re.compile(rb"""<([^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*>""")
ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w-]+)["']""")
CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Signs that no XML can hold."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element lies: from its start tag's first byte to after its end tag."""

    start: int
    end: int


def rewritten(xml: bytes, answers: Mapping[str, str], *, instance: str) -> bytes | None:
    """A filled form with other answers, under a new id, which says that it corrects the one before.

    `answers` has them by path, such as /site/name. None where that cannot be done without doubt: where a path is not
    there, or is there more than once, is a group, or the form has no id of its own.
    """
    encoding = ENCODING.match(xml)
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
        return None
    wanted = {*answers, INSTANCE, DEPRECATED}
    places = _places(xml, wanted)
    if any(len(places.get(path, ())) != 1 for path in (*answers, INSTANCE)) or len(places.get(DEPRECATED, ())) > 1:
        return None
    (named,) = places[INSTANCE]
    if not isinstance(named, _Place) or any(not isinstance(places[path][0], _Place) for path in answers):
        return None
    before = xml[named.start : named.end]
    tag = START_TAG.match(before)
    if tag is None:
        return None
    prefix = tag[1].rpartition(b":")[0]
    name = (prefix + b":" if prefix else b"") + b"deprecatedID"
    opened = tag[0].replace(tag[1], name, 1)
    was = before[tag.end() : before.rindex(b"</")] if b"</" in before else b""
    splices = [(places[path][0], _filled(xml, places[path][0], answer)) for path, answer in answers.items()]
    corrected = opened + was + b"</" + name + b">"
    splices.append((named, _filled(xml, named, instance) + (b"" if places.get(DEPRECATED) else corrected)))
    if old := places.get(DEPRECATED):
        splices.append((old[0], corrected))
    for place, words in sorted(splices, key=lambda one: -one[0].start):
        xml = xml[: place.start] + words + xml[place.end :]
    return xml


def _filled(xml: bytes, place: _Place, words: str) -> bytes:
    """An element with other words in it."""
    raw = xml[place.start : place.end]
    tag = START_TAG.match(raw)
    assert tag is not None  # noqa: S101  (expat found an element here)
    opened = tag[0].removesuffix(b"/>").rstrip() + b">" if tag[0].endswith(b"/>") else tag[0]
    return opened + escape(CONTROLS.sub("", words)).encode() + b"</" + tag[1] + b">"


def _places(xml: bytes, wanted: set[str]) -> dict[str, list[Any]]:
    """Where the elements lie that have no others in them; for a group, nothing that is a place."""
    found: dict[str, list[Any]] = {}
    path: list[str] = []
    opened: list[tuple[int, bool]] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        if opened:
            path.append(name.rpartition(" ")[2])
            opened[-1] = (opened[-1][0], True)
        opened.append((parser.CurrentByteIndex, False))

    def end(_name: str) -> None:
        begin, holds = opened.pop()
        here = "/" + "/".join(path)
        if here in wanted and opened:
            after = parser.CurrentByteIndex
            if xml[after : after + 2] == b"</":
                after = xml.index(b">", after) + 1
            found.setdefault(here, []).append(None if holds else _Place(begin, after))
        if path:
            path.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(xml, True)
    return found
