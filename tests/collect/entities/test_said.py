"""What forms declare about entities, and what filled forms say of them."""

from __future__ import annotations

import pytest

from waystation.collect.problems import BadEntityId, BadListName, BadPropertyName
from waystation.collect.registry import read_xlsform
from waystation.collect.rules.entities import (
    checked_list_name,
    checked_property_name,
    checked_uuid,
    declared_in,
    fits,
    said_in,
)

FORM = """
| survey |                                |        |        |                   |
|        | type                           | name   | label  | save_to           |
|        | select_one_from_file trees.csv | tree   | Tree   |                   |
|        | begin_group                    | size   | Size   |                   |
|        | decimal                        | girth  | Girth  | trees#girth       |
|        | end_group                      |        |        |                   |
|        | text                           | kind   | Kind   | trees#kind        |
|        | begin_repeat                   | people | People |                   |
|        | text                           | full   | Name   | people#full_name  |
|        | integer                        | age    | Age    | people#age        |
|        | end_repeat                     |        |        |                   |
| entities |           |             |           |             |                |           |
|          | list_name | label       | entity_id | create_if   | update_if      | repeat    |
|          | people    | ${full}     |           |             |                | ${people} |
|          | trees     | ${girth}    | ${tree}   | not(${tree})| ${tree} != ''  |           |
| settings |         |         |
|          | form_id | version |
|          | trees   | 1       |
"""
TREE = "aa8b1c4e-0000-4000-8000-000000000001"
CHILD = "aa8b1c4e-0000-4000-8000-000000000002"
FILLED = f"""<data id="trees" version="1"><tree>{TREE}</tree><size><girth>1.5</girth></size><kind>fig</kind>
<people><full>Deng</full><age>4</age><meta><entity dataset="people" create="1" id="{CHILD}"><label>Deng</label>
</entity></meta></people>
<people><full>Ayen</full><meta><entity dataset="people" create="1" id="uuid:{CHILD[:-1]}3"><label>Ayen</label>
</entity></meta></people>
<meta><entity dataset="trees" create="0" update="true" baseVersion="2" trunkVersion="2" branchId="b" id="{TREE}">
<label>1.5</label></entity><instanceID>uuid:1</instanceID></meta></data>""".encode()


def test_a_form_declares_several_lists_one_of_them_from_a_repeat():
    trees, people = sorted(declared_in(read_xlsform(FORM.encode()).xform), key=lambda one: one.path)

    assert (trees.list, trees.path, trees.properties) == ("trees", (), {("size", "girth"): "girth", ("kind",): "kind"})
    assert (trees.creates, trees.updates, trees.kinds) == (True, True, {"girth": "decimal", "kind": "string"})
    assert (people.list, people.path) == ("people", ("people",))
    assert people.properties == {("full",): "full_name", ("age",): "age"}
    assert (people.creates, people.updates) == (True, False)


def test_a_filled_form_says_one_entity_for_each_of_a_repeat():
    said = said_in(FILLED, declared_in(read_xlsform(FORM.encode()).xform))

    by_label = {one.label: one for one in said}
    assert by_label["Deng"].values == {"full_name": "Deng", "age": "4"}
    assert by_label["Ayen"].values == {"full_name": "Ayen"}, "what was not asked is not said"
    assert by_label["Ayen"].uuid == f"{CHILD[:-1]}3"
    tree = by_label["1.5"]
    assert (tree.creates, tree.updates, tree.base, tree.trunk, tree.branch) == (False, True, "2", "2", "b")
    assert tree.values == {"girth": "1.5", "kind": "fig"}


def test_a_form_without_entities_declares_none():
    assert declared_in("<h:html xmlns:h='http://www.w3.org/1999/xhtml'/>") == ()


@pytest.mark.parametrize("name", ["", "1a", "__x", "a.b", "a b", "a/b"])
def test_a_list_must_have_a_name_that_phones_can_read(name: str):
    with pytest.raises(BadListName):
        checked_list_name(name)


@pytest.mark.parametrize("name", ["name", "Label", "__x", "a b", ""])
def test_a_property_must_not_have_the_name_of_what_every_entity_has(name: str):
    with pytest.raises(BadPropertyName):
        checked_property_name(name)


def test_an_id_is_a_uuid_however_it_is_written():
    assert checked_uuid(f"uuid:{TREE.upper()}") == TREE
    with pytest.raises(BadEntityId):
        checked_uuid("tree 7")


@pytest.mark.parametrize(
    ("word", "kind", "fit"),
    [
        ("12", "int", True),
        ("12.5", "int", False),
        ("12.5", "decimal", True),
        ("NaN", "decimal", False),
        ("", "int", True),
        ("2026-02-30", "date", False),
        ("2026-02-28", "date", True),
        ("6.2 31.5 0 0", "geopoint", True),
        ("96.2 31.5", "geopoint", False),
        ("true", "boolean", True),
        ("maybe", "boolean", False),
        ("anything", "select1", True),
    ],
)
def test_values_fit_their_types(word: str, kind: str, fit: bool):
    assert fits(word, kind) is fit
