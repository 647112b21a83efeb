"""The tray, submissions, forms, and loading a sheet, through the browser's door."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import add, filled
from tests.pages import browser_of, links_of, words_of
from waystation.collect import actions
from waystation.collect.models import Submission
from waystation.front.worker import work_once
from waystation.places import actions as places
from waystation.places.actions import NewSite
from waystation.tracking.models import Count

FORM = b"""
| survey |         |         |              |              |
|        | type    | name    | label        |              |
|        | text    | village | Which place? |              |
| settings |       |         |              |              |
|          | form_title | form_id | version  |              |
|          | Wells      | wells   | %s        |              |
"""


def send(country: SimpleNamespace, xml: bytes, **files: bytes) -> Submission:
    """A submission of the phone, filed or held."""
    beside = [(name, [content]) for name, content in files.items()]
    kept_files = actions.keep_files(by=country.phone, xml=xml, files=beside)
    kept = actions.receive(actions.Sent(country.phone, xml, files=kept_files))
    work_once()
    kept.refresh_from_db()
    return kept


def page(kept: Submission, ending: str = "") -> str:
    return f"/collect/submissions/{kept.pk}/{ending}"


def load(browser: Client, text: str, mapping: str = "", name: str = "counts.csv", **words: str) -> Any:
    """A sheet sent from the page for it."""
    files: dict[str, Any] = {"file": SimpleUploadedFile(name, text.encode())}
    if mapping:
        files["mapping"] = SimpleUploadedFile("mapping.yaml", mapping.encode())
    return browser.post("/collect/load/", {**words, **files})


HEADING = "operation,round,day,site,outcome,idp_households,idp_individuals,method\n"
ROW = "SSD-MT,1,2026-03-02,ssid_2,assessed,8,40,headcount\n"


@pytest.fixture
def officer(country: SimpleNamespace) -> Client:
    """The browser of the officer."""
    return browser_of(country.officer)


# The tray


def test_the_empty_tray_says_that_nothing_is_lost(officer):
    answer = officer.get("/collect/tray/")

    assert answer.status_code == 200
    assert "The tray is empty" in words_of(answer)


def test_the_tray_tells_where_what_and_remedy_of_each_held_submission(country, officer):
    kept = send(country, filled("S-NOWHERE", -4))

    answer = officer.get("/collect/tray/")

    assert "site No site has the code S-NOWHERE. Correct the code, or register the site first." in words_of(answer)
    assert "and 2 more problems" in words_of(answer)
    assert "Phone-7" in words_of(answer)
    assert page(kept) in links_of(answer)


def test_the_tray_is_filtered_by_form(country, officer):
    send(country, filled("S-NOWHERE", 40))

    assert "S-NOWHERE" in words_of(officer.get("/collect/tray/?form=tracking.location_count"))
    assert "S-NOWHERE" in words_of(officer.get("/collect/tray/?form=no.such.form"))
    assert "Location count" in words_of(officer.get("/collect/tray/"))


def test_a_long_tray_comes_in_pages_and_costs_the_same_however_long_it_is(country, officer):
    send(country, filled("S-NOWHERE", 40, n=1))
    with CaptureQueriesContext(connection) as short:
        officer.get("/collect/tray/")
    for n in range(2, 61):
        actions.receive(actions.Sent(country.phone, filled("S-NOWHERE", 40, n=n)))
    work_once()

    with CaptureQueriesContext(connection) as long:
        answer = officer.get("/collect/tray/")

    assert "1 to 50 of 60" in words_of(answer)
    assert len(long) <= len(short) + 1
    assert officer.get("/collect/tray/?page=2").status_code == 200


def test_who_may_not_see_what_comes_in_is_told_so(country):
    answer = browser_of(country.phone).get("/collect/tray/")

    assert answer.status_code == 403
    assert "Ask an administrator" in words_of(answer)


def test_a_passer_by_is_asked_to_sign_in():
    answer = browser_of().get("/collect/tray/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/collect/tray/")


def test_a_submission_from_elsewhere_is_in_no_list_and_has_no_page(country):
    juba = add(country.system, "phone-8", "enumerator", "/SSD/SS01", kind="phone")
    kept = actions.receive(actions.Sent(juba, filled("S-ELSEWHERE", 40)))
    work_once()
    clerk = browser_of(country.clerk)

    assert "S-ELSEWHERE" not in words_of(clerk.get("/collect/tray/"))
    assert "Nothing came in yet" in words_of(clerk.get("/collect/submissions/"))
    for ending in ("", "problems.csv", "doubts.csv", "as-sent.xml", "files/x"):
        assert clerk.get(page(kept, ending)).status_code == 404
    for ending in ("correct/", "refile/", "set-aside/"):
        assert clerk.post(page(kept, ending)).status_code == 404


# A held submission of a phone


def test_a_held_form_is_shown_by_its_own_questions_with_what_is_wrong_at_each(country, officer):
    kept = send(country, filled("ssid_2", 40, outcome="perhaps"))

    answer = officer.get(page(kept))

    assert "one answer has to be corrected" in words_of(answer)
    assert "Could the site be assessed? outcome outcome: “perhaps” is none of the choices." in words_of(answer)
    assert '<option value="assessed">Yes</option>' in answer.content.decode()
    assert "How were they counted? method Counted one by one" in words_of(answer)


def test_a_corrected_answer_is_laid_over_what_was_sent_and_the_form_is_filed(country, officer):
    kept = send(country, filled("S-NOWHERE", 40))

    answer = officer.post(page(kept, "correct/"), {"question": "site", "answer": "ssid_2", "refile": "yes"})

    assert (answer.status_code, answer["Location"]) == (302, page(kept))
    assert "is now being checked and filed" in words_of(officer.get(page(kept)))
    work_once()
    shown = words_of(officer.get(page(kept)))
    assert "Filed: one record was made of it." in shown
    assert "Code of the site site S-NOWHERE ssid_2 Officer" in shown
    assert Count.objects.get().assessment.source == kept
    assert b"S-NOWHERE" in officer.get(page(kept, "as-sent.xml")).content


def test_several_answers_are_corrected_at_once_and_only_those_that_changed(country, officer):
    kept = send(country, filled("S-NOWHERE", -4))
    answers = {"question": ["site", "idp_individuals", "round"], "answer": ["ssid_2", "44", "1"]}

    officer.post(page(kept, "correct/"), answers)

    assert list(kept.corrections.order_by("pk").values_list("question", "answer")) == [
        ("site", "ssid_2"),
        ("idp_individuals", "44"),
    ]
    kept.refresh_from_db()
    assert kept.state == "held"


def test_an_answer_that_nothing_is_wrong_with_can_be_corrected_too(country, officer):
    kept = send(country, filled("S-NOWHERE", 40))

    answer = officer.get(page(kept, "?correct=day"))

    assert 'name="answer" value="2026-03-02"' in answer.content.decode()


def test_the_correction_of_an_unknown_question_is_refused_on_the_page(country, officer):
    kept = send(country, filled("S-NOWHERE", 40))

    answer = officer.post(page(kept, "correct/"), {"question": "shoe_size", "answer": "44"})

    assert answer.status_code == 404
    assert "The form has no question shoe_size." in words_of(answer)
    assert "Answers" in words_of(answer)


def test_a_filed_form_can_neither_be_corrected_nor_filed_again_nor_set_aside(country, officer):
    kept = send(country, filled("ssid_2", 40))
    shown = officer.get(page(kept)).content.decode()

    assert "correct/" not in shown
    assert "refile/" not in shown
    answers = [
        officer.post(page(kept, "correct/"), {"question": "site", "answer": "ssid_3"}),
        officer.post(page(kept, "refile/")),
        officer.post(page(kept, "set-aside/")),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert "This submission is already filed." in words_of(answers[0])


def test_after_the_register_is_mended_the_form_is_filed_again_as_it_is(country, officer):
    kept = send(country, filled("ssid_9", 40))
    late = NewSite(
        name="Late", area=country.area["SS0302"], kind="site", status="verified_open", since=country.round.starts,
        codes=(("SSID", "ssid_9"),),
    )  # fmt: skip
    places.register_sites(by=country.system, sites=[late])

    officer.post(page(kept, "refile/"))
    work_once()

    assert "Filed: one record" in words_of(officer.get(page(kept)))


def test_what_is_set_aside_leaves_the_tray_and_can_be_filed_again(country, officer):
    kept = send(country, filled("S-NOWHERE", 40))

    officer.post(page(kept, "set-aside/"))

    assert "The tray is empty" in words_of(officer.get("/collect/tray/"))
    shown = officer.get(page(kept))
    assert "Somebody decided that it is not filed." in words_of(shown)
    assert page(kept, "refile/") in shown.content.decode()


def test_who_may_only_look_gets_the_problems_but_no_buttons(country):
    kept = send(country, filled("S-NOWHERE", 40))
    answer = browser_of(country.approver).get(page(kept))

    assert "No site has the code S-NOWHERE." in words_of(answer)
    assert "correct/" not in answer.content.decode()
    assert "refile/" not in answer.content.decode()
    refused = browser_of(country.approver).post(page(kept, "refile/"))
    assert refused.status_code == 403
    assert "Approver may not collect.refile" in words_of(refused)


def test_every_button_needs_the_page_it_stands_on(country):
    kept = send(country, filled("S-NOWHERE", 40))
    browser = browser_of(country.officer, enforce_csrf_checks=True)

    assert browser.post(page(kept, "refile/")).status_code == 403
    assert browser.get(page(kept, "refile/")).status_code == 405
    kept.refresh_from_db()
    assert kept.state == "held"


def test_while_it_waits_the_page_asks_again_and_without_a_script_offers_a_link(country, officer):
    kept = actions.receive(actions.Sent(country.phone, filled("ssid_2", 40)))
    waiting = officer.get(page(kept)).content.decode()
    work_once()

    assert 'hx-trigger="every 2s"' in waiting
    assert f'<a href="{page(kept)}">Look again</a>' in waiting
    assert "hx-trigger" not in officer.get(page(kept)).content.decode()


def test_what_may_be_a_slip_is_shown_on_the_page_of_what_was_filed(country, officer):
    kept = send(country, filled("ssid_2", 400, idp_households=2))

    answer = officer.get(page(kept))

    assert "One thing stopped nothing but may be a slip." in words_of(answer)
    assert "Bor Stadium has 200.0 people a household." in words_of(answer)
    assert b"Bor Stadium has 200.0 people a household." in officer.get(page(kept, "doubts.csv")).content


def test_files_that_came_along_are_saved_and_never_shown(country, officer):
    kept = send(country, filled("S-NOWHERE", 40), **{"photo.html": b"<script>"})

    answer = officer.get(page(kept, "files/photo.html"))

    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Disposition"] == 'attachment; filename="photo.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert officer.get(page(kept, "files/other.html")).status_code == 404


# Two contents under one id


@pytest.fixture
def rivals(country: SimpleNamespace) -> tuple[Submission, Submission]:
    """The same form sent twice with other answers; the first one is held, for its site is not known."""
    return send(country, filled("ssid_9", 40)), send(country, filled("ssid_9", 41))


def test_two_contents_of_one_id_are_shown_side_by_side_where_they_differ(officer, rivals):
    first, second = rivals

    answer = officer.get(page(second))

    assert "Other answers came before under the same id." in words_of(answer)
    assert "What differs" in words_of(answer)
    assert "Displaced people 40 41" in words_of(answer)
    assert "Code of the site ssid_9 ssid_9" not in words_of(answer)
    assert page(first) in links_of(answer)


def test_the_second_content_is_filed_once_the_first_is_set_aside(country, officer, rivals):
    first, second = rivals

    refused = officer.post(page(second, "refile/"))
    officer.post(page(first, "set-aside/"))
    officer.post(page(second, "correct/"), {"question": "site", "answer": "ssid_2", "refile": "yes"})
    work_once()

    assert refused.status_code == 409
    assert "Set the other one aside first" in words_of(refused)
    assert Count.objects.get().individuals == 41


# Sheets


def test_a_sheet_is_loaded_and_its_page_tells_when_it_is_filed(country, officer):
    sheet = (
        HEADING
        + "SSD-MT,1,2026-03-02,ssid_2,assessed,8,40,headcount\nSSD-MT,1,2026-03-02,ssid_3,assessed,9,45,headcount\n"
    )

    answer = load(officer, sheet, intake="tracking.location_count")
    kept = Submission.objects.get()

    assert (answer.status_code, answer["Location"]) == (302, page(kept))
    assert "is now being checked and filed" in words_of(officer.get(page(kept)))
    work_once()
    assert "Filed: 2 records were made of it." in words_of(officer.get(page(kept)))
    assert "counts.csv" in words_of(officer.get("/collect/submissions/"))


def test_a_mapping_says_what_the_sheet_is_and_which_column_answers(country, officer):
    sheet = "Where,People\nssid_2,40\n"
    mapping = """
        intake: tracking.location_count
        columns: {site: Where, idp_individuals: People}
        constants: {operation: SSD-MT, round: 1, day: 2026-03-02}
    """

    load(officer, sheet, mapping)
    work_once()

    assert Count.objects.get().individuals == 40
    shown = words_of(officer.get(page(Submission.objects.get())))
    assert "site ← Where" in shown
    assert "day = 2026-03-02" in shown


def test_the_same_sheet_twice_leads_to_the_same_page(country, officer):
    for _time in range(2):
        answer = load(officer, HEADING + ROW, intake="tracking.location_count")
        work_once()

    assert Submission.objects.count() == 1
    assert "This very sheet was loaded before." in words_of(officer.get(answer["Location"]))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "counts.pdf", "intake": "places.site"}, "counts.pdf is not a file that can be loaded."),
        ({}, "Nobody said what this sheet is."),
        ({"mapping": "intake: ["}, "The mapping is not readable YAML: it breaks at line 1."),
        ({"mapping": "intake: places.site", "intake": "places.area"}, "The mapping is for places.site"),
        ({"mapping": "intake: wells"}, "Nothing takes in answers called wells."),
        ({"intake": "wells"}, "Select a valid choice."),
    ],
    ids=["no sheet", "nothing said", "no YAML", "two words", "unknown intake", "unknown choice"],
)
def test_what_cannot_be_loaded_is_told_on_the_form_and_not_kept(officer, given, told):
    answer = load(officer, "a,b\n1,2\n", **given)

    assert answer.status_code == 200
    assert told in words_of(answer)
    assert not Submission.objects.exists()


@pytest.fixture
def faulty(officer: Client) -> Submission:
    """A held sheet with 120 problems."""
    rows = "".join(f"SSD-MT,1,2026-03-02,=nowhere{n},assessed,8,-5,headcount\n" for n in range(60))
    load(officer, HEADING + rows, intake="tracking.location_count")
    work_once()
    return Submission.objects.get()


def test_a_held_sheet_tells_every_problem_by_row_and_column_in_pages(officer, faulty):
    answer = officer.get(page(faulty))

    assert "120 problems keep this sheet from being filed" in words_of(answer)
    assert "row 2 · site No site has the code =nowhere0." in words_of(answer)
    assert "1 to 50 of 120" in words_of(answer)
    assert "row 61 · idp_individuals" in words_of(officer.get(page(faulty, "?page=3")))


def test_the_problems_of_a_sheet_are_saved_as_csv_in_the_readers_language_and_without_formulas(country, faulty):
    answer = browser_of(country.officer, language="fr").get(page(faulty, "problems.csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer["Content-Disposition"] == f'attachment; filename="submission-{faulty.pk}-problems.csv"'
    assert len(rows) == 1 + 120
    assert rows[1][:2] == ["2", "site"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_list_of_submissions_does_not_carry_every_problem_of_a_sheet(officer, faulty):
    with CaptureQueriesContext(connection) as asked:
        answer = officer.get("/collect/submissions/?state=held")

    assert "and 119 more problems" in words_of(answer)
    assert not any(re.search(r'[^(]"collect_submission"."problem"[,\s]+(?!#|->)', one["sql"]) for one in asked)


# Forms


def publish(browser: Client, version: bytes, **words: str) -> Any:
    file = SimpleUploadedFile("wells.md", FORM % version)
    return browser.post("/collect/forms/", {"file": file, "scope": "/SSD", **words}, follow=True)


def test_forms_are_listed_with_their_version_and_both_their_files(country, officer):
    answer = officer.get("/collect/forms/")
    downloads = [link for link in links_of(answer) if link.endswith(("xlsform/", "xform/"))]

    assert "Location count open Name tracking.location_count" in words_of(answer)
    assert len(downloads) >= 4
    assert all(officer.get(link).status_code == 200 for link in downloads)
    assert officer.get(downloads[0])["Content-Disposition"].startswith("attachment; filename=")


def test_an_uploaded_xlsform_is_what_phones_fetch_from_then_on(client, country, officer):
    answer = publish(officer, b"2026")

    assert "Wells is published in version 2026." in words_of(answer)
    assert "no register: they are only kept" in words_of(answer)
    fetched = client.get(f"/v1/key/{country.key}/projects/1/forms/wells.xml")
    assert b"Which place?" in fetched.content


def test_versions_before_the_latest_stay_at_hand(country, officer):
    publish(officer, b"1")

    answer = publish(officer, b"2")

    assert "One version before it" in words_of(answer)


def bomb() -> bytes:
    """A small workbook that unpacks to 60 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK not a workbook", "The XLSForm does not work"),
        (b"| survey |\n| | type | name |\n| | shoe | size |\n", "The XLSForm does not work"),
        (FORM.replace(b"| wells   |", b"| wells | x | y |") % b"1", "The file is not an XLSForm."),
        (FORM.replace(b"version  |", b"version | intake |") % b"1 | places.site", "but lacks its questions"),
        (bomb(), "more than is read at once"),
    ],
    ids=["no form", "unknown type", "ragged", "questions missing", "bomb"],
)
def test_a_form_that_cannot_be_published_is_told_at_the_field(country, officer, content, told):
    file = SimpleUploadedFile("form.xlsx", content)

    answer = officer.post("/collect/forms/", {"file": file, "scope": "/SSD"})

    assert answer.status_code == 200
    assert told in words_of(answer)
    assert "field-wrong" in answer.content.decode()


