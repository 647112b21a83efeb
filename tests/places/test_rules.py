"""Codes and scopes, coordinates as people write them, points in areas, outlines for maps."""

from __future__ import annotations

import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping, shape

from waystation.places.problems import (
    BadCode,
    CoordinateMissing,
    CoordinateOutOfRange,
    NotACoordinate,
    NotAWindow,
    OutsideArea,
    SwappedCoordinates,
)
from waystation.places.rules import (
    BITS,
    LATITUDE,
    LONGITUDE,
    SIGNS,
    check_site_code,
    circle_radius,
    distance_outside,
    drawing_around,
    is_boundary,
    is_prefix,
    kilometres,
    label_point,
    read_coordinate,
    read_point,
    read_window,
    scope_of,
    shown_coordinate,
    simplify_boundaries,
    site_code,
    where_is,
    window_of,
)

JUBA = (4.8594, 31.5713)
COUNTY = mapping(shapely.box(31.0, 4.0, 32.0, 5.0))
numbers = st.integers(0, 2**BITS - 1)


def test_a_scope_is_the_path_of_codes_from_the_country_inwards():
    assert scope_of(scope_of(scope_of("/", "SSD"), "SS01"), "SS0101") == "/SSD/SS01/SS0101"


@pytest.mark.parametrize("code", ["HT0811-07", "BDI014006", "62179", "a.b_c"])
def test_codes_of_every_country_can_be_part_of_a_path(code):
    assert scope_of("/LBN", code) == f"/LBN/{code}"


@pytest.mark.parametrize("code", ["", "SS/01", "..", ".", "SS 01", "SS%", "ج01", "SS01\n"])
def test_a_code_that_would_break_a_path_is_refused(code):
    with pytest.raises(BadCode):
        scope_of("/SSD", code)


def test_a_pcode_usually_begins_with_its_parents():
    assert is_prefix("SS01", "SS0101")
    assert not is_prefix("LB63", "62179")


def test_a_site_code_has_one_length_and_no_sign_that_is_taken_for_another():
    assert site_code(0) == "S-0000000"
    assert {len(site_code(number)) for number in (0, 1, 32, 2**29, 2**BITS - 1)} == {9}
    assert not set("ILOU") & set(SIGNS)


@pytest.mark.parametrize("number", [-1, 2**BITS])
def test_a_number_that_fits_no_site_code_is_a_mistake(number):
    with pytest.raises(ValueError, match="30 bits"):
        site_code(number)


@given(numbers)
def test_a_site_code_is_known_again_however_it_is_typed(number):
    code = site_code(number)
    scrawled = f" {code.lower().replace('-', '').replace('0', 'o').replace('1', 'l')} "

    assert check_site_code(code) == code
    assert check_site_code(scrawled) == code


@given(numbers, numbers)
def test_two_numbers_have_two_codes(one, other):
    assert (site_code(one) == site_code(other)) == (one == other)


