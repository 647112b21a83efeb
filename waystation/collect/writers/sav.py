"""SPSS: the root table with the questions' words as labels of variables and the choices' words as labels of values.

Written by hand to the description of the format in the PSPP developers' guide, since pyreadstat wants the whole table
in memory: the cells are put aside on the disk until the width of each text is known.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final

import orjson

from ..rules.fields import Choice, said
from ..rules.fields.columns import META_FIRST, META_LAST, Column, columns_of, meta_last, moment, row_reader
from . import Export, Writer
from .zip import CHUNK

LONGEST_TEXT: Final = 32_767  # bytes
LONGEST_SEGMENT: Final = 255  # bytes; a longer text is written as several variables
OF_A_SEGMENT: Final = 252  # bytes that a segment counts for
LONGEST_LABEL: Final = 252
LONGEST_VALUE_LABEL: Final = 120
LONGEST_NAME: Final = 64
EIGHT: Final = 8
RESERVED: Final = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
NOT_IN_NAMES = re.compile(r"[^\w.$#@]")

BATCH: Final = 100  # cases that are written at once
BIAS: Final = 100
LITERAL, BLANK, ABSENT = 253, 254, 255  # of the codes that stand for eight bytes each
SYSTEM_MISSING: Final = -1.7976931348623157e308
FIRST_DAY: Final = date(1582, 10, 14)  # SPSS counts seconds from here
SECONDS_A_DAY: Final = 86_400
NUMBER, DAY, MOMENT = (5 << 16) | (12 << 8) | 2, (39 << 16) | (10 << 8), (22 << 16) | (20 << 8)
"""Formats: F12.2, SDATE10, DATETIME20."""
NUMBERS: Final = frozenset({"int", "decimal", "boolean"})


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its name, its words, how it is shown, and its width in bytes where it is a text."""

    name: str
    label: str
    format: int
    width: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    short: str = ""

    @property
    def segments(self) -> list[int]:
        """The widths of the variables that it is written as: one, but for very long texts."""
        if self.width <= LONGEST_SEGMENT:
            return [self.width]
        number = -(-self.width // OF_A_SEGMENT)
        return [*[LONGEST_SEGMENT] * (number - 1), self.width - (number - 1) * OF_A_SEGMENT]

    @property
    def eights(self) -> int:
        """Of how many times eight bytes its value consists."""
        return sum(max(1, -(-width // EIGHT)) for width in self.segments)


def write(export: Export) -> Iterator[bytes]:
    """The description first, then the cases, batch by batch."""
    variables = list(_variables(export))
    with TemporaryFile(buffering=CHUNK) as aside:
        widths, cases = _put_aside(export, variables, aside)
        known = [
            replace(one, width=width if not one.format else 0, short=f"V{nth:07}")
            for nth, (one, width) in enumerate(zip(variables, widths, strict=True), start=1)
        ]
        yield _description(export, known, cases)
        aside.seek(0)
        batch: list[bytes] = []
        for line in aside:
            batch.append(_case(known, orjson.loads(line)))
            if len(batch) >= BATCH:
                yield b"".join(batch)
                batch.clear()
        yield b"".join(batch)


def _variables(export: Export) -> Iterator[Variable]:
    """The columns of the CSV, under names that SPSS takes. Choices stay codes, since their words are labels."""
    language = export.fields.language(export.options.language)
    columns = columns_of(export.fields, options=_coded(export))
    taken: set[str] = set()
    yield Variable(_name(META_FIRST[0], taken), "", MOMENT)
    for column in columns:
        yield _variable(column, _name(column.name, taken), language)
    for name in META_LAST:
        counts = name in ("AttachmentsPresent", "AttachmentsExpected", "Edits")
        yield Variable(_name(name, taken), "", NUMBER if counts else 0)


def _coded(export: Export) -> Any:
    return replace(export.options, language="", labelled_headings=False)


def _variable(column: Column, name: str, language: str) -> Variable:
    label = _label(column, language)
    if column.kind == "date":
        return Variable(name, label, DAY)
    if column.kind in NUMBERS:
        return Variable(name, label, NUMBER)
    labelled = column.kind == "select_one"
    choices = tuple((one.code, said(one.labels, language)) for one in column.field.choices if one.code)
    return Variable(name, label, 0, choices=choices if labelled else ())


def _label(column: Column, language: str) -> str:
    words = column.field.label(language)
    if not column.part:
        return words
    chosen = next((one for one in column.field.choices if one.code == column.part), Choice(column.part))
    return f"{words}: {said(chosen.labels, language) or column.part}"


def _name(heading: str, taken: set[str]) -> str:
    """A name that SPSS takes, each one once whatever its capitals."""
    plain = NOT_IN_NAMES.sub("_", heading).rstrip(".")
    if not plain[:1].isalpha() or plain.upper() in RESERVED:
        plain = f"v_{plain}"
    name, number = _cut(plain, LONGEST_NAME), 1
    while name.casefold() in taken:
        number += 1
        name = f"{_cut(plain, LONGEST_NAME - len(str(number)) - 1)}_{number}"
    taken.add(name.casefold())
    return name


def _cut(text: str, longest: int) -> str:
    """As much of a text as fits into so many bytes."""
    return text.encode()[:longest].decode(errors="ignore")


def _put_aside(export: Export, variables: Sequence[Variable], aside: IO[bytes]) -> tuple[list[int], int]:
    """Put the cells aside, and tell the greatest width of each text and how many cases there are."""
    read, cases = row_reader(export.fields, options=_coded(export)), 0
    texts = [nth for nth, one in enumerate(variables) if not one.format]
    widths = [max([1, *(len(code.encode()) for code, _ in one.choices)]) for one in variables]
    for meta, tree in export.rows:
        row = [moment(meta.submitted_at), *read(tree), *meta_last(meta)]
        for nth in texts:
            value = row[nth]
            if value is not None:
                row[nth] = text = value if isinstance(value, str) else str(value)
                if len(text) * 4 > widths[nth]:  # it may be longer, in bytes
                    widths[nth] = min(LONGEST_TEXT, max(widths[nth], len(text.encode())))
        aside.write(orjson.dumps(row) + b"\n")
        cases += 1
    return widths, cases


def _description(export: Export, variables: Sequence[Variable], cases: int) -> bytes:
    eights = sum(one.eights for one in variables)
    head = struct.pack(
        "<4s60siiiiid9s8s64s3x",
        b"$FL2",
        b"@(#) SPSS DATA FILE Waystation".ljust(60),
        2,
        eights,
        1,
        0,
        cases,
        BIAS,
        b"01 Jan 70",  # the moment it was written would make equal answers unequal files
        b"00:00:00",
        _cut(export.fields.title or export.form, 64).encode().ljust(64),
    )
    dictionary = b"".join(_variable_records(variables))
    return head + dictionary + b"".join(_value_labels(variables)) + _extensions(variables) + struct.pack("<ii", 999, 0)


def _variable_records(variables: Iterable[Variable]) -> Iterator[bytes]:
    names = (f"S{nth:07}".encode() for nth in range(10**7))  # of further segments, which nobody sees
    for one in variables:
        for nth, width in enumerate(one.segments):
            yield _variable_record(one, width, next(names) if nth else one.short.encode(), labelled=not nth)
            for _ in range(-(-width // EIGHT) - 1):
                yield struct.pack("<iiiiii8s", 2, -1, 0, 0, 0, 0, b"        ")


def _variable_record(one: Variable, width: int, name: bytes, *, labelled: bool) -> bytes:
    shown = one.format or (1 << 16) | (width << 8)
    label = _cut(one.label, LONGEST_LABEL).encode() if labelled else b""
    record = struct.pack("<iiiiii8s", 2, width, bool(label), 0, shown, shown, name)
    return record + (struct.pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4) if label else b"")


def _value_labels(variables: Sequence[Variable]) -> Iterator[bytes]:
    """Labels of codes of up to eight bytes; those of longer ones are an extension."""
    place = 1
    for one in variables:
        if one.choices and one.width <= EIGHT:
            yield struct.pack("<ii", 3, len(one.choices))
            for code, words in one.choices:
                label = _cut(words, LONGEST_VALUE_LABEL).encode()
                yield code.encode().ljust(EIGHT) + (bytes([len(label)]) + label).ljust(-(-(len(label) + 1) // 8) * 8)
            yield struct.pack("<iii", 4, 1, place)
        place += one.eights


def _extensions(variables: Sequence[Variable]) -> bytes:
    long_names = "\t".join(f"{one.short}={one.name}" for one in variables).encode()
    very_long = "".join(f"{one.short}={one.width:05}\0\t" for one in variables if one.width > LONGEST_SEGMENT).encode()
    lowest = struct.unpack("<d", struct.pack("<q", struct.unpack("<q", struct.pack("<d", SYSTEM_MISSING))[0] - 1))[0]
    labels = b"".join(_long_value_labels(one) for one in variables if one.choices and one.width > EIGHT)
    parts = [
        (3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)),  # little end first, UTF-8
        (4, 8, struct.pack("<3d", SYSTEM_MISSING, -SYSTEM_MISSING, lowest)),
        (13, 1, long_names),
        (14, 1, very_long),
        (20, 1, b"UTF-8"),
        (21, 1, labels),
    ]
    return b"".join(struct.pack("<4i", 7, kind, size, len(part) // size) + part for kind, size, part in parts if part)


def _long_value_labels(one: Variable) -> bytes:
    name = one.name.encode()
    told = struct.pack("<i", len(name)) + name + struct.pack("<ii", one.width, len(one.choices))
    for code, words in one.choices:
        value, label = code.encode().ljust(one.width), _cut(words, LONGEST_VALUE_LABEL).encode()
        told += struct.pack("<i", len(value)) + value + struct.pack("<i", len(label)) + label
    return told


def _case(variables: Sequence[Variable], cells: Sequence[Any]) -> bytes:
    """One case: codes that stand for eight bytes each, eight at a time, each followed by what they could not say."""
    codes, literals = bytearray(), []
    for one, value in zip(variables, cells, strict=True):
        if one.format:
            code, literal = _number(value, one.format)
            codes.append(code)
            literals.append(literal)
            continue
        for code, literal in _text(value or "", one):
            codes.append(code)
            literals.append(literal)
    codes += bytes(-len(codes) % EIGHT)
    return b"".join(
        bytes(codes[nth : nth + EIGHT]) + b"".join(literals[nth : nth + EIGHT]) for nth in range(0, len(codes), EIGHT)
    )


def _number(value: Any, shown: int) -> tuple[int, bytes]:
    """A number, a day or a moment; what is none of these is missing."""
    number = _seconds(value) if shown in (DAY, MOMENT) else value
    if not isinstance(number, int | float):
        return ABSENT, b""
    if isinstance(number, int) and -BIAS < number <= 251 - BIAS:
        return number + BIAS, b""
    return LITERAL, struct.pack("<d", number)


def _seconds(value: Any) -> float | None:
    try:
        if len(value) > len("2026-01-01"):
            at = datetime.fromisoformat(value).astimezone(UTC)
            return (at.date() - FIRST_DAY).days * SECONDS_A_DAY + at.timestamp() % SECONDS_A_DAY
        return float((date.fromisoformat(value) - FIRST_DAY).days * SECONDS_A_DAY)
    except (ValueError, TypeError):
        return None


def _text(value: str, one: Variable) -> Iterator[tuple[int, bytes]]:
    whole = _cut(value, one.width).encode()
    for nth, width in enumerate(one.segments):
        part = whole[nth * LONGEST_SEGMENT :][:LONGEST_SEGMENT]
        written = -(-len(part) // EIGHT)
        for start in range(0, len(part), EIGHT):
            yield LITERAL, part[start : start + EIGHT].ljust(EIGHT)
        for _ in range(-(-width // EIGHT) - written):
            yield BLANK, b""


writer = Writer(media="application/x-spss-sav", write=write)
