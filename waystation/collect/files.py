"""Files received, kept by the hash of their bytes, so that the same photograph or sheet lies there once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.DATA, "files", sha256[:2], sha256)


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write bytes to the disk for good and answer their hash and number. What lies there already is not written again.

    The file is flushed to the disk before it takes its name, so that a name never stands for half a file.
    """
    folder = Path(settings.DATA, "files")
    folder.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        for chunk in chunks:
            hashed.update(chunk)
            size += file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    path = path_of(hashed.hexdigest())
    if path.exists():
        Path(file.name).unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        Path(file.name).rename(path)
    return hashed.hexdigest(), size
