"""Reads about places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as CountRows
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Concat

from waystation.access.models import Actor
from waystation.access.queries import inside, scopes_of, within
from waystation.access.rules import ancestors, covers
from waystation.kernel.tables import Column, Table
from waystation.sharing.registry import Ask

from .models import Area, Boundary, Release, Site, SiteCode, SiteName, SiteStatus
from .problems import NoSuchArea, NoSuchLevel, NoSuchSite
from .rules import GeoJson, check_site_code, shown_coordinate

SEE = "places.see"


def areas(by: Actor) -> QuerySet[Area]:
    """The areas an actor may see."""
    return Area.objects.filter(within(by, SEE))


def area_called(by: Actor, pcode: str) -> Area:
    """One area that an actor may see. Raises NoSuchArea."""
    area = areas(by).filter(pcode=pcode).first()
    if area is None:
        raise NoSuchArea(pcode=pcode)
    return area


def areas_called(by: Actor, pcodes: Iterable[str]) -> dict[str, Area]:
    """The areas of some codes, as far as an actor may see them; unknown codes are left out."""
    return {area.pcode: area for area in _in_portions(areas(by), "pcode", set(pcodes))}


def _in_portions(rows: QuerySet[Any], name: str, values: Collection[str], size: int = 5000) -> Iterable[Any]:
    """Rows by a long list of values, a portion of it at a time: databases bound the length of a statement."""
    listed = sorted(values)
    for start in range(0, len(listed), size):
        yield from rows.filter(**{f"{name}__in": listed[start : start + size]})


def path_of(scope: str) -> list[Area]:
    """The areas around a place, from the country inwards, itself included."""
    codes = scope.strip("/").split("/")
    scopes = ["/" + "/".join(codes[: length + 1]) for length in range(len(codes))]
    return list(Area.objects.filter(scope__in=scopes).order_by("level"))


@dataclass(frozen=True, slots=True)
class Surrounding:
    """An area around a place, and whether its reader may see all of it."""

    area: Area
    seen: bool


def surroundings(by: Actor, scope: str) -> list[Surrounding]:
    """The areas around a place, from the country inwards, itself included."""
    held = scopes_of(by, SEE)
    return [Surrounding(area, any(covers(one, area.scope) for one in held)) for area in path_of(scope)]


def sites(by: Actor, *, scope: str = "/", search: str = "", kind: str = "", status: str = "") -> QuerySet[Site]:
    """The sites an actor may see, inside a place, by a part of any name or a code; perhaps of one kind or status."""
    found = Site.objects.filter(within(by, SEE), inside(scope)).select_related("area")
    if search:
        found = found.filter(
            Q(name__icontains=search)
            | Q(code=check_site_code(search) or "")
            | Q(pk__in=SiteCode.objects.filter(code=search).values("site"))
            | Q(pk__in=SiteName.objects.filter(text__icontains=search).values("site"))
        )
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status)
    return found.order_by("name", "pk")


def site_in_full(by: Actor, code: str) -> Site:
    """One site with its area, names, codes and history, newest first. Raises NoSuchSite."""
    history = SiteStatus.objects.select_related("noted_by").order_by("-since", "-pk")
    found = site_called(by, code)
    return (
        Site.objects.select_related("area", "source")
        .prefetch_related("names", "codes", Prefetch("history", history))
        .get(pk=found.pk)
    )


def narrower_areas(by: Actor, area: Area | None = None) -> list[Area]:
    """The areas by which a list of sites can be narrowed: the next ones inside, or the widest an actor may see.

    Only areas with sites are named; one that would be the only choice is entered.
    """
    choices = Area.objects.filter(Exists(_sites_inside(by))).order_by("name")
    held = scopes_of(by, SEE)
    chosen = list(choices.filter(parent=area) if area or "/" in held else choices.filter(scope__in=held))
    return narrower_areas(by, chosen[0]) or chosen if len(chosen) == 1 else chosen


def _sites_inside(by: Actor) -> QuerySet[Site]:
    """The sites of the area of an outer query, as a range of the index of scopes."""
    begins, ends = (Concat(OuterRef("scope"), Value(sign)) for sign in "/0")
    return Site.objects.filter(within(by, SEE), scope__gt=begins, scope__lt=ends)


def areas_around(sites: Iterable[Site]) -> dict[str, list[Area]]:
    """The areas that each of some sites lies in, by its code, widest first."""
    paths = {site.code: ancestors(site.area.scope)[1:] for site in sites}
    wanted = {path for around in paths.values() for path in around}
    known = {area.scope: area for area in _in_portions(Area.objects.all(), "scope", wanted)}
    return {code: [known[path] for path in around if path in known] for code, around in paths.items()}


def levels(by: Actor, scope: str, deepest: int = 2) -> dict[int, int]:
    """How many areas an actor may see inside a place, by their level, beneath the country."""
    seen = areas(by).filter(inside(scope), level__range=(1, deepest)).order_by("level")
    return dict(seen.values_list("level").annotate(CountRows("pk")))


def site_called(by: Actor, code: str) -> Site:
    """One site that an actor may see, by our code or another's. Raises NoSuchSite."""
    site = sites_called(by, [code]).get(code)
    if site is None:
        raise NoSuchSite(code=code)
    return site


