"""How sites fared in a round, how far it has come, and whether it agrees with what was reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count as CountRows
from django.db.models import Max, Min, Q, QuerySet, Sum

from waystation.access.models import Actor
from waystation.access.queries import inside, within
from waystation.access.rules import ancestors
from waystation.collect.queries import submissions
from waystation.kernel.tables import Column, Table
from waystation.places.queries import SEE as SEE_PLACES
from waystation.sharing.registry import Ask

from ..models import Assessment, Count, ReportedTotal, Round
from ..problems import TotalsDiffer
from ..rules import COUNTED, coverage, share
from .rounds import SEE, round_asked, round_before


def assessments(by: Actor, round_: Round, scope: str = "/", outcome: str = "") -> QuerySet[Assessment]:
    """How the sites that an actor may see fared in a round; perhaps only those of one outcome."""
    rows = Assessment.objects.filter(sites_seen(by), inside(scope, "site__scope"), round=round_)
    return (
        (rows.filter(outcome=outcome) if outcome else rows)
        .select_related("round", "site__area", "source")
        .prefetch_related("counts")
        .order_by("site__scope")
    )


def sites_seen(by: Actor) -> Q:
    """Assessments of the sites that an actor may see, in the register as well as here."""
    return within(by, SEE, "site__scope") & within(by, SEE_PLACES, "site__scope")


def assessments_of(by: Actor, site_number: int) -> QuerySet[Assessment]:
    """How one site fared, round after round, newest first."""
    return (
        Assessment.objects.filter(sites_seen(by), site=site_number)
        .select_related("round__operation", "source")
        .prefetch_related("counts")
        .order_by("-round__ends", "-round__number")
    )


def sources_seen(by: Actor, assessed: Iterable[Assessment]) -> set[int]:
    """Of the submissions that some assessments came from, those that an actor may open, by number."""
    sources = {one.source_id for one in assessed if one.source_id}
    return set(submissions(by).filter(pk__in=sources).values_list("pk", flat=True))


VISITS = (
    Column("site"),
    Column("area"),
    Column("outcome"),
    Column("households", "count"),
    Column("individuals", "count"),
    Column("returnee_households", "count"),
    Column("returnees", "count"),
)


def _visited(asked: Ask, round_: Round) -> QuerySet[Assessment]:
    """The assessments of a round in what is asked."""
    seen = within(asked.by, SEE, "site__scope") & inside(asked.scope, "site__scope")
    return Assessment.objects.filter(seen, round=round_).order_by()


def _people() -> dict[str, Sum]:
    """The sums of households and people of each group; over nothing they are empty, not zero."""
    idps, returnees = Q(counts__group="idps"), Q(counts__group="returnees")
    return {
        "households": Sum("counts__households", filter=idps),
        "individuals": Sum("counts__individuals", filter=idps),
        "returnee_households": Sum("counts__households", filter=returnees),
        "returnees": Sum("counts__individuals", filter=returnees),
    }


def _visits(asked: Ask, round_: Round) -> Table:
    """One row a site of a round: its outcome, and its people where there is a number."""
    sites = _visited(asked, round_).values("site__code", "site__area__pcode", "outcome").annotate(**_people())
    return Table(VISITS, sites.values_list("site__code", "site__area__pcode", "outcome", *_people()).iterator(10_000))


def visits_by_area(asked: Ask) -> Table:
    """The visits of the round asked of, those of one area and outcome as one row: locations, and their people.

    Columns: area, outcome, locations, households, individuals, returnee_households, returnees. The database sums, so
    that a round of half a million locations comes as a few hundred rows.
    """
    locations = {"locations": CountRows("pk", distinct=True)}
    areas = (
        _visited(asked, round_asked(asked)).values("site__area__pcode", "outcome").annotate(**locations, **_people())
    )
    columns = (*VISITS[1:3], Column("locations", "count"), *VISITS[3:])
    return Table(columns, areas.values_list("site__area__pcode", "outcome", *locations, *_people()))


def visits(asked: Ask) -> Table:
    """The visits of the round asked of."""
    return _visits(asked, round_asked(asked))


def visits_before(asked: Ask) -> Table:
    """The visits of the round to compare with."""
    return _visits(asked, round_before(asked))


def round_table(asked: Ask) -> Table:
    """The round asked of, as one row: its number."""
    return Table((Column("round", "count"),), [(round_asked(asked).number,)])


@dataclass(frozen=True, slots=True)
class Covered:
    """How many locations fared how, in what an actor may see."""

    outcomes: Mapping[str, int]

    @property
    def assessed_share(self) -> float | None:
        """Locations assessed, in percent of those planned."""
        return share(self.outcomes["assessed"], self.outcomes["planned"])

    @property
    def counted_share(self) -> float | None:
        """Locations with a number, be it of this round or carried forward, in percent of those planned."""
        return share(self.outcomes["planned"] - self.not_reached, self.outcomes["planned"])

    @property
    def not_reached(self) -> int:
        """Locations without a number."""
        return self.outcomes["planned"] - sum(self.outcomes[outcome] for outcome in COUNTED)


@dataclass(frozen=True, slots=True)
class Coverage(Covered):
    """How far a round has come, when it was visited, and how people were counted."""

    first_day: date | None
    last_day: date | None
    methods: tuple[str, ...]


def coverage_of(by: Actor, round_: Round, scope: str = "/") -> Coverage:
    """Locations planned, assessed, carried forward and not reached; first and last day; methods used."""
    rows = Assessment.objects.filter(sites_seen(by), inside(scope, "site__scope"), round=round_)
    outcomes = dict(rows.order_by().values_list("outcome").annotate(CountRows("pk")))
    days = rows.aggregate(first=Min("day"), last=Max("day"))
    methods = Count.objects.filter(assessment__in=rows).order_by("method").values_list("method", flat=True).distinct()
    return Coverage(coverage(outcomes), days["first"], days["last"], tuple(methods))


def basis(asked: Ask) -> dict[str, str | int]:
    """What every figure of a round must carry: operation, round, dates, coverage, method, limits."""
    round_ = round_asked(asked)
    found = coverage_of(asked.by, round_, asked.scope)
    return {
        "operation": round_.operation.code,
        "operation_name": round_.operation.name,
        "round": round_.number,
        "starts": round_.starts.isoformat(),
        "ends": round_.ends.isoformat(),
        **found.outcomes,
        "methods": ", ".join(found.methods),
        "methodology": round_.methodology,
    }


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Whether the sums of locations agree with what was reported for areas of one level."""

    level: int
    areas: int
    reported: int
    counted: int
    differing: tuple[TotalsDiffer, ...]