@given(numbers, st.integers(2, 8), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_noticed(number, place, sign):
    code = site_code(number)
    mistyped = code[:place] + sign + code[place + 1 :]

    assert check_site_code(mistyped) == (code if mistyped == code else None)


@given(numbers, st.integers(2, 7))
def test_two_neighbours_swapped_are_noticed(number, place):
    code = site_code(number)
    mistyped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert check_site_code(mistyped) == (code if mistyped == code else None)


@pytest.mark.parametrize("text", ["ssid_SS0101_0002", "S-", "", "S-00000000", "X-0000000", "S-000000U", "CCCM-SO1101"])
def test_codes_of_other_systems_are_not_taken_for_ours(text):
    assert check_site_code(text) is None


@pytest.mark.parametrize(
    ("word", "degrees"),
    [
        (4.86, 4.86),
        (5, 5.0),
        ("4.86", 4.86),
        (" 4,86 ", 4.86),
        ("-4.86", -4.86),
        ("−4.86", -4.86),
        ("٤٫٨٦", 4.86),
        ("۴٫۸۶", 4.86),
        ("٤،٨٦", 4.86),
        ("\u200e4.86\u200f", 4.86),
        ("4.86°", 4.86),
        ("4.86 N", 4.86),
        ("N 4.86", 4.86),
        ("4.86s", -4.86),
        ("4°51'36\"N", 4.86),
        ("4° 51′ 36″ N", 4.86),
        ("4º51’36’’N", 4.86),
        ("4 51 36 S", -4.86),
        ("4:51:36", 4.86),
        ("-4°51'36\"", -4.86),
        ("4°51.6'N", 4.86),
        ("4°51,6'N", 4.86),
        ("٤°٥١'٣٦\"N", 4.86),
    ],
)
def test_a_latitude_is_read_as_people_write_it(word, degrees):
    assert read_coordinate(word, LATITUDE) == pytest.approx(degrees)


@pytest.mark.parametrize(("word", "degrees"), [("12.5 W", -12.5), ("12,5 O", -12.5), ("31°30'E", 31.5), (180, 180.0)])
def test_a_longitude_knows_its_own_letters(word, degrees):
    assert read_coordinate(word, LONGITUDE) == pytest.approx(degrees)


@pytest.mark.parametrize(
    "word",
    [
        "", "abc", "4.86.1", "4,86,1", "4 51 36", "4°61'N", "4°51'60\"N", "4°5136", "4.5°51'N", "4°51.5'36\"",
        "-4.86 N", "N 4.86 N", "31.5 E", "4.86e0", "1234", True, None, [4.86], float("nan"), float("inf"),
    ],
)  # fmt: skip
def test_what_says_no_latitude_is_refused(word):
    with pytest.raises(NotACoordinate):
        read_coordinate(word, LATITUDE)


@pytest.mark.parametrize(("word", "axis"), [(90.1, LATITUDE), ("131.5", LATITUDE), ("-180,5", LONGITUDE)])
def test_what_lies_beyond_the_globe_is_refused(word, axis):
    with pytest.raises(CoordinateOutOfRange):
        read_coordinate(word, axis)


@given(
    st.floats(-90, 90),
    st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"]),
    st.sampled_from(".,٫"),
)
def test_reading_undoes_writing_in_any_script(degrees, digits, point):
    written = f"{degrees:.6f}".translate(str.maketrans("0123456789.", digits + point))

    assert read_coordinate(written, LATITUDE) == pytest.approx(degrees, abs=1e-6)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.sampled_from("EWO"))
def test_degrees_minutes_and_seconds_become_degrees(degrees, minutes, seconds, letter):
    exact = degrees + minutes / 60 + seconds / 3600

    read = read_coordinate(f"{degrees}°{minutes:02}'{seconds:02}\"{letter}", LONGITUDE)

    assert read == pytest.approx(exact if letter == "E" else -exact)


@pytest.mark.parametrize(
    ("words", "point"),
    [
        (("4.86 31.57 0 5",), (4.86, 31.57)),
        (("4.86, 31.57",), (4.86, 31.57)),
        (("4,86; 31,57",), (4.86, 31.57)),
        ((None, "4.86", 31.57), (4.86, 31.57)),
        (("", "", None), None),
        ((None,), None),
    ],
)
def test_a_point_comes_from_a_phone_or_from_two_cells(words, point):
    assert read_point(*words) == point


@pytest.mark.parametrize("words", [("4.86",), (None, 4.86, None), ("", "", "31.57")])
def test_half_a_point_is_refused(words):
    with pytest.raises(CoordinateMissing):
        read_point(*words)


@pytest.mark.parametrize(
    ("sensitivity", "stranger"),
    [("public", (4.8594, 31.5713)), ("rounded", (4.86, 31.57)), ("internal", None), ("restricted", None)],
)
def test_strangers_see_a_site_as_far_as_its_sensitivity_allows(sensitivity, stranger):
    assert shown_coordinate(*JUBA, sensitivity, trusted=False) == stranger
    assert shown_coordinate(*JUBA, sensitivity, trusted=True) == JUBA