def sites_called(by: Actor, codes: Iterable[str]) -> dict[str, Site]:
    """Sites by our codes (mistyped O and I forgiven) or those of any other system, as far as an actor may see them."""
    wanted = set(codes)
    seen = Site.objects.filter(within(by, SEE))
    ours = {code: own for code in wanted if (own := check_site_code(code))}
    by_own = {site.code: site for site in _in_portions(seen, "code", set(ours.values()))}
    found = {code: by_own[own] for code, own in ours.items() if own in by_own}
    left = wanted - found.keys()
    others = _in_portions(SiteCode.objects.select_related("site"), "code", left)
    allowed = {other.code: other.site_id for other in others}
    by_number = {site.pk: site for site in _in_portions(seen, "pk", {*map(str, allowed.values())})}
    found |= {code: by_number[number] for code, number in allowed.items() if number in by_number}
    return found


@dataclass(frozen=True, slots=True)
class Outline:
    """An area as maps draw it: its simplified outline, and the point inside where a circle or a name belongs."""

    area: Area
    geometry: GeoJson
    longitude: float
    latitude: float
    release: str
    """Who drew it, and its licence: to be named wherever it is shown."""


def outlines(by: Actor, *, levels: Collection[int], scope: str = "/") -> list[Outline]:
    """The areas of some levels that an actor may see, each as the latest release draws it, widest first."""
    seen = areas(by).filter(inside(scope), level__in=levels)
    latest = Boundary.objects.filter(area__in=seen).values("area").annotate(latest=Max("pk")).values("latest")
    drawn = Boundary.objects.filter(pk__in=latest).select_related("area", "release").defer("geometry")
    return [_outline(boundary) for boundary in drawn.order_by("area__level", "pcode")]


def outline_around(scope: str) -> Outline | None:
    """The smallest area around a place whose outline is known; None where no boundaries are loaded."""
    around = Boundary.objects.filter(area__scope__in=ancestors(scope)[1:]).select_related("area", "release")
    smallest = around.defer("geometry").order_by("-area__level", "-pk").first()
    return _outline(smallest) if smallest else None


def _outline(boundary: Boundary) -> Outline:
    assert boundary.area is not None  # noqa: S101  (asked by area)
    release = ", ".join(filter(None, (boundary.release.name, boundary.release.licence)))
    return Outline(boundary.area, boundary.outline, boundary.longitude, boundary.latitude, release)


def boundaries_of(pcodes: Iterable[str]) -> dict[str, Boundary]:
    """The latest boundary of some areas, by code."""
    rows = _in_portions(Boundary.objects.filter(area__isnull=False).order_by("pk"), "pcode", set(pcodes))
    return {row.pcode: row for row in rows}


def releases(by: Actor) -> QuerySet[Release]:
    """The editions of areas and boundaries that were loaded, newest first, for whoever may see any place at all."""
    return Release.objects.order_by("-pk") if scopes_of(by, SEE) else Release.objects.none()


LEVELS = ("0", "1", "2")
"""How finely a figure by area may be asked."""


def area_table(asked: Ask) -> Table:
    """Every area in what is asked, with the areas of level 1 and 2 around it; parameter `level` folds the lower ones.

    Columns: area, adm1_code, adm1_name, adm2_code, adm2_name. Asked by level 1, the columns of level 2 are empty.
    """
    word = asked.words.get("level", LEVELS[-1])
    if word not in LEVELS:
        raise NoSuchLevel(level=word, known=", ".join(LEVELS))
    level = int(word)
    rows = list(
        Area.objects.filter(within(asked.by, SEE), inside(asked.scope)).values_list("pcode", "level", "name", "scope")
    )
    around = {scope: pcode for pcode, _level, _name, scope in rows}
    names = {pcode: name for pcode, _level, name, _scope in rows}
    outer = {code for scope in around for code in scope.split("/")[2:4]} - names.keys()
    names |= {area.pcode: area.name for area in _in_portions(Area.objects.all(), "pcode", outer)}
    columns = ("area", "adm1_code", "adm1_name", "adm2_code", "adm2_name")
    return Table(
        tuple(Column(name) for name in columns),
        [(pcode, *_folded(scope, level, names)) for scope, pcode in around.items()],
    )


def _folded(scope: str, level: int, names: Mapping[str, str]) -> list[str | None]:
    codes = scope.strip("/").split("/")
    folded: list[str | None] = []
    for depth in (1, 2):
        code = codes[depth] if len(codes) > depth and level >= depth else None
        folded += [code, names.get(code) if code else None]
    return folded


def coordinates(site: Site, trusted: bool) -> tuple[float, float] | None:
    """Latitude and longitude as far as their sensitivity allows, or None."""
    if site.latitude is None or site.longitude is None:
        return None
    return shown_coordinate(site.latitude, site.longitude, site.sensitivity, trusted=trusted)


def site_table(asked: Ask) -> Table:
    """Every site in what is asked. Columns: site, name, kind, latitude, longitude (public ones, or rounded)."""
    columns = (
        Column("site"),
        Column("name"),
        Column("kind"),
        Column("latitude", "latitude"),
        Column("longitude", "longitude"),
    )
    rows = Site.objects.filter(within(asked.by, SEE), inside(asked.scope)).only(
        "code", "name", "kind", "latitude", "longitude", "sensitivity"
    )
    return Table(
        columns,
        (
            (site.code, site.name, site.kind, *(coordinates(site, trusted=False) or (None, None)))
            for site in rows.iterator(chunk_size=5000)
        ),
    )
