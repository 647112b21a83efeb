"""How changes of entities meet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from waystation.collect.rules.entities import Base, Change, HeldBack, Known, Made, NeverWas, applied

FIRST = Known(1, "Well 7", {"depth": "12", "works": "yes"})


def change(base: int | None, *, label: str = "", trunk: int | None = None, branch: str = "", **values: str) -> Change:
    return Change(label, values, Base(base, trunk, branch))


def made(outcome: object) -> Made:
    assert isinstance(outcome, Made)
    return outcome


def as_known(one: Made, *, branch: str = "", branch_base: int | None = None) -> Known:
    return Known(one.version, one.label, one.values, branch, branch_base)


def test_a_change_of_the_latest_version_is_no_conflict():
    assert applied([FIRST], change(1, depth="13")) == Made(2, "Well 7", {"depth": "13", "works": "yes"}, 1, "", [])


def test_two_who_changed_different_things_are_in_soft_conflict():
    second = as_known(made(applied([FIRST], change(1, depth="13"))))

    third = made(applied([FIRST, second], change(1, works="no")))

    assert (third.version, third.values) == (3, {"depth": "13", "works": "no"})
    assert (third.conflict, third.conflicting) == ("soft", [])


def test_two_who_changed_one_thing_to_other_values_are_in_hard_conflict():
    second = as_known(made(applied([FIRST], change(1, depth="13"))))

    third = made(applied([FIRST, second], change(1, depth="14")))

    assert (third.values["depth"], third.conflict, third.conflicting) == ("14", "hard", ["depth"])


def test_two_who_changed_one_thing_to_the_same_value_are_in_soft_conflict():
    second = as_known(made(applied([FIRST], change(1, depth="13"))))

    assert made(applied([FIRST, second], change(1, depth="13"))).conflict == "soft"


def test_a_label_that_two_changed_is_named_among_the_properties():
    second = as_known(made(applied([FIRST], change(1, label="Well seven"))))

    assert made(applied([FIRST, second], change(1, label="Well VII"))).conflicting == ["label"]


def test_a_change_of_a_version_that_never_was_is_told():
    assert applied([FIRST], change(4, depth="13")) == NeverWas(4)


def test_the_changes_of_one_phone_that_was_offline_follow_each_other():
    second = made(applied([FIRST], change(1, trunk=1, branch="b", depth="13")))
    known = [FIRST, as_known(second, branch="b", branch_base=1)]

    third = made(applied(known, change(2, trunk=1, branch="b", depth="14")))

    assert (third.base, third.conflict, third.values["depth"]) == (2, "", "14")


def test_a_change_whose_predecessor_has_not_arrived_is_held_back():
    assert applied([FIRST], change(2, trunk=1, branch="b", depth="14")) == HeldBack()


def test_a_change_that_waited_too_long_is_laid_over_the_latest_version():
    forced = made(applied([FIRST], change(2, trunk=1, branch="b", depth="14"), forced=True))

    assert (forced.version, forced.base, forced.values["depth"]) == (2, 1, "14")


def test_a_branch_that_another_one_interrupted_is_in_conflict():
    second = as_known(made(applied([FIRST], change(1, trunk=1, branch="b", depth="13"))), branch="b", branch_base=1)
    other = as_known(made(applied([FIRST, second], change(2, works="no"))))

    third = made(applied([FIRST, second, other], change(2, trunk=1, branch="b", depth="14")))

    assert (third.base, third.conflict) == (2, "soft")
    assert third.values == {"depth": "14", "works": "no"}


def test_what_was_made_offline_is_changed_offline_from_its_first_version():
    assert made(applied([FIRST], change(1, branch="b", depth="13"))).conflict == ""


WORDS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["", "1", "2"]), max_size=3)


@given(st.lists(st.tuples(st.integers(1, 6), WORDS), max_size=6))
def test_every_change_counts_and_none_is_lost(changes: list[tuple[int, dict[str, str]]]):
    versions = [Known(1, "x", {})]
    for base, values in changes:
        outcome = applied(versions, Change("", values, Base(base)))
        if base > len(versions):
            assert outcome == NeverWas(base)
            continue
        one = made(outcome)
        assert one.version == len(versions) + 1
        assert values.items() <= one.values.items()
        assert {**versions[-1].values, **values} == one.values
        assert (one.conflict == "") == (base == len(versions))
        versions.append(as_known(one))


@given(st.permutations([1, 2, 3, 4]))
def test_a_branch_comes_to_the_same_in_whatever_order_it_arrives(order: list[int]):
    versions = [FIRST]
    waiting: list[int] = []
    for number in order:
        waiting.append(number)
        moved = True
        while moved:
            moved = False
            for one in list(waiting):
                outcome = applied(versions, change(one, trunk=1, branch="b", depth=str(one)))
                if isinstance(outcome, Made):
                    versions.append(as_known(outcome, branch="b", branch_base=one))
                    waiting.remove(one)
                    moved = True

    assert not waiting
    assert [one.values["depth"] for one in versions] == ["12", "1", "2", "3", "4"]
