"""Writes of tracking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from waystation.access.action import action
from waystation.access.models import Actor
from waystation.access.rules import checked_scope
from waystation.collect.models import Submission
from waystation.places.models import Area, Site
from waystation.places.problems import NoSuchArea
from waystation.places.rules import scope_of

from .models import Assessment, Count, Operation, ReportedTotal, Round
from .problems import AlreadyAssessed, OperationNeedsName, OperationTaken, RoundTaken

PORTION = 1000  # rows a statement


@dataclass(frozen=True, slots=True)
class Found:
    """People of one group, as counted at a site."""

    group: str
    households: int | None
    individuals: int
    method: str
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """How a site fared in a round, and who was found there."""

    round: Round
    site: Site
    outcome: str
    day: date | None = None
    reason: str = ""
    carried_from: int | None = None
    found: tuple[Found, ...] = ()
    source: Submission | None = None
    row: int | None = None

    @property
    def scope(self) -> str:
        """Where the right is needed."""
        return self.site.scope

    @property
    def people(self) -> dict[str, tuple[int | None, int]]:
        """Households and individuals by group."""
        return {one.group: (one.households, one.individuals) for one in self.found}


@dataclass(frozen=True, slots=True)
class Reported:
    """A total that somebody reported for an area."""

    round: Round
    area: Area
    individuals: int
    group: str = "idps"
    source: Submission | None = None

    @property
    def scope(self) -> str:
        """Where the right is needed."""
        return self.area.scope


@action(on="scope")
def open_operation(*, by: Actor, code: str, name: str, scope: str) -> Operation:
    """Begin to track a crisis in a country."""
    scope_of("/", code)  # it stands in addresses
    if not name.strip():
        raise OperationNeedsName(operation=code)
    if not Area.objects.filter(scope=checked_scope(scope)).exists():
        raise NoSuchArea(pcode=scope)
    if Operation.objects.filter(code=code).exists():
        raise OperationTaken(operation=code)
    return Operation.objects.create(code=code, name=name, scope=scope)


@action(on="operation")
def plan_round(
    *, by: Actor, operation: Operation, number: int, starts: date, ends: date, methodology: str = ""
) -> Round:
    """Plan a round of visits to the sites of an operation."""
    if operation.rounds.filter(number=number).exists():
        raise RoundTaken(operation=operation.code, number=number)
    return Round.objects.create(
        code=f"{operation.code}-R{number}",
        operation=operation,
        number=number,
        starts=starts,
        ends=ends,
        methodology=methodology,
    )


@action(on="visits")
def record_visits(*, by: Actor, visits: list[Visit]) -> list[Assessment]:
    """Record how sites fared in a round and who was found there. The same again is no harm; other figures are."""
    known = _known(_edited_away(visits))
    new = []
    for visit in visits:
        before = known.get((visit.round.pk, visit.site.pk))
        if before is None:
            new.append(visit)
        elif before != (visit.outcome, visit.people):
            raise AlreadyAssessed(
                site=visit.site.name,
                number=visit.round.number,
                before=_told(before[1]),
                after=_told(visit.people),
            )
    return _write(new)


def _edited_away(visits: list[Visit]) -> list[Visit]:
    """Remove what the same submissions said before they were edited; answer the visits as they are said now."""
    again = {visit.source.pk for visit in visits if visit.source and visit.source.edits}
    if again:
        Count.objects.filter(assessment__source__in=again).delete()
        Assessment.objects.filter(source__in=again).delete()
    return visits


def _known(visits: list[Visit]) -> dict[tuple[int, int], tuple[str, dict[str, tuple[int | None, int]]]]:
    """What is recorded already, by round and site: the outcome, and the people by group."""
    known: dict[tuple[int, int], tuple[str, dict[str, tuple[int | None, int]]]] = {}
    for start in range(0, len(visits), PORTION):
        portion = visits[start : start + PORTION]
        rows = Assessment.objects.filter(
            round__in={visit.round.pk for visit in portion}, site__in={visit.site.pk for visit in portion}
        ).prefetch_related("counts")
        for row in rows:
            people = {count.group: (count.households, count.individuals) for count in row.counts.all()}
            known[row.round_id, row.site_id] = (row.outcome, people)
    return known


def _told(people: dict[str, tuple[int | None, int]]) -> str:
    return " + ".join(str(individuals) for _households, individuals in people.values()) or "–"


def _write(visits: list[Visit]) -> list[Assessment]:
    rows = [
        Assessment(
            round=visit.round,
            site=visit.site,
            outcome=visit.outcome,
            reason=visit.reason,
            carried_from=visit.carried_from,
            day=visit.day,
            source=visit.source,
            source_row=visit.row,
        )
        for visit in visits
    ]
    Assessment.objects.bulk_create(rows, batch_size=PORTION)
    Count.objects.bulk_create(
        [
            Count(
                assessment=row,
                group=one.group,
                households=one.households,
                individuals=one.individuals,
                method=one.method,
                confidence=one.confidence,
            )
            for row, visit in zip(rows, visits, strict=True)
            for one in visit.found
        ],
        batch_size=PORTION,
    )
    return rows


@action(on="totals")
def record_totals(*, by: Actor, totals: list[Reported]) -> list[ReportedTotal]:
    """Keep what was reported for whole areas, to hold the sum of their locations against it."""
    rows = [
        ReportedTotal(
            round=total.round, area=total.area, group=total.group, individuals=total.individuals, source=total.source
        )
        for total in totals
    ]
    return ReportedTotal.objects.bulk_create(
        rows,
        batch_size=PORTION,
        update_conflicts=True,
        unique_fields=["round", "area", "group"],
        update_fields=["individuals", "source"],
    )
