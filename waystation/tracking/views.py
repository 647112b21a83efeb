"""Pages of tracking: the map, the rounds, and what each round found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from waystation.access.queries import may, signed_in
from waystation.places import queries as places
from waystation.places.queries import Outline
from waystation.places.rules import circle_radius, drawing_around, window_of
from waystation.places.views import credits, path
from waystation.sharing.registry import figures

from . import queries
from .queries import Focus, Found, Location
from .rules import OUTCOMES, level_shown, sum_known

FIGURE = "tracking.people_by_area"
PER_PAGE = 50
ROUNDS_PER_PAGE = 30
FINEST = 2  # the finest level that figures by area know
MOST_CIRCLES = 500
MOST_NAMES = 24  # on a drawn map; more would cover each other
LARGEST_AREA, LARGEST_SITE, HOLLOW, NAME_GAP = 34, 22, 5, 14  # of 800 units across

Address = Callable[[str], str]


@require_safe
def round_map(request: HttpRequest) -> HttpResponse:
    """The map of a round: circles for areas; for sites, where no smaller areas lie inside the one chosen."""
    by = signed_in(request)
    known = list(queries.rounds(by))
    if not known:
        return render(request, "tracking/map.html", {"rounds": known})
    focus = queries.focus(by, request.GET.get("round", ""), request.GET.get("area", ""))
    level = level_shown(focus.levels, request.GET.get("level", ""))
    shown = _areas_shown(request, focus, level) if level else _sites_shown(request, focus)
    addresses = {
        "areas_url": f"{reverse('tracking:areas_geojson')}{_words(focus, level)}",
        "sites_url": f"{reverse('tracking:sites_geojson')}{_words(focus)}",
        "most": queries.most_at_one_location(by, focus.round),
    }
    context = {"rounds": known, "level": level, **_around(request, focus, _on_map(focus)), **addresses, **shown}
    return render(request, "tracking/map.html", context)


@require_safe
def round_drawn(request: HttpRequest, code: str) -> HttpResponse:
    """The map of a round as a drawing, for a page that fetches it; opened by itself, it is the map page."""
    by = signed_in(request)
    focus = queries.focus(by, code, "")
    whole = reverse("tracking:map")
    if "HX-Request" not in request.headers:
        return redirect(f"{whole}{_words(focus)}")
    level = level_shown(focus.levels) or FINEST
    outlines = places.outlines(by, levels=[level], scope=focus.scope)
    narrowed = _on_map(focus)
    drawing = _drawn_areas(outlines, queries.found_by_area(by, focus, level), lambda pcode: whole + narrowed(pcode))
    answer = render(request, "tracking/round_drawn.html", {"drawing": drawing if outlines else None, "focus": focus})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every operation that the reader may see, with its rounds: dates, coverage, people."""
    by = signed_in(request)
    page = Paginator(queries.rounds(by), ROUNDS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "summaries": queries.summaries(by, list(page.object_list))}
    return render(request, "tracking/rounds.html", context)


