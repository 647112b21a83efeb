"""Files of every format become the same kind of table, or are refused before they do harm."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waystation.collect import problems
from waystation.collect.readers import csv as csv_reader
from waystation.collect.readers import geojson as geojson_reader
from waystation.collect.readers import xlsx as xlsx_reader
from waystation.collect.registry import SheetOptions, reader_of, readers
from waystation.collect.rules import workbooks
from waystation.kernel.problems import Problem, Several

WORKBOOK = "application/vnd.oasis.opendocument.spreadsheet"


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, **options):
    sheet = reader_of(path.name).read(path, SheetOptions(**options))
    return sheet.names, list(sheet.rows)


def told(raised):
    """The problems of a table, each with the row it stands in."""
    return [(place.row, type(problem).__name__) for place, problem in raised.value.problems]


def workbook(*rows, sheets=("Sites",)):
    """A workbook whose first sheet holds these rows, the others their own names."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        sheet = book.create_sheet(name)
        for row in rows if name == sheets[0] else [(name,), ("below",)]:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_sheet_xml(content, before, after):
    """A workbook with something exchanged in the XML of its first sheet."""
    return repacked(content, lambda name, part: part.replace(before, after) if name.endswith("sheet1.xml") else part)


def repacked(content, changed):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed(name, old.read(name)))
    return file.getvalue()


