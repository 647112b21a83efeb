"""Judgement on arrival: which answers break the rules of their own form."""

from __future__ import annotations

from datetime import date

import pytest

from tests.collect.judging.forms import ARRIVED, YES_NO, broken, found_by, judge_of, questions, raw
from waystation.collect.problems import DangerousXml, FormTooLarge, NotXml
from waystation.collect.rules.judging import Finding

SPOKEN = """
| survey |
| | type | name | label | required | constraint | {messages} |
| | integer | persons | Persons | yes | . > 0 | Count ${{persons}} again | Recomptez | Needed | Requis |
""".format(
    messages=" | ".join(
        f"{rule}_message::{language}"
        for rule in ("constraint", "required")
        for language in ("English (en)", "Français (fr)")
    )
)


def test_a_missing_answer_is_found_only_where_it_is_required_and_asked():
    form = questions(
        "select_one yesno|well",
        "text|why|relevant=${well} = 'no'|required=yes",
        "text|depth|required=${well} = 'yes'",
        choices=YES_NO,
    )

    assert broken(form, "<well>no</well>") == ["required why"]
    assert broken(form, "<well>yes</well><why/><depth> </depth>") == ["required depth"]
    assert broken(form, "<well/>") == []


def test_an_answer_that_breaks_its_constraint_is_found_with_the_forms_own_words_in_each_language():
    judge = judge_of(SPOKEN)

    [finding] = judge.findings(b'<data id="data"><persons>0</persons></data>', arrived=ARRIVED)
    [missing] = judge.findings(b'<data id="data"><persons/></data>', arrived=ARRIVED)

    assert finding == Finding(
        "persons", "constraint", {"English (en)": "Count ${persons} again", "Français (fr)": "Recomptez"}
    )
    assert missing == Finding("persons", "required", {"English (en)": "Needed", "Français (fr)": "Requis"})


def test_the_words_of_a_form_in_one_language_stand_under_an_empty_name():
    form = (
        "| survey |\n| | type | name | label | constraint | constraint_message |\n| | integer | n | N | . > 0 | More |"
    )

    [finding] = judge_of(form).findings(b'<data id="data"><n>0</n></data>', arrived=ARRIVED)

    assert finding.message == {"": "More"}


def test_an_answer_to_what_is_not_asked_is_found_and_counts_as_no_answer_elsewhere():
    form = questions(
        "integer|persons",
        "begin_group|camp|relevant=${persons} > 0",
        "text|head",
        "end_group|",
        "text|other|required=${head} = 'Amal'",
    )

    assert broken(form, "<persons>0</persons><camp><head>Amal</head></camp>") == ["relevant camp.head"]
    assert broken(form, "<persons>2</persons><camp><head>Amal</head></camp>") == ["required other"]


def test_what_is_worked_out_is_no_answer():
    form = questions("integer|n|relevant=false()", "calculate|c|relevant=false()|calculation=1 + 1")

    assert broken(form, "<n/><c>2</c>") == []


@pytest.mark.parametrize(
    ("kind", "fits", "breaks"),
    [
        ("integer", ["0", "-12", "+7", " 5 "], ["1.0", "five", "1e3", "٣", "1_000", "9" * 40]),
        ("decimal", ["1", "-0.5", ".5", "1.0E10"], ["1,5", "NaN", "inf", "0x1", "."]),
        ("date", ["2024-02-29", "2024-02-29+03:00"], ["2023-02-29", "29/02/2024", "2024-02-29T10:00:00Z", "today"]),
        ("time", ["10:30", "10:30:00.000+03:00", "23:59:59Z"], ["24:00:00", "10:60", "10h30"]),
        ("datetime", ["2024-02-29T10:30:00.000+03:00", "2024-02-29T10:30:00+0300"], ["2024-02-29", "2024-02-30T10:00"]),
        ("geopoint", ["12.5 32.5", "12.5 32.5 0 4.5"], ["12.5", "91 0", "0 181", "a b", "1 2 3 4 5"]),
        ("geotrace", ["1 1 0 0;2 2 0 0", "1 1;2 2;"], ["1 1 0 0", "1 1;2 x"]),
        ("geoshape", ["1 1 0 0;2 2 0 0;1 2 0 0;1 1 0 0"], ["1 1;2 2;1 2", "1 1;2 2;1 1"]),
        ("select_one yesno", ["yes", " no "], ["maybe", "yes no", "YES"]),
        ("select_multiple yesno", ["yes", "yes no", "no  yes"], ["yes maybe", "yes,no"]),
        ("rank yesno", ["no yes"], ["no yes maybe"]),
        ("select_one yesno or_other", ["other"], ["others"]),
        ("barcode", ["any thing"], []),
        ("text", ["¿qué?"], []),
        ("image", ["1.jpg"], []),
        ("acknowledge", ["OK"], []),
    ],
)
def test_an_answer_must_be_of_the_type_that_is_asked_for_and_a_choice_that_is_offered(kind, fits, breaks):
    form = questions(f"{kind}|q", choices=YES_NO)
    rule = "choice" if "yesno" in kind else "type"

    assert [broken(form, f"<q>{answer}</q>") for answer in fits] == [[]] * len(fits)
    assert [broken(form, f"<q>{answer}</q>") for answer in breaks] == [[f"{rule} q"]] * len(breaks)


