"""The worker: what one form breaks stops nobody else, and nothing is filed twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from tests.conftest import filled
from tests.shell import Shell, opened
from tests.test_journey_of_one_count import send
from waystation.access.models import Actor, Entry
from waystation.collect import actions as collect
from waystation.collect.models import Submission
from waystation.collect.problems import NotKept
from waystation.front import worker
from waystation.front.worker import FOLLOWED_BY, MOST_FAILURES, file_submissions, work_once
from waystation.tracking.models import Assessment


@pytest.fixture
def shell(country: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """`waystation`, where there is a country to count in."""
    with opened(monkeypatch, capsys) as run:
        yield run


class Bug(Exception):
    """A bug of any kind."""


def breaking(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, forms: int = 1, times: int = 99) -> list[int]:
    """Let following up the first submissions break down a few times; answers which entries were tried."""
    tried: list[int] = []

    def follow(by: Actor, entries: Sequence[Entry]) -> None:
        first = sorted(Submission.objects.values_list("pk", flat=True))[:forms]
        guilty = [entry for entry in entries if int(entry.refs["result"].rpartition(":")[2]) in first]
        if guilty and len(entries) > 1:
            raise error
        if guilty:
            tried.append(guilty[0].pk)
            if len(tried) <= times:
                raise error
        file_submissions(by, entries)

    monkeypatch.setitem(FOLLOWED_BY, "collect.receive", follow)
    return tried


def work_a_while() -> None:
    """Many rounds of work."""
    for _round in range(2 * MOST_FAILURES):
        work_once()


def states() -> list[str]:
    """How far the submissions have come, in their order."""
    return list(Submission.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    "error",
    [
        Bug("new"),
        AssertionError(),
        IndexError(),
        RecursionError(),
        ZeroDivisionError(),
        OSError("disk"),
        StopIteration(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_bug_in_one_form_is_tried_five_times_and_stops_no_other(client, country, monkeypatch, error):
    for n, site in enumerate(("ssid_2", "ssid_3", "ssid_4"), start=1):
        send(client, country.key, filled(site, 40, n=n))
    tried = breaking(monkeypatch, error)

    work_a_while()

    assert len(tried) == MOST_FAILURES == 5
    assert states() == ["waiting", "filed", "filed"]


def test_what_was_given_up_is_named_by_check_until_it_is_filed_again(client, country, monkeypatch, shell):
    send(client, country.key, filled("ssid_2", 40))
    with monkeypatch.context() as patched:
        breaking(patched, Bug())
        work_a_while()
    told = shell("check")

    assert told.code == 1
    assert "LOOK queue: 0 waiting, 1 given up" in told.out

    assert shell("do", "collect.refile", "submission=uuid:00000001").code == 0
    work_once()
    assert states() == ["filed"]


def test_a_bug_that_goes_away_is_forgotten(client, country, monkeypatch, shell):
    send(client, country.key, filled("ssid_2", 40))
    breaking(monkeypatch, Bug(), times=MOST_FAILURES - 1)

    work_a_while()

    assert states() == ["filed"]
    assert "ok   queue: 0 waiting, 0 given up" in shell("check").out


@pytest.mark.parametrize("error", [OperationalError("locked"), NotKept(reason="full")], ids=["database", "disk"])
def test_what_is_not_there_just_now_is_waited_for_without_end(client, country, monkeypatch, error):
    send(client, country.key, filled("ssid_2", 40))
    tried = breaking(monkeypatch, error, times=3 * MOST_FAILURES)

    for _round in range(3 * MOST_FAILURES + 1):
        work_once()

    assert len(tried) == 3 * MOST_FAILURES + 1
    assert states() == ["filed"]


def test_a_text_that_the_database_does_not_hold_puts_the_form_into_the_tray(client, country):
    send(client, country.key, filled("ssid_2", None, outcome="not_accessible", method="", reason="flooded " * 1_000))
    work_once()

    kept = Submission.objects.get()
    if kept.state == "filed":  # a database that holds a text of any length
        assert len(Assessment.objects.get().reason) > 7_000
    else:
        assert (kept.state, kept.problem["code"]) == ("held", "front.cannot_be_kept")
    assert not Entry.objects.filter(verb="collect.receive", followed_at=None).exists()


def test_a_worker_that_is_told_to_stop_leaves_the_rest_for_the_next(client, country):
    for n, site in enumerate(("ssid_2", "ssid_3", "ssid_4"), start=1):
        send(client, country.key, filled(site, 40, n=n))
    stop = threading.Event()
    stop.set()

    assert work_once(stop) == 0
    worker.work(stop)
    assert states() == ["waiting"] * 3
    assert work_once() == 3


def test_what_somebody_filed_meanwhile_is_not_put_into_the_tray(client, country):
    send(client, country.key, filled("ssid_2", 40))
    slow = Submission.objects.get()
    work_once()

    collect.hold(by=country.system, submission=slow, problem=NotKept(reason="late"))

    assert states() == ["filed"]


def test_pressing_the_button_twice_files_once(client, country):
    send(client, country.key, filled("ssid_99", 40))
    work_once()
    first, second = Submission.objects.get(), Submission.objects.get()
    collect.correct(by=country.clerk, submission=first, question="site", answer="ssid_2")

    collect.refile(by=country.clerk, submission=first)
    work_once()
    with pytest.raises(collect.AlreadyFiled):
        collect.refile(by=country.clerk, submission=second)
    work_once()

    assert (states(), Assessment.objects.count()) == (["filed"], 1)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_three_workers_beside_each_other_file_everything_once(client, country):
    for n in range(30):
        send(client, country.key, filled("ssid_2" if n % 3 else "ssid_99", 40, n=n))
    broken: list[Exception] = []

    def work() -> None:
        try:
            work_once()
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    work_a_while()  # on PostgreSQL, who came second at the same site tries again

    assert broken == []
    assert Counter(states()) == {"filed": 20, "held": 10}
    assert Assessment.objects.count() == 1, "twenty times the same count of the same site"
    assert not Entry.objects.filter(verb="collect.receive", followed_at=None).exists()


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_what_is_said_of_a_submission_while_it_is_filed_harms_neither(client, country):
    """Who held its row waited for a place in the audit log; who had that place waited for the row, to commit."""
    send(client, country.key, filled("ssid_2", 40))
    submission = Submission.objects.get()
    is_locked, broken = threading.Event(), []

    def say() -> None:
        is_locked.wait(10)
        try:
            collect.comment(by=country.officer, submission=submission, body="Which gate?")
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    saying = threading.Thread(target=say)
    saying.start()
    with transaction.atomic():
        Submission.objects.select_for_update().get()
        is_locked.set()
        saying.join(0.5)
        work_once()
    saying.join()

    assert broken == []
    assert states() == ["filed"]
    assert submission.comments.count() == 1


def test_what_breaks_down_in_a_look_around_stops_nobody(country, monkeypatch, caplog):
    def broken() -> None:
        raise Bug

    monkeypatch.setattr(worker, "overdue_changes", broken)
    worker.look_around()
    assert "could not be done" in caplog.text
