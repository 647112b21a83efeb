"""Every format says the same table: words, numbers, nothing, and what is withheld."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from waystation.kernel.tables import Column, Table
from waystation.sharing.problems import TooLongForASheet
from waystation.sharing.registry import writer_called, writers
from waystation.sharing.rules import HIDDEN
from waystation.sharing.writers import xlsx

COLUMNS = (
    Column("site", hxl="#loc+name"),
    Column("counted_on", "date", hxl="#date"),
    Column("individuals", "count", hxl="#affected+idps+ind", shield="small"),
    Column("latitude", "latitude"),
    Column("longitude", "longitude"),
)
ROWS = [
    ("مخيم الوحدة", date(2021, 3, 12), 1475, 4.86, 31.6),
    ("=HYPERLINK(1)", None, HIDDEN, None, 31.6),
    ("", None, None, Decimal("4.5"), -31.5),
]


def written(form, columns=COLUMNS, rows=ROWS):
    return b"".join(writer_called(form).write(Table(columns, iter(rows))))


def read_sheet(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_at_least_four_formats_are_written():
    assert {"csv", "xlsx", "geojson", "json"} <= set(writers())


def test_csv_has_names_then_hxl_tags_then_rows():
    lines = list(csv.reader(io.StringIO(written("csv").decode("utf-8"))))

    assert lines == [
        ["site", "counted_on", "individuals", "latitude", "longitude"],
        ["#loc+name", "#date", "#affected+idps+ind", "", ""],
        ["مخيم الوحدة", "2021-03-12", "1475", "4.86", "31.6"],
        ["'=HYPERLINK(1)", "", "[c]", "", "31.6"],
        ["", "", "", "4.5", "-31.5"],
    ]


def test_csv_leaves_out_the_row_of_tags_where_there_are_none():
    assert written("csv", (Column("n", "number"), Column("open")), [(-5, True)]) == b"n,open\r\n-5,true\r\n"


def test_xlsx_keeps_types_and_keeps_the_headings_in_sight():
    sheet = read_sheet(written("xlsx"))

    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["site", "counted_on", "individuals", "latitude", "longitude"],
        ["#loc+name", "#date", "#affected+idps+ind", None, None],
        ["مخيم الوحدة", datetime(2021, 3, 12), 1475, 4.86, 31.6],
        ["=HYPERLINK(1)", None, "[c]", None, 31.6],
        [None, None, None, 4.5, -31.5],
    ]
    assert sheet.freeze_panes == "A3"


def test_xlsx_holds_no_formula_whatever_a_text_starts_with():
    cell = read_sheet(written("xlsx"))["A4"]

    assert (cell.data_type, cell.value) == ("s", "=HYPERLINK(1)")


def test_xlsx_writes_a_day_that_a_publication_froze_as_a_text_as_a_day():
    columns = (Column("counted_on", "date"),)

    sheet = read_sheet(written("xlsx", columns, [("2021-03-12",), ("spring",)]))

    assert [cell.value for cell in sheet["A"]] == ["counted_on", datetime(2021, 3, 12), "spring"]


def test_xlsx_takes_texts_with_signs_that_its_format_forbids_and_moments_with_a_time_zone():
    columns = (Column("note"), Column("at", "date"))

    sheet = read_sheet(written("xlsx", columns, [("a\x00b\x0bc", datetime(2021, 3, 12, 6, 30, tzinfo=UTC))]))

    assert [cell.value for cell in sheet[2]] == ["abc", datetime(2021, 3, 12, 6, 30)]
    assert sheet.freeze_panes == "A2"


def test_a_table_longer_than_a_sheet_is_refused_before_the_first_byte(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    with pytest.raises(TooLongForASheet, match="holds 1 rows"):
        next(xlsx.write(Table(COLUMNS, ROWS)))


def test_json_tells_what_is_withheld_from_what_was_not_assessed():
    assert json.loads(written("json")) == [
        {
            "site": "مخيم الوحدة",
            "counted_on": "2021-03-12",
            "individuals": 1475,
            "latitude": 4.86,
            "longitude": 31.6,
        },
        {
            "site": "=HYPERLINK(1)",
            "counted_on": None,
            "individuals": None,
            "latitude": None,
            "longitude": 31.6,
            "_withheld": ["individuals"],
        },
        {"site": "", "counted_on": None, "individuals": None, "latitude": 4.5, "longitude": -31.5},
    ]


def test_geojson_has_a_point_where_both_coordinates_are_known():
    features = json.loads(written("geojson"))["features"]

    assert [feature["geometry"] for feature in features] == [
        {"type": "Point", "coordinates": [31.6, 4.86]},
        None,
        {"type": "Point", "coordinates": [-31.5, 4.5]},
    ]
    assert features[1]["properties"] == {
        "site": "=HYPERLINK(1)",
        "counted_on": None,
        "individuals": None,
        "_withheld": ["individuals"],
    }


def test_geojson_of_a_table_without_coordinates_has_no_geometry():
    content = json.loads(written("geojson", (Column("area"),), [("Juba",)]))

    assert content == {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": None, "properties": {"area": "Juba"}}],
    }


@pytest.mark.parametrize("form", ["csv", "json", "geojson", "xlsx"])
def test_an_empty_table_is_still_a_whole_file(form):
    content = written(form, COLUMNS[:1], [])

    assert content.startswith({"csv": b"site", "json": b"[", "geojson": b"{", "xlsx": b"PK"}[form])
    if "json" in form:
        assert json.loads(content) in ([], {"type": "FeatureCollection", "features": []})


@pytest.mark.parametrize("number", [float("nan"), float("inf")], ids=["not a number", "infinite"])
@pytest.mark.parametrize("form", ["csv", "json", "geojson", "xlsx"])
def test_what_is_no_number_is_written_as_nothing(form, number):
    columns = (Column("area"), Column("ratio", "number"))

    assert written(form, columns, [("Juba", number)])[:30] == written(form, columns, [("Juba", None)])[:30]
    assert b"nan" not in written(form, columns, [("Juba", number)]).lower()


def test_a_whole_decimal_is_a_whole_number_in_json():
    columns = (Column("litres", "number"),)

    assert written("json", columns, [(Decimal("15.00"),)]) == b'[\n{"litres":15}\n]\n'
