"""Forms of the field, and what another engine finds in the same fillings."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.collect.judging.forms import ARRIVED
from waystation.collect.registry import read_xlsform
from waystation.collect.rules.judging import Judge

FORMS = Path(__file__).parents[2] / "data" / "forms"
LANGUAGES = {"english": "English (en)", "arabic": "العربية (ar)", "french": "Français (fr)"}
LIBYA_FILLED = (
    '<data id="data"><consent><consent_1>yes_consent</consent_1></consent>'
    "<consented><needs><essential_needs>none food</essential_needs></needs></consented></data>"
)
KEPT_BACK = ("organisation_name", "enumerator_id")


@cache
def judge_of(file: str) -> Judge:
    """The judge of a form that is kept beside the tests."""
    return Judge(read_xlsform((FORMS / file).read_bytes()).xform)


@pytest.mark.parametrize(
    ("form", "filled"),
    [("many_rules.md", "many_rules_filled.json"), ("reach_msna_2024.xlsx", "reach_msna_2024_filled.json")],
)
def test_the_same_is_found_as_by_the_engine_of_odk(form, filled):
    judge = judge_of(form)

    for one in json.loads((FORMS / filled).read_text()):
        found = judge.findings(one["xml"].encode(), arrived=ARRIVED)

        assert Counter(f"{each.rule} {each.place}" for each in found) == Counter(one["broken"])


def test_every_rule_of_the_needs_assessment_of_2024_is_judged():
    assert judge_of("reach_msna_2024.xlsx").not_judged == ()


def libya() -> bytes:
    """The form for Libya as a workbook, with the lists that its authors kept back."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in ("survey", "choices"):
        heading, *rows = csv.reader(io.StringIO((FORMS / f"reach_libya_2021_{sheet}.csv").read_text("utf-8-sig")))
        kept_back = [[name, "x", "x", "x", "x"] for name in KEPT_BACK] if sheet == "choices" else []
        page = book.create_sheet(sheet)
        page.append([heading_in_xlsform(one) for one in heading])
        for row in [*rows, *kept_back]:
            page.append([cell.replace("recreational expenses", "recreational_expenses") or None for cell in row])
    workbook = io.BytesIO()
    book.save(workbook)
    return workbook.getvalue()


def heading_in_xlsform(heading: str) -> str:
    """A heading such as label_arabic as XLSForm has it: label::العربية (ar)."""
    words, _, language = heading.rpartition("_")
    return f"{words}::{LANGUAGES[language]}" if language in LANGUAGES else heading


def test_the_form_for_libya_tells_what_is_wrong_in_three_languages():
    judge = Judge(read_xlsform(libya()).xform)

    found = judge.findings(LIBYA_FILLED.encode(), arrived=ARRIVED)
    [needs] = [one for one in found if one.rule == "constraint"]

    assert needs.place == "consented.needs.essential_needs"
    assert needs.message == {
        "English (en)": "You can't select these choices together, please check your answers",
        "العربية (ar)": "لا تستطيع",
        "Français (fr)": "Vous ne pouvez pas sélectionner ces choix ensemble, veuillez vérifier vos réponses",
    }
    assert judge.not_judged == ()