def test_a_boolean_is_true_or_false():
    judge = raw("<b/>", '<bind nodeset="/data/b" type="xsd:boolean"/>', '<input ref="/data/b"/>')

    assert found_by(judge, "<b>true</b><b>0</b>") == []
    assert found_by(judge, "<b>perhaps</b>") == ["type b"]


ITEMS = "<item><label ref=\"jr:itext('one')\"/><value>1</value></item><item><label>Two</label><value>2</value></item>"
ITEXT = (
    '<itext><translation lang="so"><text id="one"><value form="short">1</value><value>Kow</value></text>'
    '<text id="silent"><value form="image">1.jpg</value></text></translation></itext>'
)


def test_choices_may_be_written_into_the_question():
    judge = raw(
        "<a/><b/>",
        f'{ITEXT}<bind nodeset="/data/b" constraint=". = jr:choice-name(/data/a, \'/data/a\')"/>',
        f'<select1 ref="/data/a">{ITEMS}<item><value>4</value></item></select1><input ref="/data/b"/>',
    )

    assert found_by(judge, "<a>1</a><b>Kow</b>") == []
    assert found_by(judge, "<a>2</a><b>Two</b>") == []
    assert found_by(judge, "<a>4</a><b>Kow</b>") == ["constraint b"]
    assert found_by(judge, "<a>3</a><b>Kow</b>") == ["choice a", "constraint b"]


def test_choices_that_only_phones_look_up_are_not_judged():
    judge = raw(
        "<a/><b/>",
        "",
        f"<select1 ref='/data/a' appearance=\"search('hh')\">{ITEMS}</select1>"
        "<input ref='/data/b' query=\"instance('far')/root/item[a=/data/a]\"/>",
    )

    assert [(one.path, one.rule) for one in judge.not_judged] == [("a", "choice"), ("b", "choice")]
    assert found_by(judge, "<a>9</a><b>9</b>") == []


def test_an_answer_off_the_ends_of_its_scale_is_found():
    form = questions("range|scale|parameters=start=1 end=5 step=1")

    assert broken(form, "<scale>5</scale>") == []
    assert broken(form, "<scale>6</scale>") == ["constraint scale"]


def test_a_choice_that_another_answer_rules_out_is_found():
    form = questions("text|region", "select_one town|town|choice_filter=region=${region}", choices=YES_NO)

    assert broken(form, "<region>south</region><town>b</town>") == []
    assert broken(form, "<region>north</region><town>b</town>") == ["choice town"]


def test_a_choice_is_looked_up_in_a_long_list():
    towns = "".join(f"\n| | town | t{number} | T | r{number % 7} |" for number in range(300))
    form = questions("text|region", "select_one town|town|choice_filter=region=${region}", choices=YES_NO + towns[1:])

    assert broken(form, "<region>r3</region><town>t10</town>") == []
    assert broken(form, "<region>r3</region><town>t11</town>") == ["choice town"]
    assert broken(form, "<region>nowhere</region><town>t11</town>") == ["choice town"]


