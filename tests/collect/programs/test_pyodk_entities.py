"""pyodk's entity lists, properties and entities, against a server of ours."""

from __future__ import annotations

import csv
import io
import time
import uuid
from collections.abc import Iterator

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError

from .conftest import eventually

FORM = """
| survey |         |        |        |         |
|        | type    | name   | label  | save_to |
|        | text    | state  | State  | state   |
|        | integer | people | People | people  |
| entities |           |           |
|          | list_name | label     |
|          | cities    | ${state}  |
| settings |         |         |            |
|          | form_id | version | form_title |
|          | city    | 1       | A city     |
"""


@pytest.fixture(scope="module")
def cities(client: Client) -> Iterator[str]:
    """An empty list with two properties."""
    made = client.entity_lists.create(entity_list_name="cities")
    assert (made.name, made.projectId, made.approvalRequired) == ("cities", 2, False)
    assert client.entity_lists.add_property(name="state", entity_list_name="cities")
    assert client.entity_lists.add_property(name="people", entity_list_name="cities")
    client.entities.default_entity_list_name = "cities"
    return made.name


def test_lists_are_listed_and_read_with_their_properties(client, cities):
    assert [one.name for one in client.entity_lists.list()] == ["cities"]
    found = client.entity_lists.get(entity_list_name="cities")
    assert [(one.name, one.odataName, one.forms) for one in found.properties or []] == [
        ("state", "state", []),
        ("people", "people", []),
    ]


@pytest.mark.parametrize("name", ["name", "__id", "two words", "State"])
def test_a_property_that_cannot_be_is_refused(client, cities, name):
    with pytest.raises(PyODKError) as raised:
        client.entity_lists.add_property(name=name, entity_list_name="cities")

    assert raised.value.is_central_error("400.8" if name != "State" else "409.3")


def test_a_second_list_of_one_name_is_refused(client, cities):
    with pytest.raises(PyODKError) as raised:
        client.entity_lists.create(entity_list_name="Cities")

    assert raised.value.is_central_error("409.3")


def test_an_entity_is_made_changed_and_deleted(client, cities):
    made = client.entities.create(label="Sydney", data={"state": "NSW", "people": "5"})
    assert (made.currentVersion.version, made.conflict) == (1, None)
    assert made.currentVersion.data == {"state": "NSW", "people": "5"}

    changed = client.entities.update(made.uuid, data={"people": "6"}, base_version=1)
    assert (changed.currentVersion.version, changed.currentVersion.baseVersion) == (2, 1)
    assert changed.currentVersion.data == {"state": "NSW", "people": "6"}

    with pytest.raises(PyODKError) as raised:
        client.entities.update(made.uuid, label="Eora", base_version=1)
    assert raised.value.is_central_error("409.15")
    assert client.entities.update(made.uuid, label="Eora", force=True).currentVersion.label == "Eora"
    address = f"projects/2/datasets/cities/entities/{made.uuid}"
    assert [one["version"] for one in client.get(f"{address}/versions").json()] == [1, 2, 3]
    assert client.get(f"{address}/diffs").json() == [
        [{"propertyName": "people", "old": "5", "new": "6"}],
        [{"propertyName": "label", "old": "Sydney", "new": "Eora"}],
    ]
    assert [one["action"] for one in client.get(f"{address}/audits").json()] == [
        "entity.update.version",
        "entity.update.version",
        "entity.create",
    ]

    assert client.entities.delete(made.uuid)
    assert made.uuid not in [one.uuid for one in client.entities.list()]
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/restore").json() == {"success": True}
    assert client.get(address).json()["currentVersion"]["label"] == "Eora"
    client.entities.delete(made.uuid)


def test_many_are_made_at_once_or_none(client, cities):
    before = len(client.entities.list())
    with pytest.raises(PyODKError):
        client.entities.create_many([{"label": "Perth", "state": "WA"}, {"label": "Cairns", "river": "x"}])
    assert len(client.entities.list()) == before

    assert client.entities.create_many([{"label": "Perth", "state": "WA"}, {"label": "Darwin", "state": "NT"}])

    assert len(client.entities.list()) == before + 2


