"""Answers are changed in many submissions at once; what was sent is kept, and it can be taken back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.entities.test_on_phones import FORM, said, send
from tests.conftest import add
from tests.pages import browser_of, links_of, words_of
from waystation.access import actions as access
from waystation.access.action import writing
from waystation.access.models import Actor, Entry
from waystation.access.problems import MayNot
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Cleaned, Cleaning, Submission
from waystation.collect.queries import tree_of
from waystation.collect.rules import read_filled
from waystation.collect.rules.rewriting import rewritten
from waystation.front import worker
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


def first() -> Submission:
    return Submission.objects.order_by("pk")[0]


def work() -> None:
    """Until nothing waits."""
    while work_once():
        pass


def asked(country: SimpleNamespace, was: str, becomes: str, by: Actor | None = None) -> Cleaning:
    return collect.clean(by=by or country.boss, form=first().form, question="/depth", was=was, becomes=becomes)


def test_an_answer_is_changed_wherever_it_stands_and_given_back(wells):
    browser = browser_of(wells.boss)
    assert PAGE in links_of(browser.get("/collect/projects/1/forms/wells/"))
    assert "12 2" in words_of(browser.get(f"{PAGE}?question=/depth"))
    sent = {one.pk: bytes(one.body) for one in Submission.objects.all()}

    page = browser.post(PAGE, {"question": "/depth", "was": "12", "becomes": "13"}, follow=True)
    assert "being changed" in words_of(page)
    work()

    assert "/depth 12 13 2" in words_of(browser.get(PAGE))
    assert depths() == [13, 13, 14]
    assert (first().state, first().review, first().edits, first().edited_by) == ("filed", "edited", 1, wells.boss)
    assert bytes(first().editions.get().body) == sent[first().pk], "what was sent is kept, word for word"
    assert bytes(Submission.objects.order_by("pk")[2].body) in sent.values(), "and the third one was not touched"

    page = browser.post(PAGE, {"question": "/depth", "undo": Cleaning.objects.get().pk}, follow=True)
    assert "being taken back" in words_of(page)
    work()

    assert "taken back in 2" in words_of(browser.get(PAGE))
    assert depths() == [12, 12, 14]
    assert first().editions.count() == 2
    assert browser.post(PAGE, {"question": "/depth", "undo": Cleaning.objects.get().pk}).status_code == 409


def test_answers_are_emptied_only_by_the_button_that_says_so(wells):
    browser = browser_of(wells.boss)
    assert browser.post(PAGE, {"question": "/depth", "was": "14", "becomes": " "}).status_code == 422
    work()
    assert depths() == [12, 12, 14]

    browser.post(PAGE, {"question": "/depth", "was": "14", "becomes": "", "empty": "yes"})
    work()
    assert tree_of(Submission.objects.order_by("pk")[2]).get("depth") is None


def test_what_was_edited_since_is_not_taken_back(client, wells):
    made = asked(wells, "12", "13")
    work()
    other = said(UUID(int=0), 15).replace(
        b"<instanceID>", f"<deprecatedID>{first().current}</deprecatedID><instanceID>".encode()
    )
    send(client, wells.key, other)
    collect.undo_cleaning(by=wells.boss, cleaning=made)
    work()

    assert depths() == [15, 12, 14]
    assert Cleaned.objects.filter(cleaning=made, undone=True).count() == 1


def test_one_that_is_not_filed_again_yet_is_taken_back_as_well(wells):
    made = asked(wells, "12", "13")
    work_once()
    assert {one.state for one in Submission.objects.all()} == {"waiting", "filed"}
    collect.undo_cleaning(by=wells.boss, cleaning=made)
    work()

    assert depths() == [12, 12, 14]


def test_it_goes_on_where_the_worker_broke_down(wells, monkeypatch):
    """After the first portion, as if the machine had gone down."""
    monkeypatch.setattr(worker, "TOGETHER", 1)
    change = collect.change_answers

    def once(**words: Any) -> Cleaning:
        if Cleaned.objects.exists():
            raise OperationalError("gone")
        return change(**words)

    monkeypatch.setattr(collect, "change_answers", once)
    asked(wells, "12", "13")
    work_once()
    assert (Cleaned.objects.count(), Cleaning.objects.get().state) == (1, "changing")
    monkeypatch.undo()
    work()

    assert depths() == [13, 13, 14]
    assert (Cleaned.objects.count(), Cleaning.objects.get().state) == (2, "done")
    assert {one.edits for one in Submission.objects.all()} == {0, 1}, "none was changed twice"


def test_one_that_breaks_down_when_it_is_filed_again_stops_no_other(wells, monkeypatch):
    file = collect.file

    def picky(**words: Any) -> list[Submission]:
        if any(one.pk == first().pk for one in words["submissions"]):
            raise RuntimeError("a bug")
        return file(**words)

    asked(wells, "12", "13")
    monkeypatch.setattr(collect, "file", picky)
    work()
    assert [one.state for one in Submission.objects.order_by("pk")] == ["waiting", "filed", "filed"]


def test_what_cannot_be_changed_is_counted(wells):
    with writing("collect"):
        older = first()
        older.body = bytes(older.body).replace(b"<depth>12</depth>", b"")
        older.save()
    asked(wells, "12", "13")
    work()

    assert (Cleaning.objects.get().left, Cleaned.objects.count()) == (1, 1)
    assert "not in 1" in words_of(browser_of(wells.boss).get(PAGE))


def test_programs_clean_as_well(client, wells):
    access.give_key(by=wells.boss, actor=wells.boss, key=(key := new_key()))
    by = {"Authorization": f"Bearer {key}"}
    words = {"question": "/depth", "from": "14", "to": "", "reason": "not measured"}
    made = client.post(API, words, "application/json", headers=by)
    assert (made.status_code, made.json()["state"]) == (200, "changing")
    here = f"{API}/{made.json()['id']}"
    assert client.post(f"{here}/undo", {}, "application/json", headers=by).status_code == 409
    work()

    told = client.get(here, headers=by).json()
    assert (told["state"], told["changed"], told["left"], told["reason"]) == ("done", 1, 0, "not measured")
    assert tree_of(Submission.objects.order_by("pk")[2]).get("depth") is None
    assert client.get(API, headers=by).json() == [told]
    assert client.post(f"{here}/undo", {}, "application/json", headers=by).json()["state"] == "taking_back"
    work()
    told = client.get(here, headers=by).json()
    assert (told["state"], told["undone"], told["undoneBy"]) == ("taken_back", 1, wells.boss.pk)
    assert depths() == [12, 12, 14]
    assert client.post(f"{API}/99/undo", {}, "application/json", headers=by).status_code == 404


@pytest.mark.parametrize(
    ("words", "status"),
    [({"question": "/no", "from": "a", "to": "b"}, 404), ({"question": "/depth", "from": "1", "to": "1"}, 400)],
)
def test_what_cannot_be_cleaned_is_refused(client, wells, words: dict[str, str], status: int):
    access.give_key(by=wells.boss, actor=wells.boss, key=(key := new_key()))
    answer = client.post(API, words, "application/json", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == status
    assert not Cleaning.objects.exists()


def test_nobody_cleans_what_lies_elsewhere_and_no_answer_stands_in_the_audit_log(wells):
    elsewhere = add(wells.system, "elsewhere", "information_officer", "/SSD/SS01")
    asked(wells, "12", "99", by=elsewhere)
    work()
    with pytest.raises(MayNot):
        asked(wells, "12", "99", by=wells.phone)

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
