"""Sheets through `waystation load`: all of a sheet, or nothing and a list of everything wrong in it."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Sum
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from tests.shell import Shell, opened
from waystation.access.models import Entry
from waystation.collect import actions as collect
from waystation.collect.models import Attachment, Submission
from waystation.front.worker import work_once
from waystation.places.models import Site
from waystation.tracking import actions as tracking
from waystation.tracking.models import Assessment, Count, ReportedTotal

HEADING = "operation,round,day,site,outcome,idp_households,idp_individuals,method"
SOUTH_SUDAN = Path(str(files("waystation.front") / "south_sudan"))
PCODES = SOUTH_SUDAN.parents[1] / "places" / "data" / "pcodes.csv"
DATA_ERROR = 65


@pytest.fixture
def shell(country: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """`waystation`, where there is a country to count in."""
    with opened(monkeypatch, capsys) as run:
        yield run


def sheet(path: Path, rows: Sequence[Sequence[object]] | str, heading: str = HEADING, encoding: str = "utf-8") -> Path:
    """A sheet as a text file."""
    if isinstance(rows, str):
        rows = [line.strip().split(",") for line in rows.strip().splitlines()]
    text = io.StringIO()
    csv.writer(text).writerows([*(line.split(",") for line in heading.splitlines()), *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(path: Path, rows: Sequence[Sequence[object]], title: str = "Counts") -> Path:
    """A sheet as a workbook."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def everything_written() -> dict[str, int]:
    """The number of rows that loading a sheet can add to, and of files."""
    kept = [path for path in Path(settings.DATA, "files").rglob("*") if path.is_file()]
    models = (Submission, Attachment, Assessment, Count, Site, ReportedTotal, Entry)
    return {model.__name__: model.objects.count() for model in models} | {"files": len(kept)}


GOOD = """
    SSD-MT,1,2026-03-02,ssid_1,assessed,8,40,headcount
    SSD-MT,1,2026-03-02,ssid_2,assessed,9,45,headcount
"""

TEN_FAULTS = """
    SSD-MT,1,2026-03-02,,assessed,8,40,headcount
    SSD-MT,1,2026-03-02,ssid_99,assessed,8,40,headcount
    SSD-MT,7,2026-03-02,ssid_1,assessed,8,40,headcount
    SSD-MT,1,03/04/2026,ssid_1,assessed,8,40,headcount
    SSD-MT,1,soon,ssid_1,assessed,8,40,headcount
    SSD-MT,1,2026-03-02,ssid_2,assessed,8,-40,headcount
    SSD-MT,1,2026-03-02,ssid_3,assessed,8,4.5,headcount
    SSD-MT,1,2026-03-02,ssid_3,assessed,8,many,headcount
    SSD-MT,1,2026-03-02,ssid_3,assessed,8,40,guess
    SSD-MT,1,2026-03-02,ssid_4,assessed,80,40,headcount
"""

TEN_PLACES = [
    ("2", "site", "collect.answer_missing"),
    ("3", "site", "places.no_such_site"),
    ("4", "round", "tracking.no_such_round"),
    ("5", "day", "collect.ambiguous_date"),
    ("6", "day", "collect.not_a_date"),
    ("7", "idp_individuals", "collect.negative_count"),
    ("8", "idp_individuals", "collect.not_whole"),
    ("9", "idp_individuals", "collect.not_a_number"),
    ("10", "method", "collect.not_a_choice"),
    ("11", "idp_households", "tracking.people_without_households"),
]


def test_a_sheet_with_ten_faults_is_refused_as_a_whole_with_ten_problems(shell, tmp_path):
    file, before = sheet(tmp_path / "counts.csv", TEN_FAULTS), everything_written()

    said = shell("load", file, "--intake", "tracking.location_count")

    assert (said.code, said.out) == (DATA_ERROR, "")
    assert said.faults == TEN_PLACES
    assert "kernel.several: Problems found: 10. Nothing was recorded." in said.err
    assert everything_written() == before


def test_one_good_row_among_the_faults_is_not_written_either(shell, tmp_path):
    file, before = sheet(tmp_path / "counts.csv", GOOD + TEN_FAULTS), everything_written()

    said = shell("load", file, "--intake", "tracking.location_count")

    assert (said.code, len(said.faults)) == (DATA_ERROR, 10)
    assert everything_written() == before


