"""What a grant covers, and what names and scopes may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waystation.access.problems import BadScope, BadUsername
from waystation.access.rules import (
    ancestors,
    checked_scope,
    checked_username,
    common_scope,
    covers,
    digest,
    includes,
    new_key,
    new_password,
)

CODES = st.text("ABab019._-", min_size=1, max_size=4)
SCOPES = st.lists(CODES, max_size=5).map(lambda codes: "/" + "/".join(codes))


@pytest.mark.parametrize(
    ("held", "scope", "covered"),
    [
        ("/", "/SSD/SS01", True),
        ("/SSD", "/SSD", True),
        ("/SSD", "/SSD/SS01", True),
        ("/SSD/SS01", "/SSD", False),
        ("/SSD/SS0", "/SSD/SS01", False),
        ("/SSD", "/SSDX", False),
    ],
)
def test_a_grant_covers_its_place_and_all_inside_and_nothing_beside(held, scope, covered):
    assert covers(held, scope) is covered


@given(SCOPES)
def test_a_place_is_covered_by_each_of_its_ancestors_and_they_begin_everywhere(scope):
    around = ancestors(scope)

    assert around[0] == "/"
    assert around[-1] == scope
    assert all(covers(one, scope) for one in around)


@given(st.lists(SCOPES, min_size=1))
def test_the_common_scope_is_the_smallest_that_covers_all(scopes):
    common = common_scope(scopes)

    assert all(covers(common, scope) for scope in scopes)
    deeper = [one for one in ancestors(scopes[0]) if len(one) > len(common) and one != common]
    assert not any(all(covers(one, scope) for scope in scopes) for one in deeper)


@given(SCOPES, SCOPES)
def test_inside_is_the_same_as_a_range_of_bytes(held, scope):
    """The filter in SQL (`access.queries.inside`) and the rule agree."""
    in_range = held in ("/", scope) or held + "/" < scope < held + "0"

    assert covers(held, scope) is in_range


@pytest.mark.parametrize(
    ("verbs", "verb", "held"),
    [
        (["*"], "tracking.see", True),
        (["tracking.*"], "tracking.record_visits", True),
        (["*.see"], "places.see", True),
        (["*.see"], "places.set_status", False),
        (["places.see"], "places.see", True),
        ([], "places.see", False),
        (["tracking.*"], "tracking.*", True),
        (["tracking.see"], "tracking.*", False),
    ],
)
def test_a_role_includes_its_verbs_and_its_patterns(verbs, verb, held):
    assert includes(verbs, verb) is held


@pytest.mark.parametrize("word", ["SSD", "/SSD//SS01", "/SSD/é", "", "/SSD/../x y"])
def test_what_is_no_path_is_refused(word):
    with pytest.raises(BadScope):
        checked_scope(word or "x")


def test_a_last_slash_is_forgiven():
    assert checked_scope("/SSD/") == "/SSD"
    assert checked_scope("/") == "/"


@pytest.mark.parametrize("word", ["x", "Ana María", "a b", "é" * 3, "a" * 61, "a#b"])
def test_user_names_are_those_that_can_be_typed_everywhere(word):
    with pytest.raises(BadUsername):
        checked_username(word)


def test_keys_and_passwords_are_never_twice_the_same():
    assert len({new_key() for _time in range(100)}) == 100
    assert len({new_password() for _time in range(100)}) == 100
    assert len(new_key()) == 64
    assert new_key() not in digest(new_key())