def test_nobody_publishes_a_form_for_places_beyond_their_own(country):
    clerk = browser_of(country.clerk)

    answer = publish(clerk, b"1", scope="/SSD")

    assert "Select a valid choice." in words_of(answer)
    assert browser_of(country.approver).post("/collect/forms/", {}).status_code == 403


def test_nobody_takes_over_the_form_of_a_wider_place_by_its_name(country, officer):
    publish(officer, b"1")

    answer = publish(browser_of(country.clerk), b"2", scope="/SSD/SS03")

    assert "Clerk may not collect.publish_form at /SSD." in words_of(answer)
    assert "Version 1 " in words_of(officer.get("/collect/forms/"))


def test_a_form_of_another_place_is_not_shown(country, officer):
    publish(officer, b"1")
    juba = browser_of(add(country.system, "juba", "information_officer", "/SSD/SS01"))
    jonglei = add(country.system, "far", "information_officer", "/SSD/SS03")
    file = SimpleUploadedFile("wells.md", (FORM % b"1").replace(b"| wells ", b"| far   "))
    browser_of(jonglei).post("/collect/forms/", {"file": file, "scope": "/SSD/SS03"})

    shown = words_of(juba.get("/collect/forms/"))

    assert "Name wells" in shown
    assert "Name far" not in shown


# In the reader's language


def test_problems_that_were_stored_are_told_in_the_readers_language(country):
    kept = send(country, filled("ssid_2", -4))

    english, arabic = (words_of(browser_of(country.officer, language=one).get(page(kept))) for one in ("en", "ar"))

    assert "Displaced people idp_individuals" in english
    assert "النازحون idp_individuals" in arabic
