"""The shared components of every page, as template tags: they show what they are given."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.template import RequestContext
from django.utils import numberformat
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext

register = template.Library()

Number = int | float | Decimal
Tone = str  # accent, ok or alert; empty for neither

MOST_LISTED = 200
HUNDRED = 100
GROUP = 3  # in every language of ours, also where Django knows no grouping
LEFT_TO_RIGHT = "\u200e"  # keeps the sign before its number in a line that runs from the right


@register.filter
def intcount(value: Number | None) -> str:
    """A count with the thousands marked as the reader's language does; None is told as not assessed, never as zero."""
    if value is None:
        return gettext("not assessed")
    mark = LEFT_TO_RIGHT if value < 0 and get_language_bidi() else ""
    point, thousands = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    return mark + numberformat.format(value, point, grouping=GROUP, thousand_sep=thousands, force_grouping=True)


@register.simple_tag
def figure(value: Number | str | None) -> str | SafeString:
    """A number as intcount tells it, words as they are, and the absent one set apart from both."""
    if value is None:
        return format_html('<span class="not-assessed">{}</span>', gettext("not assessed"))
    return value if isinstance(value, str) else intcount(value)


@register.inclusion_tag("front/components/problem.html", name="problem")
def problem_box(problem: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong, what to do and the code to quote; several problems as a table by row and column."""
    each = problem.get("each", [])
    return {
        "problem": problem,
        "each": each[:MOST_LISTED],
        "unlisted": max(len(each) - MOST_LISTED, 0),
        "has_rows": any(one["place"]["row"] for one in each),
        "has_columns": any(one["place"]["column"] for one in each),
    }


@register.inclusion_tag("front/components/key_figure.html")
def key_figure(
    label: str, value: Number | str | None, note: str = "", tone: Tone = "", url: str = ""
) -> dict[str, Any]:
    """One number that matters, with its name and a note. Put several in a div of class key-figures."""
    return {"label": label, "value": value, "note": note, "tone": tone, "url": url}


class Bar(NamedTuple):
    """One row of a bar chart, placed on a line from nought to a hundred."""

    label: str
    value: Number | str | None
    note: str
    url: str
    start: str
    width: str

    @property
    def tone(self) -> str:
        """The class of the bar: below zero is told apart by colour and by place."""
        return "bar-below" if self.is_known and float(self.value or 0) < 0 else "bar-value"

    @property
    def is_known(self) -> bool:
        """Whether there is a number to draw; a word, such as the mark of a hidden count, stands for one unknown."""
        return self.value is not None and not isinstance(self.value, str)

    @property
    def said(self) -> str:
        """The value in words."""
        return self.value if isinstance(self.value, str) else intcount(self.value)


def _percent(share: float) -> str:
    return f"{share * HUNDRED:.2f}"


def _bar(row: Sequence[Any], low: float, span: float) -> Bar:
    label, value, note, url = [*row, "", ""][:4]
    number = 0.0 if isinstance(value, str) else float(value or 0)
    start, width = (min(number, 0) - low) / span, abs(number) / span
    return Bar(label, value, note, url, start=_percent(start), width=_percent(width))


@register.inclusion_tag("front/components/bar_chart.html")
def bar_chart(
    title: str, rows: Sequence[Sequence[Any]], desc: str = "", of: str = "", measure: str = ""
) -> dict[str, Any]:
    """Bars for rows of (label, value or None, note, address); the last two may be left out.

    None is drawn as a dashed outline, as wide as can be: it may be anything; so is a word in place of a number.
    `of` names what the rows are (areas, when left out), `measure` what the values are.
    """
    values = [float(row[1]) for row in rows if row[1] is not None and not isinstance(row[1], str)]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = high - low or 1.0
    return {
        "title": title,
        "desc": desc,
        "of": of,
        "measure": measure,
        "bars": [_bar(row, low, span) for row in rows],
        "zero": _percent(-low / span),
    }


@register.inclusion_tag("front/components/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any]) -> dict[str, Any]:
    """Ways to the other pages of a list, keeping the rest of the address. Nothing where there is one page only."""
    return {
        "request": context["request"],
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "first": intcount(page.start_index()),
        "last": intcount(page.end_index()),
        "total": intcount(page.paginator.count),
    }


@register.inclusion_tag("front/components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """What a list shows when it holds nothing: why, and what to do next."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("front/components/progress.html")
def progress(label: str, done: int, total: int, remaining: str = "") -> dict[str, Any]:
    """How far long work has come, with counts and, in words, the time that remains."""
    return {"label": label, "done": done, "total": total, "remaining": remaining}


@register.simple_tag
def badge(words: str, tone: Tone = "") -> SafeString:
    """A short state beside a name."""
    classes = f"badge badge-{tone}" if tone else "badge"
    return format_html('<span class="{}">{}</span>', classes, words)


@register.inclusion_tag("front/components/scope_path.html")
def scope_path(places: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The areas a thing lies in, widest first, as (name, address) with an empty address where the reader may not go."""
    return {"places": places}


@register.simple_tag
def map_labels() -> str:
    """The words of the map, in the reader's language, for the script that draws it."""
    labels = {
        "title": gettext("Map. Arrow keys move it, plus and minus zoom, Enter tells what lies at the middle."),
        "individuals": gettext("Individuals"),
        "notAssessed": gettext("not assessed"),
        "locations": gettext("Locations"),
        "open": gettext("Open its page"),
        "close": gettext("Close"),
        "zoomIn": gettext("Zoom in"),
        "zoomOut": gettext("Zoom out"),
        "showAll": gettext("Show everything"),
        "showsAreas": gettext("Circles are areas. Zoom in for sites."),
        "showsSites": gettext("Circles are sites."),
        "showsSome": gettext("Circles are the largest sites here. Zoom in for all."),
        "scroll": gettext("Hold Ctrl and scroll to zoom the map"),
        "scrollMac": gettext("Hold ⌘ and scroll to zoom the map"),
        "touch": gettext("Use two fingers to move the map"),
    }
    return json.dumps(labels, ensure_ascii=False)
