"""How phones are let in: keys in addresses, PINs by digest, codes to photograph, links for anybody."""

from __future__ import annotations

import base64
import json
import threading
import uuid
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils.timezone import now
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from tests.nursery import Nursery, nursing, prepare
from tests.serving import installation

FORM = """
| survey |      |      |       |
|        | type | name | label |
|        | text | name | Name  |
| settings |         |         |
|          | form_id | version |
|          | {id}    | 1       |
"""
MOST = 20  # seconds


class Office:
    """A server that runs, asked as its administrator."""

    def __init__(self, address: str, password: str, nursery: Nursery) -> None:
        self.address, self.nursery = address, nursery
        self.session = requests.Session()
        self.session.auth = ("ana@example.org", password)

    def ask(self, method: str, path: str, **said: Any) -> Any:
        answer = self.session.request(method, f"{self.address}/v1/{path}", timeout=MOST, **said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def phone(self, **said: Any) -> Any:
        """A phone that may send every form of the project."""
        made = self.ask("POST", "projects/2/app-users", json={"displayName": "Phone", **said})
        self.ask("POST", f"projects/2/assignments/app-user/{made['id']}")
        return made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with a project of two forms."""
    folder = tmp_path_factory.mktemp("office")
    with installation(folder / "data") as here, nursing(here) as nursery:
        prepare(here, nursery)
        password = nursery.run("user", "add", "ana@example.org").split()[-1]
        nursery.run("grant", "ana@example.org", "administrator", "/")
        with nursery.serving() as (port, _group):
            office = Office(f"http://localhost:{port}", password, nursery)
            assert office.ask("POST", "projects", json={"name": "Camps"})["id"] == 2
            for name in ("camps", "wells"):
                office.ask("POST", "projects/2/forms?publish=true", data=FORM.format(id=name).encode())
            yield office


def filled(form: str = "camps", instance: str = "", name: str = "Mahama") -> dict[str, Any]:
    """The parts of a request that sends a filled form."""
    instance = instance or f"uuid:{uuid.uuid4()}"
    xml = f'<data id="{form}" version="1"><name>{name}</name><meta><instanceID>{instance}</instanceID></meta></data>'
    return {"files": {"xml_submission_file": ("form.xml", xml, "text/xml")}, "timeout": MOST}


def test_a_phone_is_shut_out_when_its_key_runs_out(office):
    soon = (now() + timedelta(hours=1)).isoformat()
    good = office.phone(expiresAt=soon)
    late = office.phone(expiresAt=(now() - timedelta(seconds=1)).isoformat())

    assert good["expiresAt"]
    assert requests.get(f"{office.address}/v1/key/{good['token']}/projects/2/formList", timeout=MOST).status_code == 200
    assert late["token"] is None
    assert office.session.get(f"{office.address}/v1/projects/2/app-users/{late['id']}/qr.svg").status_code == 400


def test_a_phone_that_was_lost_is_shut_out_at_once(office):
    lost, gone = office.phone(), office.phone()
    lists = [f"{office.address}/v1/key/{one['token']}/projects/2/formList" for one in (lost, gone)]
    office.ask("DELETE", f"sessions/{lost['token']}")
    office.ask("DELETE", f"projects/2/app-users/{gone['id']}")

    assert [requests.get(one, timeout=MOST).status_code for one in lists] == [403, 403]
    told = {one["id"]: one["token"] for one in office.ask("GET", "projects/2/app-users")}
    assert told[lost["id"]] is None, "still listed, without a key"
    assert gone["id"] not in told


def test_who_manages_one_project_is_shown_no_key_of_another(office):
    other = office.ask("POST", "projects", json={"name": "Other"})["id"]
    password = office.nursery.run("user", "add", "max@example.org").split()[-1]
    office.nursery.run("grant", "max@example.org", "approver", "/")  # sees who there is, everywhere
    office.nursery.run("grant", "max@example.org", "manager", f"/project-{other}")
    max_asks = {"auth": ("max@example.org", password), "timeout": MOST}

    assert requests.get(f"{office.address}/v1/projects/{other}/app-users", **max_asks).status_code == 200
    for one in (office.phone(), link(office)):
        for project, status in ((2, 403), (other, 404)):
            address = f"{office.address}/v1/projects/{project}/app-users/{one['id']}/qr.json"
            answer = requests.get(address, **max_asks)
            assert (answer.status_code, one["token"] in answer.text) == (status, False)


def test_a_person_is_no_phone(office):
    person = office.ask("POST", "users", json={"email": "eva@example.org"})["id"]
    address = f"{office.address}/v1/projects/2/app-users/{person}"

    assert office.session.post(f"{address}/pin", timeout=MOST).status_code == 404
    assert office.session.delete(address, timeout=MOST).status_code == 404
    assert office.ask("GET", f"users/{person}")["email"] == "eva@example.org", "still there"


def test_many_phones_are_made_at_once_with_their_forms(office):
    made = office.ask("POST", "projects/2/app-users/bulk", json={"displayNames": ["A", "B", "C"], "forms": ["camps"]})

    assert [one["displayName"] for one in made] == ["A", "B", "C"]
    forms = requests.get(f"{office.address}/v1/key/{made[2]['token']}/projects/2/formList", timeout=MOST).text
    assert ("camps" in forms, "wells" in forms) == (True, False)
    before = len(office.ask("GET", "projects/2/app-users"))
    body = {"displayNames": ["D", " "], "forms": ["camps"]}
    assert office.session.post(f"{office.address}/v1/projects/2/app-users/bulk", json=body).status_code == 400
    assert len(office.ask("GET", "projects/2/app-users")) == before, "all of them or none"


def test_a_phone_lets_itself_in_by_a_digest_of_its_pin(office):
    phone = office.phone(pin=True)
    assert (phone["token"], len(phone["pin"])) == (None, 8)
    auth = HTTPDigestAuth(phone["username"], phone["pin"])
    base = f"{office.address}/v1/projects/2"

    listed = requests.get(f"{base}/formList?deviceID=x%3A7", auth=auth, timeout=MOST)
    assert (listed.status_code, listed.history[0].status_code) == (200, 401)
    assert requests.head(f"{base}/submission", auth=auth, timeout=MOST).status_code == 204
    assert requests.post(f"{base}/submission", auth=auth, **filled()).status_code == 201
    basic = HTTPBasicAuth(phone["username"], phone["pin"])
    assert requests.post(f"{base}/submission", auth=basic, **filled()).status_code == 201
    wrong = HTTPDigestAuth(phone["username"], "00000000")
    assert requests.get(f"{base}/formList", auth=wrong, timeout=MOST).status_code == 401


def test_a_new_pin_shuts_the_one_before_it_out(office):
    phone = office.phone()
    first = office.ask("POST", f"projects/2/app-users/{phone['id']}/pin")
    second = office.ask("POST", f"projects/2/app-users/{phone['id']}/pin")

    assert first["pin"] != second["pin"]
    address = f"{office.address}/v1/projects/2/formList"
    for pin, status in ((first["pin"], 401), (second["pin"], 200)):
        auth = HTTPDigestAuth(phone_name := second["username"], pin)
        assert requests.get(address, auth=auth, timeout=MOST).status_code == status, phone_name
    assert (
        requests.get(f"{office.address}/v1/key/{phone['token']}/projects/2/formList", timeout=MOST).status_code == 403
    )


def test_a_pin_cannot_be_found_by_trying(office):
    phone = office.phone(pin=True)
    address = f"{office.address}/v1/projects/2/formList"
    for _try in range(10):
        assert requests.get(address, auth=HTTPBasicAuth(phone["username"], "1"), timeout=MOST).status_code == 401

    right = HTTPDigestAuth(phone["username"], phone["pin"])
    assert requests.get(address, auth=right, timeout=MOST).status_code == 429


def test_only_addresses_of_phones_ask_who_calls(office):
    assert "WWW-Authenticate" in requests.get(f"{office.address}/v1/projects/2/formList", timeout=MOST).headers
    for path in ("projects", "projects/2/forms", "projects/2/forms/camps.svc/Submissions"):
        assert "WWW-Authenticate" not in requests.get(f"{office.address}/v1/{path}", timeout=MOST).headers


def test_a_code_says_what_a_phone_needs(office):
    phone, pinned = office.phone(), office.phone(pin=True)
    said = office.ask("GET", f"projects/2/app-users/{phone['id']}/qr.json")
    assert said["general"]["server_url"] == f"{office.address}/v1/key/{phone['token']}/projects/2"
    assert (said["admin"], said["project"]["name"]) == ({}, "Camps")
    assert requests.get(f"{said['general']['server_url']}/formList", timeout=MOST).status_code == 200
    told = office.ask("GET", f"projects/2/app-users/{pinned['id']}/qr.json")["general"]
    assert (told["username"], told["password"]) == (pinned["username"], ""), "the PIN is not photographed"

    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        drawn = office.session.get(f"{office.address}/v1/projects/2/app-users/{phone['id']}/qr.{kind}", timeout=MOST)
        assert drawn.content.startswith(begins)


def test_a_code_holds_settings_as_phones_unpack_them():
    from waystation.collect.rules import packed, phone_settings

    text = packed(phone_settings("https://example.org/v1/key/x/projects/1", name="Camps Café"))

    assert json.loads(zlib.decompress(base64.b64decode(text)))["project"]["name"] == "Camps Café"


def test_a_draft_is_tried_out_by_its_code(office):
    office.ask("POST", "projects/2/forms/wells/draft")
    said = office.ask("GET", "projects/2/forms/wells/draft/qr.json")

    listed = requests.get(f"{said['general']['server_url']}/formList", timeout=MOST)
    assert (listed.status_code, "wells" in listed.text) == (200, True)
    assert said["project"]["name"].startswith("[Draft]")


def test_devices_are_known_by_what_they_sent(office):
    phone = office.phone()
    address = f"{office.address}/v1/key/{phone['token']}/projects/2/submission?deviceID=collect%3Aabc"
    for _time in range(3):
        parts = filled()
        assert requests.post(address, headers={"User-Agent": "Collect/v2026.1"}, **parts).status_code == 201
    office_knows = lambda: office.ask("GET", "projects/2/devices?q=collect:abc")  # noqa: E731
    for _look in range(200):
        if (found := office_knows()) and found[0]["submissions"] == 3:
            break
    assert [(one["deviceId"], one["userAgent"], one["submissions"]) for one in found] == [
        ("collect:abc", "Collect/v2026.1", 3)
    ]
    assert found[0]["firstSeenAt"] <= found[0]["lastSeenAt"]


def link(office: Office, **said: Any) -> Any:
    return office.ask("POST", "projects/2/forms/camps/public-links", json={"displayName": "Door", **said})


def test_a_link_lets_anybody_send_its_form_and_no_other(office):
    made = link(office)
    base = f"{office.address}/v1/key/{made['token']}/projects/2"

    forms = requests.get(f"{base}/formList", timeout=MOST).text
    assert ("camps" in forms, "wells" in forms) == (True, False)
    assert requests.post(f"{base}/submission", **filled("camps")).status_code == 201
    assert requests.post(f"{base}/submission", **filled("wells")).status_code == 403
    shown = requests.post(f"{office.address}/v1/projects/2/submission?st={made['token']}", **filled("camps"))
    assert shown.status_code == 201
    bearer = {"Authorization": f"Bearer {made['token']}"}
    told = requests.get(f"{office.address}/v1/projects/2/forms/camps/submissions", headers=bearer, timeout=MOST)
    assert told.status_code in (403, 404), "it reads nothing"

    office.ask("DELETE", f"projects/2/forms/camps/public-links/{made['id']}")
    assert requests.post(f"{base}/submission", **filled("camps")).status_code == 403
    closed = next(one for one in office.ask("GET", "projects/2/forms/camps/public-links") if one["id"] == made["id"])
    assert closed["token"] is None


def test_a_link_for_one_submission_takes_one_even_when_many_come_at_once(office):
    made = link(office, once=True)
    address = f"{office.address}/v1/key/{made['token']}/projects/2/submission"
    statuses: list[int] = []

    def send() -> None:
        statuses.append(requests.post(address, **filled("camps")).status_code)

    threads = [threading.Thread(target=send) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201, *[409] * 11]


def test_a_link_for_one_submission_is_not_used_up_by_what_is_refused(office):
    known = "uuid:known-already"
    assert (
        requests.post(
            f"{office.address}/v1/projects/2/submission", auth=office.session.auth, **filled("camps", known)
        ).status_code
        == 201
    )
    made = link(office, once=True)
    address = f"{office.address}/v1/key/{made['token']}/projects/2/submission"

    assert requests.post(address, **filled("camps", known, "Other words")).status_code == 409
    assert requests.post(address, **filled("camps")).status_code == 201
    assert requests.post(address, **filled("camps")).status_code == 409


def test_what_a_link_took_may_be_sent_again(office):
    made = link(office, once=True)
    address = f"{office.address}/v1/key/{made['token']}/projects/2/submission"
    one = "uuid:the-one"

    assert [requests.post(address, **filled("camps", one)).status_code for _time in range(2)] == [201, 201]
    assert requests.post(address, **filled("camps")).status_code == 409


def test_a_phone_that_repeats_every_request_five_times_in_parallel_doubles_and_loses_nothing(office):
    phone = office.phone()
    address = f"{office.address}/v1/key/{phone['token']}/projects/2/submission"
    before = office.ask("GET", "projects/2/forms/wells.svc/Submissions?$count=true&$top=0")["@odata.count"]
    sent = [f"uuid:{uuid.uuid4()}" for _n in range(30)]
    statuses: list[int] = []

    def repeat(instance: str) -> None:
        statuses.append(requests.post(address, **filled("wells", instance)).status_code)

    for instance in sent:
        threads = [threading.Thread(target=repeat, args=(instance,)) for _time in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert statuses == [201] * 150
    table = office.ask("GET", "projects/2/forms/wells.svc/Submissions?$count=true")
    assert table["@odata.count"] == before + 30
    assert sorted(one["__id"] for one in table["value"] if one["__id"] in sent) == sorted(sent)
