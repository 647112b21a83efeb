"""What the tables of a form look like, and the answers of its filled forms laid out in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waystation.collect.problems import DangerousXml, FormTooLarge, NotXml
from waystation.collect.rules.fields import (
    UNFIT,
    Choice,
    Field,
    Fields,
    answers_tree,
    child_rows,
    expanded_row,
    fields_of,
    id_of,
    in_well_known_text,
    merged,
    occurrences,
    odata_name,
    root_row,
    written,
)

from .exports.made_up import EVERY_TYPE, NAMES, converted, form_called, sent


@pytest.fixture(scope="module")
def every() -> Fields:
    return converted(EVERY_TYPE)


def field(path: str, kind: str = "string", **more: Any) -> Field:
    kinds = {"select_one": "string", "select_multiple": "string"}
    return Field(path, kinds.get(kind, kind), kind, **more)


def tree_of(fields: Fields, inside: str) -> dict[str, Any]:
    return answers_tree(fields, f'<data id="x" xmlns:orx="http://openrosa.org/xforms">{inside}</data>'.encode())


@pytest.mark.parametrize(
    ("name", "kind", "declared"),
    [
        ("begun", "dateTime", "dateTime"),
        ("phone", "string", "string"),
        ("all-kinds", "structure", "structure"),
        ("all-kinds/a_text", "string", "string"),
        ("all-kinds/a_count", "int", "int"),
        ("all-kinds/a_number", "decimal", "decimal"),
        ("all-kinds/a_range", "int", "int"),
        ("all-kinds/a_day", "date", "date"),
        ("all-kinds/a_time", "time", "time"),
        ("all-kinds/a_moment", "dateTime", "dateTime"),
        ("all-kinds/a_point", "geopoint", "geopoint"),
        ("all-kinds/a_way", "geotrace", "geotrace"),
        ("all-kinds/an_area", "geoshape", "geoshape"),
        ("all-kinds/a_picture", "binary", "binary"),
        ("all-kinds/a_sound", "binary", "binary"),
        ("all-kinds/a_film", "binary", "binary"),
        ("all-kinds/a_file", "binary", "binary"),
        ("all-kinds/a_barcode", "barcode", "barcode"),
        ("all-kinds/agreed", "trigger", "string"),
        ("all-kinds/a_note", "note", "string"),
        ("all-kinds/source", "select_one", "string"),
        ("all-kinds/sources", "select_multiple", "string"),
        ("all-kinds/ranked", "rank", "odk:rank"),
        ("all-kinds/village", "select_one", "string"),
        ("household", "repeat", "repeat"),
        ("meta/instanceID", "string", "string"),
    ],
)
def test_every_question_type_is_told(every, name, kind, declared):
    found = every.by_path[f"/{name}"]

    assert (found.kind, found.type) == (kind, declared)


def test_fields_stand_in_the_form_s_order_with_groups_before_what_they_hold(every):
    paths = [one.path for one in every.all]

    assert paths[:2] == ["/begun", "/phone"]
    assert paths.index("/household") + 1 == paths.index("/household/head")
    assert paths[-2:] == ["/meta", "/meta/instanceID"]
    assert len(paths) == len(set(paths))


def test_a_question_knows_the_innermost_repeat_it_lies_in(every):
    assert every.repeats == ("/household", "/household/who/member")
    assert every.by_path["/household/head"].repeat == "/household"
    assert every.by_path["/household/who/member"].repeat == "/household"
    assert every.by_path["/household/who/member/age"].repeat == "/household/who/member"
    assert [one.name for one in every.answered_in("/household")] == ["head"]


def test_words_and_choices_are_there_in_every_language(every):
    source = every.by_path["/all-kinds/source"]

    assert every.languages == ("English (en)", "العربية (ar)")
    assert source.label(every.language("en")) == "Where does ${a_text} fetch water?"
    assert source.choices[0] == Choice("well", {"English (en)": "Well", "العربية (ar)": "بئر"})
    assert every.language("fr") == "English (en)"


def test_choices_from_a_file_are_said_to_be_elsewhere(every):
    assert every.by_path["/all-kinds/village"].is_external
    assert not every.by_path["/all-kinds/source"].is_external


def test_a_field_is_told_as_the_rest_api_does(every):
    assert every.by_path["/all-kinds/sources"].as_dict() == {
        "path": "/all-kinds/sources",
        "name": "sources",
        "type": "string",
        "binary": None,
        "selectMultiple": True,
    }
    assert every.by_path["/all-kinds/a_picture"].as_dict(odata=True)["path"] == "/all_kinds/a_picture"
    assert every.by_path["/all-kinds/a_picture"].as_dict()["binary"] is True


@pytest.mark.parametrize(
    ("name", "odata"), [("a-b.c", "a_b_c"), ("2nd", "_2nd"), ("عمر", "___"), ("plain_1", "plain_1")]
)
def test_odata_s_names_hold_only_plain_signs(name, odata):
    assert odata_name(name) == odata


def test_the_three_languages_of_the_form_of_libya_are_read():
    libya = form_called("libya_2021")

    assert set(libya.languages) == {"English (en)", "العربية (ar)", "Français (fr)"}
    asked = [one for one in libya.all if one.kind in ("select_one", "select_multiple") and not one.is_external]
    assert all(choice.labels[libya.language("ar")] for one in asked for choice in one.choices if choice.labels)
    assert all(one.choices for one in asked)


def test_the_repeats_of_the_msna_are_found():
    msna = form_called("msna_2024")

    assert [path.rpartition("/")[2] for path in msna.repeats] == ["roster", "edu_ind", "health_ind", "nut_ind"]


def test_a_relative_reference_in_a_form_written_by_hand_is_understood():
    form = fields_of(
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>'
        '<data id="x"><water/></data></instance><bind nodeset="/data/water" type="select1"/></model></h:head><h:body>'
        '<select1 ref="water"><label>Water?</label><item><label>Yes</label><value>y</value></item></select1></h:body>'
        "</h:html>"
    )

    assert form.by_path["/water"].labels == {"": "Water?"}
    assert form.by_path["/water"].choices == (Choice("y", {"": "Yes"}),)


OLD = Fields((field("/a"), field("/gone", "int"), field("/g", "structure"), field("/g/x", "int"), field("/g/y")))
NEW = Fields((field("/a"), field("/g", "structure"), field("/g/x", "decimal"), field("/g/z"), field("/b")))


def test_versions_of_a_form_merge_with_what_is_gone_in_its_place():
    both = merged(NEW, OLD)

    assert [(one.path, one.is_gone) for one in both.all] == [
        ("/a", False),
        ("/gone", True),
        ("/g", False),
        ("/g/x", False),
        ("/g/y", True),
        ("/g/z", False),
        ("/b", False),
    ]
    assert [one.name for one in both.answered_in(gone=False)] == ["a", "x", "z", "b"]


def test_a_field_whose_type_changed_is_read_as_a_text():
    both = merged(NEW, OLD)

    assert (both.by_path["/g/x"].type, both.by_path["/g/x"].kind) == ("string", "string")


def test_a_select_that_came_to_take_several_takes_several_and_keeps_all_choices():
    newer = Fields((field("/q", "select_multiple", choices=(Choice("a", {"en": "A"}), Choice("c"))),))
    older = Fields((field("/q", "select_one", choices=(Choice("a", {"fr": "Ah"}), Choice("b"))),))

    both = merged(newer, older).by_path["/q"]

    assert (both.kind, both.type) == ("select_multiple", "string")
    assert [choice.code for choice in both.choices] == ["a", "c", "b"]
    assert both.choices[0].labels == {"en": "A", "fr": "Ah"}


@pytest.mark.parametrize("swapped", [False, True], ids=["now repeated", "no more repeated"])
def test_a_group_that_is_repeated_in_one_version_is_a_repeat_in_all(swapped):
    once = Fields((field("/g", "structure"), field("/g/x")))
    often = Fields((field("/g", "repeat"), field("/g/x", repeat="/g")))

    both = merged(once, often) if swapped else merged(often, once)
    keys = [one.key for one in occurrences(both, {"g": {"x": "1"}}, "uuid:1", "/g")]

    assert both.repeats == ("/g",)
    assert both.by_path["/g/x"].repeat == "/g"
    assert keys == ["uuid:1/g[1]"]


def test_a_question_that_became_a_group_stands_as_the_group():
    both = merged(Fields((field("/g", "structure"), field("/g/x"))), Fields((field("/g"),)))

    assert [(one.path, one.kind) for one in both.all] == [("/g", "structure"), ("/g/x", "string")]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "1475", 1475),
        ("int", " -3 ", -3),
        ("decimal", "2.50", 2.5),
        ("decimal", "3", 3),
        ("decimal", "1e3", 1000.0),
        ("boolean", "true", True),
        ("boolean", "0", False),
        ("string", " two  blanks ", " two  blanks "),
        ("string", "ё < & نص", "ё < & نص"),
        ("date", "2021-03-12", "2021-03-12"),
        ("select_multiple", "a b", "a b"),
        ("binary", "1.jpg", "1.jpg"),
        (
            "geopoint",
            "2.5 45.3 12 4.8",
            {"type": "Point", "coordinates": [45.3, 2.5, 12], "properties": {"accuracy": 4.8}},
        ),
        ("geopoint", "2.5 45.3", {"type": "Point", "coordinates": [45.3, 2.5]}),
        ("geotrace", "1 2;3 4", {"type": "LineString", "coordinates": [[2, 1], [4, 3]]}),
        (
            "geoshape",
            "1 2 0 5; 3 4 0 6; 1 2 0 5;",
            {
                "type": "Polygon",
                "coordinates": [[[2, 1, 0], [4, 3, 0], [2, 1, 0]]],
                "properties": {"accuracy": [5, 6, 5]},
            },
        ),
    ],
)
def test_an_answer_is_kept_as_what_it_is(kind, text, value):
    told = text.replace("&", "&amp;").replace("<", "&lt;")

    assert tree_of(Fields((field("/q", kind),)), f"<q>{told}</q>") == {"q": value}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "seven"),
        ("int", "1.5"),
        ("int", "1_000"),
        ("int", "12345678901234567890"),
        ("decimal", "NaN"),
        ("decimal", "1e999"),
        ("boolean", "perhaps"),
        ("geopoint", "here"),
        ("geopoint", "1"),
        ("geotrace", "1 2"),
    ],
)
def test_an_answer_that_does_not_fit_stays_a_text_and_is_null_to_odata(kind, text):
    fields = Fields((field("/g", "structure"), field("/g/q", kind)))

    tree = tree_of(fields, f"<g><q>{text}</q></g>")

    assert tree == {"g": {"q": text}, UNFIT: ["/g/q"]}
    assert root_row(fields, tree, "uuid:1") == {"__id": "uuid:1", "g": {"q": None}}


def test_what_does_not_fit_in_a_repeat_is_null_to_odata():
    fields = Fields((field("/r", "repeat"), field("/r/q", "int", repeat="/r")))

    tree = tree_of(fields, "<r><q>1</q></r><r><q>one</q></r>")

    assert tree["r"] == [{"q": 1}, {"q": "one"}]
    assert [row["q"] for row in child_rows(fields, tree, "uuid:1", "/r")] == [1, None]


def test_what_was_not_answered_is_none_and_what_never_came_is_empty(every):
    tree = tree_of(every, "<phone/><all-kinds><a_text>  </a_text></all-kinds>")

    assert tree["phone"] is None
    assert tree["all-kinds"]["a_text"] is None
    assert tree["all-kinds"]["source"] is None
    assert tree["household"] == []
    assert tree["meta"] == {"instanceID": None}


def test_templates_and_what_the_form_does_not_ask_are_passed_over():
    fields = Fields((field("/r", "repeat"), field("/r/q", repeat="/r"), field("/p")))

    tree = tree_of(
        fields,
        '<r xmlns:jr="http://openrosa.org/javarosa" jr:template=""><q>no</q></r><other><p>no</p></other>'
        "<r><q>yes<p>no</p></q><more/></r><p>1</p>",
    )

    assert tree == {"r": [{"q": "yes"}], "p": "1"}


def test_names_are_found_whatever_namespace_they_are_in():
    fields = Fields((field("/meta", "structure"), field("/meta/instanceID"), field("/q")))

    tree = answers_tree(
        fields,
        b'<data xmlns="http://a.example" id="x"><q>1</q><n0:meta xmlns:n0="http://openrosa.org/xforms">'
        b"<n0:instanceID>uuid:1</n0:instanceID></n0:meta></data>",
    )

    assert tree == {"meta": {"instanceID": "uuid:1"}, "q": "1"}


def test_a_repeat_in_a_group_that_came_twice_is_one_list():
    fields = Fields((field("/g", "structure"), field("/g/r", "repeat"), field("/g/r/q", repeat="/g/r")))

    assert tree_of(fields, "<g><r><q>1</q></r></g><g><r><q>2</q></r></g>")["g"]["r"] == [{"q": "1"}, {"q": "2"}]


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        (b'<!DOCTYPE d [<!ENTITY a "b">]><data>&a;</data>', DangerousXml),
        (b"<data><a></data>", NotXml),
        (b"", NotXml),
        (b'<?xml version="1.0" encoding="martian"?><data/>', NotXml),
        (b"<d>" * 60 + b"</d>" * 60, FormTooLarge),
        (b"<d>" + b"<a/>" * 50_001 + b"</d>", FormTooLarge),
    ],
    ids=["entities", "not closed", "empty", "unknown encoding", "deep", "wide"],
)
def test_xml_that_no_phone_sends_is_refused(xml, problem):
    with pytest.raises(problem):
        answers_tree(Fields((field("/a"),)), xml)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_what_was_entered_in_a_form_of_the_field_is_what_the_tree_says(name, seed):
    fields = form_called(name)
    entered, xml = sent(fields, seed)

    tree = answers_tree(fields, xml)

    assert UNFIT not in tree
    for path, words in entered.items():
        found: Any = tree
        for part in path.split("/")[1:]:
            found = found[part]
        assert words == (written(found) if isinstance(found, dict) else str(found)), path


NESTED = Fields(
    (
        field("/name"),
        field("/outer", "repeat"),
        field("/outer/count", "int", repeat="/outer"),
        field("/outer/group", "structure", repeat="/outer"),
        field("/outer/group/inner", "repeat", repeat="/outer"),
        field("/outer/group/inner/word", repeat="/outer/group/inner"),
    )
)
WORDS = st.none() | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&>￾￿"), min_size=1
)
TREES = st.fixed_dictionaries(
    {
        "name": WORDS,
        "outer": st.lists(
            st.fixed_dictionaries(
                {
                    "count": st.none() | st.integers(-(10**17), 10**17),
                    "group": st.fixed_dictionaries(
                        {"inner": st.lists(st.fixed_dictionaries({"word": WORDS}), max_size=3)}
                    ),
                }
            ),
            max_size=3,
        ),
    }
)


def as_xml(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(as_xml(name, one) for one in value)
    inside = "".join(as_xml(*one) for one in value.items()) if isinstance(value, dict) else value
    return f"<{name}>{'' if inside is None else inside}</{name}>"


def cleared(value: Any) -> Any:
    """Texts of blanks alone are no answer."""
    if isinstance(value, dict):
        return {name: cleared(one) for name, one in value.items()}
    if isinstance(value, list):
        return [cleared(one) for one in value]
    return None if isinstance(value, str) and value.isspace() else value


@given(TREES)
def test_nested_repeats_come_back_as_they_were_sent(tree):
    assert answers_tree(NESTED, as_xml("data", tree).encode()) == cleared(tree)


@given(TREES)
def test_every_row_of_a_repeat_has_its_own_id_and_a_parent_that_is_there(tree):
    outer = list(child_rows(NESTED, tree, "uuid:1", "/outer"))
    inner = list(child_rows(NESTED, tree, "uuid:1", "/outer/group/inner"))

    ids = [row["__id"] for row in outer + inner]
    assert len(set(ids)) == len(ids)
    assert {row["__Submissions-id"] for row in outer} <= {"uuid:1"}
    assert {row["__Submissions-outer-id"] for row in inner} <= {row["__id"] for row in outer}


FAMILY = {
    "name": "A",
    "outer": [{"count": 1, "group": {"inner": [{"word": "x"}]}}, {"count": 2, "group": {"inner": []}}],
}


def test_the_root_row_links_to_its_repeats():
    assert root_row(NESTED, FAMILY, "uuid:1") == {
        "__id": "uuid:1",
        "name": "A",
        "outer@odata.navigationLink": "Submissions('uuid%3A1')/outer",
    }


def test_a_repeat_s_row_links_to_the_repeats_inside_it():
    first = id_of("uuid:1/outer[1]")

    rows = list(child_rows(NESTED, FAMILY, "uuid:1", "/outer"))

    assert rows[0] == {
        "__id": first,
        "__Submissions-id": "uuid:1",
        "count": 1,
        "group": {"inner@odata.navigationLink": f"Submissions('uuid%3A1')/outer('{first}')/group/inner"},
    }


def test_an_expanded_row_holds_the_rows_of_its_repeats_under_the_same_ids():
    outer = list(child_rows(NESTED, FAMILY, "uuid:1", "/outer"))
    inner = list(child_rows(NESTED, FAMILY, "uuid:1", "/outer/group/inner"))

    row = expanded_row(NESTED, FAMILY, "uuid:1")

    assert [one["__id"] for one in row["outer"]] == [one["__id"] for one in outer]
    assert row["outer"][0]["group"]["inner"][0]["__id"] == inner[0]["__id"]
    assert row["outer"][0]["group"]["inner@odata.navigationLink"] == outer[0]["group"]["inner@odata.navigationLink"]


def test_a_row_is_told_under_odata_s_names():
    fields = Fields((field("/a-b", "structure"), field("/a-b/2nd"), field("/plain")))

    row = root_row(fields, {"a-b": {"2nd": "x"}, "plain": None}, "uuid:1")

    assert row == {"__id": "uuid:1", "a_b": {"_2nd": "x"}, "plain": None}


def test_a_row_of_an_older_version_lacks_what_was_not_asked():
    assert root_row(merged(NEW, OLD), {"a": "1", "gone": 2}, "uuid:1") == {
        "__id": "uuid:1",
        "a": "1",
        "gone": 2,
        "g": None,
        "b": None,
    }


def test_places_are_told_as_well_known_text_on_request():
    fields = Fields(
        (field("/p", "geopoint"), field("/r", "repeat"), field("/r/q", "geotrace"), field("/r/a", "geoshape"))
    )
    tree = tree_of(fields, "<p>2.5 45.3 12 4</p><r><q>1 2;3 4</q></r><r><a>1 2;3 4;1 2</a></r>")

    assert in_well_known_text(fields, tree) == {
        "p": "POINT (45.3 2.5 12)",
        "r": [{"q": "LINESTRING (2 1, 4 3)", "a": None}, {"q": None, "a": "POLYGON ((2 1, 4 3, 2 1))"}],
    }
    assert tree["p"]["type"] == "Point"