@require_safe
def round_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a round found, how far it came, whether it agrees with what was reported, and what changed."""
    by = signed_in(request)
    focus = queries.focus(by, code, request.GET.get("area", ""))
    level = level_shown(focus.levels)
    found = queries.found_by_area(by, focus, level or FINEST)
    lines = _lines(found, _on_page) if level else []
    return render(
        request,
        "tracking/round.html",
        {
            **_around(request, focus, _on_page),
            "level": level,
            "lines": lines,
            "bars": [_bar(line) for line in lines],
            "totals": _totals(found),
            "coverage": queries.coverage_of(by, focus.round, focus.scope),
            "carried": queries.carried_forward(by, focus),
            "reconciled": [_reconciled(one) for one in queries.reconciliation(by, focus.round, focus.scope)],
            "change": queries.change_since(by, focus),
            "publications": [
                (one, gettext(figures()[one.figure].title) if one.figure in figures() else one.figure)
                for one in queries.publications_of(by, focus.round)[:PER_PAGE]
            ],
            "publish": _publish(focus) if may(by, "sharing.prepare", focus.scope) else "",
        },
    )


@require_safe
def round_locations(request: HttpRequest, code: str) -> HttpResponse:
    """The locations of a round, page by page: how each fared, who was found, and what it came from."""
    by = signed_in(request)
    focus = queries.focus(by, code, request.GET.get("area", ""))
    outcome = request.GET.get("outcome", "")
    rows = queries.assessments(by, focus.round, focus.scope, outcome)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "tracking/round_locations.html",
        {**_around(request, focus, _on_page), **_listed(request, page), "outcome": outcome, "outcomes": OUTCOMES},
    )


@require_safe
def site_rounds(request: HttpRequest, code: str) -> HttpResponse:
    """What was found at one site, round after round: a page, or only its table for a page that fetches it."""
    by = signed_in(request)
    site = places.site_called(by, code)
    found = queries.assessments_of(by, site.pk)
    context = {"site": site, "rows": found, "sources": queries.sources_seen(by, found)}
    fetched = "HX-Request" in request.headers
    answer = render(request, "tracking/site_rounds_table.html" if fetched else "tracking/site_rounds.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _on_page(pcode: str) -> str:
    """The address that narrows a page of one round to an area."""
    return f"?{urlencode({'area': pcode})}"


def _on_map(focus: Focus) -> Address:
    """The addresses that narrow the map to an area."""
    return lambda pcode: f"?{urlencode({'round': focus.round.code, 'area': pcode})}"


def _words(focus: Focus, level: int | None = None) -> str:
    """The round, the area and the level looked at, as the words of an address."""
    words = {"round": focus.round.code, "area": focus.area.pcode if focus.area else "", "level": level or ""}
    return f"?{urlencode({name: word for name, word in words.items() if word})}"


def _publish(focus: Focus) -> str:
    """The address where the figures of this round and place are prepared to be published."""
    round_ = focus.round
    words = {"figure": FIGURE, "operation": round_.operation.code, "round": round_.number, "scope": focus.scope}
    return f"{reverse('sharing:prepare')}?{urlencode(words)}"


def _around(request: HttpRequest, focus: Focus, address: Address) -> dict[str, Any]:
    """What every page of a round says: where it looks, and whether its reader sees all of that."""
    by = signed_in(request)
    return {
        "focus": focus,
        "map_words": _words(focus),
        "area_words": _on_page(focus.area.pcode) if focus.area else "",
        "path": path(places.surroundings(by, focus.scope), address),
        "sees_all": all(may(by, verb, focus.scope) for verb in ("tracking.see", "places.see")),
    }


class Line(NamedTuple):
    """One area in a table or a chart."""

    name: str
    url: str
    found: Found

    @property
    def people(self) -> int:
        """What it is sorted by: no number comes after zero."""
        return -1 if self.found.individuals is None else self.found.individuals


def _lines(found: Sequence[Found], address: Address) -> list[Line]:
    """Areas with the most people first, those without a number last; a link where all of it may be seen."""
    language = get_language() or ""
    lines = [
        Line(
            one.area.name_in(language) if one.area else gettext("Elsewhere"),
            address(one.area.pcode) if one.area and one.whole else "",
            one,
        )
        for one in found
    ]
    return sorted(lines, key=lambda line: line.people, reverse=True)


def _bar(line: Line) -> tuple[str, int | None, str, str]:
    """The same as a bar."""
    note = "" if line.found.whole else gettext("only the part that you may see")
    return line.name, line.found.individuals, note, line.url


def _totals(found: Sequence[Found]) -> dict[str, int | None]:
    """The sums over all areas: people that are known, and locations."""
    numbers = ("households", "individuals", "returnees", "locations", "assessed", "carried_forward", "not_assessed")
    return {name: sum_known(getattr(one, name) for one in found) for name in numbers}


def _reconciled(one: queries.Reconciliation) -> dict[str, Any]:
    """A comparison with reported totals, its differences in the reader's words."""
    return {"found": one, "differing": [problem.as_dict(gettext) for problem in one.differing]}