def test_the_table_is_paged_filtered_and_counted(client, cities):
    client.entities.create_many([{"label": f"Town {n}", "state": "QLD"} for n in range(30)], create_source="towns.csv")
    page = client.entities.get_table(top=5, count=True, filter="state eq 'QLD'")

    assert (len(page["value"]), page["@odata.count"]) == (5, 30)
    assert page["value"][0]["__system"]["version"] == 1
    seen = {one["label"] for one in page["value"]}
    address = page["@odata.nextLink"]
    while address:
        page = client.session.get(address).json()
        seen |= {one["label"] for one in page["value"]}
        address = page.get("@odata.nextLink", "")
    assert seen == {f"Town {n}" for n in range(30)}
    chosen = client.entities.get_table(select="__id,label", top=1)["value"][0]
    assert sorted(chosen) == ["__id", "label"]
    for nonsense in ("nowhere eq 1", "label lt", "__system/version eq 'x'"):
        assert client.get(f"projects/2/datasets/cities.svc/Entities?$filter={nonsense}").status_code in (200, 501)


def test_metadata_tells_types_only_where_they_are_asked_for(client, cities):
    plain = client.get("projects/2/datasets/cities.svc/$metadata")
    assert (plain.headers["OData-Version"], 'Name="people" Type="Edm.String"' in plain.text) == ("4.0", True)


def test_data_is_merged_by_a_key(client, cities):
    client.entities.merge(
        [{"label": "Perth", "state": "Western Australia"}, {"label": "Hobart", "state": "TAS"}], match_keys=["label"]
    )

    table = {one["label"]: one["state"] for one in client.entities.get_table()["value"]}
    assert (table["Perth"], table["Hobart"], table["Darwin"]) == ("Western Australia", "TAS", "NT")


def test_many_are_changed_closed_and_deleted_at_once(client, cities):
    towns = [one["__id"] for one in client.entities.get_table(filter="state eq 'QLD'")["value"]][:3]
    base = "projects/2/datasets/cities/entities"
    assert client.patch(f"{base}/bulk?force=true", json={"ids": towns, "data": {"people": "9"}}).status_code == 200
    assert client.post(f"{base}/bulk-close", json={"ids": towns[:1]}).status_code == 200
    assert client.post(f"{base}/bulk-delete", json={"ids": towns[1:]}).status_code == 200

    left = {one["__id"]: one for one in client.entities.get_table(filter="people eq '9'")["value"]}
    assert list(left) == towns[:1]
    assert left[towns[0]]["__system"]["closedAt"]
    assert client.post(f"{base}/bulk-delete", json={"ids": [str(uuid.uuid4())]}).status_code == 404


def test_a_list_comes_as_a_file(client, cities):
    answer = client.get("projects/2/datasets/cities/entities.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {"__id", "label", "state", "people", "__createdAt", "__creatorName", "__version"} <= rows[0].keys()
    assert len(rows) == len(client.entities.list())


def test_an_entity_of_a_form_is_there_soon(client, cities, record_property):
    client.post("projects/2/forms?publish=true", data=FORM.encode(), headers={"Content-Type": "text/markdown"})
    diff = client.get("projects/2/forms/city/dataset-diff").json()
    assert diff == [
        {
            "name": "cities",
            "properties": [{"name": "people", "inForm": True}, {"name": "state", "inForm": True}],
        }
    ]
    made = uuid.uuid4()
    xml = (
        f'<data id="city" version="1"><state>VIC</state><people>7</people><meta><entity dataset="cities" id="{made}" '
        f'create="1"><label>VIC</label></entity><instanceID>uuid:{uuid.uuid4()}</instanceID></meta></data>'
    )
    begun = time.monotonic()
    client.submissions.create(xml=xml, form_id="city")
    found = eventually(
        lambda: client.get(f"projects/2/datasets/cities/entities/{made}"), lambda answer: answer.status_code == 200
    ).json()

    record_property("seconds until it was there", time.monotonic() - begun)  # no bound: CI's machine may be busy
    assert found["currentVersion"]["data"] == {"state": "VIC", "people": "7"}
    (version,) = client.get(f"projects/2/datasets/cities/entities/{made}/versions").json()
    assert version["source"]["submission"]["xmlFormId"] == "city"
    (listed,) = client.get("projects/2/datasets", headers={"X-Extended-Metadata": "true"}).json()
    assert (listed["conflicts"], listed["entities"] > 30) == (0, True)
    assert client.get("projects/2/datasets/cities").json()["sourceForms"] == [{"xmlFormId": "city", "name": "A city"}]
