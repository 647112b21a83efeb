"""Submissions as tables: the fields of a form in all its versions, and what each submission says, laid out in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple, TypeVar

import orjson
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..models import Attachment, Form, FormVersion, Submission
from ..problems import NotAskedThatWay
from ..rules.fields import Fields, Tree, answers_tree, fields_of, merged
from ..rules.odata import Compared, Condition
from .versions import read_once, versions_filled_in

Found = TypeVar("Found", bound=Model)

MOST_KEPT = 500
fields_of_version = read_once(fields_of)
"""The fields of one version."""


_merged: dict[tuple[tuple[int, str], ...], Fields] = {}


def fields_of_form(form: Form, *, draft: FormVersion | None = None) -> Fields:
    """The fields of all published versions of a form in one; or those of its draft."""
    if draft is not None:
        return fields_of_version(draft)
    versions = form.versions.exclude(published_at=None).order_by("-published_at", "-pk")
    keys = tuple(versions.values_list("pk", "sha256"))
    if keys not in _merged:
        if len(_merged) > MOST_KEPT:
            _merged.clear()
        _merged[keys] = merged(*map(fields_of_version, versions))
    return _merged[keys]


def tree_of(submission: Submission) -> Tree:
    """What a submission says, by group and question, as its form's version asks it."""
    if submission.answers is not None:
        return dict(orjson.loads(submission.answers))
    return answers_tree(_asked(submission), bytes(submission.body))


def _asked(submission: Submission) -> Fields:
    """The fields of the version that was filled in, else of all versions."""
    if submission.draft is not None:
        return fields_of_version(submission.draft)
    version = submission.form.versions.filter(version=submission.version).exclude(published_at=None).first()
    return fields_of_version(version) if version else fields_of_form(submission.form)


def trees_of(submissions: Sequence[Submission]) -> dict[int, Tree]:
    """The same for several filled forms, by number; a sheet has none."""
    versions = versions_filled_in(submissions)
    found: dict[int, Tree] = {}
    for one in submissions:
        if one.mapping is None:
            version = versions.get(one.pk)
            fields = fields_of_version(version) if version else fields_of_form(one.form)
            found[one.pk] = answers_tree(fields, bytes(one.body))
    return found


class Row(NamedTuple):
    """What a table tells of a submission beside its answers."""

    pk: int
    instance: str
    received_at: datetime
    updated_at: datetime | None
    submitter: int
    submitter_name: str
    review: str
    device: str
    edits: int
    version: str
    deleted_at: datetime | None
    files: int

    def system(self) -> dict[str, Any]:
        """The same under the names of OData."""
        return {
            "submissionDate": self.received_at,
            "updatedAt": self.updated_at,
            "submitterId": str(self.submitter),
            "submitterName": self.submitter_name,
            "attachmentsPresent": self.files,
            "attachmentsExpected": self.files,
            "status": None,
            "reviewState": self.review or None,
            "deviceId": self.device or None,
            "edits": self.edits,
            "formVersion": self.version,
            "deletedAt": self.deleted_at,
        }


def _files() -> Coalesce:
    """How many files came with a submission."""
    of_it = Attachment.objects.filter(submission=OuterRef("pk")).order_by().values("submission")
    return Coalesce(Subquery(of_it.annotate(number=Count("pk")).values("number")), 0)


COLUMNS = (
    "pk",
    "instance",
    "received_at",
    "updated_at",
    "actor",
    "actor__name",
    "review",
    "device",
    "edits",
    "version",
    "deleted_at",
)


def trees(found: QuerySet[Submission]) -> Iterator[tuple[Row, Tree]]:
    """Submissions with what they say, as a stream. The XML is read only of those that nobody laid out yet."""
    rows = found.select_related(None).values_list(*COLUMNS, _files(), "answers").iterator(1_000)
    for *told, answers in rows:
        row = Row(*told)
        yield row, orjson.loads(answers) if answers else tree_of(_whole(row.pk))


def row_of(submission: Submission) -> tuple[Row, Tree]:
    """One submission as a table tells it."""
    return next(trees(numbered([submission.pk])))


def _whole(number: int) -> Submission:
    return Submission.objects.select_related("form", "draft").get(pk=number)


class Page(NamedTuple):
    """Some rows, and the number after which the older ones begin; None where there are none."""

    rows: list[tuple[Row, Tree]]
    older: int | None


def page_before(found: QuerySet[Submission], number: int | None, size: int) -> Page:
    """The newest rows before a number, in an order that an index holds: as fast at any depth.

    First the numbers alone, then what these rows say: rows are long, and passing over them takes time.
    """
    found = found.filter(pk__lt=number) if number is not None else found
    numbers = list(found.order_by("-pk").values_list("pk", flat=True)[: size + 1])
    by_number = {row.pk: (row, tree) for row, tree in trees(numbered(numbers[:size]))}
    older = numbers[size - 1] if len(numbers) > size else None
    return Page([by_number[one] for one in numbers[:size]], older)


def counted(found: QuerySet[Submission], most: int) -> int:
    """How many there are; one more than `most` where there are more, which nobody has to wait for."""
    return found.order_by()[: most + 1].count()


def rows_chosen(
    found: QuerySet[Submission],
    *,
    sender: int | None = None,
    review: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Submission]:
    """Of some submissions those of a sender, under a review, or of some days by UTC."""
    found = found.filter(actor=sender) if sender else found
    found = found.filter(review="" if review == "received" else review) if review else found
    found = found.filter(received_at__gte=datetime.combine(since, time.min, UTC)) if since else found
    return found.filter(received_at__lte=datetime.combine(until, time.max, UTC)) if until else found


def narrowed(found: QuerySet[Found], condition: Condition | None) -> QuerySet[Found]:
    """Those rows of which a condition is true. Raises NotAskedThatWay where a value is of another type."""
    if condition is None:
        return found
    try:
        return found.filter(_asked_as(condition))
    except (ValueError, TypeError, ValidationError, FieldError) as error:
        raise NotAskedThatWay(option="$filter", word="") from error


def _asked_as(condition: Condition) -> Q:
    if isinstance(condition, Compared):
        asked = Q(**{f"{condition.column}__{condition.how}": condition.value})
    else:
        parts = [_asked_as(one) for one in condition.conditions]
        asked = reduce(or_ if condition.any else and_, parts)
    return ~asked if condition.negated else asked


def number_of(found: QuerySet[Submission], instance: str) -> int:
    """The number of a submission by its id; 0 where there is none."""
    return found.order_by().filter(instance=instance).values_list("pk", flat=True).first() or 0


def numbered(numbers: Collection[int]) -> QuerySet[Submission]:
    """Submissions by their numbers."""
    return Submission.objects.filter(pk__in=numbers)


def files_named(submission: Submission) -> set[str]:
    """The names of files that the answers of a submission give."""
    asked = {one.path for one in _asked(submission).all if one.kind == "binary"}
    return {str(value) for path, value in _leaves(tree_of(submission)) if path in asked and value}


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every answer of a tree with the path of its question."""
    for name, value in tree.items():
        here = f"{path}/{name}"
        frames = value if isinstance(value, list) else [value]
        for frame in frames:
            if isinstance(frame, dict):
                yield from _leaves(frame, here)
            else:
                yield here, frame
