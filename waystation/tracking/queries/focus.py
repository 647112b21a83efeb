"""What the pages of a round show: figures by area, change, coverage, circles on a map, publications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count as CountRows
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from waystation.access.models import Actor
from waystation.access.rules import covers
from waystation.places import queries as places
from waystation.places.models import Area
from waystation.places.problems import NoSuchArea
from waystation.places.rules import Window
from waystation.sharing.models import Publication
from waystation.sharing.queries import publications, worked_out
from waystation.sharing.registry import Ask

from ..models import Assessment, Count, Round
from ..rules import coverage
from .rounds import round_with_code, rounds
from .visits import Covered, assessments, sites_seen


@dataclass(frozen=True, slots=True)
class Focus:
    """A round, and the place in it that somebody looks at: one area, or all of the operation that they may see."""

    round: Round
    area: Area | None
    levels: Mapping[int, int]
    """How many areas lie inside, by level; none where the sites themselves come next."""

    @property
    def scope(self) -> str:
        """Where."""
        return self.area.scope if self.area else self.round.scope


def focus(by: Actor, code: str = "", pcode: str = "") -> Focus:
    """A round and an area by their codes. Raises UnknownRound, NoSuchArea."""
    round_ = round_with_code(by, code)
    area = places.area_called(by, pcode) if pcode else None
    if area and not covers(round_.scope, area.scope):
        raise NoSuchArea(pcode=pcode)
    levels = places.levels(by, area.scope if area else round_.scope)
    return Focus(round_, area, {level: number for level, number in levels.items() if not area or level > area.level})


@dataclass(frozen=True, slots=True)
class Found:
    """What a round found in one area, as far as its reader may see it."""

    area: Area | None
    whole: bool
    """Whether the reader may see all of the area."""
    locations: int
    assessed: int
    carried_forward: int
    not_assessed: int
    households: int | None
    individuals: int | None
    returnees: int | None


COUNTED = tuple(field.name for field in fields(Found))[2:]


def found_by_area(by: Actor, focus: Focus, level: int) -> list[Found]:
    """The figure people_by_area for a reader, with the areas that its rows stand for."""
    round_ = focus.round
    words = {"operation": round_.operation.code, "round": str(round_.number), "level": str(level)}
    table = worked_out("tracking.people_by_area", Ask(by=by, scope=focus.scope, words=words))
    rows = [dict(zip(table.names, row, strict=True)) for row in table]
    codes = [row[f"adm{level}_code"] for row in rows]
    areas = {area.pcode: area for area in Area.objects.filter(pcode__in=codes)}
    seen = places.areas_called(by, filter(None, codes))
    return [
        Found(areas.get(code), code in seen, **{name: row[name] for name in COUNTED})
        for code, row in zip(codes, rows, strict=True)
    ]


def change_since(by: Actor, focus: Focus) -> dict[str, Any]:
    """The figure change_between_rounds for a reader, as one row; empty where there is no round before."""
    round_ = focus.round
    if not rounds(by).filter(operation=round_.operation, number__lt=round_.number).exists():
        return {}
    words = {"operation": round_.operation.code, "round": str(round_.number), "level": "0"}
    table = worked_out("tracking.change_between_rounds", Ask(by=by, scope=focus.scope, words=words))
    return next((dict(zip(table.names, row, strict=True)) for row in table), {})


@dataclass(frozen=True, slots=True)
class CarriedForward:
    """Locations whose figures are those of one earlier round, and the people these stand for."""

    number: int | None
    locations: int
    people: int | None


def carried_forward(by: Actor, focus: Focus) -> list[CarriedForward]:
    """From which rounds the figures of a round were carried forward, the latest first."""
    rows = assessments(by, focus.round, focus.scope, "carried_forward").order_by()
    idps = Sum("counts__individuals", filter=Q(counts__group="idps"))
    numbers = rows.values_list("carried_from").annotate(places=CountRows("pk", distinct=True), people=idps)
    return [CarriedForward(*row) for row in numbers.order_by(F("carried_from").desc(nulls_last=True))]


@dataclass(frozen=True, slots=True)
class Summary(Covered):
    """A round in one line, as far as its reader may see it."""

    round: Round
    people: int | None


def summaries(by: Actor, listed: Sequence[Round]) -> list[Summary]:
    """Some rounds with their coverage and people, in two questions whatever their number."""
    rows = Assessment.objects.filter(sites_seen(by), round__in=listed).order_by()
    outcomes: dict[int, dict[str, int]] = {}
    for number, outcome, locations in rows.values_list("round", "outcome").annotate(CountRows("pk")):
        outcomes.setdefault(number, {})[outcome] = locations
    idps = Sum("counts__individuals", filter=Q(counts__group="idps"))
    people = dict(rows.values_list("round").annotate(people=idps))
    return [Summary(coverage(outcomes.get(one.pk, {})), one, people.get(one.pk)) for one in listed]


@dataclass(frozen=True, slots=True)
class Location:
    """A site of a round as a circle on a map; without a number where nobody could assess it."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    individuals: int | None


def locations(by: Actor, round_: Round, *, scope: str = "/", window: Window | None = None, most: int) -> list[Location]:
    """The sites of a round whose point an actor may see, those with the most people first."""
    west, south, east, north = window or (-180, -90, 180, 90)
    idps = Count.objects.filter(assessment=OuterRef("pk"), group="idps").values("individuals")
    rows = (
        assessments(by, round_, scope)
        .filter(site__latitude__range=(south, north), site__longitude__range=(west, east))
        .annotate(idps=Subquery(idps))
        .order_by(F("idps").desc(nulls_last=True), "site")
        .values_list("site__code", "site__name", "site__latitude", "site__longitude", "idps")
    )
    return [Location(*row) for row in rows[:most]]


def most_at_one_location(by: Actor, round_: Round) -> int:
    """The most people at one location of a round, for the scale of its circles."""
    return max((one.individuals or 0 for one in locations(by, round_, most=1)), default=0)


def publications_of(by: Actor, round_: Round) -> QuerySet[Publication]:
    """What was published of a round, as far as an actor may see it, newest first."""
    words = {"words__operation": round_.operation.code, "words__round": str(round_.number)}
    return publications(by).filter(figure__startswith="tracking.", state=Publication.State.PUBLISHED, **words)
