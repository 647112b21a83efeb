"""Where things are: scopes and codes, coordinates as people write them, points in areas, outlines for maps."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from waystation.collect.rules import excerpt, in_western_digits

from .problems import BadCode, CoordinateMissing, CoordinateOutOfRange, NotACoordinate, NotAWindow

LOCATION_KINDS: Final = ("site", "host_community_location", "area_of_return", "transit_point")
"""What a place of displacement is: a camp or the like, or a location outside camps (DTM methodological framework)."""

SITE_TYPES: Final = (
    "planned_camp",
    "self_settled_informal_settlement",
    "transit_site",
    "collective_centre",
    "evacuation_centre",
    "reception_centre",
    "host_family",
    "rented_subsidized_housing",
)
"""The global typology of the CCCM cluster; the last two lie outside camps."""

STATUSES: Final = (
    "rumoured",
    "reported",
    "verified_open",
    "temporarily_inaccessible",
    "closing",
    "closed",
    "reopened",
    "duplicate",
    "invalid",
)
"""The life of a site, from hearsay to closure, and the two ways of never having been one."""

SENSITIVITIES: Final = ("public", "rounded", "internal", "restricted")
"""Who may see where a site is: anyone, anyone roughly, or only those trusted with the place."""

PLACES_ROUNDED: Final = 2  # 0.01 degree, about a kilometre

CODE = re.compile(r"(?!\.+$)[A-Za-z0-9._-]+")


def scope_of(parent_scope: str, code: str) -> str:
    """The path of a place inside another, such as /SSD/SS01; the outermost lies in "/". Raises BadCode."""
    if not CODE.fullmatch(code):
        raise BadCode(code=excerpt(code))
    return f"{parent_scope.rstrip('/')}/{code}"


def is_prefix(parent: str, child: str) -> bool:
    """Whether a P-code begins with its parent's. It usually does; Lebanon's 62179 lies in LB63."""
    return child.startswith(parent)


SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
SITE_CODE = re.compile(f"S[{SIGNS}]{{7}}")
MISREAD = str.maketrans("OIL", "011")
BITS: Final = 30  # six signs of five bits


def site_code(number: int) -> str:
    """The opaque code of a site, such as S-7K3Q9AB: six signs of a 30-bit number and one that checks them.

    It says nothing of area or type, which change. Any one wrong sign, and any two neighbours swapped, are noticed.
    """
    if not 0 <= number < 1 << BITS:
        raise ValueError(f"a site's number has {BITS} bits, not {number.bit_length()}")
    digits = [number >> shift & 31 for shift in range(BITS - 5, -1, -5)]
    return "S-" + "".join(SIGNS[digit] for digit in (*digits, _check_digit(digits)))


def check_site_code(text: str) -> str | None:
    """The site code that somebody typed, in its one spelling; None where it is mistyped or no code of ours.

    Small letters, lost hyphens, O for 0, and I or L for 1 are forgiven.
    """
    signs = re.sub(r"[\s\-‐‑–]", "", text).upper().translate(MISREAD)
    if not SITE_CODE.fullmatch(signs):
        return None
    digits = [SIGNS.index(sign) for sign in signs[1:]]
    return f"S-{signs[1:]}" if _check_digit(digits[:-1]) == digits[-1] else None


def _check_digit(digits: Sequence[int]) -> int:
    """A weighted sum in the field of 32 elements, each place weighing twice the next (x⁵ + x² + 1)."""
    check = 0
    for digit in digits:
        check = (check ^ digit) << 1
        check ^= 0b100101 if check & 0b100000 else 0
    return check


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two directions: how far it goes, and the letters that say which way."""

    limit: int
    letters: Mapping[str, int]


LATITUDE = Axis(90, {"N": 1, "S": -1})
LONGITUDE = Axis(180, {"E": 1, "W": -1, "O": -1})  # O as in French ouest and Spanish oeste

