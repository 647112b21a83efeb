"""The administrative areas, as phones carry them: `select_one_from_file areas.csv`, one level inside the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from waystation.access.models import Actor
from waystation.access.queries import latest_entry
from waystation.collect.registry import Register

from ..queries import areas


def rows(by: Actor) -> Iterator[Sequence[str]]:
    """Every area where a phone may look: its P-code and name, its level, and the P-code of the one around it."""
    found = areas(by).select_related("parent").order_by("level", "name", "pk")
    for area in found.iterator(2_000):
        yield area.pcode, area.name, str(area.level), area.parent.pcode if area.parent else ""


register = Register(properties=("level", "parent"), rows=rows, token=partial(latest_entry, "places"))
