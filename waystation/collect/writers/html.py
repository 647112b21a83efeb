"""Pages to print or to save as PDF from any browser: one for each submission, in the words of the form.

The browser sets the type, so that every script that forms are written in comes out right, with or without the PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from django.utils.translation import get_language, get_language_bidi, gettext

from ..rules.fields.columns import Meta
from ..rules.fields.told import Teller, Told
from . import Export, Writer

STYLE: Final = """
@page { size: A4; margin: 16mm }
body { font: 10.5pt/1.4 system-ui, sans-serif; color: #111; margin: 0 auto; max-width: 180mm }
article { break-after: page }
article:last-child { break-after: auto }
h1 { font-size: 15pt; margin: 0 0 4mm }
h2 { font-size: 12pt; margin: 5mm 0 1mm; break-after: avoid }
table { border-collapse: collapse; width: 100% }
tr { break-inside: avoid }
th, td { text-align: start; vertical-align: top; padding: 1mm 2mm; border-block-end: .2mm solid #ccc }
th { width: 45%; font-weight: 500; color: #333 }
td { white-space: pre-wrap; overflow-wrap: anywhere }
"""


@dataclass(frozen=True)
class Page:
    """How the submissions of one form are told, in the language of whoever asks."""

    title: str
    teller: Teller
    submitted: str
    by: str
    version: str
    device: str
    leftwards: bool
    """Whether the reader's language runs from right to left."""

    def known(self, meta: Meta) -> list[Told]:
        """What is known of a submission beside its answers."""
        known = (
            (self.submitted, meta.submitted_at),
            (self.by, meta.submitter_name),
            (self.version, meta.form_version),
            (self.device, meta.device_id),
            ("ID", meta.instance_id),
        )
        return [Told(name, self.teller.say(value)) for name, value in known if value]


def page_of(export: Export) -> Page:
    """The words of a page, taken while the reader's language is known: an answer is streamed after the request."""
    language = export.fields.language(export.options.language)
    return Page(
        title=export.fields.title or export.form,
        teller=Teller(export.fields, language, gettext("Yes"), gettext("No")),
        submitted=gettext("Submitted"),
        by=gettext("By"),
        version=gettext("Version"),
        device=gettext("Device"),
        leftwards=get_language_bidi(),
    )


def write(export: Export) -> Iterator[bytes]:
    """The pages, in the form's language that the options name; their few own words are in the reader's."""
    return _pages(export, page_of(export), get_language() or "en")


def _pages(export: Export, page: Page, language: str) -> Iterator[bytes]:
    title, direction = escape(page.title), "rtl" if page.leftwards else "ltr"
    yield (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
    ).encode()
    for meta, tree in export.rows:
        known, answers = _table(page.known(meta)), "".join(_drawn(page.teller.tell(tree)))
        yield f'<article><h1 dir="auto">{title}</h1>{known}{answers}</article>\n'.encode()
    yield b"</body></html>\n"


def _drawn(lines: Iterable[Told]) -> Iterator[str]:
    """Headings, and between them tables of answers."""
    waiting: list[Told] = []
    for line in lines:
        if line.answer is not None:
            waiting.append(line)
            continue
        yield _table(waiting)
        waiting = []
        yield f'<h2 dir="auto">{escape(line.words)}</h2>'
    yield _table(waiting)


def _table(lines: list[Told]) -> str:
    rows = "".join(
        f'<tr><th dir="auto">{escape(words)}</th><td dir="auto">{escape(answer or "")}</td></tr>'
        for words, answer in lines
    )
    return f"<table>{rows}</table>" if rows else ""


writer = Writer(media="text/html; charset=utf-8", write=write)
