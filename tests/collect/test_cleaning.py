"""Answers are changed in many submissions at once; what was sent is kept, and it can be taken back."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.entities.test_on_phones import FORM, said, send
from tests.conftest import add
from tests.pages import browser_of, links_of, words_of
from waystation.access import actions as access
from waystation.access.models import Entry
from waystation.access.problems import MayNot
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Cleaned, Cleaning, Submission
from waystation.collect.queries import tree_of
from waystation.collect.rules import read_filled
from waystation.collect.rules.rewriting import rewritten
from waystation.front.worker import work_once

PAGE = "/collect/projects/1/forms/wells/cleaning/"
API = "/v1/projects/1/forms/wells/cleanings"


@pytest.fixture
def wells(client, country: SimpleNamespace) -> SimpleNamespace:
    """Three wells, of which two are 12 metres deep."""
    collect.publish_form(by=country.system, definition=FORM.encode(), scope="/SSD")
    country.boss = add(country.system, "boss", "administrator", "/")
    for n, depth in enumerate((12, 12, 14)):
        send(client, country.key, said(UUID(int=n), depth))
    return country


def depths() -> list[int]:
    return [tree_of(one)["depth"] for one in Submission.objects.order_by("pk")]


def test_an_answer_is_changed_wherever_it_stands_and_given_back(wells):
    browser = browser_of(wells.boss)
    assert PAGE in links_of(browser.get("/collect/projects/1/forms/wells/"))
    assert "12 2" in words_of(browser.get(f"{PAGE}?question=/depth"))
    sent = {one.pk: bytes(one.body) for one in Submission.objects.all()}

    asked = {"question": "/depth", "was": "12", "becomes": "13", "reason": "measured again"}
    page = browser.post(PAGE, asked, follow=True)
    work_once()

    assert "Changed in 2 submissions." in words_of(page)
    assert depths() == [13, 13, 14]
    first = Submission.objects.order_by("pk")[0]
    assert (first.state, first.review, first.edits) == ("filed", "edited", 1)
    assert bytes(first.editions.get().body) == sent[first.pk], "what was sent is kept, word for word"
    assert bytes(Submission.objects.order_by("pk")[2].body) in sent.values(), "and the third one was not touched"

    page = browser.post(PAGE, {"question": "/depth", "undo": Cleaning.objects.get().pk}, follow=True)
    work_once()

    assert "Given back in 2 submissions." in words_of(page)
    assert depths() == [12, 12, 14]
    assert Submission.objects.order_by("pk")[0].editions.count() == 2
    assert browser.post(PAGE, {"question": "/depth", "undo": Cleaning.objects.get().pk}).status_code == 409


def test_what_was_edited_since_is_not_taken_back(wells):
    made = collect.begin_cleaning(by=wells.boss, form=first().form, question="/depth", was="12", becomes="13")
    collect.clean(by=wells.boss, cleaning=made, submissions=list(Submission.objects.all()))
    work_once()
    again = collect.begin_cleaning(by=wells.boss, form=first().form, question="/depth", was="13", becomes="15")
    collect.clean(by=wells.boss, cleaning=again, submissions=[first()])
    work_once()

    collect.undo_cleaning(by=wells.boss, cleaning=made, submissions=list(Submission.objects.all()))
    work_once()

    assert depths() == [15, 12, 14]
    assert Cleaned.objects.filter(cleaning=made, undone=True).count() == 1


def first() -> Submission:
    return Submission.objects.order_by("pk")[0]


def test_programs_clean_as_well(client, wells):
    access.give_key(by=wells.boss, actor=wells.boss, key=(key := new_key()))
    by = {"Authorization": f"Bearer {key}"}
    asked = {"question": "/depth", "from": "14", "to": "", "reason": "not measured"}
    made = client.post(API, asked, "application/json", headers=by)
    work_once()

    assert made.status_code == 200, made.content
    assert (made.json()["changed"], tree_of(Submission.objects.order_by("pk")[2]).get("depth")) == (1, None)
    assert client.get(API, headers=by).json() == [made.json()]
    undone = client.post(f"{API}/{made.json()['id']}/undo", {}, "application/json", headers=by).json()
    assert (undone["undone"], undone["undoneBy"]) == (1, wells.boss.pk)
    work_once()
    assert depths() == [12, 12, 14]
    assert client.post(f"{API}/99/undo", {}, "application/json", headers=by).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"question": "/no", "from": "a", "to": "b"}, 404), ({"question": "/depth", "from": "1", "to": "1"}, 400)],
)
def test_what_cannot_be_cleaned_is_refused(client, wells, asked: dict[str, str], status: int):
    access.give_key(by=wells.boss, actor=wells.boss, key=(key := new_key()))
    answer = client.post(API, asked, "application/json", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == status
    assert not Cleaning.objects.exists()


def test_nobody_cleans_what_lies_elsewhere_and_no_answer_stands_in_the_audit_log(client, wells):
    elsewhere = add(wells.system, "elsewhere", "information_officer", "/SSD/SS01")
    made = collect.begin_cleaning(by=elsewhere, form=first().form, question="/depth", was="12", becomes="99")
    with pytest.raises(MayNot):
        collect.clean(by=elsewhere, cleaning=made, submissions=list(Submission.objects.all()))
    assert browser_of(wells.phone).get(PAGE).status_code in (302, 403)
    assert depths() == [12, 12, 14]
    refs = Entry.objects.filter(verb__contains="clean").values_list("refs", flat=True)
    assert refs
    assert "99" not in [str(word) for one in refs for word in one.values()]


XML = b"""<?xml version='1.0'?><data id="x" version="1" xmlns:orx="http://openrosa.org/xforms">
 <!-- kept --><a note='>"'>one</a><group><b/><c ></c></group>
 <orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta></data>"""


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_any_words_are_written_as_they_are_and_nothing_else_changes(words: str):
    for path, name in (("/a", "a"), ("/group/b", "group.b"), ("/group/c", "group.c")):
        found = rewritten(XML, {path: words}, instance="uuid:2")
        assert found is not None
        read, before = read_filled(found), read_filled(XML)
        assert (read.instance, read.deprecated) == ("uuid:2", "uuid:1")
        assert read.answers == before.answers | {name: words.strip()}
        assert b"<!-- kept -->" in found
        again = rewritten(found, {}, instance="uuid:3")
        assert again is not None
        assert (read_filled(again).instance, read_filled(again).deprecated) == ("uuid:3", "uuid:2")
        assert again.count(b"deprecatedID>") == 2


@pytest.mark.parametrize(
    ("xml", "path"),
    [
        (XML, "/no"),
        (XML, "/group"),
        (b"<data id='x'><a>1</a><a>2</a><meta><instanceID>u</instanceID></meta></data>", "/a"),
        (b"<data id='x'><a>1</a></data>", "/a"),
        (XML.replace(b"version='1.0'", b"version='1.0' encoding='latin-1'"), "/a"),
    ],
)
def test_where_it_is_not_clear_what_is_meant_nothing_is_written(xml: bytes, path: str):
    assert rewritten(xml, {path: "x"}, instance="uuid:2") is None
