"""Follows up what was done: the audit log is the queue (docs/decisions/0003)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, DataError, OperationalError, close_old_connections

from waystation.access.action import writing
from waystation.access.actions import mark_failed, mark_followed
from waystation.access.models import Actor, Entry
from waystation.access.queries import actor_called, waiting
from waystation.collect import actions as collect
from waystation.collect.models import Submission
from waystation.collect.queries import read_submission
from waystation.kernel.problems import Problem, Unavailable

from .problems import CannotBeKept
from .roles import SYSTEM

log = logging.getLogger(__name__)

MOST_FAILURES = 5
PORTION = 500  # entries between two looks at what is new
PAUSE = 0.5  # seconds between two looks at an empty queue


def file_submission(by: Actor, entry: Entry) -> None:
    """File what was received, or hold it in the tray with its problem.

    It is read before anything is locked: a long sheet must not keep phones waiting.
    """
    submission = Submission.objects.select_related("form", "actor").get(pk=entry.refs["result"].rpartition(":")[2])
    if submission.state != Submission.State.WAITING:
        return
    try:
        collect.file(by=by, submission=submission, reading=read_submission(submission))
    except Unavailable:
        raise
    except Problem as problem:
        collect.hold(by=by, submission=submission, problem=problem)
    except DataError:
        collect.hold(by=by, submission=submission, problem=CannotBeKept())


FOLLOWED_BY: dict[str, Callable[[Actor, Entry], None]] = {
    "collect.receive": file_submission,
    "collect.receive_sheet": file_submission,
    "collect.refile": file_submission,
}


def work_once(stop: threading.Event | None = None) -> int:
    """Follow up everything that waits, unless told to stop. Returns how many entries were followed.

    What breaks down is tried again a few times, then left for `waystation check` to name. Nothing in it is lost.
    """
    by = actor_called(SYSTEM)
    followed = 0
    for number in list(waiting(list(FOLLOWED_BY), MOST_FAILURES).values_list("pk", flat=True)[:PORTION]):
        if stop is not None and stop.is_set():
            break
        followed += _follow(by, number)
    return followed


def _follow(by: Actor, number: int) -> int:
    """Follow up one entry. Two workers may take the same one: the action itself sees that it is done once."""
    entry = Entry.objects.get(pk=number)
    if entry.followed_at:
        return 0
    try:
        FOLLOWED_BY[entry.verb](by, entry)
        with writing("access"):
            mark_followed(entry)
    except (Unavailable, OperationalError) as error:
        log.warning("entry %s (%s) has to wait: %s", number, entry.verb, error)
        return 0
    except Exception:
        # Any bug of any form: it must not stop the queue. Logged whole, tried again, then named by `waystation check`.
        log.exception("following up entry %s (%s) broke down", number, entry.verb)
        with writing("access"):
            mark_failed(entry)
        return 0
    return 1


def work(stop: threading.Event) -> None:
    """Follow up, for ever, until told to stop."""
    while not stop.is_set():
        close_old_connections()
        try:
            done = work_once(stop)
        except DatabaseError:
            log.exception("the database did not answer the worker")
            done = 0
        if not done:
            stop.wait(PAUSE)
