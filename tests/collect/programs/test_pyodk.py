"""pyodk, which was written for ODK Central, works against a server of ours by changing an address."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from pyodk.errors import PyODKError
from requests import Session

from .conftest import answers, instance, workbook


def test_a_program_that_shows_a_wrong_password_is_told_so(office):
    answer = Session().post(f"{office[0]}/v1/sessions", json={"email": "ana@example.org", "password": "wrong"})

    assert (answer.status_code, answer.json()["code"]) == (401, 401.2)


def test_a_session_tells_since_when_and_until_when_it_lasts(client):
    first, again = (client.get("sessions/restore").json() for _time in range(2))

    assert first == again
    assert first["createdAt"] < first["expiresAt"]


def test_projects_are_listed_and_read(client):
    assert [project.name for project in client.projects.list()] == ["Waystation", "Camps of Kirehe"]
    assert client.projects.get().name == "Camps of Kirehe"


def test_a_project_that_is_not_there_is_a_problem_that_pyodk_knows(client):
    with pytest.raises(PyODKError) as raised:
        client.projects.get(99)

    assert raised.value.is_central_error(404.1)


def test_a_form_is_listed_read_and_fetched_as_xml(client, form):
    assert [one.xmlFormId for one in client.forms.list()] == ["camps"]
    assert client.forms.get(form).publishedAt is not None
    assert "<h:title>Camps</h:title>" in client.forms.get_xml(form)


def test_a_form_is_updated_with_a_new_version(client, form, tmp_path):
    file = tmp_path / "camps.xlsx"
    file.write_bytes(workbook("2"))
    client.forms.update(form, definition=file)
    assert client.forms.get(form).version == "2"

    client.post("projects/2/forms/camps/draft")
    client.post("projects/2/forms/camps/draft/publish?version=2.1")
    assert client.forms.get(form).version == "2.1"
    assert [one["version"] for one in client.get("projects/2/forms/camps/versions").json()] == ["2.1", "2", "1"]


def test_a_version_cannot_be_published_twice(client, form, tmp_path):
    file = tmp_path / "camps.xlsx"
    file.write_bytes(workbook("1"))

    with pytest.raises(PyODKError) as raised:
        client.forms.update(form, definition=file)

    assert raised.value.is_central_error(409.6)


def test_a_form_that_does_not_work_is_refused_with_the_converters_own_words(client):
    answer = client.post(
        "projects/2/forms?publish=true",
        data=b"| survey |\n|  | type | name | label |\n|  | dream | a | A |\n",
        headers={"Content-Type": "text/markdown"},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, 400.15)
    assert "dream" in answer.json()["message"]


def test_what_is_submitted_is_read_back_as_it_was(client, form):
    one = instance()
    made = client.submissions.create(xml=answers(one), form_id=form, device_id="phone-7")

    assert (made.instanceId, made.instanceName, made.deviceId) == (one, "Mahama", "phone-7")
    assert one in [submission.instanceId for submission in client.submissions.list(form)]
    assert client.submissions.get(one, form).reviewState is None
    assert client.get(f"projects/2/forms/camps/submissions/{one}.xml").text == answers(one)


def test_a_submission_is_edited_reviewed_and_commented(client, form):
    first, second = instance(), instance()
    client.submissions.create(xml=answers(first), form_id=form)
    client.submissions.edit(
        xml=answers(second, name="Mahama II", edits=first), form_id=form, instance_id=first, comment="Its new name"
    )

    assert client.submissions.get(first, form).reviewState == "edited"
    assert [one.body for one in client.submissions.list_comments(first, form)] == ["Its new name"]
    diffs = client.get(f"projects/2/forms/camps/submissions/{first}/diffs").json()
    assert {"path": ["name"], "old": "Mahama", "new": "Mahama II"} in diffs[second]
    versions = client.get(f"projects/2/forms/camps/submissions/{first}/versions").json()
    assert [(one["instanceId"], one["current"]) for one in versions] == [(second, True), (first, False)]

    client.submissions.review(first, "approved", form)
    assert client.submissions.get(first, form).reviewState == "approved"
    client.submissions.add_comment(instance_id=first, comment="Thank you", form_id=form)
    assert [one.body for one in client.submissions.list_comments(first, form)] == ["Thank you", "Its new name"]


def test_an_edit_of_what_was_edited_meanwhile_is_refused(client, form):
    first, second = instance(), instance()
    client.submissions.create(xml=answers(first), form_id=form)
    client.submissions.edit(xml=answers(second, edits=first), form_id=form, instance_id=first)

    with pytest.raises(PyODKError) as raised:
        client.submissions.edit(xml=answers(instance(), edits=first), form_id=form, instance_id=first)

    assert raised.value.is_central_error(409.9)


def test_a_phone_cannot_edit_what_was_sent_elsewhere(client, office):
    made = client.post("projects", json={"name": "Elsewhere"}).json()
    there = f"projects/{made['id']}"
    client.post(f"{there}/forms?publish=true&ignoreWarnings=true", data=workbook())
    user = client.post(f"{there}/app-users", json={"displayName": "Team 5"}).json()
    client.post(f"{there}/forms/camps/assignments/2/{user['id']}")
    first = instance()
    client.submissions.create(xml=answers(first), form_id="camps")

    sent = Session().post(
        f"{office[0]}/v1/key/{user['token']}/projects/2/submission",
        files={"xml_submission_file": ("form.xml", answers(instance(), edits=first), "text/xml")},
    )

    assert sent.status_code == 404
    assert client.submissions.get(first, "camps").reviewState is None


def test_the_same_edit_twice_is_no_harm(client, form):
    first, second = instance(), instance()
    client.submissions.create(xml=answers(first), form_id=form)
    for _time in range(2):
        client.submissions.edit(xml=answers(second, edits=first), form_id=form, instance_id=first)

    assert len(client.get(f"projects/2/forms/camps/submissions/{first}/versions").json()) == 2


def test_files_are_sent_after_the_form_and_fetched_again(client, form, tmp_path):
    one = instance()
    gate = tmp_path / "gate.jpg"
    gate.write_bytes(b"\xff\xd8 a gate" * 400_000)  # four megabytes, sent in chunks without a length
    client.submissions.create(xml=answers(one), form_id=form)
    before = client.get(f"projects/2/forms/camps/submissions/{one}/attachments").json()

    client.submissions.create(xml=answers(one), form_id=form, attachments=[gate])

    assert before == [{"name": "gate.jpg", "exists": False}]
    assert client.get(f"projects/2/forms/camps/submissions/{one}/attachments").json()[0]["exists"] is True
    fetched = client.get(f"projects/2/forms/camps/submissions/{one}/attachments/gate.jpg")
    assert fetched.content == gate.read_bytes()


def test_the_table_has_typed_answers_and_the_repeat_its_own(client, form):
    one = instance()
    client.submissions.create(xml=answers(one, name="Nyabiheke", sizes=(3, 5, 8)), form_id=form)

    table = client.submissions.get_table(form_id=form, count=True)
    row = next(row for row in table["value"] if row["__id"] == one)
    assert (row["name"], row["place"]["point"]["coordinates"][:2]) == ("Nyabiheke", [30.8, -2.3])
    assert row["__system"]["submitterName"] == "ana@example.org"
    assert table["@odata.count"] == len(table["value"])

    repeat = client.submissions.get_table(form_id=form, table_name="Submissions.household")
    assert [row["size"] for row in repeat["value"] if row["__Submissions-id"] == one] == [3, 5, 8]
    whole = client.submissions.get_table(form_id=form, expand="*")
    row = next(row for row in whole["value"] if row["__id"] == one)
    assert [household["size"] for household in row["household"]] == [3, 5, 8]


def test_the_table_is_read_page_by_page_without_a_gap(client, form):
    for _one in range(5):
        client.submissions.create(xml=answers(instance()), form_id=form)
    everything = [row["__id"] for row in client.submissions.get_table(form_id=form)["value"]]

    paged: list[str] = []
    table = client.submissions.get_table(form_id=form, top=2)
    while True:
        paged += [row["__id"] for row in table["value"]]
        if "@odata.nextLink" not in table:
            break
        table = client.get(table["@odata.nextLink"].partition("/v1/")[2]).json()

    assert paged == everything
    assert [row["__id"] for row in client.submissions.get_table(form_id=form, skip=1, top=2)["value"]] == everything[
        1:3
    ]


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("__system/reviewState eq 'rejected'", True),
        ("__system/reviewState ne 'rejected'", False),
        ("not (__system/reviewState eq null)", True),
        ("__system/submissionDate gt 2020-01-01 and __system/reviewState eq 'rejected'", True),
        ("__system/submissionDate gt now()", False),
        ("year(__system/submissionDate) lt 2020 or __system/reviewState eq 'rejected'", True),
    ],
)
def test_the_table_is_filtered(client, form, words, finds):
    one = instance()
    client.submissions.create(xml=answers(one), form_id=form)
    client.submissions.review(one, "rejected", form)

    found = {row["__id"] for row in client.submissions.get_table(form_id=form, filter=words)["value"]}

    assert (one in found) is finds


@pytest.mark.parametrize("words", ["name eq 'x'", "__system/edits", "((", "1 eq 1", "__id eq", "drop table x"])
def test_a_filter_that_is_not_understood_is_a_problem_and_no_bug(client, form, words):
    answer = client.get(f"projects/2/forms/camps.svc/Submissions?$filter={words}")

    assert (answer.status_code, answer.json()["code"]) == (501, 501.1)


def test_the_service_and_its_metadata_name_the_tables(client, form):
    names = [table["name"] for table in client.get("projects/2/forms/camps.svc").json()["value"]]
    edmx = client.get("projects/2/forms/camps.svc/$metadata").text

    assert names == ["Submissions", "Submissions.household"]
    assert 'Name="size" Type="Edm.Int64"' in edmx
    assert 'Name="point" Type="Edm.GeographyPoint"' in edmx


def test_app_users_are_made_with_keys_that_open_only_their_forms(client, form, office):
    made = list(client.projects.create_app_users(["Team 1", "Team 2"], forms=["camps"]))
    assert [one.displayName for one in made] == ["Team 1", "Team 2"]
    assert list(client.projects.create_app_users(["Team 1"], forms=["camps"])) == [], "known by name"

    phone = Session()
    listed = phone.get(f"{office[0]}/v1/key/{made[0].token}/projects/2/formList")
    sent = phone.post(
        f"{office[0]}/v1/key/{made[0].token}/projects/2/submission",
        files={"xml_submission_file": ("form.xml", answers(instance()), "text/xml")},
    )
    assert "<formID>camps</formID>" in listed.text
    assert sent.status_code == 201

    client.delete(f"projects/2/app-users/{made[0].id}")
    time.sleep(0.05)
    assert phone.get(f"{office[0]}/v1/key/{made[0].token}/projects/2/formList").status_code == 403


def test_a_closed_form_takes_nothing_and_is_off_the_list(client, form):
    client.patch("projects/2/forms/camps", json={"state": "closed"})
    try:
        with pytest.raises(PyODKError) as raised:
            client.submissions.create(xml=answers(instance()), form_id=form)
        assert raised.value.is_central_error(409.2)
    finally:
        client.patch("projects/2/forms/camps", json={"state": "open"})


def test_all_is_exported_as_csv_and_as_an_archive_with_the_repeats(client, form):
    one = instance()
    client.submissions.create(xml=answers(one, sizes=(7,)), form_id=form)

    table = client.get("projects/2/forms/camps/submissions.csv").text
    archive = zipfile.ZipFile(io.BytesIO(client.get("projects/2/forms/camps/submissions.csv.zip").content))

    assert one in table
    assert {"camps.csv", "camps-household.csv"} <= set(archive.namelist())
    assert f"{one}/household[1]" in archive.read("camps-household.csv").decode()


def test_a_draft_is_tried_out_apart_from_what_counts(client, form, office, tmp_path):
    file = tmp_path / "camps.xlsx"
    file.write_bytes(workbook("9"))
    client.post("projects/2/forms/camps/draft?ignoreWarnings=true", data=file.read_bytes())
    draft = client.get("projects/2/forms/camps/draft").json()
    base = f"{office[0]}/v1/test/{draft['draftToken']}/projects/2/forms/camps/draft"
    one = instance()

    listed = Session().get(f"{base}/formList").text
    sent = Session().post(f"{base}/submission", files={"xml_submission_file": ("x", answers(one), "text/xml")})

    assert "<version>9</version>" in listed
    assert sent.status_code == 201
    tried = client.get("projects/2/forms/camps/draft.svc/Submissions").json()["value"]
    assert [row["__id"] for row in tried] == [one]
    assert one not in [row["__id"] for row in client.submissions.get_table(form_id=form)["value"]]
    client.delete("projects/2/forms/camps/draft")
    assert client.get("projects/2/forms/camps/draft").status_code == 404


def test_users_sign_in_with_what_they_were_given_and_see_only_their_projects(client, office):
    made = client.post("users", json={"email": "ben@example.org", "password": "four words no one guesses"}).json()
    ben = Session()
    ben.auth = ("ben@example.org", "four words no one guesses")
    nothing = ben.get(f"{office[0]}/v1/projects").json()
    client.post(f"projects/2/assignments/viewer/{made['id']}")
    seen = [project["name"] for project in ben.get(f"{office[0]}/v1/projects").json()]
    forbidden = ben.post(f"{office[0]}/v1/projects/2/forms/camps/draft")

    assert (nothing, seen) == ([], ["Camps of Kirehe"])
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, 403.1)
    assert [one["roleId"] for one in client.get("projects/2/assignments").json()] == [6]


def test_a_session_of_a_browser_cannot_be_misused_by_another_site(office):
    answer = Session().post(f"{office[0]}/v1/projects", json={"name": "x"}, headers={"Cookie": "sessionid=anything"})

    assert answer.status_code == 401


def test_after_too_many_wrong_passwords_even_the_right_one_has_to_wait(office, client):
    client.post("users", json={"email": "eve@example.org", "password": "four words no one guesses"})
    tries = [
        Session().post(f"{office[0]}/v1/sessions", json={"email": "eve@example.org", "password": f"{n}"}).status_code
        for n in range(11)
    ]

    assert tries == [401] * 10 + [429]


def test_files_of_a_form_reach_the_phone(client, office, tmp_path):
    xlsx = tmp_path / "sketch.md"
    xlsx.write_text("x")
    definition = (
        "| survey |\n|  | type | name | label | media::image |\n|  | note | seen | Look | plan.png |\n"
        "| settings |\n|  | form_title | form_id | version |\n|  | Plans | plans | 1 |\n"
    )
    client.post("projects/2/forms?ignoreWarnings=true", data=definition.encode(), headers={"Content-Type": "text/x"})
    asked = client.get("projects/2/forms/plans/draft/attachments").json()
    client.post("projects/2/forms/plans/draft/attachments/plan.png", data=b"\x89PNG")
    client.post("projects/2/forms/plans/draft/publish")
    user = client.post("projects/2/app-users", json={"displayName": "Team 9"}).json()
    client.post(f"projects/2/forms/plans/assignments/2/{user['id']}")
    base = f"{office[0]}/v1/key/{user['token']}/projects/2"

    assert [(one["name"], one["exists"]) for one in asked] == [("plan.png", False)]
    assert "<manifestUrl>" in Session().get(f"{base}/formList").text
    assert "<filename>plan.png</filename>" in Session().get(f"{base}/forms/plans/manifest").text
    assert Session().get(f"{base}/forms/plans/attachments/plan.png").content == b"\x89PNG"


def test_nothing_in_the_log_opens_anything(office, tmp_path_factory):
    key = "K" * 64
    Session().get(f"{office[0]}/v1/key/{key}/projects/1/formList")

    logs = [path for path in tmp_path_factory.getbasetemp().rglob("servers.log") if isinstance(path, Path)]
    assert logs
    assert not any(key in path.read_text(errors="replace") for path in logs)


def test_a_workbook_that_does_not_name_its_form_gets_the_name_that_is_given_beside(client):
    form = "| survey | | | |\n| | type | name | label |\n| | text | q | Q |\n"
    for name in ("libya", "a name with blanks"):
        headers = {"Content-Type": "text/markdown", "X-XlsForm-FormId-Fallback": quote(name)}
        made = client.post("projects/2/forms?publish=true&ignoreWarnings=true", data=form, headers=headers)
        assert made.json()["xmlFormId"] == name

    xml = client.get(client.session.urlformat("projects/2/forms/{f}.xml", f="a name with blanks")).text
    assert '<data id="a name with blanks">' in xml
