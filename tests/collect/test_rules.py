"""How the XML of a phone, rows of sheets, and words of people are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waystation.collect.problems import (
    AmbiguousDate,
    AmbiguousNumber,
    CountTooLarge,
    DangerousXml,
    FormTooLarge,
    NegativeCount,
    NoFormId,
    NotAChoice,
    NotADate,
    NotANumber,
    NotWhole,
    NotXml,
    NotYesOrNo,
    YearTooShort,
)
from waystation.collect.rules import (
    column_names,
    excerpt,
    folded,
    in_western_digits,
    is_hxl_row,
    is_total_row,
    read_choice,
    read_count,
    read_date,
    read_filled,
    read_number,
    read_yes_no,
)
from waystation.kernel.problems import Problem


def read_or_told(read, word):
    """What was read, or the problem that says why not."""
    try:
        return read(word, "Question")
    except Problem as problem:
        return problem


SCRIPTS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "၀၁၂၃၄၅၆၇၈၉"]
FORM = """<?xml version="1.0" encoding="UTF-8"?>
<data xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa" id="site_count" version="7">
  <round> 11 </round>
  <site><code>A1</code><name>مخيم الوحدة</name></site>
  <note/>
  <household jr:template=""><age/></household>
  <household><age>34</age><head><sex>f</sex></head></household>
  <household><age>7</age></household>
  <visit><day>2021-03-12</day></visit>
  <photo>1.jpg</photo><photo>2.jpg</photo>
  <orx:meta>
    <orx:instanceID>uuid:1</orx:instanceID><orx:deprecatedID>uuid:0</orx:deprecatedID><orx:instanceName>A1</orx:instanceName>
  </orx:meta>
