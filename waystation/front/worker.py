"""Follows up what was done: the audit log is the queue (docs/decisions/0003)."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter

from django.db import DatabaseError, DataError, OperationalError, close_old_connections

from waystation.access.action import writing
from waystation.access.actions import mark_failed, mark_followed
from waystation.access.models import Actor, Entry
from waystation.access.queries import actor_called, grants_read_once, waiting
from waystation.collect import actions as collect
from waystation.collect.models import Submission
from waystation.collect.queries import (
    approved_among,
    cleanings_numbered,
    numbered,
    numbers_cleaned,
    overdue_changes,
    read_submissions,
    said_of_entities,
    to_change,
    to_give_back,
    trees_of,
    waiting_among,
)
from waystation.kernel.problems import Problem, Unavailable

from .problems import CannotBeKept
from .roles import SYSTEM

log = logging.getLogger(__name__)

MOST_FAILURES = 5
PORTION = 500  # entries between two looks at what is new
TOGETHER = 50  # entries that share one transaction, in which phones have to wait
BREATH = 0.05  # seconds between two looks, so that what comes fast is filed together
PAUSE = 0.5  # seconds between two looks at an empty queue
LOOK_AROUND = 300  # seconds between two looks at what time has brought about


class OtherWorkerWasFaster(Exception):
    """Another worker took some of several that were to be filed together."""


def file_submissions(by: Actor, entries: Sequence[Entry]) -> None:
    """File what was received, those of one sender and one intake together; what does not fit alone goes into the tray.

    They are read before anything is locked: a long sheet must not keep phones waiting. Raises what is wrong with any of
    several, of which then none is filed.
    """
    _file(by, waiting_among(_numbers(entries, "result")))


def _numbers(entries: Sequence[Entry], name: str) -> list[int]:
    """The numbers of what entries name."""
    return [int(entry.refs[name].rpartition(":")[2]) for entry in entries]


def _file(by: Actor, waiting: Sequence[Submission]) -> None:
    together: dict[tuple[int, str, int], list[Submission]] = defaultdict(list)
    for submission in waiting:
        sheet = 0 if submission.mapping is None else submission.pk
        together[submission.actor_id, submission.form.intake, sheet].append(submission)
    for submissions in together.values():
        with grants_read_once():
            (_file_together if len(submissions) > 1 else _file_or_hold)(by, submissions)


def _file_together(by: Actor, submissions: list[Submission]) -> None:
    if not _filed(by, submissions):
        raise OtherWorkerWasFaster


def _filed(by: Actor, submissions: list[Submission]) -> list[Submission]:
    """File what is read of submissions: records for their registers, answers for tables, what they say of entities."""
    return collect.file(
        by=by,
        submissions=submissions,
        reading=read_submissions(submissions),
        trees=trees_of(submissions),
        said=said_of_entities(submissions),
    )


def _file_or_hold(by: Actor, submissions: list[Submission]) -> None:
    (submission,) = submissions
    try:
        _filed(by, submissions)
    except Unavailable:
        raise
    except Problem as problem:
        collect.hold(by=by, submission=submission, problem=problem)
    except DataError:
        collect.hold(by=by, submission=submission, problem=CannotBeKept())


def change_answers(by: Actor, entries: Sequence[Entry]) -> None:
    """Change an answer wherever it stands, or give it back: in portions, in which phones have to wait."""
    for cleaning in cleanings_numbered(_numbers(entries, "result")):
        undoing = cleaning.state == cleaning.State.TAKING_BACK
        wanted, do = (to_give_back, collect.give_answers_back) if undoing else (to_change, collect.change_answers)
        numbers, before = wanted(cleaning), cleaning.cleaned.count()
        for start in range(0, len(numbers), TOGETHER):
            do(by=by, cleaning=cleaning, submissions=list(numbered(numbers[start : start + TOGETHER])))
        left = cleaning.left if undoing else len(numbers) + before - cleaning.cleaned.count()
        collect.end_cleaning(by=by, cleaning=cleaning, left=left)


def file_again(by: Actor, entries: Sequence[Entry]) -> None:
    """File submissions again in which an answer was changed. One that breaks down does not stop the others."""
    numbers = numbers_cleaned(_numbers(entries, "cleaning"))
    broken: Exception | None = None
    for start in range(0, len(numbers), TOGETHER):
        portion = numbers[start : start + TOGETHER]
        try:
            _file(by, waiting_among(portion))
        except Exception:
            for number in portion:
                try:
                    _file(by, waiting_among([number]))
                except Exception as error:
                    broken = error
    if broken is not None:
        raise broken


def make_approved_entities(by: Actor, entries: Sequence[Entry]) -> None:
    """Let submissions that were approved say what they say of entities, where a list waits for that."""
    approved = approved_among(_numbers(entries, "submission"))
    if said := said_of_entities(approved):
        collect.say_approved(by=by, submissions=[one for one in approved if one.pk in said], said=said)


FOLLOWED_BY: dict[str, Callable[[Actor, Sequence[Entry]], None]] = {
    "collect.receive": file_submissions,
    "collect.receive_sheet": file_submissions,
    "collect.refile": file_submissions,
    "collect.clean": change_answers,
    "collect.undo_cleaning": change_answers,
    "collect.change_answers": file_again,
    "collect.give_answers_back": file_again,
    "collect.review": make_approved_entities,
}


def work_once(stop: threading.Event | None = None) -> int:
    """Follow up everything that waits, unless told to stop. Returns how many entries were followed.

    What breaks down is tried again a few times, then left for `waystation check` to name. Nothing in it is lost.
    """
    by = actor_called(SYSTEM)
    numbers = list(waiting(list(FOLLOWED_BY), MOST_FAILURES).values_list("pk", flat=True)[:PORTION])
    followed = 0
    for start in range(0, len(numbers), TOGETHER):
        if stop is not None and stop.is_set():
            break
        entries = Entry.objects.filter(pk__in=numbers[start : start + TOGETHER], followed_at=None).order_by("pk")
        for _verb, alike in groupby(entries, attrgetter("verb")):
            followed += _follow(by, list(alike))
    return followed


def _follow(by: Actor, entries: list[Entry]) -> int:
    """Follow up entries together; where that does not work, half of them and then the other half.

    Two workers may take the same ones: the action itself sees that it is done once.
    """
    try:
        FOLLOWED_BY[entries[0].verb](by, entries)
        with writing("access"):
            mark_followed(entries)
    except Exception as error:
        if len(entries) > 1:
            half = len(entries) // 2
            return _follow(by, entries[:half]) + _follow(by, entries[half:])
        _leave(entries[0], error)
        return 0
    return len(entries)


def _leave(entry: Entry, error: Exception) -> None:
    """Let an entry wait while something is not there just now; after a bug of any form, only a few times.

    It must not stop the queue. Logged whole, tried again, then named by `waystation check`.
    """
    if isinstance(error, Unavailable | OperationalError):
        log.warning("entry %s (%s) has to wait: %s", entry.pk, entry.verb, error)
        return
    log.error("following up entry %s (%s) broke down", entry.pk, entry.verb, exc_info=error)
    with writing("access"):
        mark_failed(entry)


def look_around() -> None:
    """Do what nobody asks for, but time: changes of entities that waited too long for what they build on.

    What breaks down here is logged, and tried again at the next look: it must not stop what phones wait for.
    """
    try:
        if overdue_changes():
            collect.say_overdue(by=actor_called(SYSTEM))
    except Exception:
        log.exception("what time has brought about could not be done")


def work(stop: threading.Event) -> None:
    """Follow up, for ever, until told to stop; and look around now and then."""
    next_look = 0.0
    while not stop.is_set():
        close_old_connections()
        try:
            done = work_once(stop)
            if time.monotonic() >= next_look:
                look_around()
                next_look = time.monotonic() + LOOK_AROUND
        except DatabaseError:
            log.exception("the database did not answer the worker")
            done = 0
        stop.wait(BREATH if done else PAUSE)
