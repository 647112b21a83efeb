"""What apps put in their folders to be collected: intakes; what this app reads by itself: formats of files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.apps import apps
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

from waystation.access.models import Actor
from waystation.kernel.problems import Gathering, Place, Problem, Several
from waystation.kernel.registries import things_on

from .models import Submission
from .problems import AnswerMissing, FormNotReadable, NoSuchIntake, NotAForm, NotASheet, SheetTooLarge
from .rules import read_choice, read_count, read_date, read_number, read_yes_no

INSTANCE = "{http://www.w3.org/2002/xforms}instance"
XHTML = "{http://www.w3.org/1999/xhtml}"

MOST_UNPACKED = 50_000_000  # bytes of a form's workbook


Read = TypeVar("Read")


@dataclass(slots=True)
class Answers:
    """The answers of one filled form or of one row of a sheet, by question.

    A getter that cannot read an answer notes the problem with its place and answers None; `all_read` raises what was
    noted. So a row with three faults tells all three.
    """

    words: Mapping[str, Any]
    row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """The heading of the column that answers a question, where it has another name."""
    source: Submission | None = None
    """The submission that says so; none where a sheet is only tried."""
    nth: int | None = None
    """Which it is of several filled forms that are read together."""
    faults: list[tuple[Place, Problem]] = field(default_factory=list)

    def _read(self, question: str, reader: Callable[[Any], Read], *, needed: bool) -> Read | None:
        word = self.words.get(question)
        if isinstance(word, str):
            word = word.strip()
        if word is None or word == "":
            if needed:
                self.fault(AnswerMissing(question=self.place(question)), question)
            return None
        try:
            return reader(word)
        except Problem as problem:
            self.fault(problem, question)
            return None

    def place(self, question: str) -> str:
        """What the person who filled it in calls the question."""
        return self.columns.get(question, question)

    def fault(self, problem: Problem, question: str | None = None) -> None:
        """Note a problem with one answer."""
        self.faults.append((Place(self.row, self.place(question) if question else None), problem))

    def all_read(self) -> None:
        """Raise Several when any answer could not be read."""
        if self.faults:
            raise Several(self.faults)

    def text(self, question: str, *, needed: bool = False) -> str:
        """A text without its outer blanks; a whole number of a sheet is written as such; empty when absent."""
        return self._read(question, _as_text, needed=needed) or ""

    def count(self, question: str, *, needed: bool = False) -> int | None:
        """A whole number of people or things, never negative."""
        return self._read(question, lambda word: read_count(word, self.place(question)), needed=needed)

    def number(self, question: str, *, needed: bool = False) -> float | None:
        """A measured number."""
        return self._read(question, lambda word: read_number(word, self.place(question)), needed=needed)

    def date(self, question: str, *, needed: bool = False) -> date | None:
        """A day."""
        return self._read(question, lambda word: read_date(word, self.place(question)), needed=needed)

    def choice(
        self, question: str, choices: Mapping[str, Iterable[str]], *, needed: bool = False, default: str = ""
    ) -> str:
        """The code of one of some choices, each with the spellings that stand for it."""
        return (
            self._read(question, lambda word: read_choice(word, choices, self.place(question)), needed=needed)
            or default
        )

    def yes_no(self, question: str) -> bool | None:
        """Yes, no, or not said."""
        return self._read(question, read_yes_no, needed=False)


def _as_text(word: Any) -> str:
    return str(int(word)) if isinstance(word, float) and word.is_integer() else str(word)


@dataclass(frozen=True)
class Reading:
    """What became of answers: the app's own records, ready to be written, and doubts that stop nothing."""

    records: Sequence[Any]
    warnings: Sequence[tuple[Place, Problem]] = ()
    sources: Sequence[Submission] = ()
    """The filled forms that were read together, where there are several: a doubt's row is the number of its form."""

    def sent_as(self, submission: Submission) -> Reading:
        """The same, of a sheet that was only tried and is now kept as this submission."""
        return replace(self, records=[replace(record, source=submission) for record in self.records])

    def of(self, submission: Submission) -> tuple[int, list[dict[str, Any]]]:
        """How many records one submission gave, and its doubts as they are stored."""
        doubts = self.warnings
        if self.sources:
            doubts = [
                (Place(column=place.column), doubt)
                for place, doubt in doubts
                if place.row and self.sources[place.row - 1] is submission
            ]
        records = sum(record.source is submission for record in self.records)
        return records, [{"place": place.as_dict(), **doubt.as_record()} for place, doubt in doubts]


