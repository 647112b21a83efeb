"""Doing at once what several threads ask for at the same moment, so that they share its cost: a flush to the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

PATIENCE = 0.004  # seconds

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class _Call(Generic[Asked, Given]):
    """One thread's wish, and what became of it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.woken = threading.Event()
        self.outcome: tuple[Given | None, BaseException | None] | None = None

    def settled(self) -> Given:
        assert self.outcome is not None  # noqa: S101  (only asked of calls that were settled)
        given, error = self.outcome
        if error is not None:
            raise error
        return given  # type: ignore[return-value]


class Joined(Generic[Asked, Given]):
    """Turns a function over many things into one over a single thing.

    Who comes first does it, alone and at once. Who comes meanwhile waits, and is done together with all who wait. One
    of them does it for all, in its own thread: a caller who is alone sees no difference to a plain call.

    The function answers something for each, in order; what it answers as an exception is raised for that one. What it
    raises itself is tried again one by one, so that nobody fails for another's fault.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Sequence[Given | BaseException]], *, most: int) -> None:
        self._do = do
        self._most = most
        self._lock = threading.Condition()
        self._waiting: list[_Call[Asked, Given]] = []
        self._is_doing = False
        self._last = 1

    def __call__(self, asked: Asked) -> Given:
        call: _Call[Asked, Given] = _Call(asked)
        with self._lock:
            self._waiting.append(call)
            self._lock.notify()
            leads, self._is_doing = not self._is_doing, True
        if not leads:
            call.woken.wait()
        if call.outcome is None:
            self._lead()
        return call.settled()

    def _lead(self) -> None:
        """Do what waits, own call first; then wake those it was done for, and one more who leads on."""
        with self._lock:
            # As many as last time are likely to be on their way.
            self._lock.wait_for(lambda: len(self._waiting) >= self._last, PATIENCE if self._last > 1 else 0)
            calls, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._last = len(calls)
        try:
            self._settle(calls)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._is_doing = bool(following)
            for call in [*following, *calls]:
                call.woken.set()

    def _settle(self, calls: Sequence[_Call[Asked, Given]]) -> None:
        try:
            outcomes = self._do([call.asked for call in calls])
        except BaseException as error:
            if len(calls) == 1:
                calls[0].outcome = (None, error)
                return
            for call in calls:
                self._settle([call])
            return
        for call, outcome in zip(calls, outcomes, strict=True):
            call.outcome = (None, outcome) if isinstance(outcome, BaseException) else (outcome, None)
