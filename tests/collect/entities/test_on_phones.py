"""Entities that forms make and change, and that phones carry."""

from __future__ import annotations

import csv
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4
from xml.etree.ElementTree import fromstring

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from tests.conftest import add
from waystation.access import actions as access
from waystation.access.action import writing
from waystation.access.rules import new_key
from waystation.collect import actions as collect
from waystation.collect.models import EarlyChange, Entity, EntityList, EntityVersion, Submission
from waystation.collect.rules.entities import PATIENCE
from waystation.front.worker import look_around, work_once

FORM = """
| survey |                                |        |        |          |
|        | type                           | name   | label  | save_to  |
|        | select_one_from_file wells.csv | well   | Well   |          |
|        | integer                        | depth  | Depth  | depth    |
|        | text                           | works  | Works? | works    |
| entities |           |             |           |               |                |
|          | list_name | label       | entity_id | create_if     | update_if      |
|          | wells     | concat('Well ', ${depth}) | coalesce(${well}, uuid()) | ${well} = '' | ${well} != '' |
| settings |         |         |
|          | form_id | version |
|          | wells   | 1       |
"""
FORMS = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture
def wells(country: SimpleNamespace) -> SimpleNamespace:
    """A form that makes and changes wells, and a phone in each of two states that may send it."""
    collect.publish_form(by=country.system, definition=FORM.encode(), scope="/SSD")
    other = add(country.system, "phone-8", "enumerator", "/SSD/SS01", kind="phone")
    country.other_key = new_key()
    access.give_key(by=country.system, actor=other, key=country.other_key)
    country.list = EntityList.objects.get(name="wells")
    return country


def said(
    uuid: str | UUID, depth: int | str, *, works: str | None = None, base: str = "", trunk: str = "", branch: str = ""
) -> bytes:
    """A filled form: one that says which version it changes, else one that makes a well."""
    how = f'update="1" baseVersion="{base}" trunkVersion="{trunk}" branchId="{branch}"' if base else 'create="1"'
    working = "" if works is None else f"<works>{works}</works>"
    return (
        f'<data id="wells" version="1"><well/><depth>{depth}</depth>{working}<meta><entity dataset="wells" id="{uuid}" '
        f"{how}><label>Well {depth}</label></entity><instanceID>uuid:{uuid4()}</instanceID></meta></data>"
    ).encode()


def send(client: Client, key: str, xml: bytes) -> Submission:
    """Post it, and let the worker file it."""
    part = SimpleUploadedFile("form.xml", xml, content_type="text/xml")
    answer = client.post(f"/v1/key/{key}/projects/1/submission", {"xml_submission_file": part})
    assert answer.status_code == 201, answer.content
    work_once()
    return Submission.objects.latest("pk")


def manifest(client: Client, key: str) -> dict[str, tuple[str, str, str]]:
    """By file: its token, its address and its type."""
    answer = client.get(f"/v1/key/{key}/projects/1/forms/wells/manifest")
    assert answer.status_code == 200, answer.content
    root = fromstring(answer.content)
    return {
        one.findtext(f"{FORMS}filename") or "": (
            one.findtext(f"{FORMS}hash") or "",
            (one.findtext(f"{FORMS}downloadUrl") or "").removeprefix("http://testserver"),
            one.get("type", ""),
        )
        for one in root
    }


def carried(client: Client, key: str) -> list[dict[str, str]]:
    """What a phone has in its file."""
    answer = client.get(manifest(client, key)["wells.csv"][1])
    return list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))


def test_publishing_a_form_makes_its_list_with_the_types_of_its_properties(wells):
    assert dict(wells.list.properties.values_list("name", "kind")) == {"depth": "int", "works": "string"}


def test_a_form_makes_an_entity_and_the_phone_carries_it(client, wells):
    well = uuid4()
    before = manifest(client, wells.key)["wells.csv"]
    submission = send(client, wells.key, said(well, 12, works="yes"))

    assert carried(client, wells.key) == [
        {"name": str(well), "label": "Well 12", "__version": "1", "depth": "12", "works": "yes"}
    ]
    after = manifest(client, wells.key)["wells.csv"]
    assert before[0] != after[0], "or no phone would fetch it again"
    assert (after[0][:4], after[2]) == ("md5:", "entityList")
    assert (submission.state, submission.warnings) == ("filed", [])
    assert EntityVersion.objects.get().submission == submission