@dataclass(frozen=True)
class Intake:
    """One kind of form, or of sheet, and what becomes of its answers.

    `read` looks up what it needs once, then turns every row's answers into a record of the app, writing nothing.
    `record` writes them, all or none. A phone's form is a sheet of one row, and several forms of one sender are a sheet
    of several; each record is a dataclass whose `source` is the submission that it came from.
    """

    read: Callable[[Actor, Sequence[Answers], Gathering], list[Any]]
    record: Callable[[Actor, Any], None]
    form: str | None = None
    """The XLSForm as a Markdown table; None where only sheets bring it."""
    sheet_questions: tuple[str, ...] = ()
    """What a sheet may answer beyond the questions of the form."""
    replaces: bool = False
    """Whether recording what an edited submission says replaces what it said before."""
    title: str = ""
    """What it takes in, in a word or two, marked for translation: how pages offer it."""


def read_all(rows: Sequence[Answers], gathering: Gathering, read_one: Callable[[Answers], Any]) -> list[Any]:
    """Read row after row, gathering every problem of every row with its place."""
    records = []
    for answers in rows:
        with gathering.at(row=answers.nth or answers.row):
            record = read_one(answers)
            answers.all_read()
            records.append(record)
    return records


@cache
def intakes() -> dict[str, Intake]:
    """Every intake of every app, as app.name."""
    return {
        f"{config.label}.{name}": intake
        for config in apps.get_app_configs()
        if config.name.startswith("waystation.")
        for name, intake in things_on(f"{config.name}.intakes", Intake).items()
    }


@dataclass(frozen=True)
class Register:
    """One register of an app as a list that phones carry, offline: a form chooses from `sites.csv`."""

    properties: tuple[str, ...]
    rows: Callable[[Actor], Iterable[Sequence[str]]]
    """Code, label and properties of what a phone may carry: what lies where it may send from, and no more."""
    token: Callable[[], object]
    """What changes whenever anything in the register does: phones fetch it again then."""
    file: str = ""
    """The name of the phones' file."""


@cache
def registers() -> dict[str, Register]:
    """Every register of every app, by the name of its file without the end. Raises ValueError for two of one name."""
    found: dict[str, Register] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("waystation."):
            for name, register in things_on(f"{config.name}.lists", Register).items():
                if name in found:
                    raise ValueError(f"two registers are called {name}")
                found[name] = replace(register, file=f"{name}.csv")
    return found


def intake_called(name: str) -> Intake:
    """The intake of that name. Raises NoSuchIntake."""
    if name not in intakes():
        raise NoSuchIntake(intake=name, known=", ".join(sorted(intakes())))
    return intakes()[name]


@dataclass(frozen=True)
class ReadForm:
    """An XLSForm, converted and read once."""

    form_id: str
    version: str
    title: str
    intake: str
    xform: str
    questions: tuple[str, ...]
    warnings: tuple[str, ...]


