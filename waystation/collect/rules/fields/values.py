"""One answer as JSON can say it: numbers as numbers, yes and no as such, places as GeoJSON, all else word for word."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from .shape import Kind

Read = Callable[[str], Any]
"""Reads a text that is not empty; raises ValueError where it does not fit."""

MOST_DIGITS: Final = 18  # more do not fit the 64 bits that readers of JSON and OData count with
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
COORDINATES: Final = 2
WITH_ACCURACY: Final = 4


def read_int(text: str) -> int:
    """A whole number. Raises ValueError."""
    if len(text.lstrip("+-")) > MOST_DIGITS or "_" in text:
        raise ValueError(text)
    return int(text)


def read_decimal(text: str) -> int | float:
    """A number; one written without a point stays whole, so that it can be written as it was. Raises ValueError."""
    if not NUMBER.fullmatch(text := text.strip()):
        raise ValueError(text)
    if (digits := text.lstrip("+-")).isdecimal() and len(digits) <= MOST_DIGITS:
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def read_boolean(text: str) -> bool:
    """True or false. Raises ValueError."""
    return {"true": True, "1": True, "false": False, "0": False}[text.strip()]


def read_point(text: str) -> dict[str, Any]:
    """Latitude, longitude, altitude and accuracy as a GeoJSON point, longitude first. Raises ValueError."""
    coordinates, accuracy = _position(text)
    return _shape("Point", coordinates, accuracy)


def read_trace(text: str) -> dict[str, Any]:
    """Points parted by semicolons as a GeoJSON line. Raises ValueError."""
    coordinates, accuracies = _positions(text)
    return _shape("LineString", coordinates, accuracies)


def read_area(text: str) -> dict[str, Any]:
    """Points parted by semicolons, the last one the first again, as a GeoJSON polygon. Raises ValueError."""
    coordinates, accuracies = _positions(text)
    return _shape("Polygon", [coordinates], accuracies)


def _shape(kind: str, coordinates: Any, accuracy: Any) -> dict[str, Any]:
    shape = {"type": kind, "coordinates": coordinates}
    return shape if accuracy is None else {**shape, "properties": {"accuracy": accuracy}}


def _position(text: str) -> tuple[list[int | float], int | float | None]:
    numbers = [read_decimal(word) for word in text.split()]
    if not COORDINATES <= len(numbers) <= WITH_ACCURACY:
        raise ValueError(text)
    latitude, longitude, *altitude = numbers[:3]
    return [longitude, latitude, *altitude], numbers[3] if len(numbers) == WITH_ACCURACY else None


def _positions(text: str) -> tuple[list[Any], list[Any] | None]:
    positions = [_position(one) for one in text.split(";") if one.strip()]
    if len(positions) < 2:  # noqa: PLR2004  (a line has two ends)
        raise ValueError(text)
    accuracies = [accuracy for _, accuracy in positions]
    return [coordinates for coordinates, _ in positions], None if None in accuracies else accuracies


READ: Final[Mapping[Kind, Read]] = {
    "int": read_int,
    "decimal": read_decimal,
    "boolean": read_boolean,
    "geopoint": read_point,
    "geotrace": read_trace,
    "geoshape": read_area,
}
"""How the kinds are read that are more than a text."""


def position_of(point: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Latitude, longitude, altitude and accuracy of a GeoJSON point; None where it was not measured."""
    longitude, latitude, *altitude = point["coordinates"]
    accuracy = point["properties"]["accuracy"] if "properties" in point else None
    return latitude, longitude, altitude[0] if altitude else None, accuracy


def written(shape: Mapping[str, Any]) -> str:
    """A place as the phone wrote it: latitude first, points parted by semicolons."""
    if shape["type"] == "Point":
        return _written(shape["coordinates"], shape.get("properties", {}).get("accuracy"))
    positions = shape["coordinates"][0] if shape["type"] == "Polygon" else shape["coordinates"]
    accuracies = shape.get("properties", {}).get("accuracy") or [None] * len(positions)
    return ";".join(_written(position, accuracy) for position, accuracy in zip(positions, accuracies, strict=True))


def _written(position: list[Any], accuracy: Any) -> str:
    longitude, latitude, *altitude = position
    return " ".join(str(number) for number in (latitude, longitude, *altitude, accuracy) if number is not None)


def well_known_text(shape: Mapping[str, Any]) -> str:
    """A place as WKT: POINT (45.3 2.5 12), longitude first."""
    positions = {"Point": [shape["coordinates"]], "Polygon": shape["coordinates"][0]}
    told = ", ".join(" ".join(map(str, position)) for position in positions.get(shape["type"], shape["coordinates"]))
    return f"POLYGON (({told}))" if shape["type"] == "Polygon" else f"{shape['type'].upper()} ({told})"
