"""Which answers a question got, how often, and in which submissions; and what was changed of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db.models import Count, Q, QuerySet

from waystation.access.models import Actor
from waystation.access.queries import within

from ..models import Cleaned, Cleaning, Form, Submission
from ..problems import NoSuchCleaning
from ..rules.fields import Field
from .projects import submissions_of
from .tables import fields_of_form, numbered, trees

CLEAN = "collect.clean"
KINDS = frozenset({"string", "int", "date", "barcode", "select_one", "select_multiple"})
"""What is changed by its words. Places, times and files are mended one by one."""


def cleanable(form: Form) -> list[Field]:
    """The questions of a form whose answers can be changed at once: those outside repeats."""
    asked = fields_of_form(form).answered_in()
    return [one for one in asked if one.kind in KINDS and not one.path.startswith("/meta/")]


def said_at(tree: Mapping[str, Any], path: str) -> str | None:
    """What a submission answers to a question, as text; empty for nothing, None for what is no single answer."""
    value: Any = tree
    for name in path.strip("/").split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping | list | bool | float):
        return None
    return "" if value is None else str(value)


def _filed(by: Actor, form: Form) -> QuerySet[Submission]:
    return submissions_of(by, form).filter(within(by, CLEAN), state=Submission.State.FILED)


def answers_counted(by: Actor, form: Form, path: str, *, most: int) -> tuple[list[tuple[str, int]], int]:
    """The answers to a question by how often they were given, and of how many submissions, the newest ones."""
    newest = list(_filed(by, form).values_list("pk", flat=True)[:most])
    said = Counter(said_at(tree, path) for _row, tree in trees(numbered(newest))) if newest else Counter[str | None]()
    found = [(words, number) for words, number in said.items() if words is not None]
    return sorted(found, key=lambda one: (-one[1], one[0])), len(newest)


def said_so(by: Actor, form: Form, path: str, words: str, *, most: int) -> Iterator[list[Submission]]:
    """The submissions that answer a question so, as far as an actor may change them, in portions."""
    rows = _filed(by, form).select_related(None).values_list("pk", "answers").iterator(1_000)
    numbers = [pk for pk, answers in rows if answers and said_at(orjson.loads(answers), path) == words]
    yield from _portions(numbers, most)


def cleaned_by(cleaning: Cleaning, *, most: int) -> Iterator[list[Submission]]:
    """The submissions that a cleaning changed and that were not given back, in portions."""
    numbers = cleaning.cleaned.filter(undone=False).order_by("pk").values_list("submission", flat=True)
    yield from _portions(list(numbers), most)


def _portions(numbers: Sequence[int], most: int) -> Iterator[list[Submission]]:
    for start in range(0, len(numbers), most):
        yield list(numbered(numbers[start : start + most]).only("pk", "scope").order_by("pk"))


def cleanings(by: Actor, form: Form) -> QuerySet[Cleaning]:
    """What was changed at once in a form's submissions, the latest first, with how many were changed and given back."""
    found = Cleaning.objects.filter(within(by, CLEAN), form=form).select_related("made_by", "undone_by")
    changed, back = Count("cleaned"), Count("cleaned", filter=Q(cleaned__undone=True))
    return found.annotate(changed=changed, back=back).order_by("-pk")


def cleaning_numbered(by: Actor, form: Form, number: int) -> Cleaning:
    """One of them. Raises NoSuchCleaning."""
    found = cleanings(by, form).filter(pk=number).first()
    if found is None:
        raise NoSuchCleaning
    return found


class CleaningTally(NamedTuple):
    """In how many submissions an answer was changed, and in how many of them given back."""

    changed: int
    back: int


def tally_cleaned(cleaning: Cleaning) -> CleaningTally:
    """How far a cleaning went."""
    return CleaningTally(cleaning.cleaned.count(), cleaning.cleaned.filter(undone=True).count())


def numbers_cleaned(numbers: Iterable[int]) -> list[int]:
    """The submissions of some cleanings that wait to be filed again."""
    waiting = Cleaned.objects.filter(cleaning__in=list(numbers), submission__state=Submission.State.WAITING)
    return sorted(set(waiting.values_list("submission", flat=True)))
