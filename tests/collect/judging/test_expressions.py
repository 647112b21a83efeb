"""Expressions of forms: what each operator and function comes to."""

from __future__ import annotations

import math
import operator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.judging.forms import ARRIVED, worth
from waystation.collect.rules.judging import Judge
from waystation.collect.rules.judging.ground import CannotJudge
from waystation.collect.rules.judging.values import UNTOLD, text_of

NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs"), exclude_characters="'\""), max_size=12
)


def written(number: float) -> str:
    """A number as an expression or an answer has it."""
    return text_of(float(number))


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_numbers(one, other):
    left, right = written(one), written(other)

    assert worth(f"{left} + {right}") == float(one) + float(other)
    assert worth(f"{left} - {right}") == float(one) - float(other)
    assert worth("../a * ../b", a=left, b=right) == float(one) * float(other)
    if other:
        assert worth(f"{left} div {right}") == float(one) / float(other)
        assert worth(f"{left} mod {right}") == math.fmod(one, other)


@given(NUMBERS, NUMBERS)
@pytest.mark.parametrize(
    ("sign", "work"),
    [
        ("=", operator.eq),
        ("!=", operator.ne),
        ("<", operator.lt),
        ("<=", operator.le),
        (">", operator.gt),
        (">=", operator.ge),
    ],
)
def test_numbers_compare_as_numbers(sign, work, one, other):
    assert worth(f"{written(one)} {sign} {written(other)}") is work(float(one), float(other))
    assert worth(f"number(../a) {sign} number(../b)", a=written(one), b=written(other)) is work(
        float(one), float(other)
    )


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_compare_and_count_as_numbers_of_days(one, other):
    assert worth("../a <= ../b", a=one.isoformat(), b=other.isoformat()) is (one <= other)
    assert worth("../a - ../b", a=one.isoformat(), b=other.isoformat()) == (one - other).days
    assert worth("date(../a + 30)", a=one.isoformat()) == (one + timedelta(days=30)).isoformat()


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_counts_in_days_and_their_parts(moment):
    moment = moment.replace(microsecond=0)
    days = (moment - datetime(1970, 1, 1)).total_seconds() / 86_400

    assert worth("decimal-date-time(../a)", a=f"{moment.isoformat()}+03:00") == pytest.approx(days)
    assert worth("date-time(../a)", a=f"{moment.isoformat()}Z") == moment.isoformat(timespec="milliseconds")


@given(WORDS, st.integers(-15, 15), st.integers(-15, 15))
def test_a_part_of_a_text_is_that_of_python(word, start, end):
    assert worth(f"substr(../a, {start}, {end})", a=word) == ("" if word.isspace() else word[start:end])


@given(WORDS, WORDS)
def test_texts_are_searched_as_they_are(whole, part):
    assert worth(f"contains('{whole}', '{part}')") is (part in whole)
    assert worth(f"starts-with('{whole}', '{part}')") is whole.startswith(part)
    assert worth(f"ends-with('{whole}', '{part}')") is whole.endswith(part)
    assert worth(f"concat('{whole}', '{part}')") == whole + part
    assert worth(f"string-length('{whole}')") == len(whole)


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sampled_from("abcdef"), st.integers(0, 6))
def test_the_chosen_ones_are_told_and_counted(chosen, word, place):
    answer = " ".join(chosen)

    assert worth(f"selected(../a, '{word}')", a=answer) is (word in chosen)
    assert worth("count-selected(../a)", a=answer) == len(chosen)
    assert worth(f"selected-at(../a, {place})", a=answer) == (chosen[place] if place < len(chosen) else "")