def test_a_phone_carries_what_lies_where_it_may_send_from_and_no_more(client, wells):
    here, there = uuid4(), uuid4()
    send(client, wells.key, said(here, 12))
    send(client, wells.other_key, said(there, 7))

    assert [one["name"] for one in carried(client, wells.key)] == [str(here)]
    assert [one["name"] for one in carried(client, wells.other_key)] == [str(there)]


def test_a_phone_may_be_told_only_of_what_it_made_itself(client, wells):
    second = add(wells.system, "phone-9", "enumerator", "/SSD/SS03", kind="phone")
    key = new_key()
    access.give_key(by=wells.system, actor=second, key=key)
    send(client, wells.key, said(uuid4(), 12))
    assert len(carried(client, key)) == 1

    collect.change_list(by=wells.system, entity_list=wells.list, owner_only=True)

    assert (len(carried(client, wells.key)), carried(client, key)) == (1, [])


def test_the_changes_of_a_phone_that_was_offline_arrive_in_any_order(client, wells):
    well, branch = uuid4(), uuid4()
    send(client, wells.key, said(well, 12))
    third = said(well, 14, base="3", trunk="1", branch=str(branch))
    second = said(well, 13, base="2", trunk="1", branch=str(branch))
    send(client, wells.key, third)
    send(client, wells.key, second)
    assert (Entity.objects.get().version, EarlyChange.objects.count()) == (1, 2)

    send(client, wells.key, said(well, "12", works="no", base="1", trunk="1", branch=str(branch)))

    entity = Entity.objects.get()
    assert (entity.version, entity.conflict, entity.values) == (4, "", {"depth": "14", "works": "no"})
    assert not EarlyChange.objects.exists()
    assert list(entity.versions.order_by("version").values_list("branch_base", flat=True)) == [None, 1, 2, 3]


def test_an_entity_made_offline_can_be_changed_before_it_arrived(client, wells):
    well, branch = uuid4(), uuid4()
    send(client, wells.key, said(well, 13, base="1", trunk="", branch=str(branch)))
    assert not Entity.objects.exists()

    send(client, wells.key, said(well, 12))

    assert (Entity.objects.get().version, Entity.objects.get().values["depth"]) == (2, "13")


def test_two_phones_that_change_one_thing_are_in_hard_conflict_and_told_so(client, wells):
    well = uuid4()
    send(client, wells.key, said(well, 12))
    send(client, wells.key, said(well, 13, base="1", trunk="1", branch=str(uuid4())))
    submission = send(client, wells.key, said(well, 14, base="1", trunk="1", branch=str(uuid4())))

    entity = Entity.objects.get()
    assert (entity.conflict, entity.values["depth"]) == ("hard", "14")
    assert entity.versions.get(version=3).conflicting == ["depth", "label"]
    assert [one["code"] for one in submission.warnings] == ["collect.entity_conflict"]

    collect.settle_conflict(by=wells.officer, entity=entity)
    assert Entity.objects.get().conflict == ""


def test_what_waited_five_days_is_laid_over_the_latest_version(client, wells):
    well = uuid4()
    send(client, wells.key, said(well, 14, base="3", trunk="1", branch=str(uuid4())))
    look_around()
    assert not Entity.objects.exists(), "it may still come"
    with writing("collect"):
        EarlyChange.objects.update(since=now() - PATIENCE - timedelta(minutes=1))

    look_around()

    assert (Entity.objects.get().values["depth"], EarlyChange.objects.count()) == ("14", 0)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (said("tree seven", 12), "collect.bad_entity_id"),
        (said("aa8b1c4e-0000-4000-8000-00000000000f", 12, base="4"), "collect.no_such_entity"),
        (said(UUID(int=1), 12).replace(b"Well 12", b""), "collect.entity_needs_label"),
        (said(UUID(int=1), "deep"), "collect.not_of_its_kind"),
    ],
    ids=["no uuid", "unknown entity", "no label", "no number"],
)
def test_what_cannot_be_done_is_told_and_the_submission_is_kept(client, wells, xml: bytes, code: str):
    submission = send(client, wells.key, xml)

    assert submission.state == "filed"
    assert code in [one["code"] for one in submission.warnings]


def test_the_same_entity_twice_is_told(client, wells):
    well = uuid4()
    send(client, wells.key, said(well, 12))

    assert [one["code"] for one in send(client, wells.key, said(well, 13)).warnings] == ["collect.entity_taken"]
    assert Entity.objects.get().values["depth"] == "12"