def test_the_ten_problems_are_told_in_french_when_french_is_asked_for(shell, tmp_path):
    file = sheet(tmp_path / "counts.csv", TEN_FAULTS)

    said = shell("load", file, "--intake", "tracking.location_count", language="fr_FR.UTF-8")

    assert said.faults == TEN_PLACES
    for sentence in (
        "  2:site  collect.answer_missing: site est vide.",
        "  7:idp_individuals  collect.negative_count: idp_individuals : « -40 » est inférieur à zéro",
        "  10:method  collect.not_a_choice: method : « guess » ne fait pas partie des choix.",
    ):
        assert sentence in said.err
    assert "is empty" not in said.err


def test_faults_are_told_by_the_headings_of_the_sheet(shell, tmp_path):
    heading = "Opération,Tour,Jour,Code du site,Réponse,Ménages,Personnes,Méthode"
    file = sheet(tmp_path / "counts.csv", TEN_FAULTS, heading)
    mapping = tmp_path / "mapping.yaml"
    pairs = dict(zip(HEADING.split(","), heading.split(","), strict=True))
    mapping.write_text(
        "intake: tracking.location_count\ncolumns:\n" + "".join(f"  {q}: {c}\n" for q, c in pairs.items())
    )

    said = shell("load", file, "--mapping", mapping)

    assert [(row, code) for row, _column, code in said.faults] == [(row, code) for row, _column, code in TEN_PLACES]
    assert "  2:Code du site  collect.answer_missing: Code du site is empty." in said.err


def test_the_worker_holds_such_a_sheet_with_the_same_problems(country, tmp_path):
    file = sheet(tmp_path / "counts.csv", TEN_FAULTS)
    with file.open("rb") as content:
        mapping = {"intake": "tracking.location_count"}
        kept = collect.receive_sheet(by=country.officer, file=(file.name, content), mapping=mapping)

    work_once()

    kept.refresh_from_db()
    told = [(str(one["place"]["row"]), one["place"]["column"], one["code"]) for one in kept.problem["each"]]
    assert (kept.state, told) == ("held", TEN_PLACES)
    assert not Assessment.objects.exists()


def test_loading_a_sheet_twice_is_no_harm(shell, tmp_path):
    file = sheet(tmp_path / "counts.csv", GOOD)
    first = shell("load", file, "--intake", "tracking.location_count")
    rows = {name: number for name, number in everything_written().items() if name != "Entry"}

    again = shell("load", file, "--intake", "tracking.location_count")
    work_once()

    assert (first.code, first.out) == (again.code, again.out) == (0, "tracking.location_count: 2\n")
    assert {name: number for name, number in everything_written().items() if name != "Entry"} == rows
    assert rows["Count"] == 2


# Files that are not what they seem


