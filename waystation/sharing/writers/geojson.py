"""GeoJSON (RFC 7946): one feature for each row, a point where the table has coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waystation.kernel.tables import Column, Table

from ..registry import Writer
from .json import as_json, as_object


def write(table: Table) -> Iterator[bytes]:
    """One feature after another, each on its own line."""
    latitude, longitude = (_column_of(kind, table.columns) for kind in ("latitude", "longitude"))
    yield b'{"type":"FeatureCollection","features":['
    for number, row in enumerate(table):
        properties = as_object(row, table.columns)
        feature = {
            "type": "Feature",
            "geometry": _point(properties.pop(latitude, None), properties.pop(longitude, None)),
            "properties": properties,
        }
        yield (b",\n" if number else b"\n") + as_json(feature)
    yield b"\n]}\n"


def _column_of(kind: str, columns: tuple[Column, ...]) -> str:
    """The name of the first column of a kind; empty where there is none."""
    return next((column.name for column in columns if column.kind == kind), "")


def _point(latitude: float | None, longitude: float | None) -> dict[str, Any] | None:
    if latitude is None or longitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}


writer = Writer(media="application/geo+json", write=write)