def test_a_choice_among_what_was_answered_in_a_repeat_must_be_one_of_those():
    form = questions("begin_repeat|child", "text|name", "end_repeat|", "select_one ${name}|eldest")

    children = "<child><name>Amal</name></child><child><name>Omar</name></child>"

    assert broken(form, f"{children}<eldest>Omar</eldest>") == []
    assert broken(form, f"{children}<eldest>Zaid</eldest>") == ["choice eldest"]


HOUSES = questions(
    "integer|most",
    "begin_repeat|house",
    "text|head|required=yes",
    "begin_repeat|child",
    "integer|age|constraint=. <= ${most} and . >= position(..)",
    "text|school|relevant=${age} > 5|required=yes",
    "end_repeat|",
    "end_repeat|",
)


def test_what_is_found_in_a_repeat_says_in_which_one():
    answers = (
        "<most>50</most><house><head>A</head></house>"
        "<house><head/><child><age>3</age></child><child><age>60</age><school>x</school></child></house>"
    )

    found = judge_of(HOUSES).findings(f'<data id="data">{answers}</data>'.encode(), arrived=ARRIVED)

    assert [one.place for one in found] == ["house[2].head", "house[2].child[2].age"]
    assert (found[1].path, found[1].positions) == ("house.child.age", (2, 2))


def test_a_rule_in_a_repeat_looks_at_its_own_one():
    answers = "<child><age>3</age></child><child><age>9</age></child><child><age>9</age><school>x</school></child>"

    assert broken(HOUSES, f"<most>50</most><house><head>A</head>{answers}</house>") == [
        "required house[1].child[2].school"
    ]


def test_the_pattern_of_a_repeat_is_no_answer():
    answers = '<house jr:template=""><head/></house><house><head>A</head></house>'

    assert broken(HOUSES, answers, attributes='id="data" xmlns:jr="http://openrosa.org/javarosa"') == []


def test_a_repeat_must_come_as_often_as_the_form_says_where_it_is_asked_at_all():
    form = questions("integer|n", "begin_repeat|house|repeat_count=${n}|relevant=${n} != 9", "text|head", "end_repeat|")
    two = "<house><head>A</head></house><house><head>B</head></house>"

    assert broken(form, f"<n>2</n><house_count>2</house_count>{two}") == []
    assert broken(form, f"<n>3</n><house_count>3</house_count>{two}") == ["count house"]
    assert broken(form, "<n>9</n><house_count>9</house_count>") == []


DAYS = questions(
    "start|start",
    "date|past|constraint=. <= today()",
    "date|future|constraint=. >= today()",
    "datetime|at|constraint=. <= now()",
)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ("<past>2026-11-23</past>", []),
        ("<past>2026-11-24</past>", []),
        ("<past>2026-11-25</past>", ["constraint past"]),
        ("<future>2026-11-23</future>", []),
        ("<future>2026-11-22</future>", ["constraint future"]),
        ("<start>2026-10-01T08:00:00.000+03:00</start><future>2026-10-01</future>", []),
        ("<start>2031-10-01T08:00:00.000+03:00</start><past>2031-10-01</past>", ["constraint past"]),
        ("<at>2026-11-24T23:00:00.000+03:00</at>", []),
        ("<at>2026-11-25T01:00:00.000+03:00</at>", ["constraint at"]),
    ],
    ids=[
        "on the day",
        "where it is a day later already",
        "tomorrow's tomorrow",
        "a future that begins today",
        "yesterday is no future",
        "it lay on the phone for weeks",
        "a phone whose clock is years ahead",
        "before midnight a day ahead",
        "after it",
    ],
)
def test_the_day_is_that_of_arrival_with_one_of_grace_or_the_one_that_the_phone_says(answers, found):
    assert broken(DAYS, answers) == found


def test_a_phone_that_writes_the_time_where_nothing_is_repeated_says_no_day():
    judge = raw(
        "<r><start/></r><q/>",
        '<bind nodeset="/data/r/start" jr:preload="timestamp"/><bind nodeset="/data/q" constraint=". = today()"/>',
        '<repeat nodeset="/data/r"/><input ref="/data/q"/>',
    )

    assert found_by(judge, "<q>2026-11-01</q>") == ["constraint q"]
    assert found_by(judge, "<r><start>2026-11-01T08:00:00Z</start></r><q>2026-11-01</q>") == []


