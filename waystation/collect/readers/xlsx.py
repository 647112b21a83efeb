"""Workbooks: .xlsx, .xlsm, .xls and .ods, through calamine, which is fast but trusts what it reads.

So the file is looked over first: an archive that unpacks to too much, or a sheet with a cell so far out that the
empty ones before it fill the memory, is refused before calamine sees it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from ..problems import NoHeadingRow, NoSuchSheet, NotASpreadsheet, PasswordProtected, SheetTooLarge
from ..registry import Reader, Sheet, SheetOptions
from ..rules import column_names

MOST_BYTES = 100_000_000
MOST_UNPACKED = 300_000_000
MOST_RATIO = 200  # unpacked to packed; a wide, sparse sheet reaches about 50
MOST_ENTRIES = 10_000
MOST_CELLS = 20_000_000  # with the empty ones before the last: about 650 MB in memory
CHUNK = 1_000_000
LONGEST_TAG = 200

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: an .xls, or the wrapping of an encrypted .xlsx
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'][^>]*(?<!/)>""")
FILLED_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,7})["'][^>]*(?<!/)>""")


def read(path: Path, options: SheetOptions) -> Sheet:
    """Look the file over, then hand out the rows of one sheet, by default the first. Empty cells are None.

    Raises SheetTooLarge, NotASpreadsheet, PasswordProtected, NoSuchSheet or NoHeadingRow.
    """
    _check_file(path)
    sheet = _sheet(path, options.sheet)
    names = column_names(_headings(sheet, options))
    heading_end = options.header_row + options.header_rows - 1
    rows = (
        (number, tuple(None if cell == "" else cell for cell in cells))
        for number, cells in enumerate(islice(_cells(sheet), heading_end, None), start=heading_end + 1)
        if any(cell != "" for cell in cells)
    )
    return Sheet(names, rows)


def _check_file(path: Path) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SheetTooLarge(found=f"{size} B", most=f"{MOST_BYTES} B")
    if zipfile.is_zipfile(path):
        _check_archive(path)
        return
    content = path.read_bytes()
    if not content.startswith(OLD_WORKBOOK):
        raise NotASpreadsheet
    if ENCRYPTED in content:
        raise PasswordProtected


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise PasswordProtected
            if len(entries) > MOST_ENTRIES:
                raise SheetTooLarge(found=f"{len(entries)} files", most=f"{MOST_ENTRIES} files")
            _check_entries(archive, entries, path.stat().st_size)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise NotASpreadsheet from error


def _check_entries(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], packed: int) -> None:
    """Unpack everything once, keeping nothing: what an archive says of its own size may be a lie."""
    most = min(MOST_UNPACKED, MOST_RATIO * packed)
    unpacked = 0
    for entry in entries:
        entry.file_size = most + 1
        with archive.open(entry) as file:
            for piece in _pieces(file, is_sheet=entry.filename.startswith("xl/worksheets/")):
                unpacked += piece
                if unpacked > most:
                    raise SheetTooLarge(found=f"> {most} B", most=f"{most} B")


def _pieces(file: IO[bytes], *, is_sheet: bool) -> Iterator[int]:
    """The size of each piece of an unpacked file; of a sheet, also look how far out its cells lie."""
    row = column = 0
    before = b""
    while piece := file.read(CHUNK):
        yield len(piece)
        if not is_sheet:
            continue
        text = before + piece
        for match in FILLED_CELL.finditer(text):
            row, column = max(row, int(match[2])), max(column, _place(match[1]))
        row = max(row, *(int(number) for number in FILLED_ROW.findall(text)), 0)
        if row * max(column, 1) > MOST_CELLS:
            raise SheetTooLarge(found=f"{row} × {column} cells", most=f"{MOST_CELLS} cells")
        before = text[-LONGEST_TAG:]


def _place(letters: bytes) -> int:
    """The place of a column from its letters: A is 1, AA is 27."""
    place = 0
    for letter in letters.upper():
        place = 26 * place + letter - ord("A") + 1
    return place


def _sheet(path: Path, name: str | None) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_path(path)
        known = workbook.sheet_names
        if not known:
            raise NotASpreadsheet
        if name is not None and name not in known:
            raise NoSuchSheet(sheet=name, known=", ".join(known))
        return workbook.get_sheet_by_name(known[0] if name is None else name)
    except PasswordError as error:
        raise PasswordProtected from error
    except CalamineError as error:
        raise NotASpreadsheet from error


def _cells(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows of a sheet from its very first, each from its very first column."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*before, *cells] for cells in sheet.iter_rows())


def _headings(sheet: CalamineSheet, options: SheetOptions) -> list[list[Any]]:
    start = options.header_row - 1
    headings = list(islice(_cells(sheet), start, start + options.header_rows)) if start >= 0 else []
    if len(headings) < options.header_rows or not any(cell != "" for cells in headings for cell in cells):
        raise NoHeadingRow(row=options.header_row)
    return headings


reader = Reader(suffixes=(".xlsx", ".xlsm", ".xls", ".ods"), read=read)
