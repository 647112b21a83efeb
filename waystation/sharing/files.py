"""Answers kept as files, so that the same question over the same rows is worked out once (docs/decisions/0012)."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)

MOST_FILES = 400
MOST_BYTES = 500_000  # of one answer; a longer one is worked out each time


def kept(key: str) -> list[Any] | None:
    """What was kept under a key; None when nothing was, when it had to make room, or when it cannot be read."""
    try:
        rows: list[Any] = json.loads(_path(key).read_bytes())
    except (OSError, ValueError):
        return None
    return rows


def keep(key: str, rows: Sequence[Sequence[Any]]) -> None:
    """Keep rows under a key; not where JSON would give them back otherwise than they are, as it does a day.

    The file takes its name when it is whole, so several processes may keep and read at once.
    """
    try:
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    except TypeError:
        return
    if len(text) <= MOST_BYTES:
        try:
            _write(_path(key), text)
        except OSError:
            log.exception("an answer could not be kept; it is worked out again next time")


def _write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    number, half = tempfile.mkstemp(dir=path.parent)  # for its owner only, as is the database
    with os.fdopen(number, "wb") as file:
        file.write(text)
    Path(half).replace(path)
    _make_room(path.parent)


def _make_room(folder: Path) -> None:
    """Remove the older half when there are too many. Another process may be doing the same."""
    files = list(folder.iterdir())
    if len(files) > MOST_FILES:
        ages = {file: file.stat().st_mtime for file in files if file.exists()}
        for file in sorted(ages, key=ages.__getitem__)[: len(ages) // 2]:
            file.unlink(missing_ok=True)


def _path(key: str) -> Path:
    return Path(settings.DATA, "cache", "figures", f"{key}.json")
