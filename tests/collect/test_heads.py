"""The head of a filled form says what reading it whole says."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.test_mutated import FILLED, mutated
from waystation.collect.problems import FormTooLarge, NoFormId, NotXml
from waystation.collect.rules import read_filled, read_head
from waystation.kernel.problems import Problem

WORDS = st.text("abé &<>'\"\n ا", max_size=12)


def escaped(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(WORDS, WORDS, WORDS, WORDS)
def test_ids_are_read_alike(instance, deprecated, name, answer):
    xml = (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="f" version="3"><q>{escaped(answer)}</q><g><meta>'
        f"<instanceID>not this</instanceID></meta></g><orx:meta><orx:instanceID>{escaped(instance)}</orx:instanceID>"
        f"<orx:deprecatedID>{escaped(deprecated)}</orx:deprecatedID><instanceName>{escaped(name)}</instanceName>"
        "</orx:meta></data>"
    ).encode()
    whole, head = read_filled(xml), read_head(xml)

    assert (head.form, head.version) == (whole.form, whole.version) == ("f", "3")
    assert (head.instance, head.deprecated, head.name) == (whole.instance, whole.deprecated, whole.name)


@pytest.mark.parametrize(
    "xml",
    [
        b"<data><meta/></data>",
        b"<data id='f'>",
        b"",
        b"\xff\xfe",
        b"<!DOCTYPE d [<!ENTITY a 'b'>]><data id='f'>&a;</data>",
        b"<data id='f'>" + b"<a>" * 60 + b"</a>" * 60 + b"</data>",
        b"<data id='f'>" + b"<a/>" * 50_001 + b"</data>",
        b'<?xml version="1.0" encoding="nonsense"?><data id="f"/>',
    ],
    ids=["no id", "cut off", "empty", "no text", "entities", "deep", "wide", "unknown encoding"],
)
def test_what_reading_it_whole_refuses_is_refused(xml: bytes):
    assert refusal(read_head, xml) is refusal(read_filled, xml) is not None


def refusal(read, xml: bytes) -> type[Problem] | None:
    try:
        read(xml)
    except Problem as problem:
        return type(problem)
    return None


def test_mutated_forms_are_refused_alike():
    chance = random.Random(7)
    for _time in range(2_000):
        xml = mutated(FILLED, chance)
        assert refusal(read_head, xml) is refusal(read_filled, xml), xml


def test_its_problems_are_those_that_phones_know():
    assert {refusal(read_head, xml) for xml in (b"", b"<a/>", b"<a id='f'>" + b"<b>" * 51)} == {
        NotXml,
        NoFormId,
        FormTooLarge,
    }
