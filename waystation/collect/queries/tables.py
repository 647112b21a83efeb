"""Submissions as tables: the fields of a form in all its versions, and what each submission says, laid out in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from ..models import Form, FormVersion, Submission
from ..rules.fields import Fields, Tree, answers_tree, fields_of, merged
from ..rules.odata import Compared, Condition

MOST_KEPT = 500
_fields: dict[tuple[int, str], Fields] = {}
"""By number and hash of a version, which never changes."""


def fields_of_version(version: FormVersion) -> Fields:
    """The fields of one version."""
    key = (version.pk, version.sha256)
    if key not in _fields:
        if len(_fields) > MOST_KEPT:
            _fields.clear()
        _fields[key] = fields_of(version.xform)
    return _fields[key]


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
        return dict(submission.answers)
    return answers_tree(_asked(submission), bytes(submission.body))


def _asked(submission: Submission) -> Fields:
    """The fields of the version that was filled in, else of all versions."""
    if submission.draft is not None:
        return fields_of_version(submission.draft)
    version = submission.form.versions.filter(version=submission.version).exclude(published_at=None).first()
    return fields_of_version(version) if version else fields_of_form(submission.form)


def trees_of(submissions: Iterable[Submission]) -> dict[int, Tree]:
    """The same for several filled forms, by number; a sheet has none."""
    known: dict[tuple[int, str], Fields] = {}
    found: dict[int, Tree] = {}
    for one in submissions:
        if one.mapping is not None:
            continue
        key = (one.form_id, one.version)
        if key not in known:
            known[key] = _asked(one)
        found[one.pk] = answers_tree(known[key], bytes(one.body))
    return found


def in_tables(found: QuerySet[Submission]) -> QuerySet[Submission]:
    """Submissions with all that a table tells of them; their bodies only where they were not read yet."""
    return found.annotate(number_of_files=Count("attachments")).select_related("actor", "form", "draft").defer("body")


def trees(found: QuerySet[Submission]) -> Iterator[tuple[Submission, Tree]]:
    """Submissions with what they say, as a stream."""
    for one in in_tables(found).iterator(1_000):
        yield one, tree_of(one)


def system_of(submission: Submission) -> dict[str, Any]:
    """What is known of a submission beside its answers."""
    return {
        "submissionDate": submission.received_at,
        "updatedAt": submission.updated_at,
        "submitterId": str(submission.actor_id),
        "submitterName": submission.actor.name,
        "attachmentsPresent": getattr(submission, "number_of_files", 0),
        "attachmentsExpected": getattr(submission, "number_of_files", 0),
        "status": None,
        "reviewState": submission.review or None,
        "deviceId": submission.device or None,
        "edits": submission.edits,
        "formVersion": submission.version,
        "deletedAt": submission.deleted_at,
    }


def narrowed(found: QuerySet[Submission], condition: Condition | None) -> QuerySet[Submission]:
    """Those submissions of which a condition is true."""
    return found.filter(_asked_as(condition)) if condition is not None else found


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
