"""Which answers a question got, how often, and in which submissions; and what was changed of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from django.db.models import Count, F, Q, QuerySet

from waystation.access.models import Actor
from waystation.access.queries import within

from ..models import Cleaned, Cleaning, Form, Submission
from ..problems import NoSuchCleaning
from ..rules.fields import Field
from .projects import submissions_of
from .tables import fields_of_form

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
    newest = list(_said(_filed(by, form)[:most], path))
    said = Counter(words for _number, words in newest if words is not None)
    return sorted(said.items(), key=lambda one: (-one[1], one[0])), len(newest)


def _said(found: QuerySet[Submission], path: str) -> Iterator[tuple[int, str | None]]:
    """What submissions answer to a question, as a stream."""
    for number, answers in found.select_related(None).values_list("pk", "answers").iterator(1_000):
        yield number, said_at(orjson.loads(answers), path) if answers else None


def to_change(cleaning: Cleaning) -> list[int]:
    """The submissions in which an answer is to be changed, as far as who asked for it may."""
    done = cleaning.cleaned.values("submission")
    found = _said(_filed(cleaning.made_by, cleaning.form).exclude(pk__in=done), cleaning.question)
    return [number for number, words in found if words == cleaning.was]


def to_give_back(cleaning: Cleaning) -> list[int]:
    """The submissions in which an answer was changed, and that were not edited since."""
    as_changed = cleaning.cleaned.filter(undone=False, submission__current=F("after"), submission__is_listed=True)
    return list(as_changed.order_by("pk").values_list("submission", flat=True))


def cleanings_numbered(numbers: Iterable[int]) -> list[Cleaning]:
    """Some changes, for the worker, in the order in which they were asked for."""
    found = Cleaning.objects.filter(pk__in=list(numbers)).select_related("form", "made_by", "undone_by")
    return list(found.order_by("pk"))


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


def numbers_cleaned(numbers: Iterable[int]) -> list[int]:
    """The submissions of some cleanings that wait to be filed again."""
    waiting = Cleaned.objects.filter(cleaning__in=list(numbers), submission__state=Submission.State.WAITING)
    return sorted(set(waiting.values_list("submission", flat=True)))
