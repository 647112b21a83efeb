"""Every format of a form's answers: what was entered is what each one reads back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from waystation.collect.rules.fields import Choice, Field, Fields, merged, written
from waystation.collect.rules.fields.columns import Meta, Options, moment
from waystation.collect.writers import Export, Writer, xlsx
from waystation.collect.writers.csv import as_text
from waystation.kernel.registries import things_on
from waystation.kernel.tables import harmless

from .exports.made_up import EVERY_TYPE, NAMES, SENT, converted, form_called, rows_of, sent

WRITERS = things_on("waystation.collect.writers", Writer)
RAW = Options(harmless=False)
POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")


def whole(name: str, export: Export) -> bytes:
    return b"".join(WRITERS[name].write(export))


def of(fields: Fields, *trees: dict[str, Any], **more: Any) -> Export:
    return Export(
        "water", fields, [(Meta(f"uuid:{nth}", SENT), tree) for nth, tree in enumerate(trees, start=1)], **more
    )


def as_dicts(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def field(path: str, kind: str = "string", **more: Any) -> Field:
    kinds = {"select_one": "string", "select_multiple": "string"}
    return Field(path, kinds.get(kind, kind), kind, **more)


WATER = (Choice("well", {"en": "Well", "fr": "Puits"}), Choice("river", {"en": "River", "fr": "Rivière"}))
FIELDS = Fields(
    (
        field("/meta", "structure"),
        field("/meta/instanceID"),
        field("/home", "structure"),
        field("/home/name", labels={"en": "Name?", "fr": "Nom ?"}),
        field("/home/water", "select_one", labels={"en": "Water?", "fr": "Eau ?"}, choices=WATER),
        field("/home/all", "select_multiple", labels={"en": "All?"}, choices=WATER),
        field("/home/where", "geopoint"),
        field("/home/safe", "boolean"),
        field("/child", "repeat"),
        field("/child/age", "int", repeat="/child"),
        field("/child/toy", "repeat", repeat="/child"),
        field("/child/toy/name", repeat="/child/toy"),
    ),
    "Water",
    ("en", "fr"),
)


def home(**answers: Any) -> dict[str, Any]:
    empty = {"name": None, "water": None, "all": None, "where": None, "safe": None}
    return {"meta": {"instanceID": None}, "home": {**empty, **answers}, "child": []}


AMINA = {
    **home(
        name="Amina",
        water="well",
        all="river well",
        where={"type": "Point", "coordinates": [45.3, 2.5, 12], "properties": {"accuracy": 4.8}},
        safe=True,
    ),
    "child": [{"age": 4, "toy": [{"name": "ball"}, {"name": "kite"}]}, {"age": 6, "toy": []}],
}


def test_the_csv_has_the_headings_and_order_that_scripts_for_odk_central_expect():
    lines = whole("csv", of(FIELDS, AMINA, options=RAW)).decode().split("\n")

    assert lines[0] == (
        "SubmissionDate,meta-instanceID,home-name,home-water,home-all,home-where-Latitude,home-where-Longitude,"
        "home-where-Altitude,home-where-Accuracy,home-safe,KEY,SubmitterID,SubmitterName,AttachmentsPresent,"
        "AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion"
    )
    assert lines[1:] == ["2026-03-01T10:20:30.400Z,,Amina,well,river well,2.5,45.3,12,4.8,true,uuid:1,,,0,0,,,,0,", ""]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (SENT, "2026-03-01T10:20:30.400Z"),
        (SENT.replace(microsecond=0), "2026-03-01T10:20:30.000Z"),
        (SENT.astimezone(timezone(timedelta(hours=3))), "2026-03-01T10:20:30.400Z"),
        (SENT.replace(microsecond=999_999), "2026-03-01T10:20:30.999Z"),
    ],
)
def test_a_moment_is_told_in_utc_to_the_thousandth(at, told):
    assert moment(at) == told


def test_headings_lose_their_groups_on_request():
    head = whole("csv", of(FIELDS, options=Options(group_paths=False))).decode().split(",")

    assert head[1:6] == ["instanceID", "name", "water", "all", "where-Latitude"]


def test_headings_are_the_questions_words_on_request():
    head = whole("csv", of(FIELDS, options=Options(labelled_headings=True, language="fr"))).decode().split(",")

    assert head[2:5] == ["Nom ?", "Eau ?", "All?"]


def test_choices_are_written_out_in_a_language():
    (row,) = as_dicts(whole("csv", of(FIELDS, AMINA, options=Options(language="fr"))))

    assert (row["home-water"], row["home-all"]) == ("Puits", "Rivière, Puits")


def test_selects_of_several_are_split_into_a_column_for_each_choice():
    rows = as_dicts(
        whole("csv", of(FIELDS, AMINA, home(all="river"), home(), options=Options(split_select_multiples=True)))
    )

    assert [(row["home-all"], row["home-all/well"], row["home-all/river"]) for row in rows] == [
        ("river well", "1", "1"),
        ("river", "0", "1"),
        ("", "", ""),
    ]


def test_what_only_older_versions_asked_is_there_on_request():
    both = merged(Fields((field("/now"),)), Fields((field("/before"),)))
    trees = ({"now": "1"}, {"before": "2"})

    assert "before" not in as_dicts(whole("csv", of(both, *trees)))[0]
    rows = as_dicts(whole("csv", of(both, *trees, options=Options(gone_fields=True))))
    assert [(row["before"], row["now"]) for row in rows] == [("", "1"), ("2", "")]


def test_answers_of_versions_that_disagree_about_a_type_are_written_as_texts():
    both = merged(Fields((field("/q"),)), Fields((field("/q", "geopoint"),)))

    rows = as_dicts(whole("csv", of(both, {"q": "here"}, {"q": {"type": "Point", "coordinates": [45.3, 2.5]}})))

    assert [row["q"] for row in rows] == ["here", "2.5 45.3"]


FORMULA = {"q": "=1+1"}


def test_a_sheet_for_people_disarms_formulas_and_one_for_machines_is_word_for_word():
    fields = Fields((field("/q"),))

    assert as_dicts(whole("csv", of(fields, FORMULA)))[0]["q"] == "'=1+1"
    assert as_dicts(whole("csv", of(fields, FORMULA, options=RAW)))[0]["q"] == "=1+1"


TEXTS = st.text('ab,"\\\n\r\t=+-@＝é null[]', max_size=6) | st.sampled_from([",null", "],[", "[[null", "[null,"])
CELLS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXTS
ROWS = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1))


@given(ROWS, st.booleans())
def test_lines_are_what_the_standard_library_writes(rows, harmlessly):
    said = {True: "true", False: "false"}
    expected = io.StringIO()
    for row in rows:
        cells = [harmless(cell) if harmlessly and isinstance(cell, str) else cell for cell in row]
        csv.writer(expected, lineterminator="\n").writerow([said[c] if isinstance(c, bool) else c for c in cells])

    assert as_text(rows, harmlessly=harmlessly) == expected.getvalue().encode()


@pytest.mark.parametrize("name", NAMES)
def test_what_was_entered_in_a_form_of_the_field_is_what_the_csv_says(name):
    fields = form_called(name)
    forms = [sent(fields, seed) for seed in range(10)]

    rows = as_dicts(whole("csv", Export(name, fields, rows_of(fields, [xml for _, xml in forms]), RAW)))

    for (entered, _), row in zip(forms, rows, strict=True):
        for one in fields.answered_in():
            assert in_csv(one, row) == entered.get(one.path, ""), one.path


def in_csv(one: Field, row: dict[str, str]) -> str:
    name = one.path[1:].replace("/", "-")
    if one.kind == "geopoint":
        return " ".join(row[f"{name}-{part}"] for part in POINT).strip()
    return row[name]


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_archive_has_a_file_for_each_repeat_whose_rows_name_their_parents():
    found = members(whole("zip", of(FIELDS, AMINA, home(), options=RAW)))

    assert list(found) == ["water.csv", "water-child.csv", "water-toy.csv"]
    assert found["water.csv"] == whole("csv", of(FIELDS, AMINA, home(), options=RAW))
    assert found["water-child.csv"].decode() == (
        "age,PARENT_KEY,KEY\n4,uuid:1,uuid:1/child[1]\n6,uuid:1,uuid:1/child[2]\n"
    )
    assert found["water-toy.csv"].decode() == (
        "name,PARENT_KEY,KEY\n"
        "ball,uuid:1/child[1],uuid:1/child[1]/toy[1]\n"
        "kite,uuid:1/child[1],uuid:1/child[1]/toy[2]\n"
    )


def test_repeats_of_the_same_name_have_files_of_their_own():
    fields = Fields(
        (field("/a", "structure"), field("/a/r", "repeat"), field("/b", "structure"), field("/b/r", "repeat"))
    )

    assert list(members(whole("zip", of(fields)))) == ["water.csv", "water-a-r.csv", "water-b-r.csv"]


def test_the_archive_holds_the_files_that_came_along_each_under_its_own_name(tmp_path: Path):
    (tmp_path / "one").write_bytes(b"1")
    (tmp_path / "two").write_bytes(b"2")
    files = [("a.jpg", tmp_path / "one"), ("../a.jpg", tmp_path / "two"), ("a.jpg", tmp_path / "two")]

    found = members(whole("zip", of(FIELDS, files=files)))

    media = {name: content for name, content in found.items() if name.startswith("media/")}
    assert media == {"media/a.jpg": b"1", "media/.._a.jpg": b"2", "media/a~1.jpg": b"2"}


@pytest.mark.parametrize("name", ["csv", "zip", "geojson"])
def test_the_first_piece_is_there_before_the_last_row_is_read(name):
    read = 0

    def rows() -> Iterator[tuple[Meta, dict[str, Any]]]:
        nonlocal read
        for nth in range(20_000):
            read += 1
            yield (
                Meta(f"uuid:{nth}", SENT),
                {**home(name=f"{nth * 7919 % 20_011} of the well"), "child": [{"age": nth, "toy": []}]},
            )

    pieces = WRITERS[name].write(Export("water", FIELDS, rows()))
    while len(next(pieces)) < 100:
        pass

    assert 0 < read < 20_000


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook}


@pytest.mark.parametrize("name", NAMES)
def test_what_was_entered_in_a_form_of_the_field_is_what_the_workbook_says(name):
    fields = form_called(name)
    forms = [sent(fields, seed) for seed in range(10)]

    found = sheets(whole("xlsx", Export(name, fields, rows_of(fields, [xml for _, xml in forms]))))

    heading, *rows = found[name]
    for (entered, _), cells in zip(forms, rows, strict=True):
        row = {head: "" if cell is None else in_words(cell) for head, cell in zip(heading, cells, strict=True)}
        for one in fields.answered_in():
            assert in_csv(one, row) == entered.get(one.path, ""), one.path
    assert set(found) - {name} == {path.rpartition("/")[2] for path in fields.repeats}


def in_words(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def test_a_sheet_s_cells_have_types_and_a_text_is_never_a_formula():
    fields = Fields(
        (field("/q"), field("/n", "int"), field("/d", "date"), field("/b", "boolean"), field("/x", "decimal"))
    )
    tree = {"q": "=1+1", "n": 7, "d": "2021-03-12", "b": True, "x": 0.25}

    workbook = openpyxl.load_workbook(io.BytesIO(whole("xlsx", of(fields, tree))))

    cells = {head.value: cell for head, cell in zip(*workbook["water"].iter_rows(), strict=True)}
    assert (cells["q"].value, cells["q"].data_type) == ("=1+1", "s")
    assert (cells["n"].value, cells["x"].value, cells["b"].value) == (7, 0.25, True)
    assert cells["d"].value == datetime(2021, 3, 12)
    assert cells["SubmissionDate"].value == SENT.replace(tzinfo=None)
    assert workbook["water"].freeze_panes == "A2"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x0bb", "ab"),
        ("_x000A_", "_x000A_"),
        (" blanks ", " blanks "),
        ("two\nlines", "two\nlines"),
        ("<&>", "<&>"),
        ("x" * 40_000, "x" * 32_767),
    ],
    ids=["sign of control", "looks escaped", "blanks", "lines", "signs of XML", "too long"],
)
def test_a_text_that_sheets_are_particular_about_comes_back(text, shown):
    found = sheets(whole("xlsx", of(Fields((field("/q"),)), {"q": text})))

    assert openpyxl.utils.escape.unescape(found["water"][1][1]) == shown


def test_a_number_too_long_for_a_sheet_is_a_text():
    found = sheets(whole("xlsx", of(Fields((field("/q", "int"),)), {"q": 123_456_789_012_345_678})))

    assert found["water"][1][1] == "123456789012345678"


def test_what_a_sheet_cannot_hold_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    found = sheets(whole("xlsx", of(Fields((field("/q"),)), *({"q": str(nth)} for nth in range(5)))))

    assert {name: [row[1] for row in rows] for name, rows in found.items()} == {
        "water": ["q", "0", "1"],
        "water~2": ["q", "2", "3"],
        "water~3": ["q", "4"],
    }


def test_sheets_have_names_that_a_workbook_may_hold():
    assert xlsx.sheet_names(["a/b", "A_B", "x" * 40, "x" * 50]) == ["a_b", "A_B~2", "x" * 31, f"{'x' * 29}~2"]


def test_geojson_has_a_feature_for_each_submission_with_its_answers():
    found = json.loads(whole("geojson", of(FIELDS, AMINA, home())))

    first, second = found["features"]
    assert found["type"] == "FeatureCollection"
    assert first["geometry"] == {"type": "Point", "coordinates": [45.3, 2.5, 12]}
    assert first["properties"]["home-name"] == "Amina"
    assert first["properties"]["home-where-Accuracy"] == 4.8
    assert (second["id"], second["geometry"]) == ("uuid:2", None)


@pytest.mark.parametrize("shape", ["LineString", "Polygon"])
def test_geojson_draws_ways_and_areas(shape):
    fields = Fields((field("/r", "repeat"), field("/r/p", "geopoint", repeat="/r"), field("/q", "geotrace")))
    place = {"type": shape, "coordinates": [[[1, 2], [3, 4], [1, 2]]] if shape == "Polygon" else [[1, 2], [3, 4]]}

    (feature,) = json.loads(whole("geojson", of(fields, {"r": [], "q": place})))["features"]

    assert feature["geometry"] == place
    assert feature["properties"]["q"] == written(place)


def statistics(content: bytes, folder: Path) -> tuple[dict[str, list[Any]], Any]:
    (folder / "x.sav").write_bytes(content)
    return pyreadstat.read_sav(folder / "x.sav", output_format="dict")


@pytest.mark.parametrize("name", NAMES)
def test_what_was_entered_in_a_form_of_the_field_is_what_spss_reads(name, tmp_path: Path):
    fields = form_called(name)
    forms = [sent(fields, seed) for seed in range(10)]

    found, about = statistics(whole("sav", Export(name, fields, rows_of(fields, [xml for _, xml in forms]))), tmp_path)

    assert about.number_rows == len(forms)
    for one in fields.answered_in():
        column = f"{one.path[1:]}".replace("/", "_").replace("-", "_")
        if one.kind == "geopoint" or column not in found:
            continue
        for (entered, _), value in zip(forms, found[column], strict=True):
            assert in_statistics(one, entered.get(one.path)) == (value or None if isinstance(value, str) else value)


def in_statistics(one: Field, words: str | None) -> Any:
    if words is None:
        return None
    if one.kind in ("int", "decimal"):
        return float(words)
    return date.fromisoformat(words) if one.kind == "date" else words.rstrip(" ")


def test_spss_knows_the_words_of_questions_and_choices(tmp_path: Path):
    long = (Choice("a_code_longer_than_eight", {"en": "Long"}), Choice("b", {"en": "لا"}))
    fields = Fields((*FIELDS.all, field("/q", "select_one", choices=long)), "Water", ("en", "fr"))

    export = of(fields, {**AMINA, "q": "b"}, options=Options(language="fr", split_select_multiples=True))
    found, about = statistics(whole("sav", export), tmp_path)

    assert about.file_label == "Water"
    assert about.column_names_to_labels["home_name"] == "Nom ?"
    assert about.variable_value_labels["home_water"] == {"well": "Puits", "river": "Rivière"}
    assert about.variable_value_labels["q"] == {"a_code_longer_than_eight": "Long", "b": "لا"}
    assert about.column_names_to_labels["home_all_river"] == "All?: Rivière"
    assert (found["home_water"], found["home_all_river"], found["home_safe"]) == (["well"], [1.0], [1.0])
    assert abs(found["SubmissionDate"][0] - SENT.replace(tzinfo=None)).total_seconds() < 0.001


@given(
    st.lists(
        st.sampled_from([0, 1, 7, 8, 9, 251, 252, 253, 255, 256, 503, 504, 505, 2000, 32_767]), min_size=1, max_size=4
    )
)
def test_texts_of_any_length_come_back_from_spss(tmp_path_factory, lengths):
    texts = [("é" * length).encode()[:length].decode(errors="ignore") for length in lengths]

    found, _ = statistics(
        whole(
            "sav",
            of(
                Fields((field("/q"), field("/n", "int"))),
                *({"q": text or None, "n": nth} for nth, text in enumerate(texts)),
            ),
        ),
        tmp_path_factory.mktemp("sav"),
    )

    assert found["q"] == texts
    assert found["n"] == list(range(len(texts)))


@given(st.lists(st.none() | st.integers(-(10**15), 10**15) | st.floats(-1e300, 1e300), min_size=1))
def test_numbers_come_back_from_spss(tmp_path_factory, numbers):
    found, _ = statistics(
        whole("sav", of(Fields((field("/q", "decimal"),)), *({"q": number} for number in numbers))),
        tmp_path_factory.mktemp("sav"),
    )

    assert found["q"] == numbers


def test_names_that_spss_does_not_take_are_changed_and_stay_apart(tmp_path: Path):
    fields = Fields((field("/a-b"), field("/a_b"), field("/A.b"), field("/all"), field("/_x"), field(f"/{'n' * 80}")))

    found, _ = statistics(whole("sav", of(fields)), tmp_path)

    assert list(found)[1:7] == ["a_b", "a_b_2", "A.b", "v_all", "v__x", "n" * 64]


def test_the_code_book_tells_every_question_and_choice_in_every_language():
    found = sheets(whole("codebook", of(FIELDS)))["water"]
    listed = as_dicts(whole("codebook_csv", of(FIELDS)))

    assert [dict(zip(found[0], row, strict=True))["path"] for row in found[1:]] == [row["path"] for row in listed]
    water = [row for row in listed if row["path"] == "/home/water"]
    assert [(row["type"], row["choice"], row["label::en"], row["label::fr"]) for row in water] == [
        ("select_one", "", "Water?", "Eau ?"),
        ("select_one", "well", "Well", "Puits"),
        ("select_one", "river", "River", "Rivière"),
    ]


def test_a_page_tells_the_answers_in_words_and_harms_nobody():
    tree = {**AMINA, "home": {**AMINA["home"], "name": "<script>alert(1)</script>"}}

    with translation.override("en"):
        page = whole("html", of(FIELDS, tree, options=Options(language="fr"))).decode()

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for words in (
        "Eau ?",
        "Puits",
        "Rivière, Puits",
        "2.5, 45.3",
        "child 2",
        "kite",
        "uuid:1",
        "2026-03-01 10:20+00:00",
    ):
        assert words in page


def test_a_page_runs_from_right_to_left_where_its_reader_does():
    with translation.override("ar"):
        pieces = WRITERS["html"].write(of(FIELDS, AMINA))  # read after the request's language is gone

    assert b'<html lang="ar" dir="rtl">' in b"".join(pieces)


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_writes_a_form_that_nobody_filled_in(name):
    assert whole(name, of(converted(EVERY_TYPE)))


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_writes_every_kind_of_answer_with_every_option(name):
    fields = converted(EVERY_TYPE)
    export = Export("every", fields, rows_of(fields, [sent(fields, seed)[1] for seed in range(20)]))
    options = Options(False, True, True, "ar", True, True)

    assert whole(name, replace(export, options=options))


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_writes_the_same_answers_to_the_same_bytes(name):
    fields = converted(EVERY_TYPE)
    rows = rows_of(fields, [sent(fields, seed)[1] for seed in range(3)])

    first, second = (whole(name, Export("every", fields, rows)) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_document_holds_the_answers_in_pages(language):
    with translation.override(language):
        document = whole("pdf", of(FIELDS, AMINA, home(name="ماء"), options=Options(language="fr")))

    assert document.startswith(b"%PDF-")
    assert document.count(b"/Type /Page\n") == 2


@pytest.mark.parametrize(
    "text",
    ["word " * 5_000, "x" * 5_000, "line\n" * 300, "ከተማ"],
    ids=["long", "unbroken", "many lines", "other script"],
)
def test_an_answer_that_no_page_holds_is_laid_over_several(text):
    assert whole("pdf", of(Fields((field("/q"),)), {"q": text})).startswith(b"%PDF-")