def bomb(path: Path) -> Path:
    """A workbook of 400 kB that unpacks to 400 MB."""
    workbook(path, [["operation"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", bytes(400_000_000))
    return path


def bytes_at(path: Path, content: bytes) -> Path:
    """A file with some bytes in it."""
    path.write_bytes(content)
    return path


def encrypted(path: Path) -> Path:
    """What a spreadsheet program writes when a password is set: an OLE file around an encrypted package."""
    return bytes_at(path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"))


ACCENTS = [["SSD-MT", "1", "2026-03-02", "ssid_1", "assessed", "8", "40", "à vue"]]

BAD_FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip bomb": (lambda folder: bomb(folder / "a.xlsx"), "collect.sheet_too_large"),
    "password": (lambda folder: encrypted(folder / "a.xlsx"), "collect.password_protected"),
    "Latin-1": (lambda folder: sheet(folder / "a.csv", ACCENTS, encoding="latin-1"), "collect.not_utf8"),
    "Windows-1256": (lambda folder: bytes_at(folder / "a.csv", "موقع,جولة\n".encode("cp1256")), "collect.not_utf8"),
    "zero bytes": (lambda folder: bytes_at(folder / "a.csv", b"site,round\nx\0,1\n"), "collect.not_utf8"),
    "a photograph": (lambda folder: bytes_at(folder / "a.xlsx", b"\xff\xd8\xff\xe0" * 99), "collect.not_a_spreadsheet"),
    "half a workbook": (
        lambda folder: bytes_at(folder / "a.xlsx", workbook(folder / "b.xlsx", [["a"], ["b"]]).read_bytes()[:-900]),
        "collect.not_a_spreadsheet",
    ),
    "nothing": (lambda folder: bytes_at(folder / "a.csv", b""), "collect.no_heading_row"),
    "a heading alone": (lambda folder: sheet(folder / "a.csv", []), "collect.sheet_empty"),
    "other headings": (lambda folder: sheet(folder / "a.csv", [["1", "2"]], "one,two"), "collect.nothing_answered"),
    "a quotation that never ends": (
        lambda folder: bytes_at(folder / "a.csv", b'site,round\n"x,1\n'),
        "collect.broken_row",
    ),
    "another format": (lambda folder: bytes_at(folder / "a.pdf", b"%PDF-1.7"), "collect.not_a_sheet"),
}


@pytest.mark.parametrize(("make", "code"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_cannot_be_read_is_told_and_nothing_is_written(shell, tmp_path, make, code):
    file, before = make(tmp_path), everything_written()

    said = shell("load", file, "--intake", "tracking.location_count")

    assert said.code == DATA_ERROR
    assert f"{code}: " in said.err
    assert everything_written() == before


BAD_MAPPINGS = {
    "not YAML": ("a: [", "collect.mapping_not_readable"),
    "a list": ("- a\n- b", "collect.mapping_not_readable"),
    "aliases without end": ("a: &a [x, x]\nb: &b [*a, *a]\nintake: *b", "collect.mapping_not_readable"),
    "a made-up tag": ("intake: !!python/object/apply:os.system [ls]", "collect.wrong_mapping_part"),
    "a mistyped part": ("intake: tracking.location_count\ncolums: {}", "collect.no_such_mapping_part"),
    "a row that is none": ("intake: tracking.location_count\nheader_row: first", "collect.wrong_mapping_part"),
    "columns as a list": ("intake: tracking.location_count\ncolumns: [site]", "collect.wrong_mapping_part"),
    "no intake": ("columns: {site: site}", "collect.nothing_chosen"),
    "an unknown question": ("intake: tracking.location_count\ncolumns: {sit: site}", "collect.bad_mapping"),
    "an unknown constant": ("intake: tracking.location_count\nconstants: {sit: x}", "collect.bad_mapping"),
    "an unknown column": ("intake: tracking.location_count\ncolumns: {site: Place}", "collect.no_such_column"),
    "a heading row beyond the end": ("intake: tracking.location_count\nheader_row: 999", "collect.no_heading_row"),
}


@pytest.mark.parametrize(("text", "code"), BAD_MAPPINGS.values(), ids=BAD_MAPPINGS)
def test_a_mapping_that_cannot_be_used_is_told(shell, tmp_path, text, code):
    file, mapping = sheet(tmp_path / "counts.csv", GOOD), tmp_path / "mapping.yaml"
    mapping.write_text(text)

    said = shell("load", file, "--mapping", mapping)

    assert said.code == DATA_ERROR
    assert f"{code}: " in said.err
    assert not Submission.objects.exists()


def test_a_mapping_of_another_intake_is_told(shell, tmp_path):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("intake: places.site")

    said = shell("load", sheet(tmp_path / "a.csv", GOOD), "--mapping", mapping, "--intake", "tracking.location_count")

    assert (said.code, said.err.partition(":")[0]) == (DATA_ERROR, "collect.mapping_for_other")


# Sheets as people make them


def test_a_heading_of_two_rows_blank_rows_tags_and_notes_are_seen_for_what_they_are(shell, tmp_path):
    rows = [
        ["Mobility tracking, round 1"],
        [],
        ["Where", None, "When", "Displaced", None, None],
        ["Site", "Operation", "Day", "Households", "People", "Round"],
        ["#loc+code", "#activity", "#date", "#affected+hh", "#affected+ind", "#event"],
        ["ssid_1", "SSD-MT", datetime(2026, 3, 2), 8, 40, 1],
        ["  ", None, "", "\t", None, " "],
        [None, None, None, None, None, None],
        ["ssid_2", "SSD-MT", date(2026, 3, 3), 9.0, "٤٥", "1"],
        ["Grand total", None, None, 17, 85, None],
        [None, None, None, None, None, None, "Source: key informants"],
    ]
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "intake: tracking.location_count\nheader_row: 3\nheader_rows: 2\n"
        "columns: {site: Where / Site, operation: Where / Operation, day: When / Day, round: Displaced / Round, "
        "idp_households: Displaced / Households, idp_individuals: Displaced / People}\n"
        "constants: {method: ki_estimate}\n"
    )

    said = shell("load", workbook(tmp_path / "counts.xlsx", rows), "--mapping", mapping)

    assert (said.code, said.out) == (0, "tracking.location_count: 2\n"), said.err
    assert sorted(Count.objects.values_list("individuals", flat=True)) == [40, 45]
    warned = Submission.objects.get().warnings
    assert [(one["place"]["row"], one["code"]) for one in warned if one["code"].startswith("collect.")] == [
        (10, "collect.total_row_left_out"),
        (11, "collect.row_answers_nothing"),
    ]


def test_days_in_five_shapes_are_one_day(shell, country, tmp_path):
    for number in (2, 3, 4, 5, 6):
        tracking.plan_round(
            by=country.system,
            operation=country.operation,
            number=number,
            starts=date(2026, 3, 1),
            ends=date(2026, 3, 31),
        )
    shapes = ["2026-03-15", "15/03/2026", "15 March 2026", "15 mars 2026", 46096, datetime(2026, 3, 15, 8, 30)]
    rows = [["SSD-MT", n, day, "ssid_1", "assessed", 8, 40, "headcount"] for n, day in enumerate(shapes, start=1)]

    said = shell(
        "load", workbook(tmp_path / "a.xlsx", [HEADING.split(","), *rows]), "--intake", "tracking.location_count"
    )

    assert said.code == 0, said.err
    assert set(Assessment.objects.values_list("day", flat=True)) == {date(2026, 3, 15)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_text_file_that_says_its_encoding_is_read(shell, tmp_path, encoding):
    said = shell("load", sheet(tmp_path / "a.csv", GOOD, encoding=encoding), "--intake", "tracking.location_count")

    assert (said.code, said.out) == (0, "tracking.location_count: 2\n")


def test_zero_bytes_in_a_workbook_do_no_harm(shell, tmp_path):
    heading = ["operation", "round", "day", "site", "outcome", "reason_x0000_"]
    row = ["SSD-MT", 1, "2026-03-02", "ssid_1_x0000_", "not_accessible", "road_x0000_ flooded"]
    total = ["_x0000_Total", None, None, None, None, None]

    said = shell("load", workbook(tmp_path / "a.xlsx", [heading, row, total]), "--intake", "tracking.location_count")

    assert said.code == 0, said.err
    assert Assessment.objects.get().reason == "road flooded"


# The workbook of South Sudan, round 11


def south_sudan(shell: Shell, country: Any, folder: Path) -> None:
    """Its states and counties as they are in the global list, and the round."""
    rows = csv.reader(PCODES.read_text(encoding="utf-8-sig").splitlines())
    heading, *areas = [row for row in rows if row[0] in ("Location", "SSD")]
    with (folder / "pcodes.csv").open("w", newline="") as file:
        csv.writer(file).writerows([heading, *areas])
    assert shell("load", folder / "pcodes.csv", "--mapping", SOUTH_SUDAN / "pcodes.yaml").code == 0
    tracking.plan_round(
        by=country.system, operation=country.operation, number=11, starts=date(2021, 7, 1), ends=date(2021, 9, 30)
    )


def test_the_row_of_totals_of_the_county_sheet_is_told_and_not_added(shell, country, tmp_path):
    book = SOUTH_SUDAN / "mobility_tracking_round_11.xlsx"
    south_sudan(shell, country, tmp_path)
    heading, *cells = CalamineWorkbook.from_path(book).get_sheet_by_name("MT R11 County summary").to_python()
    people = next(at for at, name in enumerate(heading) if "IDP individuals (total)" in " ".join(name.split()))
    naive = sum(row[people] for row in cells if row[people] != "")

    said = shell("load", book, "--mapping", SOUTH_SUDAN / "totals_by_county.yaml")

    assert (said.code, said.out) == (0, "tracking.reported_total: 78\n")
    assert f"  {len(cells) + 1}  collect.total_row_left_out: The row of totals “Grand Total” was left out." in said.err
    assert naive == 4_034_472
    assert ReportedTotal.objects.aggregate(Sum("individuals"))["individuals__sum"] == 2_017_236


def test_three_thousand_locations_are_loaded(shell, tmp_path, record_property):
    """How long it takes is noted, not judged here: other tests run beside it."""
    number = 3_335
    sites = [[f"many_{n}", f"Site {n}", "SS0302", "site", "verified_open", "2026-01-01"] for n in range(number)]
    counts = [["SSD-MT", 1, "2026-03-02", f"many_{n}", "assessed", n, n * 5, "headcount"] for n in range(number)]
    began = time.monotonic()

    shell("load", sheet(tmp_path / "a.csv", sites, "ssid,name,area,kind,status,day"), "--intake", "places.site")
    said = shell("load", sheet(tmp_path / "b.csv", counts), "--intake", "tracking.location_count")

    record_property("seconds", time.monotonic() - began)
    assert said.out == f"tracking.location_count: {number}\n"
    assert Count.objects.aggregate(Sum("individuals"))["individuals__sum"] == 5 * sum(range(number))
