"""Files received, kept by the hash of their bytes, so that the same photograph or sheet lies there once."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from .problems import NotKept

HALF = "half-"
OLD_HALF = 3600  # seconds


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.DATA, "files", sha256[:2], sha256)


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write bytes to the disk for good and answer their hash and number. Raises NotKept when the disk does not take it.

    What lies there already is not written again.
    """
    folder = Path(settings.DATA, "files")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=folder, prefix=HALF)
        half = Path(name)
        try:
            return _keep(chunks, number, half)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise NotKept(reason=error.strerror or type(error).__name__) from error


def _keep(chunks: Iterable[bytes], number: int, half: Path) -> tuple[str, int]:
    """Flush the file to the disk before it takes its name, and then the name: a name never stands for half a file."""
    hashed, size = hashlib.sha256(), 0
    with os.fdopen(number, "wb") as file:
        for chunk in chunks:
            hashed.update(chunk)
            size += file.write(chunk)
        file.flush()
        os.fsync(number)
    path = path_of(hashed.hexdigest())
    if not path.exists():
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True)
            _flush(half.parent)
        half.rename(path)
    _flush(path.parent)
    return hashed.hexdigest(), size


def _flush(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sweep() -> None:
    """Remove what a killed process left half-written."""
    for half in Path(settings.DATA, "files").glob(f"{HALF}*"):
        if time.time() - half.stat().st_mtime > OLD_HALF:
            half.unlink(missing_ok=True)