@pytest.mark.parametrize(
    ("point", "found"),
    [
        (JUBA, "inside"),
        ((3.995, 31.5), "inside"),
        ((31.5713, 4.8594), "swapped"),
        ((3.5, 31.5), "outside"),
        ((-4.86, 31.57), "outside"),
    ],
    ids=["inside", "just beyond a boundary that is drawn roughly", "swapped", "outside", "on the other half"],
)
def test_a_point_is_inside_its_area_swapped_or_outside(point, found):
    assert where_is(point, COUNTY) == found


def test_a_boundary_that_crosses_itself_can_still_hold_points():
    bow = {"type": "Polygon", "coordinates": [[[31, 4], [32, 5], [32, 4], [31, 5], [31, 4]]]}

    assert where_is((4.5, 31.1), bow) == "inside"
    assert where_is((4.9, 31.5), bow) == "outside"


def test_the_way_between_two_points_is_that_over_the_globe():
    assert kilometres((0, 0), (0, 1)) == pytest.approx(111.19, abs=0.01)
    assert kilometres((15.5, 32.56), JUBA) == pytest.approx(1188, abs=1)  # Khartoum to Juba


def test_the_distance_outside_an_area_is_that_to_its_nearest_point():
    assert distance_outside((3.0, 31.5), COUNTY) == pytest.approx(111.19, abs=0.01)
    assert distance_outside(JUBA, COUNTY) == 0


def test_the_problems_of_a_point_name_both_its_numbers():
    swapped = SwappedCoordinates(latitude=31.5713, longitude=4.8594, area="Juba").as_dict()
    outside = OutsideArea(latitude=3.0, longitude=31.5, area="Juba", distance=111.2)

    assert swapped["message"].startswith("Latitude 31.5713 and longitude 4.8594 lie outside Juba")
    assert swapped["remedy"] == "Exchange the two: latitude 4.8594, longitude 31.5713."
    assert str(outside) == "The point 3.0, 31.5 lies 111.2 km outside Juba."


def wavy(east, north):
    """A square of one degree whose sides have many points, shared with its neighbours."""

    def waves(points):
        steps = (points * 50).round()
        return (steps + 0.2 * (steps[:, ::-1] % 2)) / 50

    return mapping(shapely.transform(shapely.segmentize(shapely.box(east, north, east + 1, north + 1), 0.02), waves))


def test_boundaries_simplified_together_leave_no_gaps_between_neighbours():
    before = [wavy(east, north) for east in (31, 32) for north in (4, 5)]

    after = [shape(outline) for outline in simplify_boundaries(before, 0.02)]

    assert shapely.coverage_is_valid(after)
    assert sum(map(shapely.get_num_coordinates, after)) < sum(len(outline["coordinates"][0]) for outline in before) / 2
    assert shapely.union_all(after).area == pytest.approx(4, abs=0.05)


def test_simplified_coordinates_are_short():
    (outline,) = simplify_boundaries([wavy(31, 4)])

    assert all(re.fullmatch(r"\d+\.\d{1,4}", str(degree)) for point in outline["coordinates"][0] for degree in point)


@pytest.mark.parametrize(
    "geometry",
    [
        mapping(shapely.box(31, 4, 31.0001, 4.0001)),
        mapping(shapely.box(31, 4, 31.00001, 4.00001)),
        {"type": "Polygon", "coordinates": [[[31, 4], [32, 5], [32, 4], [31, 5], [31, 4]]]},
        {"type": "Polygon", "coordinates": [[[31, 4], [32, 4], [32, 5], [32, 6], [32, 5], [31, 5], [31, 4]]]},
    ],
    ids=["tiny", "smaller than the grid", "crossing itself", "with a spike"],
)
def test_no_outline_vanishes_or_breaks(geometry):
    (outline,) = simplify_boundaries([geometry], 0.01)

    assert is_boundary(outline)
    assert shapely.is_valid(shape(outline))