def ods(rows):
    """The smallest OpenDocument sheet that programs open."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{WORKBOOK}"/></manifest:manifest>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", WORKBOOK)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return file.getvalue()


def test_at_least_these_formats_are_read():
    assert {".csv", ".tsv", ".xlsx", ".xls", ".ods", ".geojson"} <= set(readers())


CSV = 'code,name,people\nA1,مخيم الوحدة," 1,475 "\n\nA2,,7\n,,\n'


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace(",", ";").replace("1;475", "1,475").encode(),
        CSV.replace(",", "\t").replace("1\t475", "1,475").encode(),
        CSV.replace(",", "|").replace("1|475", "1,475").encode(),
    ],
    ids=["utf-8", "with its mark", "utf-16", "line ends of Windows", "semicolons", "tabs", "bars"],
)
def test_a_csv_is_read_with_the_numbers_of_its_rows(tmp_path, content):
    names, rows = read(written(tmp_path, "sites.csv", content))

    assert names == ["code", "name", "people"]
    assert rows == [(2, ("A1", "مخيم الوحدة", " 1,475 ")), (4, ("A2", None, "7"))]


def test_a_csv_of_one_column_is_read(tmp_path):
    assert read(written(tmp_path, "codes.csv", "code\nA1\nA2\n")) == (["code"], [(2, ("A1",)), (3, ("A2",))])


def test_a_cell_may_hold_separators_quotation_marks_and_line_breaks(tmp_path):
    content = 'code,note\nA1,"one, ""two""\nthree"\nA2,x\n'

    assert read(written(tmp_path, "sites.csv", content))[1] == [(2, ("A1", 'one, "two"\nthree')), (3, ("A2", "x"))]


def test_the_heading_of_a_csv_can_stand_lower_and_have_two_rows(tmp_path):
    content = "Sites of Juba,,\n,IDPs,\ncode,HH,Ind\nA1,5,25\n"

    names, rows = read(written(tmp_path, "sites.csv", content), header_row=2, header_rows=2)

    assert names == ["code", "IDPs / HH", "IDPs / Ind"]
    assert rows == [(4, ("A1", "5", "25"))]


def test_a_long_csv_is_read_whole(tmp_path):
    content = "code;note\n" + "".join(f"A{number};{'x, ' * 10}\n" for number in range(5_000))

    names, rows = read(written(tmp_path, "sites.csv", content))

    assert (names, len(rows), rows[-1][0]) == (["code", "note"], 5_000, 5_001)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("code,name\nA1,x\nA2,Évêché\n".encode("cp1252"), 3),
        ("code,name\nA1,مخيم\n".encode("cp1256"), 2),
        (b"code,name\nA1,\x00\n", 2),
        ("code,name\n".encode("utf-16-le"), 1),
        ("code,name\nA1,x".encode("utf-16")[:-1], 2),
        (b"code\nA1\n\xc3", 3),
    ],
    ids=["western", "arabic", "nul", "utf-16 without its mark", "utf-16 cut off", "utf-8 cut off"],
)
def test_a_wrong_encoding_is_told_by_row_never_guessed(tmp_path, content, row):
    with pytest.raises(problems.NotUtf8) as raised:
        read(written(tmp_path, "sites.csv", content))

    assert raised.value.details == {"row": row}


def test_ragged_rows_are_all_told_before_any_is_read(tmp_path):
    content = "code,name\nA1,x\nA2\nA3,x,y\nA4,x,\nA5,x\n"

    with pytest.raises(Several) as raised:
        read(written(tmp_path, "sites.csv", content))

    assert told(raised) == [(3, "RaggedRow"), (4, "RaggedRow")]


def test_a_hundred_ragged_rows_are_enough_to_tell(tmp_path):
    with pytest.raises(Several) as raised:
        read(written(tmp_path, "sites.csv", "code,name\n" + "A\n" * 1000))

    assert len(raised.value.problems) == 100


@pytest.mark.parametrize(
    "content",
    ['code,name\nA1,x\nA2,"y\nA3,z\n', 'code,name\nA1,x\nA2,"y"z\n', "code,name\nA1,x\nA2," + "y" * 200_000],
    ids=["never closed", "closed too early", "a cell without end"],
)
def test_broken_quotation_marks_are_told_by_row(tmp_path, content):
    with pytest.raises(Several) as raised:
        read(written(tmp_path, "sites.csv", content))

    assert told(raised) == [(3, "BrokenRow")]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("", {}),
        ("\n\n", {}),
        (",,\nA1,x,y\n", {}),
        ("code\nA1\n", {"header_row": 3}),
        ("code\n", {"header_rows": 2}),
        ("code\nA1\n", {"header_row": 0}),
    ],
    ids=["empty file", "empty lines", "empty heading", "beyond the end", "second row missing", "row nought"],
)
def test_a_heading_that_is_not_there_is_told(tmp_path, content, options):
    with pytest.raises(problems.NoHeadingRow):
        read(written(tmp_path, "sites.csv", content), **options)


@given(st.binary(max_size=200))
def test_any_bytes_called_csv_are_read_or_refused_with_a_problem(tmp_path_factory, content):
    path = written(tmp_path_factory.getbasetemp(), "any.csv", content)

    try:
        names, rows = read(path)
    except Problem as problem:
        assert problem.as_dict()["remedy"]  # noqa: PT017  (either outcome is right)
    else:
        assert all(len(cells) == len(names) for _number, cells in rows)


@pytest.mark.parametrize(
    ("reader", "name"),
    [(csv_reader, "a.csv"), (xlsx_reader, "a.xlsx"), (geojson_reader, "a.geojson")],
    ids=["csv", "xlsx", "geojson"],
)
def test_a_file_too_large_is_not_even_opened(tmp_path, monkeypatch, reader, name):
    monkeypatch.setattr(reader, "MOST_BYTES", 10)

    with pytest.raises(problems.SheetTooLarge, match="11 B, where at most 10 B"):
        read(written(tmp_path, name, b"x" * 11))


def test_a_workbook_is_read_with_types_and_the_numbers_of_its_rows(tmp_path):
    moment = datetime(2021, 3, 12, 6, 30)
    content = workbook(
        ("code", "people", "open", "day", "at"),
        ("A1", 1475, True, date(2021, 3, 12), moment),
        (),
        ("مخيم\u2028", 4.5, None, None, "x"),
    )

    names, rows = read(written(tmp_path, "sites.xlsx", content))

    assert names == ["code", "people", "open", "day", "at"]
    assert rows == [(2, ("A1", 1475.0, True, date(2021, 3, 12), moment)), (4, ("مخيم\u2028", 4.5, None, None, "x"))]


def test_a_workbook_is_read_from_its_first_row_and_column_even_when_they_are_empty(tmp_path):
    content = workbook((), (None, "code"), (None, "A1"))

    assert read(written(tmp_path, "sites.xlsx", content), header_row=2) == (["column 1", "code"], [(3, (None, "A1"))])


def test_the_sheet_is_the_one_named_or_the_first(tmp_path):
    path = written(tmp_path, "sites.xlsx", workbook(("code",), ("A1",), sheets=("Sites", "Ménages")))

    assert read(path) == (["code"], [(2, ("A1",))])
    assert read(path, sheet="Ménages") == (["Ménages"], [(2, ("below",))])


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path):
    path = written(tmp_path, "sites.xlsx", workbook(("code",), sheets=("Sites", "Notes")))

    with pytest.raises(problems.NoSuchSheet) as raised:
        read(path, sheet="Places")

    assert raised.value.as_dict()["remedy"] == "Name one of: Sites, Notes."


def test_a_workbook_kept_under_a_name_without_an_ending_is_read(tmp_path):
    path = written(tmp_path, "9f86d081", workbook(("code",), ("A1",)))

    assert list(reader_of("sites.xlsx").read(path, SheetOptions()).rows) == [(2, ("A1",))]


def test_two_rows_of_headings_of_a_workbook_are_joined(tmp_path):
    content = workbook(("Code", "IDPs", None), (None, "HH", "Ind"), ("A1", 5, 25))

    names, rows = read(written(tmp_path, "sites.xlsx", content), header_rows=2)

    assert (names, rows) == (["Code", "IDPs / HH", "IDPs / Ind"], [(3, ("A1", 5.0, 25.0))])


@pytest.mark.parametrize(
    ("rows", "options"),
    [([], {}), ([(), ("A1",)], {}), ([("code",)], {"header_row": 3}), ([("code",)], {"header_row": 0})],
    ids=["empty sheet", "empty row", "beyond the end", "row nought"],
)
def test_a_heading_that_a_workbook_lacks_is_told(tmp_path, rows, options):
    with pytest.raises(problems.NoHeadingRow):
        read(written(tmp_path, "sites.xlsx", workbook(*rows)), **options)


def test_an_opendocument_sheet_is_read(tmp_path):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    content = ods("".join(f"<table:table-row>{cell.format(word)}</table:table-row>" for word in ("code", "A1")))

    assert read(written(tmp_path, "sites.ods", content)) == (["code"], [(2, ("A1",))])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"code,name\nA1,x\n",
        b"PK\x03\x04" + b"x" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
        workbook(("code",))[:-200],
        repacked(workbook(("code",)), lambda name, part: part[:50]),
        repacked(workbook(("code",)), lambda name, part: b"x" if name.endswith("workbook.xml") else part),
    ],
    ids=[
        "nothing",
        "text",
        "csv",
        "half an archive",
        "half an old workbook",
        "cut off",
        "broken parts",
        "broken index",
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, content):
    with pytest.raises(problems.NotASpreadsheet):
        read(written(tmp_path, "sites.xlsx", content))


def test_a_damaged_archive_is_refused(tmp_path):
    content = bytearray(workbook(("code",), ("A1",)))
    content[40:60] = b"\xff" * 20

    with pytest.raises(problems.NotASpreadsheet):
        read(written(tmp_path, "sites.xlsx", bytes(content)))


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"xl/workbook.xml", b"xl/w\xff\xfebook.xml"), (b"xl/workbook.xml", b"xl/w\xc3(book.xml")],
    ids=["no letters", "half a letter"],
)
def test_an_archive_whose_names_are_no_text_is_refused(tmp_path, before, after):
    content = bytearray(workbook(("code",)).replace(before, after))
    entry = content.rindex(after) - 46
    content[entry + 9] |= 8  # the bit that says: names are UTF-8

    with pytest.raises(problems.NotASpreadsheet):
        read(written(tmp_path, "sites.xlsx", bytes(content)))


def test_an_archive_packed_in_a_way_that_no_spreadsheet_program_uses_is_refused(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "x" * 1000)

    with pytest.raises(problems.NotASpreadsheet):
        read(written(tmp_path, "sites.xlsx", file.getvalue()))


def test_an_archive_that_unpacks_to_too_much_for_its_size_is_refused(tmp_path):
    content = repacked(workbook(("code",)), lambda name, part: part + b" " * 3_000_000 if "sheet1" in name else part)

    with pytest.raises(problems.SheetTooLarge):
        read(written(tmp_path, "bomb.xlsx", content))


def test_an_archive_that_lies_about_its_size_is_found_out(tmp_path):
    name = b"xl/worksheets/sheet1.xml"
    honest = repacked(
        workbook(("code",)), lambda part, text: text + b" " * 3_000_000 if part.encode() == name else text
    )
    entry = honest.rindex(name) - 46  # in the directory at the end, where the unpacked size stands after 24 bytes
    lying = honest[: entry + 24] + (1000).to_bytes(4, "little") + honest[entry + 28 :]

    with pytest.raises(problems.SheetTooLarge):
        read(written(tmp_path, "bomb.xlsx", lying))


def test_an_archive_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_reader, "MOST_ENTRIES", 3)

    with pytest.raises(problems.SheetTooLarge, match="at most 3 files"):
        read(written(tmp_path, "sites.xlsx", workbook(("code",))))


@pytest.mark.parametrize(
    "far",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="3"><c r="E18446744073709551615"><v>1</v></c></row>',
        b'<row r="18446744073709551615"><c><v>1</v></c></row>',
    ],
    ids=["in the last corner", "beyond every corner", "in a row beyond"],
)
def test_a_cell_so_far_out_that_it_fills_the_memory_does_no_harm(tmp_path, far):
    content = with_sheet_xml(workbook(("code",), ("A1",)), b"</sheetData>", far + b"</sheetData>")

    with pytest.raises((problems.SheetTooLarge, problems.NotASpreadsheet)):
        read(written(tmp_path, "far.xlsx", content))


def test_an_old_workbook_that_makes_its_reader_panic_does_no_harm(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40

    with pytest.raises(problems.NotASpreadsheet):
        read(written(tmp_path, "old.xls", content))


def test_a_workbook_with_a_password_is_told_from_a_broken_one(tmp_path):
    wrapped = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    locked = bytearray(workbook(("code",)))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1

    for content in (wrapped, bytes(locked)):
        with pytest.raises(problems.PasswordProtected):
            read(written(tmp_path, "locked.xlsx", content))


def test_the_lines_between_the_two_processes_say_what_the_cells_say(tmp_path):
    content = workbook(("code", 4.5, None, True, date(2021, 3, 12), "مخيم\n"))
    names, line = workbooks.cells_of(str(written(tmp_path, "a.xlsx", content)), None)

    assert json.loads(names) == ["Sites"]
    assert line.isascii()
    assert workbooks.read_line(line) == ["code", 4.5, None, True, date(2021, 3, 12), "مخيم\n"]


FEATURES = [
    {"type": "Feature", "properties": {"pcode": "SS01", "name": "Juba"}, "geometry": {"type": "Point"}},
    {"type": "Feature", "properties": {"pcode": "SS02", "area": 4.5}, "geometry": None},
    {"type": "Feature", "properties": None, "geometry": None},
]


def layer(**changed):
    return json.dumps({"type": "FeatureCollection", "features": FEATURES, **changed})


def test_a_layer_is_read_as_its_attributes_and_geometries(tmp_path):
    names, rows = read(written(tmp_path, "a.geojson", "\ufeff" + layer()))

    assert names == ["pcode", "name", "area", "geometry"]
    assert rows == [
        (1, ("SS01", "Juba", None, {"type": "Point"})),
        (2, ("SS02", None, 4.5, None)),
        (3, (None, None, None, None)),
    ]


def test_an_attribute_called_geometry_does_not_hide_the_geometry(tmp_path):
    features = [{"type": "Feature", "properties": {"geometry": "round"}, "geometry": {"type": "Point"}}]

    names, rows = read(written(tmp_path, "a.geojson", layer(features=features)))

    assert (names, rows) == (["geometry", "geometry (2)"], [(1, ("round", {"type": "Point"}))])


@pytest.mark.parametrize("name", ["EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"])
def test_a_layer_may_say_that_it_is_in_degrees(tmp_path, name):
    crs = {"type": "name", "properties": {"name": name}}

    assert len(read(written(tmp_path, "a.geojson", layer(crs=crs)))[1]) == 3


@pytest.mark.parametrize("crs", [{"type": "name", "properties": {"name": "EPSG:32636"}}, {"properties": None}, "x"])
def test_a_layer_in_another_projection_is_refused(tmp_path, crs):
    with pytest.raises(problems.OtherProjection):
        read(written(tmp_path, "a.geojson", layer(crs=crs)))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "5",
        json.dumps(FEATURES[0]),
        layer(features={}),
        layer(features=[]),
        layer().replace("4.5", "NaN"),
        "[" * 100_000,
        layer().encode("utf-16"),
    ],
    ids=["nothing", "half", "list", "number", "one feature", "no list", "none", "no number", "no end", "utf-16"],
)
def test_what_is_no_collection_of_features_is_refused(tmp_path, content):
    with pytest.raises(problems.NotGeoJson):
        read(written(tmp_path, "a.geojson", content))


@pytest.mark.parametrize(
    "feature",
    [
        5,
        {},
        {"properties": {}},
        {"geometry": None},
        {"properties": [], "geometry": None},
        {"properties": {}, "geometry": 1},
    ],
)
def test_what_is_no_feature_is_told_by_its_number(tmp_path, feature):
    with pytest.raises(problems.NotAFeature, match="Feature 4"):
        read(written(tmp_path, "a.geojson", layer(features=[*FEATURES, feature])))
