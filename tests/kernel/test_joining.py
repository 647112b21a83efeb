"""What threads ask for at the same moment is done once for all of them, and nobody fails for another's fault."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from waystation.kernel.joining import Joined


class Refused(Exception):
    """What somebody asked for cannot be done."""


class Desk:
    """Doubles numbers, and notes how many it was given at a time. The first time, it waits for a sign."""

    def __init__(self, *, breaks_on: int | None = None, holds: bool = False) -> None:
        self.together: list[list[int]] = []
        self.breaks_on = breaks_on
        self.begun, self.go_on = threading.Event(), threading.Event()
        if not holds:
            self.go_on.set()

    def __call__(self, numbers: Sequence[int]) -> list[int | BaseException]:
        self.together.append(list(numbers))
        self.begun.set()
        self.go_on.wait(10)
        if self.breaks_on in numbers:
            raise ZeroDivisionError
        return [Refused(number) if number < 0 else 2 * number for number in numbers]


def all_at_once(joined: Joined[int, int], desk: Desk, first: int, others: Sequence[int]) -> list[int | BaseException]:
    """Ask for one number, and for the others while that one is still being done."""

    def ask(number: int) -> int | BaseException:
        try:
            return joined(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(max_workers=len(others) + 1) as threads:
        begun = [threads.submit(ask, first)]
        assert desk.begun.wait(10)
        begun += [threads.submit(ask, number) for number in others]
        while len(joined._waiting) < len(others):
            threading.Event().wait(0.001)
        desk.go_on.set()
        return [one.result(10) for one in begun]


def test_who_is_alone_is_served_alone_and_at_once():
    desk = Desk()
    joined = Joined(desk, most=10)

    assert [joined(number) for number in (1, 2, 3)] == [2, 4, 6]
    assert desk.together == [[1], [2], [3]]


def test_who_comes_meanwhile_is_served_together_and_each_gets_the_own_answer():
    desk = Desk(holds=True)

    assert all_at_once(Joined(desk, most=10), desk, 1, range(2, 9)) == [2 * number for number in range(1, 9)]
    assert [len(one) for one in desk.together] == [1, 7]


def test_no_more_are_served_together_than_was_said():
    desk = Desk(holds=True)

    assert sorted(all_at_once(Joined(desk, most=3), desk, 1, range(2, 9))) == [2 * n for n in range(1, 9)]
    assert [len(one) for one in desk.together] == [1, 3, 3, 1]


def test_a_refusal_is_raised_for_the_one_it_concerns():
    desk = Desk(holds=True)

    outcomes = all_at_once(Joined(desk, most=10), desk, 1, [2, -3, 4])

    assert [outcomes[0], outcomes[1], outcomes[3]] == [2, 4, 8]
    assert isinstance(outcomes[2], Refused)


def test_what_one_breaks_is_done_again_for_each_alone():
    desk = Desk(holds=True, breaks_on=3)

    outcomes = all_at_once(Joined(desk, most=10), desk, 1, [2, 3, 4])

    assert [outcomes[0], outcomes[1], outcomes[3]] == [2, 4, 8]
    assert isinstance(outcomes[2], ZeroDivisionError)
    assert sorted(map(tuple, desk.together[2:])) == [(2,), (3,), (4,)]


def test_after_something_broke_the_next_is_served():
    desk = Desk(breaks_on=1)
    joined = Joined(desk, most=10)

    with pytest.raises(ZeroDivisionError):
        joined(1)
    assert joined(2) == 4


@pytest.mark.parametrize("senders", [2, 16])
def test_nothing_is_lost_or_mixed_up_under_load(senders):
    desk = Desk()
    joined = Joined(desk, most=8)

    with ThreadPoolExecutor(max_workers=senders) as threads:
        answers = list(threads.map(joined, range(5_000)))

    assert answers == [2 * number for number in range(5_000)]
    assert sum(map(len, desk.together)) == 5_000
