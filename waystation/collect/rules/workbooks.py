"""The cells of a workbook, read in a process of its own: python -m waystation.collect.rules.workbooks FILE [SHEET].

calamine is fast but trusts what it reads: a broken .xls makes it panic, and a single cell far out makes it ask for
more memory than there is, which ends the process. So it runs apart, with bounds on memory and time, and what it says
comes back as lines of JSON: the names of the sheets, then the rows of the one that was asked for.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MOST_MEMORY: Final = 2 * 1024**3  # bytes; a sheet of a million rows and twenty columns needs about a third of it
MOST_SECONDS: Final = 120
PASSWORD: Final = os.EX_NOPERM
BROKEN: Final = os.EX_DATAERR
TOO_LARGE: Final = os.EX_OSERR


def cells_of(path: str, name: str | None) -> Iterator[str]:
    """The names of a workbook's sheets, then the rows of one, by default the first, each as a line of JSON."""
    with CalamineWorkbook.from_path(path) as workbook:
        names = workbook.sheet_names
        yield json.dumps(names)
        chosen = name if name is not None else next(iter(names), None)
        if chosen in names:
            yield from map(_as_line, _rows(workbook.get_sheet_by_name(chosen)))


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows from the sheet's very first, each from its very first column."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*before, *cells] for cells in sheet.iter_rows())


def _as_line(cells: list[Any]) -> str:
    return json.dumps([None if cell == "" else cell for cell in cells], default=_as_object)


def _as_object(cell: Any) -> Any:
    return {type(cell).__name__: cell.isoformat()} if isinstance(cell, date) else str(cell)


def read_line(line: str) -> list[Any]:
    """A line as it was written: nothing, text, number, yes or no, day or moment."""
    return list(json.loads(line, object_hook=_as_day))


def _as_day(written: dict[str, str]) -> date:
    ((kind, text),) = written.items()
    return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)


def main(path: str, name: str | None = None) -> int:
    """Write what a workbook says to standard output, within bounds; the exit code says what was wrong."""
    _bound(resource.RLIMIT_AS, MOST_MEMORY)
    _bound(resource.RLIMIT_CPU, MOST_SECONDS)
    try:
        sys.stdout.writelines(f"{line}\n" for line in cells_of(path, name))
    except PasswordError:
        return PASSWORD
    except CalamineError:
        return BROKEN
    except MemoryError:
        return TOO_LARGE
    return os.EX_OK


def _bound(what: int, most: int) -> None:
    allowed = resource.getrlimit(what)[1]
    bound = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(what, (bound, bound))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
