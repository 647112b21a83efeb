"""Pages of projects: forms with drafts and links, phones with their codes, entity lists with conflicts, tables."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.collect.entities.test_on_phones import FORM, said
from tests.collect.entities.test_on_phones import send as send_well
from tests.conftest import add
from tests.pages import browser_of, links_of, words_of
from waystation.access import actions as access
from waystation.access.models import Actor
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import Entity, EntityList, Form, Project, PublicLink, Submission
from waystation.collect.queries import token_of

PROJECT = "/collect/projects/1/"
WELL = "aa8b1c4e-0000-4000-8000-000000000001"


@pytest.fixture
def wells(country: SimpleNamespace) -> SimpleNamespace:
    """A form of wells, and somebody who may do everything."""
    collect.publish_form(by=country.system, definition=FORM.encode(), scope="/SSD")
    country.boss = add(country.system, "boss", "administrator", "/")
    country.list = EntityList.objects.get(name="wells")
    return country


def test_a_project_shows_its_forms_and_lists(client, wells):
    send_well(client, wells.key, said(WELL, 12))
    page = browser_of(wells.boss).get(PROJECT)

    assert {f"{PROJECT}forms/wells/", f"{PROJECT}lists/wells/", f"{PROJECT}phones/"} <= set(links_of(page))
    assert "wells 1 0" in words_of(page), "one entity, no conflict"
    assert PROJECT in links_of(browser_of(wells.boss).get("/collect/projects/"))


def test_who_may_not_show_keys_sees_no_codes(wells):
    assert browser_of(wells.officer).get(f"{PROJECT}phones/").status_code == 403
    assert f"{PROJECT}phones/" not in links_of(browser_of(wells.officer).get(PROJECT))


def test_phones_are_set_up_by_their_names(wells):
    browser = browser_of(wells.boss)
    browser.post(f"{PROJECT}phones/", {"names": "Team A\n\n Team B ", "until": "2030-01-31"})
    browser.post(f"{PROJECT}phones/", {"names": "Team C", "pin": "on"})

    page = browser.get(f"{PROJECT}phones/")
    assert page.content.count(b"<svg") >= 3
    assert "PIN" in words_of(page)
    phones = {one.name: one for one in Actor.objects.filter(kind="phone", scope="/")}
    assert {"Team A", "Team B", "Team C"} <= phones.keys()
    assert [grant.role.name for grant in phones["Team A"].grants.all()] == ["app-user"]
    browser.post(f"{PROJECT}phones/{phones['Team A'].pk}/shut-out/")
    assert not Actor.objects.get(name="Team A").is_active


def test_a_form_is_closed_and_opened_by_its_page(wells):
    browser = browser_of(wells.boss)
    for state in ("closing", "closed", "open"):
        browser.post(f"{PROJECT}forms/wells/", {"act": state})
        assert Form.objects.get(form_id="wells").state == state


def test_a_draft_is_made_tried_out_and_published_by_a_forms_page(wells):
    browser, address = browser_of(wells.boss), f"{PROJECT}forms/wells/"
    file = SimpleUploadedFile("wells.md", FORM.replace("| 1       |", "| 2       |").encode())
    browser.post(address, {"act": "draft", "file": file})
    page = browser.get(address)
    assert b"<svg" in page.content
    assert "wells.csv is still missing" not in words_of(page), "the project's own list stands in for it"

    browser.post(address, {"act": "publish", "version": "2026-11"})

    assert [one.version for one in Form.objects.get(form_id="wells").versions.order_by("pk")] == ["1", "2026-11"]


def test_what_is_no_form_is_refused_with_its_reason(wells):
    answer = browser_of(wells.boss).post(
        f"{PROJECT}forms/wells/",
        {"act": "draft", "file": SimpleUploadedFile("x.md", b"| survey |\n| | type | name |\n| | nonsense | a |\n")},
    )

    assert answer.status_code == 422
    assert b"problem-message" in answer.content


def test_a_link_is_made_and_closed_by_a_forms_page(wells):
    browser, address = browser_of(wells.boss), f"{PROJECT}forms/wells/"
    browser.post(address, {"act": "link", "name": "Door", "once": "on"})
    link = PublicLink.objects.get()
    assert (link.once, "/collect/link/" in words_of(browser.get(address))) == (True, True)

    browser.post(address, {"act": "close_link", "link": link.actor_id})

    assert "/collect/link/" not in words_of(browser.get(address))


def test_who_may_only_look_finds_no_buttons(wells):
    viewer = add(wells.system, "viewer", "viewer", "/SSD")
    page = browser_of(viewer).get(f"{PROJECT}forms/wells/")

    assert page.status_code == 200
    assert b"csrfmiddlewaretoken" not in page.content.partition(b"<main")[2]
    assert browser_of(viewer).post(f"{PROJECT}forms/wells/", {"act": "closed"}).status_code == 403
    assert Form.objects.get(form_id="wells").state == "open"


def test_a_conflict_is_shown_and_settled(client, wells):
    send_well(client, wells.key, said(WELL, 12, works="yes"))
    send_well(client, wells.key, said(WELL, 13, base="1", trunk="1", branch="a"))
    send_well(client, wells.key, said(WELL, 14, base="1", trunk="1", branch="b"))
    browser = browser_of(wells.boss)
    listed = browser.get(f"{PROJECT}lists/wells/?state=conflict")
    assert f"{PROJECT}lists/wells/{WELL}/" in links_of(listed)
    page = browser.get(f"{PROJECT}lists/wells/{WELL}/")
    assert "different values" in words_of(page)
    assert "hard conflict" in words_of(page)

    browser.post(f"{PROJECT}lists/wells/{WELL}/act/", {"act": "settle"})
    browser.post(f"{PROJECT}lists/wells/{WELL}/act/", {"act": "close"})

    entity = Entity.objects.get()
    assert (entity.conflict, entity.closed_at is None) == ("", False)
    assert "Nothing fits" in words_of(browser.get(f"{PROJECT}lists/wells/?state=conflict"))


def test_entities_of_a_place_that_one_may_not_see_are_not_in_the_list(client, wells):
    juba = add(wells.system, "phone-8", "enumerator", "/SSD/SS01", kind="phone")
    access.give_key(by=wells.system, actor=juba, key=(key := new_key()))
    send_well(client, key, said(WELL, 733))

    assert "733" in words_of(browser_of(wells.boss).get(f"{PROJECT}lists/wells/"))
    assert "733" not in words_of(browser_of(wells.clerk).get(f"{PROJECT}lists/wells/"))
    assert browser_of(wells.clerk).get(f"{PROJECT}lists/wells/{WELL}/").status_code == 404


def sent(client: Any, key: str, number: int) -> None:
    for n in range(number):
        send_well(client, key, said(f"aa8b1c4e-0000-4000-8000-{n:012}", n))


def test_a_table_is_paged_to_its_end(client, wells, monkeypatch):
    monkeypatch.setattr("waystation.collect.views.one_form.A_PAGE", 3)
    sent(client, wells.key, 8)
    browser, address, seen = browser_of(wells.officer), f"{PROJECT}forms/wells/table/", []
    while address:
        page = browser.get(address)
        seen += [one for one in links_of(page) if "/collect/submissions/" in one]
        following = [one for one in links_of(page) if "before=" in one]
        address = f"{PROJECT}forms/wells/table/{following[-1]}" if following else ""

    assert len(seen) == len(set(seen)) == 8


def test_a_table_shows_what_was_chosen(client, wells):
    sent(client, wells.key, 2)
    first = Submission.objects.order_by("pk").first()
    assert first is not None
    collect.review(by=wells.officer, submission=first, state="approved")
    browser, address = browser_of(wells.officer), f"{PROJECT}forms/wells/table/"

    assert "One submission." in words_of(browser.get(f"{address}?review=approved"))
    assert "2 submissions" in words_of(browser.get(f"{address}?review=nonsense&sender=x&since=yesterday"))
    assert "Nothing fits" in words_of(browser.get(f"{address}?until=2020-01-01"))
    assert "2 submissions" in words_of(browser.get(f"{address}?sender={wells.phone.pk}"))
    assert Project.objects.count() == 1


def test_what_was_rejected_comes_back_to_its_sender_with_what_was_said(client, wells):
    enumerator = add(wells.system, "enumerator-1", "enumerator", "/SSD/SS03")
    collect.receive(collect.Sent(enumerator, said(WELL, 12)))
    kept = Submission.objects.get()
    collect.comment(by=wells.officer, submission=kept, body="The depth cannot be right.")
    collect.review(by=wells.officer, submission=kept, state="rejected")

    page = words_of(browser_of(enumerator).get("/collect/fill/"))
    assert "Sent back to you" in page
    assert "The depth cannot be right." in page
    told = browser_of(enumerator).get("/v1/projects/1/returned", headers={"accept": "application/json"}).json()
    assert [(one["instanceId"], one["comment"]) for one in told] == [(kept.instance, "The depth cannot be right.")]
    assert "cannot be right" not in words_of(browser_of(wells.clerk).get("/collect/fill/"))

    collect.review(by=wells.officer, submission=kept, state="approved")
    assert "Sent back to you" not in words_of(browser_of(enumerator).get("/collect/fill/"))


def test_pages_that_are_filled_in_carry_lists_and_registers(client, wells):
    send_well(client, wells.key, said(WELL, 12))
    enumerator = add(wells.system, "enumerator-1", "enumerator", "/SSD/SS03")
    browser = browser_of(enumerator)
    page = browser.get("/collect/fill/wells/")

    assert b"wells.csv?hash=" in page.content
    assert f"{WELL},Well 12,1,12," in browser.get("/collect/fill/wells/files/wells.csv").content.decode()


def test_progress_tells_who_sent_how_much_and_when(client, wells):
    sent(client, wells.key, 3)
    page = words_of(browser_of(wells.officer).get(f"{PROJECT}forms/wells/progress/"))

    assert "3 submissions so far" in page
    assert "Phone-7 3" in page
    assert "The last fourteen days" in page
    assert "Nothing came in yet" in words_of(browser_of(wells.officer).get(f"{PROJECT}forms/places.site/progress/"))


def test_what_is_worth_a_look_is_counted_and_leads_to_its_submissions(client, wells):
    send_well(client, wells.key, said(WELL, "deep"))
    send_well(client, wells.key, said("aa8b1c4e-0000-4000-8000-000000000002", "deeper"))
    browser, address = browser_of(wells.officer), f"{PROJECT}forms/wells/quality/"
    page = browser.get(address)

    assert "of another kind depth 2" in words_of(page)
    (first, *_others) = [one for one in links_of(page) if "answer_of_another_kind" in one]
    found = browser.get(address + first.partition("#")[0])
    assert len({one for one in links_of(found) if "/collect/submissions/" in one}) == 2
    assert "Nothing is worth" in words_of(browser.get(f"{PROJECT}forms/places.site/quality/"))
    assert "of another kind" not in words_of(browser_of(add(wells.system, "juba", "viewer", "/SSD/SS01")).get(address))


def test_an_edit_that_mends_takes_the_doubt_away(client, wells):
    first = said(WELL, "deep")
    kept = send_well(client, wells.key, first)
    edit = first.replace(b">deep<", b">12<").replace(
        f"<instanceID>{kept.instance}".encode(),
        f"<deprecatedID>{kept.instance}</deprecatedID><instanceID>uuid:x".encode(),
    )
    send_well(client, wells.key, edit)

    assert "Nothing is worth" in words_of(browser_of(wells.officer).get(f"{PROJECT}forms/wells/quality/"))


def test_anybody_fills_a_form_in_by_its_link_and_by_a_used_one_nobody(wells):
    link = collect.open_link(by=wells.boss, form=Form.objects.get(form_id="wells"), name="Door", once=True)
    token = token_of(link.actor)
    passer_by = browser_of()
    page = passer_by.get(f"/collect/link/{token}/")
    assert page.status_code == 200
    assert f"/collect/link/{token}/session".encode() in page.content
    assert passer_by.get(f"/collect/link/{token}/form.xml").content.startswith(b"<?xml")
    session = passer_by.get(f"/collect/link/{token}/session").json()

    part = SimpleUploadedFile("form.xml", said(WELL, 12), content_type="text/xml")
    sent_by = {"by": session["username"], "xml_submission_file": part}
    assert passer_by.post(session["send"], sent_by).status_code == 201

    assert "This form was sent" in words_of(passer_by.get(f"/collect/link/{token}/"))
    again = SimpleUploadedFile("form.xml", said(WELL, 13), content_type="text/xml")
    refused = passer_by.post(session["send"], {"by": session["username"], "xml_submission_file": again})
    assert refused.status_code == 409
    assert Submission.objects.get().actor == link.actor
    assert passer_by.get(f"/collect/link/{'a' * 64}/").status_code == 403


def test_a_link_carries_no_entities_out_to_anybody(client, wells):
    send_well(client, wells.key, said(WELL, 12))
    token = token_of(collect.open_link(by=wells.boss, form=Form.objects.get(form_id="wells"), name="Door").actor)
    page = browser_of().get(f"/collect/link/{token}/")
    assert "/collect/fill/" not in links_of(page)
    assert b"wells.csv?hash=" in page.content

    here = browser_of().get(f"/collect/link/{token}/files/wells.csv").content
    phone = b"".join(client.get(f"/v1/key/{token}/projects/1/forms/wells/attachments/wells.csv").streaming_content)
    asked = client.get(f"/v1/key/{token}/projects/1/forms/wells/integrity/wells?id={WELL}").content
    assert here == phone == b"name,label,__version,depth,works\n"
    assert WELL.encode() not in asked