</data>"""


def test_a_filled_form_is_read_with_groups_as_dotted_names_and_repeats_as_lists():
    filled = read_filled(FORM.encode())

    assert (filled.form, filled.version, filled.instance, filled.deprecated) == ("site_count", "7", "uuid:1", "uuid:0")
    assert filled.answers == {
        "round": "11",
        "site.code": "A1",
        "site.name": "مخيم الوحدة",
        "note": "",
        "household": [{"age": "34", "head.sex": "f"}, {"age": "7"}],
        "visit.day": "2021-03-12",
        "photo": ["1.jpg", "2.jpg"],
        "meta.instanceName": "A1",
    }


def test_a_group_that_may_repeat_is_a_list_even_when_it_came_once_or_empty():
    xml = b'<d id="f"><camp><house><size>4</size></house><shed/></camp><visit><day>1</day></visit></d>'

    answers = read_filled(xml, repeats={"camp.house", "camp.shed", "visit"}).answers

    assert answers == {"camp.house": [{"size": "4"}], "camp.shed": [{}], "visit": [{"day": "1"}]}


def test_the_instance_can_stand_at_the_outermost_part():
    assert read_filled(b'<d id="f" instanceID="uuid:2"/>').instance == "uuid:2"


def test_a_form_says_no_more_than_it_says():
    filled = read_filled(b'<d id="f"/>')

    assert (filled.version, filled.instance, filled.deprecated, filled.answers) == ("", "", "", {})


def test_a_form_in_another_encoding_is_read_as_it_says():
    assert read_filled(
        '<?xml version="1.0" encoding="windows-1252"?><d id="f"><n>é</n></d>'.encode("cp1252")
    ).answers == {"n": "é"}
    assert read_filled('<d id="f"><n>é</n></d>'.encode("utf-16")).answers == {"n": "é"}


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"hello",
        b'<d id="f"><a></d>',
        b'{"id": "f"}',
        '<d id="f">é</d>'.encode("latin-1"),
        b'<?xml version="1.0" encoding="klingon"?><d id="f"/>',
        b'<?xml version="1.0" encoding="shift_jis"?><d id="f"/>',
        b'<d id="f"/>\x00',
    ],
    ids=["nothing", "text", "not closed", "json", "wrong encoding", "unknown encoding", "many-byte encoding", "nul"],
)
def test_what_is_no_xml_is_refused(xml):
    with pytest.raises(NotXml):
        read_filled(xml)


def test_broken_xml_is_told_with_its_place():
    with pytest.raises(NotXml, match="breaks at line 2, sign 3"):
        read_filled(b'<d id="f">\n</e>')


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1/d.dtd">',
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE d>",
    ],
    ids=["bomb", "outside type", "outside entity", "any type"],
)
def test_dangerous_xml_is_refused(prologue):
    with pytest.raises(DangerousXml):
        read_filled(f'{prologue}<d id="f">&b;</d>'.encode())


@pytest.mark.parametrize(
    "inside",
    ["<a>" * 50 + "</a>" * 50, "<a/>" * 50_000, "<a>" * 1_000_000],
    ids=["too deep", "too many", "too deep to ever close"],
)
def test_a_form_too_deep_or_of_too_many_parts_is_refused(inside):
    with pytest.raises(FormTooLarge):
        read_filled(f'<d id="f">{inside}</d>'.encode())


def test_a_form_as_deep_and_as_large_as_allowed_is_read():
    xml = '<d id="f">' + "<a>" * 49 + "1" + "</a>" * 49 + "<b/>" * 49_950 + "</d>"

    assert len(read_filled(xml.encode()).answers["b"]) == 49_950


def test_a_submission_that_names_no_form_is_refused():
    with pytest.raises(NoFormId):
        read_filled(b"<d><a>1</a></d>")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        (1475, 1475),
        (1475.0, 1475),
        (Decimal("1475.00"), 1475),
        ("1475", 1475),
        (" 1,475 ", 1475),
        ("1 475", 1475),
        ("1\u00a0475", 1475),
        ("1\u2009475", 1475),
        ("1\u202f475", 1475),
        ("1'475", 1475),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("12,34,567", 1234567),
        ("1475.0", 1475),
        ("1,475.00", 1475),
        ("1.475,0", 1475),
        ("1 475,0", 1475),
        ("١٤٧٥", 1475),
        ("١٬٤٧٥", 1475),
        ("۱۴۷۵", 1475),
        ("\u200f١٤٧٥\u200e", 1475),
        ("007", 7),
        ("0", 0),
        (0.0, 0),
        ("0,0", 0),
        ("", None),
        (" \u00a0", None),
        (None, None),
    ],
)
def test_a_count_is_read_as_people_write_it(word, count):
    assert read_count(word, "IDPs") == count


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("about 50", NotANumber),
        ("n/a", NotANumber),
        ("-", NotANumber),
        ("1 47", NotANumber),
        ("14,75,", NotANumber),
        ("1,475,5", NotANumber),
        ("1.475.5", NotANumber),
        ("1e3", NotANumber),
        ("9" * 41, NotANumber),
        ("1" * 10_000, NotANumber),
        (True, NotANumber),
        ([5], NotANumber),
        (float("nan"), NotANumber),
        (float("inf"), NotANumber),
        (date(2021, 3, 12), NotANumber),
        ("4.5", NotWhole),
        ("4,5", NotWhole),
        ("0.475", NotWhole),
        (4.5, NotWhole),
        ("1.475", AmbiguousNumber),
        ("1.000", AmbiguousNumber),
        ("-1.475", AmbiguousNumber),
        ("-5", NegativeCount),
        ("−5", NegativeCount),
        ("- ٥", NegativeCount),
        (-5, NegativeCount),
        (-5.0, NegativeCount),
        ("211912345678", CountTooLarge),
        (10**20, CountTooLarge),
        (1e300, CountTooLarge),
    ],
)
def test_what_is_no_count_is_refused_with_its_question(word, problem):
    with pytest.raises(problem, match="IDPs"):
        read_count(word, "IDPs")


def test_an_ambiguous_number_is_asked_back_with_both_readings():
    with pytest.raises(AmbiguousNumber) as raised:
        read_count("1.475", "IDPs")

    assert raised.value.as_dict()["message"] == "IDPs: “1.475” can be 1475 as well as 1.475."


@given(
    st.integers(0, 2**31 - 1),
    st.sampled_from(SCRIPTS),
    st.sampled_from([",", " ", "\u00a0", "\u2009", "\u202f", "'", "’", "٬", ""]),
)
def test_reading_a_count_undoes_writing_it_in_any_script(count, digits, separator):
    written = f"{count:,}".replace(",", separator).translate(str.maketrans("0123456789", digits))

    assert read_count(written, "IDPs") == count


@given(st.integers(10**6, 2**31 - 1))
def test_points_between_thousands_are_clear_where_there_are_two(count):
    assert read_count(f"{count:,}".replace(",", "."), "IDPs") == count


@given(st.text(max_size=20) | st.floats() | st.integers() | st.dates() | st.none())
def test_a_count_is_a_number_nothing_or_a_problem_that_can_be_told(word):
    count = read_or_told(read_count, word)

    assert count.as_dict()["remedy"] if isinstance(count, Problem) else count is None or 0 <= count < 2**31


@pytest.mark.parametrize(
    ("word", "number"),
    [
        (4, 4.0),
        (4.5, 4.5),
        ("4.5", 4.5),
        ("4,5", 4.5),
        ("-4.5", -4.5),
        ("٤٫٥", 4.5),
        ("1.475", 1.475),
        ("1 475,5", 1475.5),
        ("1,475.5", 1475.5),
        ("1.475,5", 1475.5),
        ("1,475,000", 1475000.0),
        ("0,475", 0.475),
        ("", None),
        (None, None),
    ],
)
def test_a_measured_number_is_read_as_people_write_it(word, number):
    assert read_number(word, "Litres") == number


@pytest.mark.parametrize(("word", "problem"), [("much", NotANumber), (True, NotANumber), ("1,475", AmbiguousNumber)])
def test_what_is_no_measured_number_is_refused(word, problem):
    with pytest.raises(problem, match="Litres"):
        read_number(word, "Litres")


@given(st.decimals(-(10**6), 10**6, places=4), st.sampled_from(SCRIPTS), st.sampled_from(".٫"))
def test_reading_a_measured_number_undoes_writing_it(number, digits, point):
    written = f"{number:f}".translate(str.maketrans("0123456789.", digits + point))

    assert read_number(written, "Litres") == float(number)


@pytest.mark.parametrize(
    "word",
    [
        date(2021, 3, 25),
        datetime(2021, 3, 25, 23, 30, tzinfo=UTC),
        44280,
        44280.75,
        "44280",
        "2021-03-25",
        "2021-3-25",
        "2021/03/25",
        "2021.03.25",
        "20210325",
        "2021-03-25T00:00:00.000+03:00",
        "2021-03-25 00:00:00",
        "25/03/2021",
        "25-3-2021",
        "25.03.2021",
        "03/25/2021",
        "25/03/2021 00:00",
        "٢٥/٠٣/٢٠٢١",
        "25 March 2021",
        "25 mar 2021",
        "25-Mar-2021",
        "March 25, 2021",
        "Mar. 25 2021",
        "25th of March 2021",
        "25 mars 2021",
        "25 MARS 2021",
        "25 مارس 2021",
        "٢٥ آذار ٢٠٢١",
        " 25  March\u00a02021 ",
    ],
)
def test_a_day_is_read_as_people_write_it(word):
    assert read_date(word, "Day") == date(2021, 3, 25)


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("5/5/2021", date(2021, 5, 5)),
        ("1er février 2021", date(2021, 2, 1)),
        ("15 août 2021", date(2021, 8, 15)),
        ("9 déc. 2021", date(2021, 12, 9)),
        ("12 كانون الثاني 2021", date(2021, 1, 12)),
        ("1 أغسطس 2021", date(2021, 8, 1)),
        ("17/06/1935", date(1935, 6, 17)),
        ("29/02/2020", date(2020, 2, 29)),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_in_three_languages(word, day):
    assert read_date(word, "Day") == day


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("soon", NotADate),
        ("2021", NotADate),
        (2021, NotADate),
        (10**9, NotADate),
        (float("nan"), NotADate),
        (True, NotADate),
        (time(6, 30), NotADate),
        ("31/02/2021", NotADate),
        ("29/02/2021", NotADate),
        ("13/13/2021", NotADate),
        ("0/5/2021", NotADate),
        ("25 Marsh 2021", NotADate),
        ("2021-13-01", NotADate),
        ("March 2021", NotADate),
        ("00000", NotADate),
        ("12/03/2021", AmbiguousDate),
        ("03-04-2021", AmbiguousDate),
        ("3.4.2021", AmbiguousDate),
        ("25/03/21", YearTooShort),
    ],
)
def test_what_is_no_clear_day_is_refused_with_its_question(word, problem):
    with pytest.raises(problem, match="Day"):
        read_date(word, "Day")


def test_an_ambiguous_day_is_asked_back_with_both_readings():
    with pytest.raises(AmbiguousDate) as raised:
        read_date("12/03/2021", "Day")

    assert raised.value.as_dict()["remedy"] == "Write the year first: 2021-03-12 or 2021-12-03."


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_written_year_first_or_with_its_month_named_is_always_clear(day):
    assert read_date(day.isoformat(), "Day") == day
    assert read_date(f"{day:%d %B %Y}", "Day") == day
    assert read_date(f"{day:%b %d, %Y}", "Day") == day


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)))
def test_a_sheets_number_is_its_day(day):
    assert read_date((day - date(1899, 12, 30)).days, "Day") == day


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_never_taken_for_another(day):
    for written in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
        read = read_or_told(read_date, written)
        assert day in ((read.details["first"], read.details["second"]) if isinstance(read, AmbiguousDate) else (read,))


@given(st.text(max_size=20) | st.floats() | st.integers() | st.none())
def test_a_day_is_a_day_nothing_or_a_problem_that_can_be_told(word):
    day = read_or_told(read_date, word)

    assert day.as_dict()["remedy"] if isinstance(day, Problem) else day is None or isinstance(day, date)


OUTCOMES = {"assessed": {"Assessed", "évalué", "تم التقييم"}, "not_accessible": {"inaccessible"}, "1": {"other"}}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("assessed", "assessed"),
        (" ASSESSED ", "assessed"),
        ("Evalue", "assessed"),
        ("évalué", "assessed"),
        ("تَمّ التقييـم", "assessed"),
        ("Not accessible", "not_accessible"),
        ("not-accessible", "not_accessible"),
        ("Inaccessible", "not_accessible"),
        (1.0, "1"),
        (1, "1"),
        ("", None),
        (None, None),
    ],
)
def test_a_choice_is_known_by_its_code_or_any_spelling(word, code):
    assert read_choice(word, OUTCOMES, "Outcome") == code


@pytest.mark.parametrize("word", ["perhaps", "assess", 1.5, True])
def test_a_word_that_is_no_choice_is_refused_with_the_list(word):
    with pytest.raises(NotAChoice, match="Outcome") as raised:
        read_choice(word, OUTCOMES, "Outcome")

    assert raised.value.as_dict()["remedy"] == "Write one of: assessed, not_accessible, 1."


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("yes", True), ("Oui", True), ("نعم", True), ("sí", True), (1, True), (1.0, True), (True, True), ("TRUE", True),
        ("No", False), ("non", False), ("لا", False), (0, False), (0.0, False), (False, False), ("0", False),
        ("", None), (None, None),
    ],
)  # fmt: skip
def test_yes_and_no_are_read_in_several_languages(word, answer):
    assert read_yes_no(word) is answer


@pytest.mark.parametrize("word", ["maybe", 2, 0.5, "yes and no"])
def test_what_is_neither_yes_nor_no_is_refused(word):
    with pytest.raises(NotYesOrNo):
        read_yes_no(word)


@pytest.mark.parametrize(
    "cells",
    [
        ("Grand Total", "", "", "", 508.0, 3335.0),
        ("", "Total", "", 508.0),
        (None, None, "TOTAL :", "1,475"),
        ("Total général", None, 5),
        ("Sous-total", 5),
        ("sub total", 5),
        ("Totales", 5),
        ("المجموع", 5),
        ("الإجمالي", "٥"),
        ("المجموع الكلي", 5),
        ("إجمالي جوبا", 5),
        ("Total for Juba", 5),
        ("Juba Total", "", 5),
        ("SS01 Grand Total", 5, "93%"),
        ("Total", "Total", 5),
    ],
)
def test_a_row_of_totals_is_recognised(cells):
    assert is_total_row(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ("SS01", "Central Equatoria", 6.0),
        ("Total", "SS0101", 5),
        ("SS0101", "Total", 5),
        ("Totali", 5),
        ("Station Total", 5),
        ("Totalement", 5),
        ("", "", 0.2, 0.8),
        ("", None),
        (),
    ],
    ids=[
        "a place",
        "a place called Total, with its code",
        "a code, then a place called Total",
        "a name that begins alike",
        "a filling station",
        "a word that begins alike",
        "only numbers",
        "nothing",
        "no cells",
    ],
)
def test_other_rows_are_no_totals(cells):
    assert not is_total_row(cells)


@pytest.mark.parametrize(
    ("cells", "tags"),
    [
        (("#adm1+code", "#adm1+name", "", "", "#affected+idps+hh"), True),
        ((" #geo+lat", None), True),
        (("#adm1+code", "note"), True),
        (("#adm1+code", "note", "note"), False),
        (("#1", "# 5"), False),
        (("SS01", 5), False),
        (("", None), False),
    ],
)
def test_a_row_of_hxl_tags_is_recognised(cells, tags):
    assert is_hxl_row(cells) is tags


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        ([[" HH ", "Estimated # of\n IDP  households", "Lat"]], ["HH", "Estimated # of IDP households", "Lat"]),
        ([["Name", "Name", "name", "Name"]], ["Name", "Name (2)", "name", "Name (3)"]),
        ([["Name (2)", "Name", "Name"]], ["Name (2)", "Name", "Name (3)"]),
        ([["", None, "Name", " "]], ["column 1", "column 2", "Name", "column 4"]),
        ([["Code", 2021.0, 4.5]], ["Code", "2021", "4.5"]),
        (
            [["Code", "IDPs", "", "Returnees", ""], ["", "HH", "Ind", "HH", "Ind"]],
            ["Code", "IDPs / HH", "IDPs / Ind", "Returnees / HH", "Returnees / Ind"],
        ),
        ([["Code", "", "IDPs"], ["", "Name", "HH"]], ["Code", "Name", "IDPs / HH"]),
        ([["IDPs"], ["HH", "Ind"]], ["IDPs / HH", "IDPs / Ind"]),
        (
            [["IDPs", "", "", ""], ["women", "", "men", ""], ["old", "young", "old", "young"]],
            ["IDPs / women / old", "IDPs / women / young", "IDPs / men / old", "IDPs / men / young"],
        ),
        ([], []),
    ],
    ids=[
        "blanks and line breaks",
        "the same name again",
        "a numbered name that is taken",
        "no name",
        "numbers",
        "two rows, the upper one merged",
        "a heading with nothing beneath reaches over nothing",
        "rows of different length",
        "three rows",
        "no heading",
    ],
)
def test_columns_are_named_by_their_headings(headings, names):
    assert column_names(headings) == names


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "b", "", None]), max_size=8))
def test_no_two_columns_have_the_same_name(heading):
    names = column_names([heading])

    assert len(set(names)) == len(names) == len(heading)


def test_a_long_word_is_cut_short_in_sentences():
    assert excerpt("x" * 61) == "x" * 60 + "…"
    assert excerpt(5) == "5"


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Évacué", "evacue"), ("self-settled  camp", "SELF_SETTLED camp"), ("مُبلَّغ", "مبلغ"), ("أغسطس", "اغسطس")],
)
def test_folded_spellings_of_one_word_are_the_same(one, other):
    assert folded(one) == folded(other)


def test_folding_keeps_the_vowels_of_scripts_that_write_them_as_marks():
    assert folded("कि") != folded("कु")


def test_digits_of_any_script_become_western_ones():
    assert [in_western_digits(digits) for digits in SCRIPTS] == ["0123456789"] * len(SCRIPTS)