PLAIN_SIGNS = str.maketrans({"٫": ".", "،": ".", ",": ".", "−": "-", "–": "-", "′": "'", "’": "'", "″": '"', "”": '"'})
LETTERED = re.compile(r"(?P<first>[NSEWO])?\s*(?P<angle>[^A-Z]*?)\s*(?P<last>[NSEWO])?")
DECIMAL = re.compile(r"[+-]?\d{1,3}(\.\d+)?\s*°?")
ANGLE = re.compile(
    r"""(?P<sign>-?)(?P<degrees>\d{1,3})\s*(?P<mark>[°º:]|\s)\s*(?P<minutes>\d{1,2}(\.\d+)?)
        ((\s*['´:]\s*|\s+)(?P<seconds>\d{1,2}(\.\d+)?)\s*("|'')?|\s*['´])?""",
    re.VERBOSE,
)
SIXTY: Final = 60


def read_coordinate(word: Any, axis: Axis) -> float:
    """Degrees from a number or a text: decimal or 4°51'36"N, any script's digits, point or comma.

    Raises NotACoordinate or CoordinateOutOfRange.
    """
    value = _as_degrees(word, axis)
    if value is None or not math.isfinite(value):
        raise NotACoordinate(word=excerpt(word))
    if abs(value) > axis.limit:
        raise CoordinateOutOfRange(value=excerpt(word), limit=axis.limit)
    return value


def _as_degrees(word: Any, axis: Axis) -> float | None:
    if isinstance(word, int | float) and not isinstance(word, bool):
        return float(word)
    if not isinstance(word, str):
        return None
    parts = LETTERED.fullmatch(in_western_digits(word).translate(PLAIN_SIGNS).upper())
    if parts is None or (parts["first"] and parts["last"]):
        return None
    letter, angle = parts["first"] or parts["last"], parts["angle"]
    degrees = _unlettered(angle, with_blanks=bool(letter))
    if degrees is None or not letter:
        return degrees
    if letter not in axis.letters or angle.startswith(("-", "+")):
        return None
    return axis.letters[letter] * degrees


def _unlettered(angle: str, *, with_blanks: bool) -> float | None:
    """Degrees, or degrees with minutes and seconds; parted by mere blanks only where a letter says what they are."""
    if DECIMAL.fullmatch(angle):
        return float(angle.rstrip("° "))
    parts = ANGLE.fullmatch(angle)
    if parts is None or (parts["mark"].isspace() and not with_blanks) or ("." in parts["minutes"] and parts["seconds"]):
        return None
    minutes, seconds = float(parts["minutes"]), float(parts["seconds"] or 0)
    if minutes >= SIXTY or seconds >= SIXTY:
        return None
    degrees = int(parts["degrees"]) + minutes / SIXTY + seconds / SIXTY**2
    return -degrees if parts["sign"] else degrees


Point = tuple[float, float]
"""Latitude and longitude, in this order."""


def read_point(point: Any, latitude: Any = None, longitude: Any = None) -> Point | None:
    """A point from a phone ("latitude longitude altitude accuracy") or from two cells; None where none is given.

    Raises NotACoordinate, CoordinateOutOfRange, or CoordinateMissing where there is one without the other.
    """
    if not _is_empty(point):
        latitude, longitude, *_rest = [*re.split(r",?[\s;]+", str(point).strip()), None]
    if _is_empty(latitude) and _is_empty(longitude):
        return None
    if _is_empty(latitude) or _is_empty(longitude):
        raise CoordinateMissing
    return read_coordinate(latitude, LATITUDE), read_coordinate(longitude, LONGITUDE)


def _is_empty(word: Any) -> bool:
    return word is None or (isinstance(word, str) and not word.strip())


def shown_coordinate(latitude: float, longitude: float, sensitivity: str, *, trusted: bool) -> Point | None:
    """Where a site is, as far as its sensitivity allows: exactly, to about a kilometre, or not at all."""
    if trusted or sensitivity == "public":
        return latitude, longitude
    if sensitivity == "rounded":
        return round(latitude, PLACES_ROUNDED), round(longitude, PLACES_ROUNDED)
    return None