def _listed(request: HttpRequest, page: Any) -> dict[str, Any]:
    """A page of locations, with the submissions that its reader may open."""
    return {"page": page, "rows": page, "sources": queries.sources_seen(signed_in(request), page.object_list)}


class Mark(NamedTuple):
    """A circle on the drawn map; hollow where the radius is None."""

    x: int
    y: int
    radius: float | None
    name: str
    people: int | None
    url: str

    @property
    def below(self) -> float:
        """Where the name stands: under the circle."""
        return (self.radius or HOLLOW) + NAME_GAP


def _areas_shown(request: HttpRequest, focus: Focus, level: int) -> dict[str, Any]:
    """The areas of one level: outlines, circles, and the same as a table."""
    by = signed_in(request)
    found = queries.found_by_area(by, focus, level)
    outlines = places.outlines(by, levels=[level], scope=focus.scope)
    return {
        "lines": _lines(found, _on_map(focus)),
        "totals": _totals(found),
        "drawing": _drawn_areas(outlines, found, _on_map(focus)) if outlines else None,
        "credits": credits(outlines),
    }


def _drawn_areas(outlines: Sequence[Outline], found: Sequence[Found], address: Address) -> dict[str, Any]:
    language = get_language() or ""
    people = {one.area.pcode: one.individuals for one in found if one.area}
    most = max((number for number in people.values() if number), default=0)
    sheet = drawing_around(window_of([outline.geometry for outline in outlines]))
    marks = [
        Mark(
            *sheet.place(outline.longitude, outline.latitude),
            radius=_radius(people.get(outline.area.pcode), most, LARGEST_AREA),
            name=outline.area.name_in(language),
            people=people.get(outline.area.pcode),
            url=address(outline.area.pcode),
        )
        for outline in outlines
    ]
    shapes = [(sheet.path(outline.geometry), people.get(outline.area.pcode)) for outline in outlines]
    return {"sheet": sheet, "shapes": shapes, **_laid(marks)}


def _laid(marks: list[Mark]) -> dict[str, Any]:
    """Big circles first, so that small ones lie on top and can be seen."""
    laid = sorted(marks, key=lambda mark: mark.radius or 0, reverse=True)
    return {"marks": laid, "named": len(marks) <= MOST_NAMES, "largest": next(iter(laid), None)}


def _radius(people: int | None, most: int, largest: float) -> float | None:
    return None if people is None else circle_radius(people, most, largest)


def _sites_shown(request: HttpRequest, focus: Focus) -> dict[str, Any]:
    """The sites of the smallest areas: one outline, circles, and the same as a table, page by page."""
    by = signed_in(request)
    rows = queries.assessments(by, focus.round, focus.scope)
    outline = places.outline_around(focus.scope)
    located = queries.locations(by, focus.round, scope=focus.scope, most=MOST_CIRCLES)
    return {
        **_listed(request, Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))),
        "totals": _totals(queries.found_by_area(by, focus, FINEST)),
        "drawing": _drawn_sites(outline, located) if outline else None,
        "most": max((one.individuals or 0 for one in located), default=0),
        "near": True,
        "credits": credits([outline] if outline else []),
    }


def _drawn_sites(outline: Outline, located: Sequence[Location]) -> dict[str, Any]:
    points = [(one.longitude or 0, one.latitude or 0) for one in located]
    sheet = drawing_around(window_of([outline.geometry], points))
    most = max((one.individuals or 0 for one in located), default=0)
    marks = [
        Mark(
            *sheet.place(*point),
            radius=_radius(one.individuals, most, LARGEST_SITE),
            name=one.name,
            people=one.individuals,
            url=reverse("places:site", args=[one.code]),
        )
        for one, point in zip(located, points, strict=True)
    ]
    people = sum_known(one.individuals for one in located)
    return {"sheet": sheet, "shapes": [(sheet.path(outline.geometry), people)], **_laid(marks), "named": False}
