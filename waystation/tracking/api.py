"""The endpoint of maps to a round: areas with their people, and the sites in a window."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from waystation.access.queries import signed_in
from waystation.places import queries as places
from waystation.places.api import feature, geojson, outlined, version
from waystation.places.rules import read_window

from . import queries
from .rules import level_shown

MOST_SITES = 500  # circles a view; more would hide each other
DECIMALS = 5  # about a metre


def _version(request: HttpRequest) -> str:
    return version(request, "places", "tracking")


@require_safe
@condition(etag_func=_version)
def areas_geojson(request: HttpRequest) -> HttpResponse:
    """Outlines with people and locations of a place, from a level on: ?round=SSD-MT-R11&area=SS03&level=2."""
    by = signed_in(request)
    focus = queries.focus(by, request.GET.get("round", ""), request.GET.get("area", ""))
    first = level_shown(focus.levels, request.GET.get("level", ""))
    levels = [level for level in focus.levels if level >= (first or 0)] or ([focus.area.level] if focus.area else [])
    found = {row.area.pcode: row for level in levels for row in queries.found_by_area(by, focus, level) if row.area}
    features = []
    for outline in places.outlines(by, levels=levels, scope=focus.scope):
        row = found.get(outline.area.pcode)
        words = urlencode({"round": focus.round.code, "area": outline.area.pcode})
        features.append(
            outlined(
                outline,
                individuals=row.individuals if row else None,
                locations=row.locations if row else 0,
                url=f"{reverse('tracking:map')}?{words}",
            )
        )
    return geojson(features)


@require_safe
@condition(etag_func=_version)
def sites_geojson(request: HttpRequest) -> HttpResponse:
    """The sites of a round in a window, those with the most people first: ?bbox=west,south,east,north&round=…&area=…"""
    by = signed_in(request)
    window = read_window(request.GET.get("bbox", ""))
    focus = queries.focus(by, request.GET.get("round", ""), request.GET.get("area", ""))
    found = queries.locations(by, focus.round, scope=focus.scope, window=window, most=MOST_SITES + 1)
    features = [
        feature(
            {"type": "Point", "coordinates": [_rounded(one.longitude), _rounded(one.latitude)]},
            id=one.code,
            name=one.name,
            individuals=one.individuals,
            url=reverse("places:site", args=[one.code]),
        )
        for one in found[:MOST_SITES]
    ]
    return geojson(features, capped=len(found) > MOST_SITES)


def _rounded(degrees: float | None) -> float:
    return round(degrees or 0, DECIMALS)
