"""Writes of places."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from waystation.access import actions as access
from waystation.access.action import action
from waystation.access.models import Actor
from waystation.access.queries import inside
from waystation.collect.models import Submission

from .models import Area, Boundary, Listing, Release, Site, SiteCode, SiteName, SiteStatus
from .problems import NoSuchStatus
from .rules import STATUSES, label_point, scope_of, simplify_boundaries, site_code

PORTION = 1000  # rows a statement


@dataclass(frozen=True, slots=True)
class NewArea:
    """An area as a release lists it."""

    pcode: str
    level: int
    name: str
    scope: str
    parent: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    source: Submission | None = None


@dataclass(frozen=True, slots=True)
class NewBoundary:
    """The outline of an area as a release draws it; `area` is None where its code matches none."""

    pcode: str
    name: str
    geometry: Mapping[str, Any]
    area: Area | None = None
    source: Submission | None = None

    @property
    def scope(self) -> str:
        """Where the right is needed."""
        return self.area.scope if self.area else "/"


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site as somebody reports it."""

    name: str
    area: Area
    kind: str
    status: str
    since: date
    type: str = ""
    latitude: float | None = None
    longitude: float | None = None
    sensitivity: str = "internal"
    names: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    source: Submission | None = None

    @property
    def scope(self) -> str:
        """Where the right is needed."""
        return self.area.scope


@action(on="areas")
def load_areas(*, by: Actor, areas: list[NewArea], release: str, licence: str = "") -> Release:
    """Bring the tree of areas up to a release. Areas that it leaves out stay, for what was recorded in them."""
    edition = Release.objects.create(name=release, licence=licence, source=areas[0].source if areas else None)
    known = {area.pcode: area for area in Area.objects.filter(pcode__in=_ancestry(areas))}
    for level in sorted({area.level for area in areas}):
        of_level = [area for area in areas if area.level == level]
        _move(by, of_level, known)
        rows = [
            Area(
                pcode=area.pcode,
                level=area.level,
                name=area.name,
                names=dict(area.names),
                parent=known.get(area.parent),
                scope=area.scope,
            )
            for area in of_level
        ]
        Area.objects.bulk_create(
            rows,
            batch_size=PORTION,
            update_conflicts=True,
            unique_fields=["pcode"],
            update_fields=["level", "name", "names", "parent", "scope"],
        )
        known |= Area.objects.in_bulk([area.pcode for area in of_level], field_name="pcode")
    Listing.objects.bulk_create(
        [
            Listing(
                release=edition,
                area=known[area.pcode],
                name=area.name,
                parent_pcode=area.parent,
                valid_from=area.valid_from,
            )
            for area in areas
        ],
        batch_size=PORTION,
    )
    return edition


def _ancestry(areas: list[NewArea]) -> set[str]:
    return {area.pcode for area in areas} | {area.parent for area in areas if area.parent}


def _move(by: Actor, areas: list[NewArea], known: Mapping[str, Area]) -> None:
    """An area that a release puts elsewhere takes its sites, and the rights over them, along."""
    for area in areas:
        before = known[area.pcode].scope if area.pcode in known else area.scope
        if before == area.scope:
            continue
        inner = list(Area.objects.filter(inside(before)).exclude(scope=before))
        sites = list(Site.objects.filter(inside(before)))
        for inside_area in inner:
            inside_area.scope = area.scope + inside_area.scope.removeprefix(before)
        for site in sites:
            site.scope = area.scope + site.scope.removeprefix(before)
        Area.objects.bulk_update(inner, ["scope"], batch_size=PORTION)
        Site.objects.bulk_update(sites, ["scope"], batch_size=PORTION)
        access.move_grants(by=by, before=before, after=area.scope)


@action(on="boundaries")
def load_boundaries(*, by: Actor, boundaries: list[NewBoundary], release: str, licence: str = "") -> Release:
    """Keep the outlines of a release, and simplify them together so that neighbours still touch."""
    source = boundaries[0].source if boundaries else None
    edition = Release.objects.create(name=release, licence=licence, source=source)
    outlines = simplify_boundaries([dict(boundary.geometry) for boundary in boundaries])
    rows = []
    for boundary, outline in zip(boundaries, outlines, strict=True):
        longitude, latitude = label_point(outline)
        rows.append(
            Boundary(
                release=edition,
                pcode=boundary.pcode,
                name=boundary.name,
                area=boundary.area,
                geometry=boundary.geometry,
                outline=outline,
                longitude=longitude,
                latitude=latitude,
            )
        )
    Boundary.objects.bulk_create(rows, batch_size=50)
    return edition


@action(on="sites")
def register_sites(*, by: Actor, sites: list[NewSite]) -> list[Site]:
    """Put sites into the register, each under a code of its own that says nothing and never changes."""
    codes = _fresh_codes(len(sites))
    rows = [
        Site(
            code=code,
            name=site.name,
            kind=site.kind,
            type=site.type,
            status=site.status,
            area=site.area,
            scope=scope_of(site.area.scope, code),
            latitude=site.latitude,
            longitude=site.longitude,
            sensitivity=site.sensitivity,
            source=site.source,
        )
        for code, site in zip(codes, sites, strict=True)
    ]
    Site.objects.bulk_create(rows, batch_size=PORTION)
    made = list(zip(rows, sites, strict=True))
    SiteName.objects.bulk_create(
        [SiteName(site=row, text=text) for row, site in made for text in site.names], batch_size=PORTION
    )
    SiteCode.objects.bulk_create(
        [SiteCode(site=row, system=system, code=code) for row, site in made for system, code in site.codes],
        batch_size=PORTION,
    )
    SiteStatus.objects.bulk_create(
        [SiteStatus(site=row, status=site.status, since=site.since, noted_by=by) for row, site in made],
        batch_size=PORTION,
    )
    return rows


def _fresh_codes(number: int) -> list[str]:
    """Codes that no site has. Drawn by chance: two offices offline seldom draw the same."""
    drawn: set[str] = set()
    while len(drawn) < number:
        drawn |= {site_code(secrets.randbits(30)) for _one in range(number - len(drawn))}
        drawn -= set(Site.objects.filter(code__in=list(drawn)[:PORTION]).values_list("code", flat=True))
    return sorted(drawn)


@action(on="site")
def set_status(*, by: Actor, site: Site, status: str, since: date, reason: str = "") -> Site:
    """Note a change in the life of a site; what it was before stays in its history."""
    if status not in STATUSES:
        raise NoSuchStatus(status=status, known=", ".join(STATUSES))
    SiteStatus.objects.create(site=site, status=status, since=since, reason=reason, noted_by=by)
    site.status = status
    site.save(update_fields=["status"])
    return site
