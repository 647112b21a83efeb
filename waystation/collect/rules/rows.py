"""Rows of sheets: which are headings, tags or totals, and what the columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from .texts import folded

TAG = re.compile(r"\s*#[A-Za-z]")
TOTALS: Final = """
    total, totals, grand total, overall total, total general, subtotal, sub-total, subtotals, sum
    totaux, total général, sous-total, sous-totaux, somme
    totales, subtotales, suma, totais
    المجموع, مجموع, الإجمالي, إجمالي, المجموع الكلي, المجموع العام, الإجمالي العام, المجموع الفرعي
    итого, всего, всього, разом
"""
TOTAL_WORDS = frozenset(folded(words) for words in re.split(r"[,\n]", TOTALS) if words.strip())
TOTAL_OF = re.compile(r"((grand |sub |sous )?totals?|subtotal) (of|for|in|de|du|des|pour|en) .*|(مجموع|اجمالي) .*")
PIVOT_TOTAL = re.compile(r"(?!station\b).+ (grand |sub )?total")  # "Juba Total"; but a Station Total sells fuel


def is_hxl_row(cells: Sequence[Any]) -> bool:
    """Whether a row holds HXL tags such as #adm1+code: half of what is filled in, or more."""
    filled = [cell for cell in cells if cell not in (None, "")]
    tags = [cell for cell in filled if isinstance(cell, str) and TAG.match(cell)]
    return bool(tags) and 2 * len(tags) >= len(filled)


def is_total_row(cells: Sequence[Any]) -> bool:
    """Whether a row sums up others: its first words say so, and no code or name of a place follows, only numbers."""
    texts = [cell for cell in cells if isinstance(cell, str) and any(sign.isalpha() for sign in cell)]
    return bool(texts) and all(map(_says_total, texts))


def _says_total(text: str) -> bool:
    words = folded(text).strip(" :*.")
    return words in TOTAL_WORDS or bool(TOTAL_OF.fullmatch(words) or PIVOT_TOTAL.fullmatch(words))


def column_names(headings: Sequence[Sequence[Any]]) -> list[str]:
    """One name for each column from one or more rows of headings, uppermost first.

    Upper and lower headings are joined by " / "; an upper one reaches over the empty cells to its right as far as
    there are lower ones, as merged cells do. Blanks and line breaks become one blank, a name that comes again gets
    a number, and a column without any is called by its place.
    """
    width = max(map(len, headings), default=0)
    rows = [[*map(_heading, row), *[""] * (width - len(row))] for row in headings]
    for at in range(len(rows) - 2, -1, -1):
        rows[at] = _carried(rows[at], rows[at + 1])
    joined = [" / ".join(filter(None, parts)) for parts in zip(*rows, strict=True)]
    return _each_once([name or f"column {place}" for place, name in enumerate(joined, start=1)])


def _heading(cell: Any) -> str:
    if cell is None:
        return ""
    return " ".join(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).split())


def _carried(upper: list[str], lower: list[str]) -> list[str]:
    carried, reaching = [], ""
    for above, below in zip(upper, lower, strict=True):
        if above:
            reaching = above if below else ""  # a heading with nothing beneath stands for its own column only
        carried.append(above or (reaching if below else ""))
    return carried


def _each_once(names: Sequence[str]) -> list[str]:
    once: dict[str, None] = {}
    for name in names:
        fresh, times = name, 1
        while fresh in once:
            times += 1
            fresh = f"{name} ({times})"
        once[fresh] = None
    return list(once)