GeoJson = dict[str, Any]
TOLERANCE: Final = 0.01  # degrees, about a kilometre: how far published boundaries are off
EARTH_RADIUS: Final = 6371.0  # km, mean


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A geometry as the very object it is: kept here, its identity can serve as the key of a cache."""

    geometry: GeoJson

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.geometry is other.geometry

    def __hash__(self) -> int:
        return id(self.geometry)


@lru_cache(maxsize=256)
def _drawn(same: _Same) -> BaseGeometry:
    """A boundary drawn once and prepared, for thousands of points are held against it."""
    area = _repaired(shape(same.geometry))
    shapely.prepare(area)
    return area


def where_is(point: Point, boundary: GeoJson) -> Literal["inside", "swapped", "outside"]:
    """Whether a point lies in an area (GeoJSON), or would if its two numbers were the other way round."""
    area, (latitude, longitude) = _drawn(_Same(boundary)), point
    if shapely.dwithin(area, shapely.Point(longitude, latitude), TOLERANCE):
        return "inside"
    return "swapped" if shapely.dwithin(area, shapely.Point(latitude, longitude), TOLERANCE) else "outside"


def distance_outside(point: Point, boundary: GeoJson) -> float:
    """Kilometres from a point to the nearest point of an area; 0 inside."""
    latitude, longitude = point
    line = shapely.shortest_line(_drawn(_Same(boundary)), shapely.Point(longitude, latitude))
    (east, north), _here = shapely.get_coordinates(line)
    return kilometres((float(north), float(east)), point)


def kilometres(one: Point, other: Point) -> float:
    """The way between two points over the globe (haversine)."""
    (north, east), (north_2, east_2) = (tuple(map(math.radians, point)) for point in (one, other))
    across = math.cos(north) * math.cos(north_2) * math.sin((east_2 - east) / 2) ** 2
    chord = math.sin((north_2 - north) / 2) ** 2 + across
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(chord))


DECIMALS: Final = 4  # about ten metres
SURFACE: Final = 2  # the dimension of an area, where a line has 1


def is_boundary(geometry: Any) -> bool:
    """Whether a GeoJSON geometry is a polygon, or several, that can be drawn on the globe."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return False
    try:
        drawn = shape(geometry)
    except (ValueError, TypeError, LookupError, AttributeError, shapely.errors.ShapelyError):
        return False  # shapely answers a broken list of points with whatever broke first
    west, south, east, north = drawn.bounds
    within = -LONGITUDE.limit <= west <= east <= LONGITUDE.limit and -LATITUDE.limit <= south <= north <= LATITUDE.limit
    return within and drawn.area > 0


def simplify_boundaries(geometries: Sequence[GeoJson], tolerance: float = 0.005) -> list[GeoJson]:
    """Outlines with fewer points, simplified together so that neighbours still touch, in the order given.

    A tolerance of 0.005 degrees leaves out what is smaller than about half a kilometre. No outline vanishes.
    """
    whole = [_repaired(shape(geometry)) for geometry in geometries]
    try:
        simplified = list(shapely.coverage_simplify(whole, tolerance))
    except shapely.errors.GEOSException:  # they overlap too badly to be treated as neighbours
        simplified = list(shapely.simplify(whole, tolerance))
    return [_as_geojson(fewer, all_) for fewer, all_ in zip(simplified, whole, strict=True)]


def _repaired(geometry: BaseGeometry) -> BaseGeometry:
    """The same area without crossings; what is no area (a spike, a stray point) falls away."""
    if shapely.is_valid(geometry):
        return geometry
    parts = shapely.get_parts(shapely.make_valid(geometry))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == SURFACE])


def _as_geojson(simplified: BaseGeometry, whole: BaseGeometry) -> GeoJson:
    grid = 10.0**-DECIMALS
    for outline in (
        shapely.set_precision(simplified, grid, mode="pointwise"),  # keeps neighbours touching
        shapely.set_precision(simplified, grid),
        shapely.set_precision(whole, grid),
        whole,
    ):
        if shapely.is_valid(outline) and not shapely.is_empty(outline):
            break
    return dict(mapping(outline))


