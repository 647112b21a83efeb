"""PDF: a page for each submission, in the words of the form, from left to right or from right to left.

Letters are joined and lines turned by HarfBuzz. The font that is shipped holds Latin, Greek, Cyrillic, Arabic and a few
more scripts; a sign that it lacks is drawn as an empty box, and the page for browsers shows it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from typing import Final

from ..rules.fields.told import Told
from . import Export, Writer
from .html import Page, page_of
from .zip import CHUNK

try:
    from fpdf import FPDF
    from fpdf.enums import TableBordersLayout, VAlign, XPos, YPos
    from fpdf.fonts import TTFFont
except ImportError:  # the extra `pdf` is not installed
    IS_INSTALLED = False
else:
    IS_INSTALLED = find_spec("uharfbuzz") is not None  # which fpdf2 asks for only when it shapes the first text

FONT: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
SIZES: Final = {"title": 15, "heading": 12, "text": 10}
BOX: Final = "□"
SIGNS_A_LINE, LINES_A_ROW = 40, 30


def write(export: Export) -> Iterator[bytes]:
    """The document in pieces. It is laid out whole, in memory: ask for one submission, or for a few."""
    return _document(export, page_of(export))


def _document(export: Export, page: Page) -> Iterator[bytes]:
    pdf = FPDF(format="A4")
    pdf.add_font("text", fname=FONT)
    pdf.set_font("text")
    pdf.set_text_shaping(use_shaping_engine=True)
    pdf.set_title(page.title)
    for meta, tree in export.rows:
        pdf.set_creation_date(meta.submitted_at)  # not the moment of asking: the same answers make the same file
        pdf.add_page()
        _heading(pdf, page.title, SIZES["title"])
        _lines(pdf, [*page.known(meta), *page.teller.tell(tree)], leftwards=page.leftwards)
    content = bytes(pdf.output())
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def _lines(pdf: FPDF, lines: list[Told], *, leftwards: bool) -> None:
    """Headings, and between them tables of answers."""
    waiting: list[Told] = []
    for line in lines:
        if line.answer is not None:
            waiting.append(line)
            continue
        _table(pdf, waiting, leftwards=leftwards)
        waiting = []
        _heading(pdf, line.words, SIZES["heading"])
    _table(pdf, waiting, leftwards=leftwards)


def _heading(pdf: FPDF, words: str, size: int) -> None:
    pdf.set_font_size(size)
    pdf.ln(2)
    shown = _shown(pdf, words)
    pdf.multi_cell(0, text=shown, align=_side(shown), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1)


def _table(pdf: FPDF, lines: list[Told], *, leftwards: bool) -> None:
    """Questions beside their answers, for whoever reads leftwards on the right."""
    if not lines:
        return
    pdf.set_font_size(SIZES["text"])
    turned = -1 if leftwards else 1
    with pdf.table(
        col_widths=(45, 55)[::turned],
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        first_row_as_headings=False,
        line_height=1.5 * pdf.font_size,
        padding=0.8,
    ) as table:
        for words, answer in lines:
            for parts in zip_longest(_parted(words), _parted(answer or ""), fillvalue=""):
                row = table.row()
                for part in parts[::turned]:
                    shown = _shown(pdf, part)
                    row.cell(shown, align=_side(shown), v_align=VAlign.T)


def _parted(text: str) -> list[str]:
    """A text in parts that each fit on a page, since a row of a table is never divided."""
    lines = [line for paragraph in text.split("\n") for line in wrap(paragraph, SIGNS_A_LINE) or [""]]
    if len(lines) <= LINES_A_ROW:
        return [text]
    return ["\n".join(lines[start : start + LINES_A_ROW]) for start in range(0, len(lines), LINES_A_ROW)]


def _side(text: str) -> str:
    """Where a text begins: right, where its first letter is of a script that runs from there."""
    strong = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), "L")
    return "L" if strong == "L" else "R"


def _shown(pdf: FPDF, text: str) -> str:
    """A text whose every sign is drawn, if only as a box."""
    font = pdf.current_font
    known = font.cmap if isinstance(font, TTFFont) else {}
    return "".join(sign if sign in "\n\t" or ord(sign) in known or not sign.isprintable() else BOX for sign in text)


writer = Writer(media="application/pdf", write=write, is_installed=IS_INSTALLED)
