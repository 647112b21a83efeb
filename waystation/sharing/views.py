"""Pages of what goes out: publications, what each one is made of, and the decisions about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waystation.access.queries import caller, home_scope, scopes_of, signed_in
from waystation.kernel.problems import Problem
from waystation.kernel.tables import Column, Row

from . import actions, forms, queries
from .problems import NotPublished
from .registry import Figure, figure_called, figures, writer_called, writers
from .rules import HIDDEN, bar_name, is_withheld

A_PAGE = 50
MOST_ROWS = 200
MOST_BARS = 30


# What is published


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """What is published for the reader; and what waits for the reader's approval. Open to passers-by."""
    by = caller(request)
    page = Paginator(queries.publications(by), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [forms.line_of(one) for one in page],
        "waiting": [forms.line_of(one) for one in queries.to_decide(by)[:A_PAGE]] if by and page.number == 1 else [],
        "may_prepare": by is not None and bool(scopes_of(by, "sharing.prepare")),
    }
    return render(request, "sharing/publications.html", context)


# One publication


class Cell(NamedTuple):
    """A value as a page shows it: a word, a count, a number, or one of those that are withheld or were never known."""

    value: Any
    kind: str = "word"


@require_safe
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """One publication: its numbers, what is hidden and why, and where all of it comes from."""
    return _publication_page(request, pk)


def _publication_page(request: HttpRequest, pk: int, refused: Problem | None = None) -> HttpResponse:
    by = caller(request)
    shown = queries.publication(by, pk)
    figure, table = figures().get(shown.figure), queries.table_of(shown)
    rows = list(table)
    context = {
        **forms.line_of(shown),
        "refused": refused.as_dict(gettext) if refused else None,
        "may": queries.may_decide(by, shown),
        "is_own": shown.prepared_by == by,
        "newer": queries.newer(by, shown),
        "basis": _basis(shown.basis, figure),
        "chart": _chart(figure, table.columns, rows) if figure else None,
        "table": _shown_table(table.columns, rows, figure),
        "in_all": len(rows),
        "hidden": HIDDEN,
        "formats": sorted(writers()) if shown.state in ("waiting", "published") else [],
        "latest": request.build_absolute_uri(f"/figures/{shown.figure}.csv?{urlencode(shown.words)}"),
        "way_back": _way_back(figure, shown.basis) if by else "",
        "note_form": forms.Note(auto_id="note-%s"),
    }
    return render(request, "sharing/publication.html", context, status=refused.status if refused else 200)


def _basis(basis: Mapping[str, Any], figure: Figure | None) -> dict[str, Any]:
    """What a figure carries with it, in words: days as days, codes by their words, coverage as a share."""
    words = figure.words if figure else {}
    told = {name: _said(name, value, words) for name, value in basis.items() if name not in ("operation", "round")}
    planned, assessed = basis.get("planned"), basis.get("assessed")
    return {
        "facts": [(gettext(forms.BASIS.get(name, name)), value) for name, value in told.items() if value != ""],
        "planned": planned,
        "assessed": assessed,
        "carried": basis.get("carried_forward"),
        "percent": 100 * assessed / planned if planned and assessed is not None else None,
    }


def _said(name: str, value: Any, words: Mapping[str, Mapping[str, str]]) -> Any:
    if name in words:
        codes = str(value).split(", ")
        return ", ".join(gettext(words[name][code]) if code in words[name] else code for code in codes)
    return _day(value) if name in ("starts", "ends") else value


def _day(word: str) -> str:
    try:
        return date_format(date.fromisoformat(word), "j M Y")
    except ValueError:
        return word


def _chart(figure: Figure, columns: tuple[Column, ...], rows: list[Row]) -> dict[str, Any] | None:
    """The bars of a figure: all of its rows, or the largest where there are many. Hidden and unknown ones come last."""
    if figure.chart is None:
        return None
    names = [column.name for column in columns]
    label, value = (names.index(name) for name in figure.chart)
    bars = [(*bar_name(row, columns, label), row[value]) for row in rows]
    if len(bars) > MOST_BARS:
        bars = sorted(bars, key=lambda bar: bar[2] if isinstance(bar[2], int | float) else -1, reverse=True)[:MOST_BARS]
    return {
        "bars": [(name or gettext("all together"), number, around) for name, around, number in bars],
        "of": gettext(columns[label].label),
        "measure": gettext(columns[value].label),
        "left_out": max(len(rows) - MOST_BARS, 0),
    }


