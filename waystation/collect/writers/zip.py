"""An archive of CSV files, one for the submissions and one for each repeat, with the files that came along."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from ..rules.fields import ROOT, Tree, occurrences
from ..rules.fields.columns import (
    KEYS_LAST,
    META_FIRST,
    META_LAST,
    Meta,
    ReadRow,
    columns_of,
    meta_last,
    moment,
    row_reader,
    table_names,
)
from . import Export, Writer
from .audit_csv import write as write_audits
from .csv import as_text

CHUNK: Final = 64 * 1024
QUICKLY: Final = 1  # a third larger than the usual level, and four times as fast
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class Pieces:
    """A file that is only written to, whose bytes are taken away as they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        """Take in a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def packed(members: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """A ZIP archive of members that are made while it is written."""
    pieces = Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICKLY) as archive:
        for name, content in members:
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in content:
                    member.write(piece)
                    if ready := pieces.taken():
                        yield ready
    yield pieces.taken()


def in_chunks(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, piece by piece."""
    file.seek(0)
    while piece := file.read(CHUNK):
        yield piece


class Tables:
    """The tables of an export. While the root table is read, the rows of the repeats are put aside on the disk."""

    def __init__(self, export: Export, stack: ExitStack) -> None:
        self.export = export
        self.names = table_names(NOT_IN_NAMES.sub("_", export.form), export.fields)
        self._aside: dict[str, IO[bytes]] = {
            repeat: stack.enter_context(TemporaryFile(buffering=CHUNK))  # noqa: SIM115  (the stack closes it)
            for repeat in export.fields.repeats
        }

    def members(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """The root table first, since it fills the others; then the files that came along."""
        yield f"{self.names[ROOT]}.csv", self._root()
        for repeat, aside in self._aside.items():
            yield f"{self.names[repeat]}.csv", in_chunks(aside)
        if (audits := _peeked(self.export.audits)) is not None:
            form = NOT_IN_NAMES.sub("_", self.export.form)
            yield f"{form} - audit.csv", write_audits(replace(self.export, audits=audits))
        yield from media(self.export.files)

    def _root(self) -> Iterator[bytes]:
        export, lines = self.export, [self._text([[*META_FIRST, *self._headings(ROOT), *META_LAST]])]
        for repeat, aside in self._aside.items():
            aside.write(self._text([[*self._headings(repeat), *KEYS_LAST]]))
        read = row_reader(export.fields, options=export.options)
        readers = {repeat: row_reader(export.fields, repeat, export.options) for repeat in self._aside}
        size = 0
        for meta, tree in export.rows:
            lines.append(self._text([[moment(meta.submitted_at), *read(tree), *meta_last(meta)]]))
            self._put_aside(meta, tree, readers)
            size += len(lines[-1])
            if size > CHUNK:
                yield b"".join(lines)
                lines, size = [], 0
        yield b"".join(lines)

    def _put_aside(self, meta: Meta, tree: Tree, readers: dict[str, ReadRow]) -> None:
        for repeat, read in readers.items():
            found = occurrences(self.export.fields, tree, meta.instance_id, repeat)
            if found:
                rows = [[*read(frame), parent, key] for key, parent, frame in found]
                self._aside[repeat].write(self._text(rows))

    def _headings(self, repeat: str) -> list[str]:
        return [column.name for column in columns_of(self.export.fields, repeat, self.export.options)]

    def _text(self, rows: list[list[Any]]) -> bytes:
        return as_text(rows, harmlessly=self.export.options.harmless)


def _peeked(some: Iterable[tuple[str, Path]]) -> Iterable[tuple[str, Path]] | None:
    """The same, or None where there is none."""
    left = iter(some)
    first = next(left, None)
    return None if first is None else chain([first], left)


def media(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files that came along, under media/; one of a name that is taken gets a number."""
    taken: dict[str, int] = {}
    for name, path in files:
        plain = NOT_IN_NAMES.sub("_", name)
        times = taken[plain] = taken.get(plain, -1) + 1
        stem, dot, ending = plain.rpartition(".")
        numbered = f"{stem or ending}~{times}{dot}{ending if stem else ''}" if times else plain
        yield f"media/{numbered}", _content(path)


def _content(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from in_chunks(file)


def write(export: Export) -> Iterator[bytes]:
    """The archive piece by piece, in one pass over the submissions."""
    with ExitStack() as stack:
        yield from packed(Tables(export, stack).members())


writer = Writer(media="application/zip", write=write, ending="csv.zip")
