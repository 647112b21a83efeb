"""Parquet: the root table with typed columns. DuckDB makes it of the CSV, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from ..rules.fields.columns import META_FIRST, META_LAST, columns_of
from . import Export, Writer
from .csv import write as write_csv
from .zip import in_chunks

MEMORY: Final = "160MB"
TYPES: Final = {"int": "bigint", "decimal": "double", "boolean": "boolean", "date": "date"}
META_TYPES: Final = {
    "SubmissionDate": "timestamptz",
    "AttachmentsPresent": "bigint",
    "AttachmentsExpected": "bigint",
    "Edits": "bigint",
}
ROWS_AT_ONCE: Final = 20_480
LONGEST_LINE: Final = 64_000_000  # bytes


def write(export: Export) -> Iterator[bytes]:
    """The whole file is made on the disk, then handed out in pieces. What does not fit its type is absent."""
    with TemporaryDirectory() as folder:
        source, made = Path(folder, "answers.csv"), Path(folder, "answers.parquet")
        with source.open("wb") as file:
            file.writelines(write_csv(replace(export, options=replace(export.options, harmless=False))))
        _convert(source, made, _columns(export))
        with made.open("rb") as file:
            yield from in_chunks(file)


def _columns(export: Export) -> dict[str, str]:
    """Names, each one once whatever its capitals, and types."""
    columns = columns_of(export.fields, options=export.options)
    named = [
        *((name, "") for name in META_FIRST),
        *((one.name, one.kind) for one in columns),
        *((n, "") for n in META_LAST),
    ]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for heading, kind in named:
        name, number = heading, 1
        while name.casefold() in taken:
            number += 1
            name = f"{heading}~{number}"
        taken.add(name.casefold())
        found[name] = TYPES.get(kind) or META_TYPES.get(heading, "varchar")
    return found


def _convert(source: Path, made: Path, columns: dict[str, str]) -> None:
    numbered = [f"c{nth}" for nth in range(len(columns))]
    told = [_told(column, *one) for column, one in zip(numbered, columns.items(), strict=True)]
    with duckdb.connect(
        config={"memory_limit": MEMORY, "threads": 1, "temp_directory": str(made.parent)}
    ) as connection:
        rows = connection.read_csv(
            str(source),
            columns=dict.fromkeys(numbered, "varchar"),
            all_varchar=True,
            auto_detect=False,
            header=True,
            sep=",",
            quotechar='"',
            escapechar='"',
            max_line_size=LONGEST_LINE,
        )
        rows.project(", ".join(told)).write_parquet(str(made), compression="zstd", row_group_size=ROWS_AT_ONCE)


def _told(column: str, name: str, kind: str) -> str:
    quoted = name.replace('"', '""')
    if kind == "varchar":
        return f'{column} as "{quoted}"'
    # a bare cast is done while the CSV is read, where it would raise
    return f"""try_cast(nullif({column}, '') as {kind}) as "{quoted}\""""


writer = Writer(media="application/vnd.apache.parquet", write=write)
