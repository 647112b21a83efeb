"""How a sheet's columns answer a form's questions, as an office writes it."""

from __future__ import annotations

import pytest

from waystation.collect.problems import MappingNotReadable, NoSuchMappingPart, WrongMappingPart
from waystation.collect.rules import read_mapping


def test_every_word_of_a_mapping_stays_the_text_that_was_written():
    read = read_mapping(b"""
        intake: tracking.location_count
        header_row: 2
        columns: {site: Code}
        constants: {round: 011, day: 2026-03-02}
        values: {outcome: {yes: assessed, 7: not_assessed}}
    """)

    assert read == {
        "intake": "tracking.location_count",
        "header_row": "2",
        "columns": {"site": "Code"},
        "constants": {"round": "011", "day": "2026-03-02"},
        "values": {"outcome": {"yes": "assessed", "7": "not_assessed"}},
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", 1),
        (b"- intake", 1),
        (b"intake: places.site\ncolumns: {site: [", 2),
        (b"intake: &x places.site\n\nsheet: *x", 3),
        (b"\xff\xfe\x00", 1),
        (b"\x00", 1),
        (b"[" * 50_000, 1),
        (b"? [a, b]\n: c", 1),
    ],
    ids=["empty", "a list", "cut short", "alias", "not UTF-8", "no text", "too deep", "odd key"],
)
def test_what_is_no_mapping_is_told_by_its_line(text, line):
    with pytest.raises(MappingNotReadable) as raised:
        read_mapping(text)

    assert raised.value.details == {"line": line}


def test_a_mistyped_part_is_told_with_those_there_are():
    with pytest.raises(NoSuchMappingPart, match="No part of a mapping is called sheets"):
        read_mapping(b"sheets: Baseline")


@pytest.mark.parametrize(
    "text",
    ["intake: [a]", "sheet: {a: b}", "header_row: 0", "header_rows: two", "columns: site", "constants: {a: [b]}",
     "values: {a: b}", "header_row: 99999999"],
)  # fmt: skip
def test_a_part_of_the_wrong_shape_is_told_with_the_right_one(text):
    part = text.partition(":")[0]

    with pytest.raises(WrongMappingPart) as raised:
        read_mapping(text.encode())

    assert raised.value.details["part"] == part
    assert f"{part}:" in raised.value.as_dict()["remedy"]
