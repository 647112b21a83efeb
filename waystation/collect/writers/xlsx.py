"""An Excel workbook: a sheet of the submissions and one of each repeat; numbers and days are such, texts are texts.

Written by hand, since openpyxl takes eight times as long and a sheet needs few parts: ECMA-376, part 1, chapter 18.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final
from xml.sax.saxutils import escape, quoteattr

from ..rules.fields import ROOT, Fields, occurrences
from ..rules.fields.columns import KEYS_LAST, META_FIRST, META_LAST, columns_of, meta_last, row_reader, table_names
from . import Export, Writer
from .zip import CHUNK, in_chunks, packed

MOST_ROWS: Final = 1_048_576  # of a sheet, says the file format
MOST_SIGNS: Final = 32_767  # of a cell
MOST_EXACT: Final = 10**15  # what a spreadsheet shows of a number to its last digit
MOST_OF_A_NAME: Final = 31  # signs of a sheet's name
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=UTC)  # from which spreadsheets count days
SECONDS_A_DAY: Final = 86_400

PLAIN, BOLD, DAY, MOMENT = range(4)  # the styles, in their order in STYLES

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

STYLES: Final = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
SHEET_BEGINS: Final = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
).encode()
SHEET_ENDS: Final = b"</sheetData></worksheet>"


class Sheet:
    """One sheet, put aside on the disk while it is written; where it is full, the next one goes on."""

    def __init__(self, name: str, headings: Sequence[str], stack: ExitStack) -> None:
        self.name, self._headings, self._stack = name, headings, stack
        self.parts: list[IO[bytes]] = []
        self._rows = MOST_ROWS

    def add(self, cells: Iterable[Any]) -> None:
        """Write one row."""
        if self._rows >= MOST_ROWS:
            self.begin()
        self.parts[-1].write(as_row(cells))
        self._rows += 1

    def begin(self) -> None:
        """Begin a sheet, or the one that goes on where it is full, under its headings."""
        if self.parts:
            self.parts[-1].write(SHEET_ENDS)
        aside = TemporaryFile(buffering=CHUNK)  # noqa: SIM115  (the stack closes it)
        self.parts.append(self._stack.enter_context(aside))
        self.parts[-1].write(SHEET_BEGINS + as_row(self._headings, text_style=BOLD))
        self._rows = 1

    def end(self) -> None:
        """Close the sheet; one without rows still shows its headings."""
        if not self.parts:
            self.begin()
        self.parts[-1].write(SHEET_ENDS)


def as_row(cells: Iterable[Any], *, text_style: int = PLAIN) -> bytes:
    """One row of a sheet. A text is said to be one, so that none is ever taken for a formula."""
    return f"<row>{''.join([_cell(value, text_style) for value in cells])}</row>".encode()


def _cell(value: Any, text_style: int) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        style = f' s="{text_style}"' if text_style else ""
        return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    if isinstance(value, datetime):
        return f'<c s="{MOMENT}"><v>{(value - DAY_ZERO).total_seconds() / SECONDS_A_DAY!r}</v></c>'
    if isinstance(value, date):
        return f'<c s="{DAY}"><v>{(value - DAY_ZERO.date()).days}</v></c>'
    return _number(value)


def _number(value: float) -> str:
    """A number, or yes or no; one that a spreadsheet would round is a text, such as a long identity number."""
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int) and abs(value) > MOST_EXACT:
        return _cell(str(value), PLAIN)
    return f"<c><v>{value!r}</v></c>"


def _text(text: str) -> str:
    if text.isalnum():  # most are codes
        return text[:MOST_SIGNS]
    text = LOOKS_ESCAPED.sub("_x005F_", NOT_IN_XML.sub("", text))[:MOST_SIGNS]
    return escape(text).replace("\r", "&#13;")


def day(text: Any) -> date | Any:
    """A day as such, where a spreadsheet can count it; any other text stays one."""
    try:
        found = date.fromisoformat(text)
    except (ValueError, TypeError):
        return text
    return found if found > DAY_ZERO.date() else text


def sheet_names(names: Iterable[str]) -> list[str]:
    """Names as sheets may have them: short, without some signs, each one once whatever its capitals."""
    found: dict[str, str] = {}
    for name in names:
        plain = shorter = NOT_IN_SHEET_NAMES.sub("_", name)[:MOST_OF_A_NAME] or "_"
        number = 1
        while shorter.casefold() in found:
            number += 1
            shorter = f"{plain[: MOST_OF_A_NAME - len(str(number)) - 1]}~{number}"
        found[shorter.casefold()] = shorter
    return list(found.values())


def workbook(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """A workbook of sheets that are written already."""
    parts = [(sheet.name, part) for sheet in sheets for part in sheet.parts]
    names = sheet_names(name for name, _ in parts)
    yield from packed(
        [
            ("[Content_Types].xml", [_content_types(len(parts))]),
            ("_rels/.rels", [_relations(["officeDocument"], ["xl/workbook.xml"])]),
            ("xl/workbook.xml", [_contents(names)]),
            ("xl/_rels/workbook.xml.rels", [_workbook_relations(len(parts))]),
            ("xl/styles.xml", [STYLES.encode()]),
            *((f"xl/worksheets/sheet{nth}.xml", in_chunks(part)) for nth, (_, part) in enumerate(parts, start=1)),
        ]
    )


def _content_types(sheets: int) -> bytes:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{nth}.xml", "worksheet") for nth in range(1, sheets + 1)]
    overrides = "".join(f'<Override PartName="{name}" ContentType="{SHEETS}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def _relations(kinds: Sequence[str], targets: Sequence[str]) -> bytes:
    relations = "".join(
        f'<Relationship Id="rId{nth}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for nth, (kind, target) in enumerate(zip(kinds, targets, strict=True), start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'.encode()


def _workbook_relations(sheets: int) -> bytes:
    targets = [f"worksheets/sheet{nth}.xml" for nth in range(1, sheets + 1)]
    return _relations([*["worksheet"] * sheets, "styles"], [*targets, "styles.xml"])


def _contents(names: Sequence[str]) -> bytes:
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{nth}" r:id="rId{nth}"/>' for nth, name in enumerate(names, start=1)
    )
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'.encode()


def write(export: Export) -> Iterator[bytes]:
    """The sheets are put aside on the disk in one pass, then packed piece by piece."""
    with ExitStack() as stack:
        sheets = _sheets(export, stack)
        _fill(export, sheets)
        for sheet in sheets.values():
            sheet.end()
        yield from workbook(list(sheets.values()))


def _sheets(export: Export, stack: ExitStack) -> dict[str, Sheet]:
    fields, names = export.fields, table_names(export.form, export.fields)
    return {
        repeat: Sheet(
            names[ROOT] if repeat == ROOT else names[repeat].removeprefix(f"{export.form}-"),
            _headings(fields, repeat, export),
            stack,
        )
        for repeat in (ROOT, *fields.repeats)
    }


def _headings(fields: Fields, repeat: str, export: Export) -> list[str]:
    answers = [column.name for column in columns_of(fields, repeat, export.options)]
    return [*answers, *KEYS_LAST] if repeat else [*META_FIRST, *answers, *META_LAST]


def _fill(export: Export, sheets: dict[str, Sheet]) -> None:
    readers = {one: row_reader(export.fields, one, export.options, say={"date": day}) for one in sheets}
    for meta, tree in export.rows:
        sheets[ROOT].add([meta.submitted_at, *readers[ROOT](tree), *meta_last(meta)])
        for repeat in export.fields.repeats:
            for key, parent, frame in occurrences(export.fields, tree, meta.instance_id, repeat):
                sheets[repeat].add([*readers[repeat](frame), parent, key])


writer = Writer(media=f"{SHEETS}.sheet", write=write)