@given(st.floats(-1e6, 1e6), st.integers(-3, 4))
def test_rounding_goes_to_the_nearest_and_halves_go_upwards(number, places):
    rounded = worth(f"round({written(number)}, {places})")

    assert abs(rounded - number) <= 0.5 * 10.0**-places + 1e-9
    assert (worth("round(2.5)"), worth("round(-2.5)")) == (3, -2)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 - 4 div 2", 5.0),
        ("-(2 + 3) * -1", 5.0),
        ("2 - -2", 4.0),
        ("7 mod -3", 1.0),
        ("1 div 0", math.inf),
        ("-1 div 0", -math.inf),
        ("1 = 1 and 2 > 1 or false()", True),
        ("true() or unknown/path = 1", True),
        ("1 < 2 = true()", True),
        ("'a' = \"a\"", True),
        ("'1' = 1.0", True),
        ("'' = 0", False),
        ("'' < 1", False),
        ("not('')", True),
        ("boolean('false')", True),
        ("boolean-from-string('false')", False),
        ("boolean-from-string('1')", True),
        ("string(1 div 3)", "0.3333333333333333"),
        ("string(100 * 10)", "1000"),
        ("string(0.000001 * 0.1)", "0.0000001"),
        ("string(true())", "true"),
        ("string(0 div 0)", "NaN"),
        ("string(1 div 0)", "Infinity"),
        ("string(-1 div 0)", "-Infinity"),
        ("if(1 > 2, 'a', 3)", 3.0),
        ("coalesce('', 'b', 'c')", "b"),
        ("once('new')", "new"),
        ("join('-', 'a', 1, true())", "a-1-true"),
        ("substring-before('a-b-c', '-')", "a"),
        ("substring-after('a-b-c', '-')", "b-c"),
        ("substring-before('abc', '-')", ""),
        ("substring-after('abc', '')", "abc"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a   b ')", "a b"),
        ("regex('0912345678', '^0[0-9]{9}$')", True),
        ("regex('٠٩', '^[0-9]+$')", False),
        ("int(-2.7)", -2.0),
        ("floor(-2.1)", -3.0),
        ("ceiling(2.1)", 3.0),
        ("abs(-3)", 3.0),
        ("pow(2, 10)", 1024.0),
        ("string(pow(-1, 0.5))", "NaN"),
        ("sqrt(16)", 4.0),
        ("string(sqrt(-1))", "NaN"),
        ("log10(1000)", 3.0),
        ("log(0)", -math.inf),
        ("exp(0) + exp10(2)", 101.0),
        ("exp(1000)", math.inf),
        ("pow(10, 1000)", math.inf),
        ("round(sin(pi() div 2) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + atan2(0, 1), 6)", 2.0),
        ("sum(1, 2, '3')", 6.0),
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2)", 3.0),
        ("string(max(3, ''))", "NaN"),
        ("round(1 div 0)", math.inf),
        ("int(1 div 0) + floor(1 div 0) + ceiling(1 div 0)", math.inf),
        ("checklist(1, 2, 1, 0, true())", True),
        ("checklist(-1, 1, 1, 1)", False),
        ("checklist(1, -1, 'x')", True),
        ("weighted-checklist(2, 5, 1, 2, 0, 9, 1, 1)", True),
        ("weighted-checklist(4, -1, 1, 2, 0, 9, 1, 1)", False),
        ("digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg=="),
        ("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("base64-decode('aGVsbG8=')", "hello"),
        ("base64-decode('?')", ""),
        ("number('2024-01-02')", 19724.0),
        ("date(19724)", "2024-01-02"),
        ("date('2024-02-30')", ""),
        ("date('')", ""),
        ("decimal-time('06:00:00.000')", 0.25),
        ("string(decimal-time('25:00'))", "NaN"),
        ("string(decimal-time('soon'))", "NaN"),
        ("today()", "2026-11-23"),
        ("now()", "2026-11-23T14:30:00.000"),
        ("today() - 7 < today()", True),
        ("format-date('2024-03-04', '%d/%m/%Y %e.%n.%y %b %a')", "04/03/2024 4.3.24 Mar Mon"),
        ("format-date-time('2024-03-04T05:06:07.089', '%H:%h:%M:%S.%3 %% %q')", "05:5:06:07.089 % %q"),
        ("format-date('', '%Y')", ""),
        ("string-length()", 0.0),
        ("normalize-space()", ""),
        ("position()", 1.0),
        ("last()", 1.0),
        ("jr:itext('hello')", "Hello"),
        ("count(randomize(instance('towns')/root/item, 3))", 3.0),
        ("count(instance('towns')/root/item[people > 5])", 2.0),
        ("string(instance('towns')/root/item[position() = last()]/name)", "c"),
        ("string(instance('towns')/root/item[2]/name)", "b"),
        ("string((instance('towns')/root/item/name)[2])", "b"),
        ("string(instance('towns')/root/item[name = 'b']/people)", "20"),
        ("string(instance('towns')/root/item[people > 5][2]/name)", "b"),
        ("string(/data[here = ''][1]/here)", ""),
        ("count(instance('towns')//name)", 3.0),
        ("count(instance('towns')/root/*)", 3.0),
        ("count(instance('towns')/root/item/name/parent::node()/self::*[people = ''])", 1.0),
        ("count-non-empty(instance('towns')/root/item/people)", 2.0),
        ("sum(instance('towns')/root/item[people != '']/people)", 30.0),
        ("concat(instance('towns')/root/item/name)", "abc"),
        ("count(instance('towns')/root/item/name | instance('towns')/root/item/people)", 6.0),
        ("instance('towns')/root/item/people = 20", True),
        ("pulldata('towns', 'people', 'name', 'b')", "20"),
        ("pulldata('towns', 'people', 'name', 'z')", ""),
        ("count(/)", 1.0),
        ("count(/data/*)", 1.0),
        ("count(//here)", 1.0),
        ("count(child::here)", 0.0),
        ("count(/data/child::here)", 1.0),
        ("count(current()/..)", 1.0),
        ("count(../../../..)", 0.0),
        ("count(if(true(), /data, ''))", 1.0),
        ("geofence('0.5 0.5', '0 0;0 1;1 1;1 0;0 0')", True),
        ("geofence('1.5 0.5', '0 0;0 1;1 1;1 0;0 0')", False),
        ("geofence('', '0 0;0 1;1 1;1 0;0 0')", False),
        ("distance('38.25 21.75 0 0;38.26 21.78 0 0;38.3 21.7 0 0')", 11137.33),
        ("area('1 1;2 2')", 0.0),
        ("distance('far away')", 0.0),
    ],
)
def test_an_expression_comes_to_its_value(expression, value):
    assert worth(expression) == value


