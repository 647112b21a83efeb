"""Pages of places: the register of sites, and each site in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from waystation.access.queries import may, signed_in

from . import queries
from .queries import Outline, Surrounding
from .rules import LOCATION_KINDS, STATUSES, drawing_around, window_of

PER_PAGE = 50
SMALL_MAP = 480  # units across


@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """The register: every site that the reader may see, by name, code, area, kind and status."""
    by = signed_in(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "area", "kind", "status")}
    area = queries.area_called(by, asked["area"]) if asked["area"] else None
    scope = area.scope if area else "/"
    found = queries.sites(by, scope=scope, search=asked["q"], kind=asked["kind"], status=asked["status"])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    around = queries.areas_around(page.object_list)
    return render(
        request,
        "places/sites.html",
        {
            "asked": asked,
            "area": area,
            "wider": [one.area for one in queries.surroundings(by, scope) if one.seen and one.area != area],
            "narrower": queries.narrower_areas(by, area),
            "kinds": LOCATION_KINDS,
            "statuses": STATUSES,
            "page": page,
            "rows": [(site, around[site.code]) for site in page],
        },
    )


@require_safe
def site(request: HttpRequest, code: str) -> HttpResponse:
    """One site: its names and codes, where it lies, what it is, and what became of it."""
    by = signed_in(request)
    found = queries.site_in_full(by, code)
    if found.code != code:
        return redirect("places:site", found.code)
    point = queries.coordinates(found, trusted=may(by, "places.see", found.scope))
    outline = queries.outline_around(found.scope)
    return render(
        request,
        "places/site.html",
        {
            "site": found,
            "path": path(queries.surroundings(by, found.area.scope), _address),
            "point": point,
            "drawing": _drawing(outline, point) if outline and point else None,
            "credits": credits([outline] if outline and point else []),
            "source": found.source_id if found.source and may(by, "collect.see", found.source.scope) else None,
        },
    )


def credits(outlines: Sequence[Outline]) -> list[str]:
    """Whom a page thanks for the boundaries it draws, as their licences ask."""
    words = gettext("Boundaries: %(release)s")
    return [words % {"release": release} for release in sorted({outline.release for outline in outlines})]


def path(around: Sequence[Surrounding], address: Callable[[str], str]) -> list[tuple[str, str]]:
    """The areas around a place as names, each with its address where the reader may see all of it."""
    language = get_language() or ""
    return [(one.area.name_in(language), address(one.area.pcode) if one.seen else "") for one in around]


def _address(pcode: str) -> str:
    return f"{reverse('places:sites')}?{urlencode({'area': pcode})}"


def _drawing(outline: Outline, point: tuple[float, float]) -> dict[str, Any]:
    """What the small map draws: the area around the site, and the site in it."""
    latitude, longitude = point
    sheet = drawing_around(window_of([outline.geometry], [(longitude, latitude)]), SMALL_MAP)
    return {
        "sheet": sheet,
        "area": outline.area,
        "path": sheet.path(outline.geometry),
        "point": sheet.place(longitude, latitude),
    }
