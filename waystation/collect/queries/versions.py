"""What a version of a form is read into, kept: it never changes, and every submission asks for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from ..models import FormVersion

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