def _shown_table(columns: tuple[Column, ...], rows: list[Row], figure: Figure | None) -> dict[str, Any]:
    """The first rows, without the columns that are empty in all of them."""
    first = rows[:MOST_ROWS]
    kept = [at for at in range(len(columns)) if any(row[at] is not None for row in first)]
    words = [figure.words.get(column.name, {}) if figure else {} for column in columns]
    return {
        "heads": [(gettext(columns[at].label or columns[at].name), columns[at].kind != "text") for at in kept],
        "rows": [[_cell(row[at], columns[at], words[at]) for at in kept] for row in first],
        "left_out": len(rows) - len(first),
    }


def _cell(value: Any, column: Column, words: Mapping[str, str]) -> Cell:
    if is_withheld(value, column):
        return Cell(value, "withheld")
    if value is None:
        return Cell("–") if column.kind in ("text", "date") else Cell(None, "unknown")
    if column.kind == "text":
        return Cell(gettext(words[value]) if value in words else value)
    return Cell(_day(value) if column.kind == "date" else value, column.kind)


def _way_back(figure: Figure | None, basis: Mapping[str, Any]) -> str:
    """The address of the page that shows what a publication was made of; empty where there is none."""
    if figure is None or figure.way_back is None:
        return ""
    route, name = figure.way_back
    return reverse(route, args=[name.format(**basis)])


@require_safe
def download(request: HttpRequest, pk: int, name: str, suffix: str) -> StreamingHttpResponse:
    """This very publication as a file, be it the latest or not. One that was refused or withdrawn is not given out."""
    shown = queries.publication(caller(request), pk)
    if shown.state not in ("waiting", "published") or name != shown.figure:
        raise NotPublished(figure=name)
    writer = writer_called(suffix)
    answer = StreamingHttpResponse(writer.write(queries.table_of(shown)), content_type=writer.media)
    saved_as = f"{name}-{pk}.{suffix}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=saved_as) or "attachment"
    answer["ETag"] = f'"{shown.checksum}"'
    answer["Vary"] = "Cookie, Authorization"
    return answer


# Deciding


def _done(request: HttpRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    """Do what a button says, then show the publication; where it is refused, show why."""
    try:
        act()
    except Problem as problem:
        return _publication_page(request, pk, problem)
    return redirect("sharing:publication", pk)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it out."""
    by = signed_in(request)
    shown = queries.publication(by, pk)
    return _done(request, pk, lambda: actions.approve(by=by, publication=shown))


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    return _noted(request, pk, actions.refuse)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what turned out wrong, and say why."""
    return _noted(request, pk, actions.withdraw)


def _noted(request: HttpRequest, pk: int, act: Callable[..., Any]) -> HttpResponse:
    by = signed_in(request)
    shown = queries.publication(by, pk)
    form = forms.Note(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Say why: the note stays with the publication."))
        return redirect("sharing:publication", pk)
    return _done(request, pk, lambda: act(by=by, publication=shown, note=form.cleaned_data["note"]))


# Preparing


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    """Work a figure out, to wait for approval: choose which, then say how it is asked."""
    by = signed_in(request)
    home_scope(by, "sharing.prepare")
    name = request.GET.get("figure", "")
    if not name:
        offered = sorted((gettext(one.title), called) for called, one in figures().items())
        return render(request, "sharing/prepare_which.html", {"offered": offered})
    figure, places = figure_called(name), queries.places_known(by)
    first = {"audience": "internal", "scope": places[0] if places else "/"}
    form = forms.Prepare(request.POST or None, figure=figure, initial={**first, **request.GET.dict()})
    if request.method == "POST" and form.is_valid():
        scope, audience = form.cleaned_data["scope"], form.cleaned_data["audience"]
        try:
            made = actions.prepare(by=by, figure=name, scope=scope, audience=audience, words=form.words)
        except Problem as problem:
            forms.said_above(form, problem)
        else:
            messages.success(request, gettext("It is prepared, and waits for somebody else's approval."))
            return redirect("sharing:publication", made.pk)
    context = {"form": form, "title": gettext(figure.title), "places": places}
    return render(request, "sharing/prepare.html", context)
