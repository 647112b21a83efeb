"""What a version of a form is read into, kept: it never changes, and every submission asks for it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

from ..models import FormVersion, Submission

Read = TypeVar("Read")

MOST_KEPT = 500


def read_once(read: Callable[[str], Read]) -> Callable[[FormVersion], Read]:
    """A reader of XForms as one of versions, which reads each of them once in the life of a process."""
    kept: dict[tuple[int, str], Read] = {}

    @functools.wraps(read)
    def of_version(version: FormVersion) -> Read:
        key = (version.pk, version.sha256)
        if key not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = read(version.xform)
        return kept[key]

    return of_version


def versions_filled_in(submissions: Sequence[Submission]) -> dict[int, FormVersion]:
    """The published version that each of some submissions filled in, by number; of unknown versions there is none.

    One question to the database, however many there are.
    """
    forms, names = {one.form_id for one in submissions}, {one.version for one in submissions}
    published = FormVersion.objects.filter(form__in=forms, version__in=names).exclude(published_at=None)
    known = {(version.form_id, version.version): version for version in published.defer("definition")}
    found = {one.pk: known.get((one.form_id, one.version)) for one in submissions if one.mapping is None}
    return {number: version for number, version in found.items() if version is not None}
