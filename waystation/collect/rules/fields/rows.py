"""The rows that OData shows of one submission's answers, and how they are told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import orjson

from .shape import PLACES, ROOT, UNFIT, Field, Fields, odata_name
from .values import well_known_text

Tree = Mapping[str, Any]
ROOT_TABLE: Final = "Submissions"
LINK: Final = "@odata.navigationLink"


class Occurrence(NamedTuple):
    """One row of a repeat: its key and its parent's as exports write them, and its answers."""

    key: str
    """Such as uuid:1/household/child[2]: the instance, then the path with the number of each repeated group."""
    parent: str
    frame: Tree


def id_of(key: str) -> str:
    """The `__id` of a repeat's row: the SHA-1 of its key. It stays while the row keeps its place in the form."""
    return hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()


def link_to(instance: str) -> str:
    """The address of a submission's row, beneath the OData service of its form."""
    return f"{ROOT_TABLE}('{quote(instance, safe='')}')"


def occurrences(fields: Fields, tree: Tree, instance: str, repeat: str) -> list[Occurrence]:
    """Every row of one repeat in one submission, in the order of the form."""
    found = [Occurrence(instance, "", tree)]
    for groups, name, segment in _levels(fields, repeat):
        found = [
            Occurrence(f"{outer.key}{segment}[{number}]", outer.key, frame)
            for outer in found
            for number, frame in enumerate(_repeated(outer.frame, groups, name), start=1)
        ]
    return found


@lru_cache(maxsize=1024)
def _levels(fields: Fields, repeat: str) -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """The way to a repeat: for each repeat on it, the groups to pass, its name, and both as a path."""
    outer = [path for path in fields.repeats if repeat == path or repeat.startswith(f"{path}/")]
    levels, before = [], ROOT
    for path in outer:
        segment = path.removeprefix(before)
        *groups, name = segment.split("/")[1:]
        levels.append((tuple(groups), name, segment))
        before = path
    return tuple(levels)


def _repeated(frame: Tree, groups: Iterable[str], name: str) -> Iterable[Tree]:
    """What came of a repeat; a version of the form may have asked it once only, or not at all."""
    for group in groups:
        frame = frame.get(group) or {}
    given = frame.get(name) or ()
    return (given,) if isinstance(given, Mapping) else given


def root_row(fields: Fields, tree: Tree, instance: str) -> dict[str, Any]:
    """The row of the root table: `__id`, then the answers, with a link in the place of each repeat.

    What does not fit its type is null, since OData promises types.
    """
    return {"__id": instance, **_told(_member_of(fields), _fitted(tree), link_to(instance), instance, expand=False)}


def expanded_row(fields: Fields, tree: Tree, instance: str) -> dict[str, Any]:
    """The row of the root table with every repeat's rows inside it."""
    return {"__id": instance, **_told(_member_of(fields), _fitted(tree), link_to(instance), instance, expand=True)}


def child_rows(fields: Fields, tree: Tree, instance: str, repeat: str) -> Iterator[dict[str, Any]]:
    """The rows of one repeat's table: `__id`, the parent's key, then the answers. Raises KeyError for no repeat."""
    member = _member_of(fields, repeat)
    parent_key = _parent_key(fields.by_path[repeat])
    for one in occurrences(fields, _fitted(tree), instance, repeat):
        outer = one.parent if one.parent == instance else id_of(one.parent)
        link = f"{_link_of(one.key, instance)}('{id_of(one.key)}')"
        yield {"__id": id_of(one.key), parent_key: outer, **_told(member, one.frame, link, one.key, expand=False)}


def _parent_key(repeat: Field) -> str:
    """`__Submissions-id`, or with the path of the repeat around it."""
    outer = "".join(f"-{odata_name(name)}" for name in repeat.repeat.split("/")[1:])
    return f"__{ROOT_TABLE}{outer}-id"


def _link_of(key: str, instance: str) -> str:
    """The address of a repeat's table at one row, outer rows named by their ids."""
    link, so_far = link_to(instance), instance
    *outer, last = key.removeprefix(instance).split("]/")
    for segment in outer:
        so_far += f"{segment}]" if so_far == instance else f"/{segment}]"
        link += f"{_plain_path(segment)}('{id_of(so_far)}')"
    return link + _plain_path(last)


def _plain_path(segment: str) -> str:
    names = segment.partition("[")[0].strip("/").split("/")
    return "".join(f"/{odata_name(name)}" for name in names)


@dataclass(frozen=True, slots=True)
class _Member:
    """How one group, repeat or answer is told: ready-made, since every row passes through it."""

    name: str
    odata: str
    kind: str
    inside: tuple[_Member, ...]
    is_plain: bool
    """Whether it is told just as it stands in the tree."""


@lru_cache(maxsize=1024)
def _member_of(fields: Fields, path: str = ROOT) -> _Member:
    inside = tuple(
        _member_of(fields, one.path)
        if one.is_group
        else _Member(one.name, odata_name(one.name), "answer", (), odata_name(one.name) == one.name)
        for one in fields.beneath[path]
    )
    name, kind = path.rpartition("/")[2], fields.by_path[path].kind if path else ROOT
    is_plain = kind == "structure" and odata_name(name) == name and all(one.is_plain for one in inside)
    return _Member(name, odata_name(name), kind, inside, is_plain)


def _told(member: _Member, frame: Tree, link: str, key: str, *, expand: bool) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for one in member.inside:
        value = frame.get(one.name)
        here, path = f"{link}/{one.odata}", f"{key}/{one.name}"
        if one.is_plain:
            row[one.odata] = value
        elif one.kind == "structure":
            row[one.odata] = _told(one, value or {}, here, path, expand=expand)
        elif one.kind == "repeat":
            row[f"{one.odata}{LINK}"] = here
            if expand:
                row[one.odata] = list(_inside(one, _repeated(frame, (), one.name), here, path))
        else:
            row[one.odata] = value
    return row


def _inside(member: _Member, frames: Iterable[Tree], link: str, key: str) -> Iterator[dict[str, Any]]:
    for number, frame in enumerate(frames, start=1):
        own = id_of(f"{key}[{number}]")
        yield {"__id": own, **_told(member, frame, f"{link}('{own}')", f"{key}[{number}]", expand=True)}


def _fitted(tree: Tree) -> Tree:
    """The tree without the answers that do not fit their type; the same one where all do, as nearly always."""
    if UNFIT not in tree:
        return tree
    fitted = _copied(tree)
    for path in fitted.pop(UNFIT):
        for frame, name in _frames(fitted, path):
            if isinstance(frame[name], str):
                frame[name] = None
    return fitted


def in_well_known_text(fields: Fields, tree: Tree) -> Tree:
    """The tree with its places as WKT, for readers that ask OData for that instead of GeoJSON."""
    told = _copied(tree)
    for path in (one.path for one in fields.all if one.kind in PLACES):
        for frame, name in _frames(told, path):
            if isinstance(frame[name], dict):
                frame[name] = well_known_text(frame[name])
    return told


def _copied(tree: Tree) -> dict[str, Any]:
    copied: dict[str, Any] = orjson.loads(orjson.dumps(tree))  # much faster than copy.deepcopy
    return copied


def _frames(tree: dict[str, Any], path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Everywhere in a tree that a field is answered: what holds the answer, and its name."""
    *groups, name = path.split("/")[1:]
    frames = [tree]
    for group in groups:
        inside = [frame[group] for frame in frames if frame.get(group)]
        frames = [one for found in inside for one in (found if isinstance(found, list) else [found])]
    return ((frame, name) for frame in frames if name in frame)
