"""How a change meets what others changed meanwhile.

The last change always counts, nothing is refused for being late: what two changed is told as a conflict, soft where
they changed different things, hard where they changed the same property to different values. Changes of one phone that
was offline form a branch, and one whose predecessor has not arrived is held back.

Source: ODK XForms specification, entities 2024.1 (baseVersion, trunkVersion, branchId), and ODK Central's behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

Conflict = Literal["", "soft", "hard"]
LABEL: Final = "label"

PATIENCE = timedelta(days=5)
"""How long a change waits for the one it builds on; ODK Central waits as long."""


@dataclass(frozen=True, slots=True)
class Known:
    """One version of an entity as it stands."""

    version: int
    label: str
    values: dict[str, str]
    branch: str = ""
    branch_base: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What the author of a change had before them: a version of the server, or one of their own branch."""

    version: int | None
    trunk: int | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A new label (empty: as it was) and some new values."""

    label: str
    values: dict[str, str]
    base: Base


@dataclass(frozen=True, slots=True)
class Made:
    """The version that comes of a change."""

    version: int
    label: str
    values: dict[str, str]
    base: int
    conflict: Conflict
    conflicting: list[str]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What a change builds on has not arrived."""


@dataclass(frozen=True, slots=True)
class NeverWas:
    """There is no such version, and none is on its way."""

    version: int | None


def applied(versions: Sequence[Known], change: Change, *, forced: bool = False) -> Made | HeldBack | NeverWas:
    """What a change makes of an entity, whose versions are given from the first on.

    `forced`: what it builds on has not arrived for so long that it is laid over the latest version.
    """
    latest = versions[-1]
    base = latest if forced else _base(versions, change.base)
    if base is None:
        return HeldBack() if change.base.branch else NeverWas(change.base.version)
    label = change.label or latest.label
    values = {**latest.values, **change.values}
    # The branch may be in order and yet somebody else came between its two changes: then both changed it at once.
    conflicting = [] if base is latest else _conflicting(base, latest, change)
    conflict: Conflict = "" if base is latest else "hard" if conflicting else "soft"
    return Made(latest.version + 1, label, values, base.version, conflict, conflicting)


def _base(versions: Sequence[Known], base: Base) -> Known | None:
    wanted = base.version
    if base.branch and wanted is not None and wanted not in (base.trunk, 1):
        own = (one for one in versions if one.branch == base.branch and one.branch_base == wanted - 1)
        return next(own, None)
    return next((one for one in versions if one.version == wanted), None)


def _conflicting(base: Known, latest: Known, change: Change) -> list[str]:
    """What others changed since the base, and this change sets to something else again."""
    before, after = {LABEL: base.label, **base.values}, {LABEL: latest.label, **latest.values}
    said = {**({LABEL: change.label} if change.label else {}), **change.values}
    return sorted(
        name
        for name, word in said.items()
        if after.get(name, "") != before.get(name, "") and word != after.get(name, "")
    )
