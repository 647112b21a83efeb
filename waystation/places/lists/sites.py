"""The register of sites, as phones carry it: `select_one_from_file sites.csv`. Closed sites are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from waystation.access.models import Actor
from waystation.access.queries import latest_entry
from waystation.collect.registry import Register

from ..queries import coordinates, sites

CLOSED = "closed"


def rows(by: Actor) -> Iterator[Sequence[str]]:
    """Every site where a phone may look: its code, its name, and what a form may show of it."""
    for site in sites(by).exclude(status=CLOSED).iterator(2_000):
        at = coordinates(site, trusted=False)
        latitude, longitude = (f"{at[0]}", f"{at[1]}") if at else ("", "")
        yield site.code, site.name, site.area.pcode, site.area.name, site.kind, site.type, latitude, longitude


register = Register(
    properties=("pcode", "area", "kind", "type", "latitude", "longitude"),
    rows=rows,
    token=partial(latest_entry, "places"),
)
