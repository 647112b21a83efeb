"""Parquet of a form's answers. (To be taken into tests/collect/exports/ with writers/parquet.py.)"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from waystation.collect.rules.fields import Field, Fields
from waystation.collect.rules.fields.columns import Meta, Options
from waystation.collect.writers import Export, parquet

from .made_up import NAMES, SENT, form_called, rows_of, sent


def asked(export: Export, folder: Path, sql: str) -> list[tuple]:
    (folder / "x.parquet").write_bytes(b"".join(parquet.write(export)))
    with duckdb.connect() as connection:
        return connection.sql(sql.replace("answers", f"'{folder}/x.parquet'")).fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_what_was_entered_in_a_form_of_the_field_is_what_parquet_reads(name, tmp_path: Path):
    fields = form_called(name)
    forms = [sent(fields, seed) for seed in range(5)]
    export = Export(name, fields, rows_of(fields, [xml for _, xml in forms]))

    for one in [one for one in fields.answered_in() if one.kind != "geopoint"][::20]:
        column = one.path[1:].replace("/", "-")
        found = [value for (value,) in asked(export, tmp_path, f'select "{column}"::varchar from answers')]
        entered = [form.get(one.path) for form, _ in forms]
        if one.kind in ("int", "decimal"):
            assert [value and float(value) for value in found] == [words and float(words) for words in entered]
        else:
            assert found == entered


def test_columns_have_types_and_what_does_not_fit_is_absent(tmp_path: Path):
    fields = Fields((Field("/n", "int", "int"), Field("/N", "string", "string"), Field("/d", "date", "date")))
    rows = [
        (Meta("1", SENT), {"n": 5, "N": "x", "d": "2021-03-12"}),
        (Meta("2", SENT), {"n": "bad", "N": None, "d": "?"}),
    ]

    told = asked(
        Export("f", fields, rows), tmp_path, 'select n, "N~2", d::varchar, "SubmissionDate"::varchar from answers'
    )
    types = asked(Export("f", fields, rows), tmp_path, "select column_type from (describe select * from answers)")

    assert told == [(5, "x", "2021-03-12", "2026-03-01 10:20:30.4+00"), (None, None, None, "2026-03-01 10:20:30.4+00")]
    assert [kind for (kind,) in types][:4] == ["TIMESTAMP WITH TIME ZONE", "BIGINT", "VARCHAR", "DATE"]


def test_texts_that_look_like_formulas_are_word_for_word(tmp_path: Path):
    fields = Fields((Field("/q", "string", "string"),))

    export = Export("f", fields, [(Meta("1", SENT), {"q": '=1,"\n+'})], Options(harmless=True))

    assert asked(export, tmp_path, "select q from answers") == [('=1,"\n+',)]