def reconciliation(by: Actor, round_: Round, scope: str = "/") -> list[Reconciliation]:
    """Reported totals of each level beside the sums of their locations. Empty when none were reported."""
    totals = ReportedTotal.objects.filter(
        within(by, SEE, "area__scope"), inside(scope, "area__scope"), round=round_, group="idps"
    ).select_related("area")
    by_level: dict[int, list[ReportedTotal]] = {}
    for total in totals:
        by_level.setdefault(total.area.level, []).append(total)
    sums = _sums_by_area(round_) if by_level else {}
    return [_compared(level, rows, sums) for level, rows in sorted(by_level.items())]


def _sums_by_area(round_: Round) -> dict[str, int]:
    """Displaced people by area of every level, from the locations inside."""
    leaves = (
        Count.objects.filter(assessment__round=round_, group="idps")
        .order_by()
        .values_list("assessment__site__area__scope")
        .annotate(Sum("individuals"))
    )
    sums: dict[str, int] = {}
    for scope, people in leaves:
        for path in ancestors(scope):
            sums[path] = sums.get(path, 0) + people
    return sums


def _compared(level: int, totals: list[ReportedTotal], sums: Mapping[str, int]) -> Reconciliation:
    counted = {total.area.scope: sums.get(total.area.scope, 0) for total in totals}
    return Reconciliation(
        level=level,
        areas=len(totals),
        reported=sum(total.individuals for total in totals),
        counted=sum(counted.values()),
        differing=tuple(
            TotalsDiffer(area=str(total.area), reported=total.individuals, counted=counted[total.area.scope])
            for total in totals
            if counted[total.area.scope] != total.individuals
        ),
    )