def test_boundaries_that_overlap_are_simplified_too():
    outlines = simplify_boundaries([wavy(31, 4), wavy(31.5, 4.5), wavy(31, 4)], 0.02)

    assert all(map(is_boundary, outlines))


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        "POLYGON((0 0, 1 1, 0 1, 0 0))",
        {"type": "Point", "coordinates": [31, 4]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[31, 4], [32, 4]]]},
        {"type": "Polygon", "coordinates": [[["a", 4], [32, 4], [32, 5], ["a", 4]]]},
        {"type": "Polygon", "coordinates": 5},
        {"type": "Polygon", "coordinates": [[[31, 4], [32, 4], [33, 4], [31, 4]]]},
        {"type": "Polygon", "coordinates": [[[310000, 400000], [320000, 400000], [320000, 500000], [310000, 400000]]]},
    ],
)
def test_what_is_no_polygon_on_the_globe_is_no_boundary(geometry):
    assert not is_boundary(geometry)


def test_a_symbol_stands_inside_its_outline():
    horseshoe = mapping(shapely.box(30, 4, 33, 7) - shapely.box(31, 4, 32, 6.5))

    longitude, latitude = label_point(horseshoe)

    assert shape(horseshoe).contains(shapely.Point(longitude, latitude))


SQUARE = {"type": "Polygon", "coordinates": [[[31, 4], [33, 4], [33, 6], [31, 6], [31, 4]]]}
ISLANDS = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[34, 4], [35, 4], [35, 5], [34, 5], [34, 4]]],
        [[[36, 4], [36.00001, 4], [36.00001, 4.00001], [36, 4]]],
    ],
}


def test_a_window_of_the_map_is_read():
    assert read_window("24.1,3.4,36,12.3") == (24.1, 3.4, 36.0, 12.3)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "a,2,3,4", "36,3,24,12", "24,12,36,3", "24,-91,36,3", "nan,3,36,12", "24,nan,36,12"],
)
def test_what_is_no_window_is_refused(text):
    with pytest.raises(NotAWindow):
        read_window(text)


def test_the_window_of_outlines_and_points_is_the_smallest_around_them():
    assert window_of([SQUARE, ISLANDS]) == (31, 4, 36.00001, 6)
    assert window_of([SQUARE], [(30, 5), (32, 7)]) == (30, 4, 33, 7)


def test_outlines_are_drawn_north_up_inside_their_sheet():
    drawing = drawing_around(window_of([SQUARE, ISLANDS]), width=400)

    left, bottom = drawing.place(31, 4)
    right, top = drawing.place(36.00001, 6)

    assert 0 < left < right < 400 == drawing.width
    assert 0 < top < bottom < drawing.height


def test_a_drawing_is_true_to_shape_where_it_lies():
    drawing = drawing_around((30, 59, 32, 61))
    across = drawing.place(31, 60)[0] - drawing.place(30, 60)[0]
    down = drawing.place(30, 60)[1] - drawing.place(30, 61)[1]

    assert down / across == pytest.approx(2, abs=0.02)  # at 60 degrees north a degree of longitude is half as long


def test_what_is_too_small_to_draw_falls_away_but_never_a_whole_outline():
    drawing = drawing_around(window_of([SQUARE, ISLANDS]))
    dot = {"type": "MultiPolygon", "coordinates": ISLANDS["coordinates"][1:]}

    assert drawing.path(SQUARE).count("M") == 1
    assert drawing.path(ISLANDS).count("M") == 1
    assert drawing.path(dot).startswith("M")


def test_circles_have_areas_in_proportion_and_are_never_too_small_to_see():
    assert circle_radius(100, 100, 20) == 20
    assert circle_radius(25, 100, 20) == 10
    assert circle_radius(0, 100, 20) == 2
    assert circle_radius(0, 0, 20) == 2