def test_answers_to_another_version_of_the_form_are_not_missed():
    table = questions("text|a|required=yes", "text|b|required=yes") + (
        "\n| settings |\n| | form_id | version |\n| | data | 2 |"
    )

    assert broken(table, "<b/><gone>1</gone>", attributes='id="data" version="1"') == ["required b"]
    assert broken(table, "<b/><gone>1</gone>", attributes='id="data" version="2"') == ["required a", "required b"]


def test_nothing_is_found_in_what_is_encrypted():
    form = questions("text|a|required=yes")

    assert broken(form, "<base64EncryptedKey>x</base64EncryptedKey>") == []
    assert broken(form, "", attributes='id="data" encrypted="yes"') == []


def test_namespaces_and_the_meta_block_do_not_matter():
    form = questions("text|a|required=yes")

    answers = "<a>1</a><orx:meta><orx:instanceID>uuid:1</orx:instanceID><deep><deeper/></deep></orx:meta>"

    assert broken(form, answers, attributes='id="data" xmlns="urn:x" xmlns:orx="http://openrosa.org/xforms"') == []


@pytest.mark.parametrize(
    ("row", "rule", "what"),
    [
        ("text|q|constraint=. = pulldata('staff', 'name', 'key', 'x')", "constraint", "pulldata('staff')"),
        ("text|q|constraint=. != random()", "constraint", "random()"),
        ("text|q|required=instance('far')/root/item[1]/name = 'x'", "required", "instance('far')"),
        ("text|q|constraint=regex(., '(a+)+$')", "constraint", "regex('(a+)+$')"),
        ("text|q|constraint=regex(., '[')", "constraint", "regex('[')"),
        ("text|q|relevant=shout(.)|required=yes", "relevant", "shout()"),
        ("text|q|constraint=round(1, 2, 3) = 1", "constraint", "round()"),
        ("select_one_from_file towns.csv|q", "choice", "instance('towns')"),
    ],
)
def test_a_rule_that_asks_for_what_only_the_phone_had_finds_nothing_and_is_listed(row, rule, what):
    form = questions(row)

    assert [(one.path, one.rule, one.what) for one in judge_of(form).not_judged] == [("q", rule, what)]
    assert broken(form, "<q/>") == []
    assert broken(form, "<q>aaaa</q>") == []


def test_where_it_cannot_be_told_whether_something_is_asked_its_absence_is_no_fault():
    form = questions("begin_group|g|relevant=random() > 0.5", "text|a|required=yes", "integer|n", "end_group|")

    assert broken(form, "<g><a/><n>x</n></g>") == ["type g.n"]


def test_rules_that_hang_on_each_other_end():
    judge = raw(
        "<a/><b/>",
        '<bind nodeset="/data/a" relevant="/data/b = 1"/><bind nodeset="/data/b" relevant="/data/a = 1"/>',
        '<input ref="/data/a"/><input ref="/data/b"/>',
    )

    assert found_by(judge, "<a>1</a><b>1</b>") == []


def test_a_repeat_whose_number_is_not_there_yet_is_not_counted():
    judge = raw(
        "<n/><r><a/></r>",
        '<bind nodeset="/data/n" type="int"/>',
        '<repeat nodeset="/data/r" jr:count="/data/n"><input ref="/data/r/a"/></repeat>',
    )

    assert found_by(judge, "<n/><r><a>1</a></r>") == []
    assert found_by(judge, "<n>2</n><r><a>1</a></r>") == ["count r"]


def test_choices_that_cannot_be_told_find_nothing():
    lists = "".join(f"<item><name>{name}</name><part>{name}</part></item>" for name in ("x", "y"))
    judge = raw(
        "<pattern/><a/>",
        f'<instance id="l"><root>{lists}</root></instance>',
        "<input ref='/data/pattern'/><select1 ref='/data/a'>"
        "<itemset nodeset=\"instance('l')/root/item[regex(part, /data/pattern)]\"><value ref='name'/></itemset>"
        "</select1>",
    )

    assert found_by(judge, "<pattern>x</pattern><a>x</a>") == []
    assert found_by(judge, "<pattern>x</pattern><a>y</a>") == ["choice a"]
    assert found_by(judge, "<pattern>[</pattern><a>y</a>") == []


