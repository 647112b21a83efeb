"""A total reported for a whole area, to hold the sum of its locations against it."""

from collections.abc import Sequence

from waystation.access.models import Actor
from waystation.collect.registry import Answers, Intake, read_all
from waystation.kernel.problems import Gathering, _
from waystation.places.problems import NoSuchArea
from waystation.places.queries import areas_called

from .. import actions, queries
from ..actions import Reported
from ..problems import NoSuchRound


def read(by: Actor, rows: Sequence[Answers], gathering: Gathering) -> list[Reported]:
    """Totals of areas and rounds that are known to their sender."""
    areas = areas_called(by, (answers.text("area") for answers in rows))
    rounds = queries.rounds_called(by, {answers.text("operation") for answers in rows})

    def read_one(answers: Answers) -> Reported:
        pcode, individuals = answers.text("area", needed=True), answers.count("idp_individuals", needed=True)
        operation, number = answers.text("operation", needed=True), answers.count("round", needed=True)
        if pcode and pcode not in areas:
            answers.fault(NoSuchArea(pcode=pcode), "area")
        if operation and number and (operation, number) not in rounds:
            answers.fault(NoSuchRound(operation=operation, number=number), "round")
        answers.all_read()
        return Reported(rounds[operation, number or 0], areas[pcode], individuals or 0, source=answers.source)

    return read_all(rows, gathering, read_one)


def record(by: Actor, totals: list[Reported]) -> None:
    """Keep them beside the counts."""
    actions.record_totals(by=by, totals=totals)


intake = Intake(
    title=_("Totals reported for areas"),
    read=read,
    record=record,
    sheet_questions=("operation", "round", "area", "idp_individuals"),
)
