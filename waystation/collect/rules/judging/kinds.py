"""Whether an answer is of the type that its question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from .days import is_day, is_moment, is_time
from .values import NUMBER

WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)
TRUTHS: Final = frozenset({"true", "false", "1", "0"})
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
FEWEST_NUMBERS, MOST_NUMBERS = 2, 4  # latitude and longitude; then altitude and accuracy
ENDS_OF_A_LINE, CORNERS_OF_AN_AREA = 2, 3


def is_whole(text: str) -> bool:
    """Whether a text is a whole number that computers can count with."""
    return WHOLE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether a text is a number."""
    return NUMBER.fullmatch(text) is not None


def is_truth(text: str) -> bool:
    """Whether a text is yes or no, as computers say it."""
    return text in TRUTHS


def is_point(text: str) -> bool:
    """Whether a text is a point on the Earth: latitude and longitude, and perhaps altitude and accuracy."""
    words = text.split()
    if not FEWEST_NUMBERS <= len(words) <= MOST_NUMBERS or not all(map(is_number, words)):
        return False
    return abs(float(words[0])) <= MOST_LATITUDE and abs(float(words[1])) <= MOST_LONGITUDE


def is_line(text: str) -> bool:
    """Whether a text is a line: two points or more, parted by semicolons."""
    return _are_points(text, at_least=ENDS_OF_A_LINE)


def is_area(text: str) -> bool:
    """Whether a text is an area: three points or more, then the first again."""
    corners = [one.split()[:2] for one in text.split(";") if one.strip()]
    return _are_points(text, at_least=CORNERS_OF_AN_AREA + 1) and corners[0] == corners[-1]


def _are_points(text: str, *, at_least: int) -> bool:
    points = [one for one in text.split(";") if one.strip()]
    return len(points) >= at_least and all(map(is_point, points))


FITS: Final[Mapping[str, Callable[[str], bool]]] = {
    "int": is_whole,
    "integer": is_whole,
    "decimal": is_number,
    "double": is_number,
    "float": is_number,
    "boolean": is_truth,
    "date": is_day,
    "time": is_time,
    "dateTime": is_moment,
    "geopoint": is_point,
    "geotrace": is_line,
    "geoshape": is_area,
}
"""By the type of the question; any other takes every answer."""
