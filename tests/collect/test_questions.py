"""What a form asks, in its reader's words."""

from __future__ import annotations

import pytest

from waystation.collect.registry import read_xlsform
from waystation.collect.rules import Question, flat, read_questions

SPOKEN = """
| survey  |                  |       |                      |                      |
|         | type             | name  | label::English (en)  | label::Français (fr) |
|         | begin group      | home  | Home                 | Foyer                |
|         | select_one roofs | roof  | What is the roof of? | En quoi est le toit ? |
|         | end group        |       |                      |                      |
|         | select_multiple roofs | walls | And the walls?  | Et les murs ?        |
|         | text             | note  | Anything else        | Autre chose          |
|         | note             | hint  | Look up              | Levez la tête        |
| choices |                  |       |                      |                      |
|         | list_name        | name  | label::English (en)  | label::Français (fr) |
|         | roofs            | tin   | Tin                  | Tôle                 |
|         | roofs            | straw | Straw                | Paille               |
| settings |                 |       |                      |                      |
|         | form_title       | form_id | version            | default_language     |
|         | Roofs            | roofs | 1                    | English (en)         |
"""

PLAIN = """
| survey  |                  |       |         |
|         | type             | name  | label   |
|         | select_one yesno | roof  | A roof? |
| choices |                  |       |         |
|         | list_name        | name  | label   |
|         | yesno            | y     | Yes     |
| settings |                 |       |         |
|         | form_title       | form_id | version |
|         | Roofs            | roofs | 1       |
"""


def questions(form: str, language: str) -> dict[str, Question]:
    return dict(read_questions(read_xlsform(form.encode()).xform, language))


@pytest.mark.parametrize(
    ("language", "words", "tin"),
    [
        ("fr", "En quoi est le toit ?", "Tôle"),
        ("en", "What is the roof of?", "Tin"),
        ("ar", "What is the roof of?", "Tin"),
    ],
    ids=["spoken", "default", "not spoken"],
)
def test_a_question_is_told_in_the_readers_language_or_else_in_the_forms_own(language, words, tin):
    roof = questions(SPOKEN, language)["home.roof"]

    assert roof.words == words
    assert roof.choices[0] == ("tin", tin)


def test_questions_come_in_the_forms_order_without_its_groups():
    assert list(questions(SPOKEN, "en")) == ["home.roof", "walls", "note", "hint"]


def test_a_form_of_one_language_is_read_as_it_is():
    roof = questions(PLAIN, "fr")["roof"]

    assert (roof.words, roof.choices, roof.takes_one) == ("A roof?", (("y", "Yes"),), True)


def test_choices_written_into_the_question_are_read_too():
    xform = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:body>
        <select1 ref="/data/roof"><label>A <output value="/data/x"/>roof?</label>
        <item><label>Yes</label><value>y</value></item><item><label></label><value>n</value></item></select1>
        <input ref="/data/bare"/></h:body></h:html>"""

    assert dict(read_questions(xform, "")) == {
        "roof": Question("roof", "A roof?", (("y", "Yes"), ("n", "n")), takes_one=True)
    }


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("home.roof", "tin", "Tin"),
        ("home.roof", "tin straw", "tin straw"),
        ("walls", "tin straw", "Tin, Straw"),
        ("walls", "tin mud", "Tin, mud"),
        ("note", "tin", "tin"),
        ("walls", "", ""),
    ],
)
def test_an_answer_is_told_by_the_words_of_what_was_chosen(name, answer, said):
    assert questions(SPOKEN, "en")[name].say(answer) == said


def test_repeated_answers_are_numbered_as_people_count():
    answers = {"village": "Bor", "home.size": "4", "child": [{"name": "A", "toy": ["ball"]}, {"name": "B"}]}

    assert flat(answers) == {
        "village": "Bor",
        "home.size": "4",
        "child[1].name": "A",
        "child[1].toy[1]": "ball",
        "child[2].name": "B",
    }