def _check_unpacked(definition: bytes) -> None:
    """A workbook is an archive, and a small one can unpack to more than the memory holds.

    What it says of its sizes can be trusted here: Python's own reader, which pyxform uses, reads no further than that.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(definition)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return  # another format, or none: the converter tells
    if size > MOST_UNPACKED:
        raise SheetTooLarge(found=f"{size} B", most=f"{MOST_UNPACKED} B")


def read_xlsform(definition: bytes, fallback: str = "data") -> ReadForm:
    """Convert an XLSForm (a workbook, or a Markdown table) to the XForm that phones fetch.

    Raises FormNotReadable, NotAForm or SheetTooLarge.
    """
    _check_unpacked(definition)
    markdown = definition.lstrip().startswith(b"|")
    try:
        given = definition.decode() if markdown else definition
        book = get_xlsform(given, ".md" if markdown else None)
        book.fallback_form_name = fallback or "data"  # as the name of its file is for the converter
        result = convert(asdict(book), form_name="data")
    except PyXFormError as error:
        raise FormNotReadable(reason=str(error)) from error
    except Exception as error:
        # pyxform answers a file that is no form at all with whatever broke first; each of them means the same here
        raise NotAForm from error
    xform = fromstring(result.xform)
    instance = xform.find(f".//{INSTANCE}/*")
    assert instance is not None  # noqa: S101  (pyxform always writes one)
    assert result._pyxform is not None  # noqa: S101
    return ReadForm(
        form_id=instance.get("id", ""),
        version=instance.get("version", ""),
        title=str(xform.findtext(f".//{XHTML}title") or instance.get("id", "")),
        intake=str(result._pyxform.get("intake", "")),
        xform=result.xform,
        questions=tuple(_questions(instance)),
        warnings=tuple(result.warnings),
    )


def read_definition(definition: bytes, fallback: str = "") -> ReadForm:
    """Read a form as it is given: an XLSForm, or an XForm as it is. `fallback` names a form that does not name itself.

    Raises FormNotReadable, NotAForm or SheetTooLarge.
    """
    if not definition.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_xlsform(definition, fallback)
    try:
        xform = definition.decode()
        root = fromstring(xform)
    except (UnicodeDecodeError, ParseError, DefusedXmlException) as error:
        raise FormNotReadable(reason=str(error)) from error
    instance = root.find(f".//{INSTANCE}/*")
    if instance is None or not instance.get("id"):
        raise FormNotReadable(reason="no instance with an id")
    return ReadForm(
        form_id=instance.get("id", ""),
        version=instance.get("version", ""),
        title=str(root.findtext(f".//{XHTML}title") or instance.get("id", "")),
        intake="",
        xform=xform,
        questions=tuple(_questions(instance)),
        warnings=(),
    )


def with_version(xform: str, version: str) -> str:
    """The same form under another version: only the attribute of its first instance is changed."""
    opening = re.search(r"<instance\b[^>]*>\s*<[^>]+>", xform)
    assert opening is not None  # noqa: S101  (read_definition has found it)
    tag, quoted = opening.group(), escape(version, {'"': "&quot;"})
    changed, times = re.subn(r'(\sversion=)("[^"]*"|\'[^\']*\')', lambda found: f'{found[1]}"{quoted}"', tag, count=1)
    if not times:
        changed = re.sub(r"(\s*/?>)$", lambda found: f' version="{quoted}"{found[1]}', tag)
    return xform[: opening.start()] + changed + xform[opening.end() :]


def _questions(node: Element, path: str = "") -> list[str]:
    """The questions of a form, groups as dotted names, without the phone's own notes."""
    names: list[str] = []
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if path == "" and tag == "meta":
            continue
        names += _questions(child, f"{path}{tag}.") if len(child) else [path + tag]
    return names


@cache
def form_questions(intake: str) -> tuple[str, ...]:
    """The questions of an intake's own form, which every form that feeds it must keep."""
    form = intake_called(intake).form
    return read_xlsform(form.encode()).questions if form else ()


def questions_of(intake: str) -> tuple[str, ...]:
    """What a sheet may answer for an intake."""
    return (*form_questions(intake), *intake_called(intake).sheet_questions)


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """Where in a file the table lies."""

    sheet: str | None = None
    header_row: int = 1
    """The row of the (upper) heading, counted from 1 as a person does."""
    header_rows: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a file holds it: headings, and each row with its number as a person sees it."""

    names: list[str]
    rows: Iterable[tuple[int, tuple[Any, ...]]]


@dataclass(frozen=True)
class Reader:
    """Turns files of one format into a sheet."""

    suffixes: tuple[str, ...]
    read: Callable[[Path, SheetOptions], Sheet]


@cache
def readers() -> dict[str, Reader]:
    """The reader of every suffix, such as `.xlsx`."""
    found = things_on("waystation.collect.readers", Reader)
    return {suffix: reader for reader in found.values() for suffix in reader.suffixes}


def reader_of(name: str) -> Reader:
    """The reader of a file's format, by the end of its name. Raises NotASheet."""
    suffix = Path(name).suffix.lower()
    if suffix not in readers():
        raise NotASheet(file=name, known=", ".join(sorted(readers())))
    return readers()[suffix]
