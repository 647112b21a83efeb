"""A server for outside test suites, and pyodk's own way of trying itself out against one."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyodk.client import Client

from tests.serving import COMMAND, Server, free_port, installation

ODD = "'=+/*-451%/%"
FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>{id}</h:title><model><instance><data id="{id}" version="1"><fruit/><note_fruit/>
<meta><instanceID/></meta></data></instance>{list}<bind nodeset="/data/fruit" type="string"/></model></h:head>
<h:body><input ref="/data/fruit"><label>Fruit</label></input></h:body></h:html>"""
LIST = '<instance id="fruits" src="jr://file-csv/fruits.csv"/>'
FIXTURE: dict[str, Any] = {
    "users": [
        {"email": "alice@example.org", "password": "short", "name": "Alice", "role": "admin"},
        {"email": "bob@example.org", "password": "password4bob"},
    ],
    "projects": [
        {
            "name": "Fruits",
            "assignments": [{"user": "bob@example.org", "role": "manager"}],
            "app_users": [{"name": "Phone 1", "token": "a" * 64}, {"name": "Phone 2", "forms": ["range"]}],
            "entity_lists": [{"name": "trees", "properties": ["species"], "entities": [{"label": "Fig", "data": {}}]}],
            "forms": [
                {"file": "range.xml"},
                {"file": "pull_data.xml", "attachments": {"fruits.csv": "fruits.csv"}},
                {"file": "tick.xml"},
                {"file": "odd.xml", "submissions": ["one.xml"]},
                {"file": "draft.xml", "draft": True},
            ],
        }
    ],
}
ONE = '<data id="{id}" version="1"><fruit>Banana</fruit><meta>{before}<instanceID>{instance}</instanceID></meta></data>'
FIRST = "~!@#$%^&amp;*()_+=-✘✘"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fixture: a file, and the forms beside it."""
    made = tmp_path_factory.mktemp("fixture")
    (made / "fixture.json").write_text(json.dumps(FIXTURE))
    (made / "fruits.csv").write_text("name,label\nfig,Fig\n")
    for name, form, listed in (
        ("range", "range", ""),
        ("pull_data", "pull_data", LIST),
        ("tick", "✅", LIST),
        ("odd", ODD, ""),
        ("draft", "draft", ""),
    ):
        (made / f"{name}.xml").write_text(FORM.format(id=form, list=listed))
    (made / "one.xml").write_text(ONE.format(id=ODD, before="", instance=FIRST))
    return made


@pytest.fixture(scope="module")
def suite(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of a test suite."""
    place = tmp_path_factory.mktemp("conformance")
    port = free_port()
    with installation(place / "data") as here:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--conformance", folder, "--data", place / "data"],
            env=here.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        server = Server(process, port)
        server.wait()
        yield server
        server.kill(15)


