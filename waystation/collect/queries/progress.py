"""How a form comes along: who sent how much, and what is worth a look."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate

from waystation.access.models import Actor

from ..models import Doubt, Form, Submission
from .projects import submissions_of


class Sender(NamedTuple):
    """How much somebody sent, and when last."""

    name: str
    number: int
    submissions: int
    last: datetime


def senders(by: Actor, form: Form) -> list[Sender]:
    """Everybody who sent something for a form, those who sent most first: from an index alone."""
    rows = submissions_of(by, form).order_by().values_list("actor").annotate(Count("pk"), Max("pk"))
    counted = sorted(rows, key=lambda row: -row[1])
    latest = (
        Submission.objects.filter(pk__in=[row[2] for row in counted])
        .select_related("actor")
        .only("received_at", "actor__name")
    )
    by_number = {one.pk: one for one in latest}
    return [
        Sender(by_number[last].actor.name, actor, number, by_number[last].received_at)
        for actor, number, last in counted
    ]


def days(by: Actor, form: Form, *, until: date, number: int) -> list[tuple[date, int]]:
    """How much came in on each of the latest days by UTC; a day without any is told as none.

    Only the rows of these days are read: ids run with time.
    """
    first = until - timedelta(days=number - 1)
    found = submissions_of(by, form).order_by()
    before = found.filter(received_at__date__lt=first).order_by("-pk").values_list("pk", flat=True).first()
    rows = found.filter(pk__gt=before or 0).annotate(day=TruncDate("received_at")).values_list("day")
    counted = dict(rows.annotate(Count("pk")))
    return [(day, counted.get(day, 0)) for day in (first + timedelta(days=nth) for nth in range(number))]


class Hit(NamedTuple):
    """How many submissions of a form share one doubt."""

    code: str
    place: str
    submissions: int


def hits(by: Actor, form: Form) -> list[Hit]:
    """What is worth a look in a form, by kind and question, the most frequent first."""
    rows = _doubts(by, form).values_list("code", "place").annotate(number=Count("submission", distinct=True))
    return [Hit(*row) for row in rows.order_by("-number", "code", "place")[:MOST_HITS]]


def submissions_hit(by: Actor, form: Form, code: str, place: str) -> QuerySet[Submission]:
    """The submissions that share one doubt, the newest first."""
    these = _doubts(by, form).filter(code=code, place=place).values("submission")
    return submissions_of(by, form).filter(pk__in=these)


def _doubts(by: Actor, form: Form) -> QuerySet[Doubt]:
    return Doubt.objects.filter(form=form, submission__in=submissions_of(by, form).order_by())


MOST_HITS = 200
