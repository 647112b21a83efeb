"""Putting a database back to what it was, fast; and waiting until all that was begun in the background is done."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.timezone import now

from waystation.access.queries import forget_rights, waiting
from waystation.collect.queries import due

from ..problems import Busy
from ..worker import FOLLOWED_BY, MOST_FAILURES, work_once

LONGEST = 60  # seconds that what is under way may take


def set_down() -> None:
    """Keep a copy of the database as it is now, for `reset`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("drop schema if exists fixture cascade; create schema fixture")
            for table in _tables():
                cursor.execute(f'create table fixture."{table}" as table public."{table}"')
            cursor.execute("create table fixture.sequences as select * from pg_sequences where schemaname = 'public'")
        return
    connection.ensure_connection()
    with sqlite3.connect(_copy()) as copy:
        connection.connection.backup(copy)
    copy.close()


def reset() -> None:
    """Put the database back to the copy: rows, numbers, everything. What was received since is forgotten."""
    if connection.vendor == "postgresql":
        _reset_postgresql()
    else:
        connection.ensure_connection()
        with sqlite3.connect(f"file:{_copy()}?immutable=1", uri=True) as copy:
            copy.backup(connection.connection)
        copy.close()
    cache.clear()
    forget_rights()


def drain() -> None:
    """Answer when nothing waits any more to be followed up. Raises Busy after a minute."""
    until = time.monotonic() + LONGEST
    while waiting(list(FOLLOWED_BY), MOST_FAILURES).exists() or due(now(), 1):
        if time.monotonic() > until:
            raise Busy
        if not work_once():
            time.sleep(0.01)  # the worker has it in hand


def _copy() -> Path:
    return Path(settings.DATA) / "fixture.copy"


def _tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name != "django_migrations"]


def _reset_postgresql() -> None:
    """In one transaction: nobody sees a half of it. Keys between tables are checked at its end only."""
    names = ", ".join(f'public."{table}"' for table in _tables())
    with connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute(f"truncate {names}")
        for table in _tables():
            cursor.execute(f'insert into public."{table}" overriding system value table fixture."{table}"')
        cursor.execute(
            "select setval(format('public.%I', sequencename)::regclass, coalesce(last_value, 1),"
            " last_value is not null) from fixture.sequences"
        )
        cursor.execute("commit")