@pytest.mark.parametrize(
    "sieve",
    ["/data/r = part", "part = /data/r", "part = /data/all/one", "part = /data/n", "contains(part, /data/r)"],
    ids=["what is asked first", "the part first", "several are asked", "a number is asked", "no equality"],
)
def test_a_long_list_is_sifted_alike_however_it_is_asked(sieve):
    items = "".join(f"<item><name>t{number}</name><part>{number}</part></item>" for number in range(10, 60))
    judge = raw(
        "<r/><n/><all><one/></all><a/>",
        f'<instance id="l"><root>{items}</root></instance><bind nodeset="/data/n" type="int"/>',
        "<input ref='/data/r'/><input ref='/data/n'/><repeat nodeset='/data/all'><input ref='/data/all/one'/></repeat>"
        f"<select1 ref='/data/a'><itemset nodeset=\"instance('l')/root/item[{sieve}]\"><value ref='name'/></itemset>"
        "</select1>",
    )
    asked = "<r>33</r><n>33</n><all><one>33</one></all><all><one>34</one></all>"

    assert found_by(judge, f"{asked}<a>t33</a>") == []
    assert found_by(judge, f"{asked}<a>t50</a>") == ["choice a"]
    assert found_by(judge, "<a>t50</a>") == ([] if sieve.startswith("contains") else ["choice a"])


def test_words_of_a_form_in_several_languages_are_not_judged():
    judge = raw(
        "<a/>",
        '<itext><translation lang="so"/><translation lang="en"/></itext>'
        "<bind nodeset='/data/a' constraint=\". = jr:itext('one')\"/>",
        "<input ref='/data/a'/>",
    )

    assert [one.what for one in judge.not_judged] == ["jr:itext()"]


def test_a_pattern_that_is_an_answer_and_broken_finds_nothing():
    form = questions("text|pattern", "text|a|constraint=regex(., ${pattern})")

    assert broken(form, "<pattern>[</pattern><a>x</a>") == []
    assert broken(form, "<pattern>y</pattern><a>x</a>") == ["constraint a"]


def test_rules_that_would_take_for_ever_are_left():
    form = questions(
        "begin_repeat|r",
        "text|a|constraint=count(//*[count(//*[count(//*) > 0]) > 0]) = 0",
        "end_repeat|",
        "text|b|constraint=regex(., '^[a-z]+$')",
    )

    assert broken(form, f"{'<r><a>1</a></r>' * 200}<b>{'a' * 3000}1</b>") == []
    assert broken(form, "<b>1</b>") == ["constraint b"]


def test_a_repeat_that_is_sent_bare_very_often_is_refused():
    form = questions("begin_repeat|r", *(f"text|q{number}" for number in range(12)), "end_repeat|")

    with pytest.raises(FormTooLarge):
        broken(form, "<r/>" * 20_000)


def test_the_words_of_choices_can_be_asked_in_a_form_of_one_language():
    form = questions(
        "select_one yesno|well", "text|said|constraint=. = jr:choice-name(${well}, '${well}')", choices=YES_NO
    )

    assert broken(form, "<well>yes</well><said>Yes</said>") == []
    assert broken(form, "<well>yes</well><said>No</said>") == ["constraint said"]


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        (b"<data id='data'><a></data>", NotXml),
        (b'<?xml version="1.0" encoding="klingon"?><data/>', NotXml),
        (b"<!DOCTYPE data [<!ENTITY a 'b'>]><data id='data'/>", DangerousXml),
        (b"<data id='data'>" + b"<x>" * 60, FormTooLarge),
    ],
    ids=["broken", "unknown encoding", "dangerous", "deep"],
)
def test_what_cannot_be_read_is_refused_as_on_receipt(xml, problem):
    with pytest.raises(problem):
        judge_of(questions("text|a")).findings(xml, arrived=date(2026, 11, 23))
