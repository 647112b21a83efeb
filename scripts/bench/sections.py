"""What is measured: the sections of the printed page, their columns, and what the peers' measured figures are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the printed page. The module of the same name measures its rows, inside an installation."""

    title: str
    columns: tuple[tuple[str, int], ...]
    """Headings with their widths; the first column is written from the left, the others from the right."""
    notes: tuple[str, ...]

    def head(self) -> str:
        """The title, and the line of headings."""
        line = self._line([heading for heading, _width in self.columns])
        return f"\n{self.title}\n{line}\n{'─' * len(line)}"

    def row(self, cells: Sequence[Any]) -> str:
        """One line."""
        return self._line([shown(cell) for cell in cells])

    def _line(self, words: Sequence[str]) -> str:
        first, *others = [
            (f"{word:<{width}}" if at == 0 else f"{word:>{width}}")
            for at, (word, (_heading, width)) in enumerate(zip(words, self.columns, strict=True))
        ]
        return "  ".join([first, *others]).rstrip()


def shown(cell: Any) -> str:
    """A cell: whole numbers with their thousands parted, measured ones to three figures, – where nothing is known."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"  # noqa: PLR2004
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


SECTIONS: Final = {
    "receiving": Section(
        "Submissions received: OpenRosa over HTTP, answered 201, each flushed to the disk",
        (
            ("sent", 16),
            ("senders", 7),
            ("a second", 8),
            ("p50 ms", 7),
            ("p95 ms", 7),
            ("p99 ms", 7),
            ("sustained", 9),
            ("CPU ms", 6),
            ("failed", 6),
            ("others", 6),
            ("Central", 7),
            ("sustained", 9),
        ),
        (
            "sustained: a second, until the last one is filed.  CPU: of server, worker and database for one, all in.",
            "others: processor cores that other programs took meanwhile; where it is not near 0, measure again.",
            "Central: ODK Central 2026.2 on PostgreSQL, measured on a quiet machine of 2 cores, sender included.",
        ),
    ),
    "reading": Section(
        "Submissions read back: a form of 57 questions with a repeat of four rows",
        (
            ("submissions: what is asked for", 44),
            ("first ms", 8),
            ("all s", 7),
            ("MB", 7),
            ("peak MB", 7),
            ("others", 6),
            ("Central s", 9),
        ),
        (
            "first: to the first byte.  peak: memory of the largest process of the server so far.",
            "Central: ODK Central 2026.2 with 101,034 submissions on PostgreSQL; its zip took 815 MB.",
        ),
    ),
    "sheets": Section(
        "Sheets loaded: every row read, checked and recorded, or none",
        (
            ("sheet", 44),
            ("rows", 8),
            ("read s", 7),
            ("check s", 7),
            ("record s", 8),
            ("all s", 7),
            ("rows a second", 13),
            ("others", 6),
        ),
        ("read: the file into answers.  check: the answers into records.  record: one transaction.",),
    ),
    "figures": Section(
        "Figure tracking.people_by_area",
        (
            ("counts in the round", 20),
            ("locations", 9),
            ("people", 13),
            ("cold ms", 8),
            ("warm ms", 8),
            ("peak MB", 8),
            ("others", 6),
        ),
        ("cold: nothing of it is kept, in a new process.  warm: asked again, median.  peak: memory of the process.",),
    ),
    "pages": Section(
        "Pages over the demonstration's data, through HTTP with a session",
        (
            ("page", 44),
            ("median ms", 9),
            ("p95 ms", 7),
            ("queries", 7),
            ("bytes sent", 10),
            ("others", 6),
        ),
        ("bytes sent: the page itself, compressed.",),
    ),
}
