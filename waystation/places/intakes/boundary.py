"""A list of boundaries: the outlines of areas, as GeoJSON in WGS 84."""

from collections.abc import Mapping, Sequence
from functools import partial

from waystation.access.models import Actor
from waystation.collect.registry import Answers, Intake, read_all
from waystation.kernel.problems import Gathering, _

from .. import actions, queries
from ..actions import NewBoundary
from ..models import Area
from ..problems import CodeNotInRelease, NotABoundary, PcodeTwice
from ..rules import is_boundary


def read(by: Actor, rows: Sequence[Answers], gathering: Gathering) -> list[NewBoundary]:
    """Join outlines to areas by code. What matches none is listed and kept unjoined: never rejected, never guessed."""
    areas = queries.areas_called(by, (answers.text("pcode") for answers in rows))
    return read_all(rows, gathering, partial(_read_one, areas=areas, read=set(), gathering=gathering))


def _read_one(answers: Answers, areas: Mapping[str, Area], read: set[str], gathering: Gathering) -> NewBoundary:
    pcode = answers.text("pcode", needed=True)
    name = answers.text("name")
    geometry = answers.words.get("geometry")
    if not is_boundary(geometry):
        answers.fault(NotABoundary(pcode=pcode), "geometry")
    if pcode in read:
        answers.fault(PcodeTwice(pcode=pcode), "pcode")
    answers.all_read()
    read.add(pcode)
    if pcode not in areas:
        gathering.warn(CodeNotInRelease(pcode=pcode, name=name), answers.place("pcode"))
    return NewBoundary(pcode, name, geometry or {}, areas.get(pcode), answers.source)


def record(by: Actor, boundaries: list[NewBoundary]) -> None:
    """Keep the outlines of this release."""
    source = boundaries[0].source
    assert source is not None  # noqa: S101  (only sheets bring boundaries)
    said = source.constants
    release = said.get("release") or source.instance
    actions.load_boundaries(by=by, boundaries=boundaries, release=release, licence=said.get("licence", ""))


intake = Intake(
    title=_("Boundaries of areas"),
    read=read,
    record=record,
    sheet_questions=("pcode", "name", "geometry", "release", "licence"),
)
