"""Workbooks: .xlsx, .xlsm, .xls and .ods. An archive is looked over before it is unpacked, then read apart."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..problems import NoHeadingRow, NoSuchSheet, NotASpreadsheet, PasswordProtected, SheetTooLarge
from ..registry import Reader, Sheet, SheetOptions
from ..rules import column_names, workbooks

MOST_BYTES = 100_000_000
MOST_UNPACKED = 300_000_000
MOST_RATIO = 200  # unpacked to packed; a wide and sparse sheet reaches about 50
MOST_ENTRIES = 10_000
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what spreadsheet programs write
CHUNK = 1_000_000

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: an .xls, or the wrapping of an encrypted .xlsx
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read(path: Path, options: SheetOptions) -> Sheet:
    """Look the file over, then hand out the rows of one sheet, by default the first. Empty cells are None.

    Raises SheetTooLarge, NotASpreadsheet, PasswordProtected, NoSuchSheet or NoHeadingRow.
    """
    _check_file(path)
    lines = _lines(path, options.sheet)
    start, end = options.header_row - 1, options.header_row - 1 + options.header_rows
    headings = [workbooks.read_line(line) for line in lines[start:end]] if start >= 0 else []
    if len(headings) < options.header_rows or not _is_filled([cell for cells in headings for cell in cells]):
        raise NoHeadingRow(row=options.header_row)
    rows = ((number, tuple(workbooks.read_line(line))) for number, line in enumerate(lines[end:], start=end + 1))
    return Sheet(column_names(headings), ((number, cells) for number, cells in rows if _is_filled(cells)))


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(cell is not None for cell in cells)


def _check_file(path: Path) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SheetTooLarge(found=f"{size} B", most=f"{MOST_BYTES} B")
    if zipfile.is_zipfile(path):
        _check_archive(path, most=min(MOST_UNPACKED, MOST_RATIO * size))
        return
    content = path.read_bytes()
    if not content.startswith(OLD_WORKBOOK):
        raise NotASpreadsheet
    if ENCRYPTED in content:
        raise PasswordProtected


def _check_archive(path: Path, most: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise PasswordProtected
            if not {entry.compress_type for entry in entries} <= PACKINGS:
                raise NotASpreadsheet
            if len(entries) > MOST_ENTRIES:
                raise SheetTooLarge(found=f"{len(entries)} files", most=f"{MOST_ENTRIES} files")
            _check_unpacked(archive, entries, most)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, UnicodeDecodeError, OSError, EOFError) as error:
        raise NotASpreadsheet from error


def _check_unpacked(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], most: int) -> None:
    """Unpack everything once, keeping nothing: what an archive says of its own size may be a lie."""
    unpacked = 0
    for entry in entries:
        entry.file_size = sys.maxsize  # read on to where the packed bytes end
        with archive.open(entry) as file:
            while piece := file.read(CHUNK):
                unpacked += len(piece)
                if unpacked > most:
                    raise SheetTooLarge(found=f"> {most} B", most=f"{most} B")


def _lines(path: Path, sheet: str | None) -> list[str]:
    """The rows of a sheet as lines, read in a process of its own that may fail without harm."""
    command = [sys.executable, "-m", workbooks.__name__, str(path), *([] if sheet is None else [sheet])]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, check=False)  # noqa: S603
    if done.returncode == workbooks.PASSWORD:
        raise PasswordProtected
    if done.returncode < 0 or done.returncode == workbooks.TOO_LARGE:  # below zero: ended by the system
        raise SheetTooLarge(found=f"> {workbooks.MOST_MEMORY} B", most=f"{workbooks.MOST_MEMORY} B")
    if done.returncode:
        raise NotASpreadsheet
    names, *lines = done.stdout.splitlines()
    known = workbooks.read_line(names)
    if sheet is not None and sheet not in known:
        raise NoSuchSheet(sheet=sheet, known=", ".join(known))
    return lines


reader = Reader(suffixes=(".xlsx", ".xlsm", ".xls", ".ods"), read=read)
