"""The only file that knows DuckDB: tables in, one question, rows out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from itertools import islice

import duckdb

from waystation.kernel.tables import Row, Table

SQL_TYPES = {
    "text": "varchar",
    "count": "bigint",
    "number": "double",
    "date": "date",
    "latitude": "double",
    "longitude": "double",
}

PORTION = 10_000  # rows handed over at once


def ask(sql: str, tables: Mapping[str, Table]) -> list[Row]:
    """Load the tables, ask, and forget. The question sees these tables only, and can change nothing.

    Tables are temporary: they belong to this one connection, and end with it (docs/decisions/0004).
    """
    with _database().cursor() as connection:
        for name, table in tables.items():
            _load(connection, name, table)
        connection.execute("begin transaction read only")
        return connection.execute(sql).fetchall()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One empty database in the memory of each process, for opening one takes longer than most questions.

    It is locked before anything enters it: no file, no network, no extension, and nothing of this can be unlocked.
    """
    return duckdb.connect(
        config={
            "enable_external_access": "false",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "threads": "1",  # several processes ask at once; they are what uses the cores
            "lock_configuration": "true",
        }
    )


os.register_at_fork(before=_database.cache_clear)  # its threads would be missing in the new process


def _load(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    """Column by column: a hundred times faster than row by row, without a file and without another package."""
    types = [SQL_TYPES[column.kind] for column in table.columns]
    columns = ", ".join(f'"{column}" {kind}' for column, kind in zip(table.names, types, strict=True))
    cells = ", ".join(f"unnest(?::{kind}[])" for kind in types)
    connection.execute(f'create temporary table "{name}" ({columns})')
    rows = iter(table)
    while portion := list(islice(rows, PORTION)):
        connection.execute(f'insert into "{name}" select {cells}', list(map(list, zip(*portion, strict=True))))