def test_an_edited_submission_does_not_make_its_entity_again(client, wells):
    well = uuid4()
    first = said(well, 12)
    submission = send(client, wells.key, first)
    edit = first.replace(
        f"<instanceID>{submission.instance}".encode(),
        f"<deprecatedID>{submission.instance}</deprecatedID><instanceID>uuid:{uuid4()}".encode(),
    )

    edited = send(client, wells.key, edit)

    assert (edited.edits, edited.warnings) == (1, [])
    assert Entity.objects.get().version == 1


def test_a_list_can_wait_for_approval(client, wells):
    collect.change_list(by=wells.system, entity_list=wells.list, needs_approval=True)
    submission = send(client, wells.key, said(uuid4(), 12))
    assert not Entity.objects.exists()
    assert manifest(client, wells.key)["wells.csv"][2] == "approvalEntityList"

    collect.review(by=wells.officer, submission=submission, state="approved")
    work_once()
    collect.review(by=wells.officer, submission=Submission.objects.get(pk=submission.pk), state="approved")
    work_once()

    assert Entity.objects.get().version == 1


def test_an_entity_closed_by_what_a_form_says_leaves_the_phones(client, wells):
    collect.change_list(by=wells.system, entity_list=wells.list, closed_by={"property": "works", "value": "never"})
    well = uuid4()
    send(client, wells.key, said(well, 12, works="yes"))

    send(client, wells.key, said(well, 12, works="never", base="1"))
    assert (carried(client, wells.key), Entity.objects.get().deleted_at) == ([], None)

    send(client, wells.key, said(well, 12, works="yes", base="2"))
    assert len(carried(client, wells.key)) == 1


def test_an_entity_deleted_by_what_a_form_says_is_gone(client, wells):
    collect.change_list(by=wells.system, entity_list=wells.list, deleted_by={"property": "works", "value": "gone"})
    well = uuid4()
    send(client, wells.key, said(well, 12))
    send(client, wells.key, said(well, 12, works="gone", base="1"))

    assert carried(client, wells.key) == []
    assert Entity.objects.get().deleted_at is not None


def test_a_phone_is_told_which_of_its_own_were_deleted(client, wells):
    here, gone = uuid4(), uuid4()
    send(client, wells.key, said(here, 12))
    send(client, wells.key, said(gone, 13))
    collect.delete_entities(by=wells.system, entities=list(Entity.objects.filter(uuid=gone)))

    answer = client.get(f"/v1/key/{wells.key}/projects/1/forms/wells/integrity/wells?id={here},{gone},{uuid4()}")

    root = fromstring(answer.content)
    assert {one.get("id"): one.findtext("deleted") for one in root.iter("entity")} == {
        str(here): "false",
        str(gone): "true",
    }


def test_a_phone_carries_the_register_of_sites_as_far_as_it_may_look(client, wells):
    form = FORM.replace("wells.csv", "sites.csv").replace("| wells   | 1 ", "| counts  | 1 ").partition("| entities")
    definition = form[0].replace("| save_to  |", "|          |").replace("| depth    |\n", "|          |\n", 1)
    definition = (
        definition.replace("| works    |", "|          |")
        + "| settings | | |\n| | form_id | version |\n| | counts | 1 |\n"
    )
    collect.publish_form(by=wells.system, definition=definition.encode(), scope="/SSD")

    answer = client.get(f"/v1/key/{wells.key}/projects/1/forms/counts/attachments/sites.csv")

    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert [one["label"] for one in rows] == ["Akobo Town", "Bor Stadium", "Malou"]
    assert rows[0]["pcode"] == "SS0303"
    assert "sites.csv" in client.get(f"/v1/key/{wells.key}/projects/1/forms/counts/manifest").content.decode()


def test_a_file_that_was_given_goes_before_a_list(client: Client, wells: Any):
    version = wells.list.versions.get().version
    draft = collect.draft_form(by=wells.system, form=version.form)
    assert draft.files.get().name == "wells.csv"
    from waystation.collect.files import keep

    kept = collect.KeptFile("wells.csv", *keep([b"name,label\na,A\n"]))
    collect.keep_form_file(by=wells.system, form=version.form, file=kept)
    collect.publish_draft(by=wells.system, form=version.form, version="2")

    assert manifest(client, wells.key)["wells.csv"][2] == ""