def test_an_area_on_the_earth_is_that_of_a_small_square():
    side = math.radians(0.001) * 6_378_100

    assert worth("area('0 0;0 0.001;0.001 0.001;0.001 0;0 0')") == pytest.approx(side**2, rel=1e-6)


def test_a_whole_number_is_compared_as_a_number_even_with_words():
    assert worth("../persons = '5.0'", persons="5") is True
    assert worth("boolean(../persons)", persons="0") is False
    assert worth("../persons = ''", persons="") is True


def test_what_is_nowhere_counts_as_an_empty_text():
    assert worth("/data/nowhere = ''") is True
    assert worth("/data/nowhere != 'yes'") is True


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 +",
        "(1",
        "'open",
        "1 2",
        "a[",
        "f(1,)",
        "@id",
        "a/@id",
        "preceding-sibling::a",
        "parent::data",
        "a/1",
        "1/a",
        "'a'[1]",
        "§",
        "instance(../a)/root",
        "instance('gone')",
        "if(1, 2)",
        "indexed-repeat(1, 2, 3)",
        "jr:choice-name('a', '/data/gone')",
        "jr:choice-name('a', ../b)",
        "uuid()",
        "(" * 500 + "1" + ")" * 500,
        "-" * 500 + "1",
    ],
)
def test_what_is_no_expression_or_asks_too_much_is_not_judged(expression):
    with pytest.raises(CannotJudge):
        worth(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "digest('a', 'CRC')",
        "digest('a', 'MD5', 'octal')",
        "position(/data/nowhere)",
        "count('a')",
        "if(true(), 'a', /data)/b",
        "weighted-checklist(1, 2, 3)",
        "substr('a', 0 div 0)",
        "regex('a', ../here)[1]",
    ],
)
def test_what_cannot_be_told_says_so(expression):
    with pytest.raises((*UNTOLD, CannotJudge)):
        worth(expression)


PIECES = """
    1 0.5 'a' '' . .. ../a /data/a current()/../a instance('l')/root/item name + - * div mod = != < >= and or | [ ]
    ( ) , if( count( selected( sum( position( last() substr( date( today() regex( max( not( / // :: number( int(
    indexed-repeat( concat( format-date( pulldata( round( coalesce(
"""
SHELL = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>'
    '<data id="f"><a/><q/></data></instance><instance id="l"><root><item><name>x</name></item></root></instance>'
    '<bind nodeset="/data/q" constraint="{rule}" relevant="{rule}"/></model></h:head>'
    '<h:body><input ref="/data/a"/><input ref="/data/q"/></h:body></h:html>'
)


@given(
    st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=12),
    st.sampled_from(["", "1", "x", "2024-01-01", "-1e400", "[a"]),
)
def test_no_rule_and_no_answer_break_the_judge(pieces, answer):
    rule = " ".join(pieces).replace("<", "&lt;").replace("&lt; =", "&lt;=")

    Judge(SHELL.format(rule=rule)).findings(
        f'<data id="f"><a>{answer}</a><q>{answer}</q></data>'.encode(), arrived=ARRIVED
    )
