"""The functions of expressions that measure on the Earth, taken as a ball: points are latitude and longitude."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .values import Value, text

RADIUS: Final = 6_378_100.0  # metres at the equator: the one that phones use
FEWEST_CORNERS: Final = 3
CENTIMETRES: Final = 2

Point = tuple[float, float]


def points(values: Sequence[Value]) -> list[Point]:
    """The points of nodes that each hold one, or of a line or area in one text; none where any is broken."""
    written: list[str] = []
    for value in values:
        for one in [node.text for node in value] if isinstance(value, list) else [text(value)]:
            written += one.split(";")
    try:
        return [_point(one) for one in written if one.strip()]
    except (ValueError, IndexError):
        return []


def _point(written: str) -> Point:
    words = written.split()
    return math.radians(float(words[0])), math.radians(float(words[1]))


def distance(*values: Value) -> float:
    """Metres along the points, in their order, to the centimetre as phones say it."""
    return round(math.fsum(_apart(one, other) for one, other in pairwise(points(values))), CENTIMETRES)


def _apart(one: Point, other: Point) -> float:
    """Metres between two points, by the haversine formula."""
    (latitude, longitude), (to_latitude, to_longitude) = one, other
    across = math.sin((to_latitude - latitude) / 2) ** 2
    along = math.cos(latitude) * math.cos(to_latitude) * math.sin((to_longitude - longitude) / 2) ** 2
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(across + along)))


def area(*values: Value) -> float:
    """Square metres inside the points, by the spherical excess of the triangles with the pole."""
    corners = points(values)
    if len(corners) < FEWEST_CORNERS:
        return 0.0
    excess = math.fsum(_excess(one, other) for one, other in pairwise([*corners, corners[0]]))
    return round(abs(excess) * RADIUS**2, CENTIMETRES)


def _excess(one: Point, other: Point) -> float:
    product = math.tan((math.pi / 2 - one[0]) / 2) * math.tan((math.pi / 2 - other[0]) / 2)
    along = one[1] - other[1]
    return 2 * math.atan2(product * math.sin(along), 1 + product * math.cos(along))


def geofence(point: str, shape: str) -> bool:
    """Whether a point lies in an area: a line northwards from it crosses the border an odd number of times."""
    where, corners = points([point]), points([shape])
    if len(where) != 1 or len(corners) < FEWEST_CORNERS:
        return False
    latitude, longitude = where[0]
    inside = False
    for (south, west), (north, east) in pairwise([*corners, corners[0]]):
        if (west > longitude) != (east > longitude):
            crossing = south + (longitude - west) / (east - west) * (north - south)
            inside = inside != (latitude < crossing)
    return inside
