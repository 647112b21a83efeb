"""Pages to print or to save as PDF from any browser: one for each submission, in the words of the form.

The browser sets the type, since no font that could be shipped holds every script that forms are written in, and no
library of a bearable size joins Arabic letters and turns lines as a browser does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from django.utils.translation import get_language, get_language_bidi, gettext

from ..rules.fields import ROOT, Field, Tree, position_of, said, written
from ..rules.fields.columns import Meta
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


def write(export: Export) -> Iterator[bytes]:
    """The pages, in the form's language that the options name; their few own words are in the reader's."""
    words = {  # now, while the reader's language is known
        "submitted": gettext("Submitted"),
        "by": gettext("By"),
        "version": gettext("Version"),
        "device": gettext("Device"),
        "yes": gettext("Yes"),
        "no": gettext("No"),
    }
    return _pages(export, words, get_language() or "en", "rtl" if get_language_bidi() else "ltr")


def _pages(export: Export, words: Mapping[str, str], language: str, direction: str) -> Iterator[bytes]:
    title = escape(export.fields.title or export.form)
    yield (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
    ).encode()
    page = _Page(export, words)
    for meta, tree in export.rows:
        yield f'<article><h1 dir="auto">{title}</h1>{"".join(page.told(meta, tree))}</article>\n'.encode()
    yield b"</body></html>\n"


class _Page:
    """How the submissions of one form are told."""

    def __init__(self, export: Export, words: Mapping[str, str]) -> None:
        self._fields, self._words = export.fields, words
        self._language = export.fields.language(export.options.language)

    def told(self, meta: Meta, tree: Tree) -> Iterator[str]:
        """What is known of a submission, then its answers, group by group."""
        known = [
            (self._words["submitted"], meta.submitted_at),
            (self._words["by"], meta.submitter_name),
            (self._words["version"], meta.form_version),
            (self._words["device"], meta.device_id),
            ("ID", meta.instance_id),
        ]
        yield _table(_line(name, self._said(value)) for name, value in known if value)
        yield from self._group(ROOT, tree)

    def _group(self, path: str, frame: Mapping[str, Any]) -> Iterator[str]:
        """The answers of one group, then the groups in it; what was not answered is left out."""
        inside = [one for one in self._fields.beneath[path] if frame.get(one.name) not in (None, [], {})]
        answers = [one for one in inside if not one.is_group]
        if answers and path != "/meta":
            yield _table(_line(one.label(self._language), self._answer(one, frame[one.name])) for one in answers)
        for one in inside:
            if one.is_group and one.path != "/meta":
                yield from self._inner(one, frame[one.name])

    def _inner(self, one: Field, value: Any) -> Iterator[str]:
        heading = escape(one.label(self._language))
        for number, frame in enumerate(value if isinstance(value, list) else [value], start=1):
            told = "".join(self._group(one.path, frame)) if isinstance(frame, Mapping) else ""
            if told:
                yield f'<h2 dir="auto">{heading}{f" {number}" if one.kind == "repeat" else ""}</h2>{told}'

    def _answer(self, one: Field, value: Any) -> str:
        if one.choices and isinstance(value, str):
            labels = {choice.code: said(choice.labels, self._language) or choice.code for choice in one.choices}
            codes = [value] if one.kind == "select_one" else value.split()
            return ", ".join(labels.get(code, code) for code in codes)
        return self._said(value)

    def _said(self, value: Any) -> str:
        if isinstance(value, bool):
            return self._words["yes" if value else "no"]
        if isinstance(value, datetime):
            return value.isoformat(sep=" ", timespec="minutes")
        if isinstance(value, Mapping):
            return _place(value)
        return str(value)


def _place(value: Mapping[str, Any]) -> str:
    if value.get("type") != "Point":
        return written(value) if "coordinates" in value else ""
    return ", ".join(str(number) for number in position_of(value)[:2])


def _table(lines: Iterator[str]) -> str:
    return f"<table>{''.join(lines)}</table>"


def _line(name: str, value: str) -> str:
    return f'<tr><th dir="auto">{escape(name)}</th><td dir="auto">{escape(value)}</td></tr>'


writer = Writer(media="text/html; charset=utf-8", write=write)