def label_point(outline: GeoJson) -> tuple[float, float]:
    """Longitude and latitude of a point well inside an outline, for a symbol."""
    point = shapely.point_on_surface(_repaired(shape(outline)))
    return round(float(point.x), DECIMALS), round(float(point.y), DECIMALS)


Window = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


def read_window(text: str) -> Window:
    """A window of the map from "west,south,east,north". Raises NotAWindow."""
    try:
        west, south, east, north = (float(word) for word in text.split(","))
    except ValueError as error:
        raise NotAWindow(word=excerpt(text)) from error
    on_globe = abs(south) <= LATITUDE.limit and abs(north) <= LATITUDE.limit  # also false for a NaN
    if not (on_globe and -2 * LONGITUDE.limit <= west < east <= 2 * LONGITUDE.limit and south < north):
        raise NotAWindow(word=excerpt(text))
    return west, south, east, north


Ring = Sequence[Sequence[float]]


def rings_of(outline: GeoJson) -> list[Ring]:
    """The closed lines of a polygon, or of several."""
    polygons = [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sheet of whole numbers on which degrees are drawn: equirectangular, true in the middle, north up."""

    west: float
    north: float
    across: float
    """Units a degree of longitude; a degree of latitude has as many as the middle parallel asks."""
    down: float
    width: int
    height: int

    def place(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Where a point lies on the sheet: from the left, from the top."""
        return round((longitude - self.west) * self.across), round((self.north - latitude) * self.down)

    def path(self, outline: GeoJson) -> str:
        """An outline as the path of an SVG. What is smaller than a unit falls away, but never a whole outline."""
        rings = [self._ring(ring) for ring in rings_of(outline)]
        drawn = [ring for ring in rings if len(ring) >= CORNERS] or [max(rings, key=len)]
        return "".join(_as_path(ring) for ring in drawn)

    def _ring(self, ring: Ring) -> list[tuple[int, int]]:
        places = [self.place(*point[:2]) for point in ring]
        apart = [place for place, before in zip(places, [None, *places], strict=False) if place != before]
        return apart[:-1] or apart  # a ring ends where it began, unless all of it is one place


CORNERS: Final = 3
MARGIN: Final = 24  # units around everything, for circles that reach beyond the outlines


def drawing_around(window: Window, width: int = 800) -> Drawing:
    """A sheet of some width that shows a window of the map, with a margin."""
    west, south, east, north = window
    across = (width - 2 * MARGIN) / max(east - west, TOLERANCE)
    down = across / max(math.cos(math.radians((south + north) / 2)), TOLERANCE)
    return Drawing(
        west=west - MARGIN / across,
        north=north + MARGIN / down,
        across=across,
        down=down,
        width=width,
        height=round(max(north - south, TOLERANCE) * down) + 2 * MARGIN,
    )


def window_of(outlines: Sequence[GeoJson], points: Sequence[Sequence[float]] = ()) -> Window:
    """The smallest window around some outlines and some points (longitude, latitude), at least one of either."""
    points = [*points, *(point for outline in outlines for ring in rings_of(outline) for point in ring)]
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _as_path(ring: Sequence[tuple[int, int]]) -> str:
    """Steps from corner to corner: small numbers, few signs."""
    steps = [(x - x_0, y - y_0) for (x, y), (x_0, y_0) in zip(ring[1:], ring, strict=False)]
    return "M{},{}".format(*ring[0]) + "l" + " ".join(f"{x},{y}" for x, y in steps or [(0, 0)]) + "z"


def circle_radius(number: int, most: int, largest: float, least: float = 2) -> float:
    """The radius whose circle has an area in proportion to a number; never too small to be seen."""
    return round(max(least, largest * math.sqrt(number / max(most, 1))), 1)
