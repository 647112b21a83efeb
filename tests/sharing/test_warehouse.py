"""The warehouse answers one question over some tables, knows nothing else, and forgets."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

from waystation.kernel.tables import Column, Table
from waystation.sharing.warehouse import PORTION, ask

COLUMNS = (
    Column("name"),
    Column("people", "count"),
    Column("share", "number"),
    Column("day", "date"),
    Column("latitude", "latitude"),
)


def test_every_kind_of_cell_survives_the_trip_absent_and_empty_ones_too():
    rows = [
        ("Bor, 'the' \"town\"\n\\N", 40, 1.5, date(2026, 3, 1), 6.2),
        ("", 0, 0, date(1, 1, 1), -90.0),
        ("جوبا", 2**40, Decimal("0.25"), None, None),
        (None, None, None, None, None),
    ]

    assert ask("select * from t", {"t": Table(COLUMNS, rows)}) == rows


def test_a_table_without_rows_is_a_table():
    assert ask("select count(*), sum(people) from t", {"t": Table(COLUMNS)}) == [(0, None)]


def test_a_table_of_many_portions_comes_in_whole():
    rows = (("a", number, None, None, None) for number in range(2 * PORTION + 1))

    assert ask("select count(*), max(people) from t", {"t": Table(COLUMNS, rows)}) == [(2 * PORTION + 1, 2 * PORTION)]


@pytest.mark.parametrize(
    "question",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "copy t to '/tmp/leak.csv'",
        "attach '/tmp/leak.db'",
        "install httpfs",
        "set enable_external_access = true",
        "create table memory.main.t as select 1",
    ],
)
def test_a_question_reaches_no_file_and_no_network_and_leaves_nothing(question):
    with pytest.raises(Exception, match=r"Permission|Cannot"):
        ask(question, {"t": Table(COLUMNS)})


def test_a_question_sees_no_table_of_another():
    ask("select 1", {"secret": Table(COLUMNS, [("a", 1, None, None, None)])})

    with pytest.raises(Exception, match="secret does not exist"):
        ask("select * from secret", {})


def test_questions_at_the_same_time_have_each_their_own_tables():
    def total(number: int) -> int:
        rows = [("a", number, None, None, None)] * 100
        return ask("select sum(people)::bigint from t", {"t": Table(COLUMNS, rows)})[0][0]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(total, range(40))) == [100 * number for number in range(40)]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_asks_for_itself():
    assert ask("select 1", {}) == [(1,)]
    child = os.fork()
    if child == 0:
        os._exit(0 if ask("select 2", {}) == [(2,)] else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert ask("select 3", {}) == [(3,)]