def asked(server: Server, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """One request, and what is answered."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.fixture
def client(suite: Server, tmp_path: Path) -> Iterator[Client]:
    """pyodk, at a server that was just put back."""
    assert asked(suite, "POST", "/-/reset")[0] == 200
    config = tmp_path / "config.toml"
    config.write_text(
        f'[central]\nbase_url = "http://localhost:{suite.port}"\nusername = "alice@example.org"\npassword = "short"\n'
        "default_project_id = 1\n"
    )
    with Client(config_path=config, cache_path=tmp_path / "cache.toml") as opened:
        yield opened


def test_everything_is_numbered_from_one_in_the_order_of_the_fixture(client):
    assert [(one.id, one.name) for one in client.projects.list()] == [(1, "Fruits")]
    assert client.get("users/current").json()["id"] == 1
    assert [one["id"] for one in client.get("users").json()] == [1, 2]
    forms = {one["id"]: one["xmlFormId"] for one in client.get("projects/1/forms").json()}
    assert forms == {1: "range", 2: "pull_data", 3: "✅", 4: ODD, 5: "draft"}
    phones = {one["displayName"]: one for one in client.get("projects/1/app-users").json()}
    assert phones.keys() == {"Phone 1", "Phone 2"}


def test_roles_have_the_names_and_numbers_of_odk_central(client):
    roles = {one["id"]: (one["system"], one["name"]) for one in client.get("roles").json()}

    assert roles == {
        1: ("admin", "Administrator"),
        2: ("app-user", "App User"),
        5: ("manager", "Project Manager"),
        6: ("viewer", "Project Viewer"),
        8: ("formfill", "Data Collector"),
        9: ("pub-link", "Public Link"),
    }
    assert client.get("projects/1/assignments/manager").json()[0]["id"] == 2


def test_a_reset_puts_everything_back_within_a_fifth_of_a_second(suite, client):
    made = client.post("projects", json={"name": "Camps"}).json()["id"]
    client.submissions.create(form_id="range", xml=ONE.format(id="range", before="", instance="uuid:1"))
    assert made == 2

    took = []
    for _time in range(5):
        begun = time.perf_counter()
        assert asked(suite, "POST", "/-/reset")[0] == 200
        took.append(time.perf_counter() - begun)

    assert min(took) < 0.2, took
    assert client.get("projects").status_code == 401, "a session that was opened since is gone as well"
    status, told = asked(suite, "POST", "/v1/sessions", {"email": "alice@example.org", "password": "short"})
    by = {"Authorization": f"Bearer {told['token']}"}
    assert (status, asked(suite, "GET", "/v1/projects/1/forms/range/submissions", **by)) == (200, (200, []))
    assert asked(suite, "POST", "/v1/projects", {"name": "Camps"}, **by)[1]["id"] == 2


def test_a_phone_of_the_fixture_lets_itself_in_with_the_key_that_the_fixture_says(suite, client):
    address = f"http://127.0.0.1:{suite.port}/v1/key/{'a' * 64}/projects/1/formList"
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.read().count(b"<formID>") == 4


def test_draining_waits_until_what_came_is_filed(suite, client):
    for n in range(20):
        client.submissions.create(form_id="range", xml=ONE.format(id="range", before="", instance=f"uuid:{n}"))

    assert asked(suite, "POST", "/-/drain") == (200, {"success": True})

    by = {"Authorization": client.session.headers["Authorization"]}
    told = asked(suite, "GET", "/v1/audits?limit=1000", **by)[1]
    assert len([one for one in told if one["action"] == "collect.receive"]) == 21
    assert client.submissions.get_table(form_id="range")["value"][0]["fruit"] == "Banana"


def test_forms_are_updated_as_pyodk_tries_it(client, folder, tmp_path):
    client.forms.update(
        form_id="pull_data",
        definition=str(second(folder / "pull_data.xml", tmp_path)),
        attachments=[str(folder / "fruits.csv")],
    )
    client.forms.update(form_id="range", definition=str(second(folder / "range.xml", tmp_path)))
    client.forms.update(
        form_id="pull_data", attachments=[str(folder / "fruits.csv")], version_updater=lambda v: v + "_1"
    )
    client.forms.update(form_id="pull_data", attachments=[str(folder / "fruits.csv")])
    client.forms.update(form_id="✅", definition=str(second(folder / "tick.xml", tmp_path)))
    client.forms.update(form_id=ODD, attachments=[], version_updater=lambda v: datetime.now(UTC).isoformat())

    assert client.forms.get("✅").version == "2"
    versions = [one["version"] for one in client.get("projects/1/forms/pull_data/versions").json()]
    assert versions[1:] == ["2_1", "2", "1"]


def second(file: Path, folder: Path) -> Path:
    """The same form as its second version."""
    made = folder / file.name
    made.write_text(file.read_text().replace('version="1"', 'version="2"'))
    return made


def test_app_users_are_made_with_forms(client):
    made = client.projects.create_app_users(display_names=["test_role3", "test_user3"])
    assert len(list(made)) == 2

    (again,) = client.projects.create_app_users(display_names=["test_assign3"], forms=["range", "pull_data"])
    held = client.get("projects/1/forms/range/assignments/app-user").json()
    assert again.id in [one["id"] for one in held]


def test_names_may_be_of_any_script_and_hold_slashes(client):
    instance = "~!@#$%^&*()_+=-✅✅"
    client.submissions.create(form_id=ODD, xml=ONE.format(id=ODD, before="", instance=instance.replace("&", "&amp;")))
    assert client.submissions.get(form_id=ODD, instance_id=instance).instanceId == instance

    before = FIRST.replace("&amp;", "&")
    edit = ONE.format(id=ODD, before=f"<deprecatedID>{FIRST}</deprecatedID>", instance=f"{FIRST}✘")
    client.submissions.edit(form_id=ODD, instance_id=before, xml=edit, comment="Papaya")
    assert client.submissions.list_comments(form_id=ODD, instance_id=before)[0].body == "Papaya"


def refused(*words: str | Path) -> str:
    done = subprocess.run([COMMAND, "serve", *words], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode > 0
    return done.stderr


def test_it_is_refused_where_others_could_reach_it(folder, tmp_path):
    told = refused("--host", "0.0.0.0", "--conformance", folder, "--data", tmp_path / "fresh")

    assert "front.only_on_loopback" in told


def test_it_is_refused_over_a_folder_that_it_did_not_make(folder, tmp_path):
    (tmp_path / "register.csv").write_text("names")

    told = refused("--port", str(free_port()), "--conformance", folder, "--data", tmp_path)

    assert "front.not_a_conformance_folder" in told
    assert (tmp_path / "register.csv").read_text() == "names"


def test_no_other_server_can_be_reset(client_of_a_plain_server):
    for path in ("/-/reset", "/-/drain"):
        assert client_of_a_plain_server.post(path).status_code == 404


@pytest.fixture
def client_of_a_plain_server(db: None) -> Any:
    """Django's own client."""
    from django.test import Client as Plain

    return Plain()
