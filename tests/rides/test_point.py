"""A point on the map: as people type it, and the public place that everybody else sees instead."""

from math import hypot

import pytest

from landbooking.database import Connection
from landbooking.places.map import frame_around
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.place import gazetteer
from landbooking.rides.point import point_text, typed_point
from landbooking.rides.pointing import (
    NEAREST,
    SIZES,
    STEPS,
    Look,
    drawn_sheet,
    first_look,
    frame_of,
    next_look,
    spoken_spot,
)
from landbooking.rides.way import Point, distance
from support.rides import make_road

KUSEL = Point(49.5396, 7.4046)


@pytest.mark.parametrize(
    "typed",
    [
        "49.5396, 7.4046", "49.5396,7.4046", "49.5396 7.4046", " 49.5396 ;  7.4046 ", "+49.5396, +7.4046",
        "49,5396, 7,4046", "49,5396 7,4046", "49,5396; 7,4046", "49,5396,7,4046", "49.53960000001, 7.4046",
        "49.5396° N, 7.4046° E", "49,5396°N 7,4046°O", "49.5396\u00a0N,\n7.4046 e",
        "geo:49.5396,7.4046", "GEO:49.5396,7.4046,230;crs=wgs84;u=30", "geo:49.5396,7.4046?z=17",
    ],
)  # fmt: skip
def test_a_point_is_typed_as_map_programs_show_it(typed: str) -> None:
    assert typed_point(typed) == KUSEL
    assert typed_point(point_text(KUSEL)) == KUSEL


@pytest.mark.parametrize(
    "typed", ["", "Kusel", "66869", "66869 Kusel", "07336055", "Straße 5, 2. Haus", "Adorf, 7.4046"]
)
def test_a_name_is_no_point(typed: str) -> None:
    assert typed_point(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["49.5396", "geo:", "geo:Kusel", "49.5396,", "1,2,3,4,5", "91.0, 7.4", "49.5, 181", "49..5, 7.4", "." + "1" * 99],
)
def test_numbers_that_are_no_point_are_told_so(typed: str) -> None:
    with pytest.raises(UnknownPlace, match="zwei Zahlen"):
        typed_point(typed)


@pytest.mark.parametrize(
    ("lat", "lon", "label"),
    [
        (49.5, 7.30, "Adorf"),
        (49.52, 7.33, "Adorf"),
        (49.52, 7.35, "Bedorf"),
        (49.5062, 7.385, "Bedorf, Mitfahrbank"),  # 467 m
        (49.5067, 7.385, "Bedorf"),  # 523 m
        (49.5001, 7.3801, "Bedorf, Mitfahrbank"),  # in the very village, with the bench around the corner
    ],
)
async def test_others_see_the_bench_at_hand_or_the_village(
    connection: Connection, lat: float, lon: float, label: str
) -> None:
    places = (await make_road(connection)).places
    assert places.nearest(Point(lat, lon)).label == label


async def test_a_bench_that_was_retired_stands_for_nothing(connection: Connection) -> None:
    await make_road(connection)
    await connection.execute("UPDATE meeting_point SET retired_at = now()")
    assert (await gazetteer(connection)).nearest(Point(49.502, 7.385)).label == "Bedorf"


@pytest.mark.parametrize(("lat", "lon"), [(49.546, 7.30), (7.4046, 49.5396), (0.0, 0.0), (-90.0, 180.0)])
async def test_far_from_all_villages_is_no_stop(connection: Connection, lat: float, lon: float) -> None:
    places = (await make_road(connection)).places
    with pytest.raises(UnknownPlace, match="mehr als 5 km"):
        places.nearest(Point(lat, lon))


def test_what_is_drawn_somewhere_is_found_there_again() -> None:
    frame = frame_around([(49.4, 7.2), (49.7, 7.7)])
    lat, lon = frame.point(*frame.at(49.5396, 7.4046))
    assert distance(Point(lat, lon), KUSEL) < 10


@pytest.mark.parametrize("size", SIZES)
async def test_two_clicks_from_a_village_are_good_to_fifty_metres(connection: Connection, size: int) -> None:
    """Each of them in the pixel that is nearest to the point."""
    places = (await make_road(connection)).places
    wanted = Point(49.5123, 7.3171)
    look = first_look("Adorf", places)
    assert look == Look(Point(49.5, 7.3), 1)
    for _click in range(2):
        frame = frame_of(look, places)
        x, y = (round(one / frame.width * size) for one in frame.at(*wanted))
        look = next_look(look, {f"at_{size}.x": f"{x}", f"at_{size}.y": f"{y}"}, places)
    assert look.level == NEAREST
    assert distance(look.spot, wanted) < 10
    again = next_look(look, {f"at_{size}.x": f"{size // 2}", f"at_{size}.y": f"{size // 2}"}, places)
    assert distance(again.spot, look.spot) < 10


async def test_from_the_district_one_comes_as_near_by_steps(connection: Connection) -> None:
    places = (await make_road(connection)).places
    wanted = Point(49.5123, 7.3171)
    look = first_look("", places)
    assert look.level == 0
    for level in range(NEAREST + 1):
        assert look.level == level
        for step in STEPS:
            while distance((moved := next_look(look, {"step": step}, places)).spot, wanted) < distance(
                look.spot, wanted
            ):
                look = moved
        if level < NEAREST:
            look = next_look(look, {"look": "nearer"}, places)
    assert distance(look.spot, wanted) < hypot(50, 50) + 1


async def test_an_odd_click_changes_nothing(connection: Connection) -> None:
    """From the keyboard a click on a picture comes as 0, 0."""
    places = (await make_road(connection)).places
    look = first_look("Adorf", places)
    for x, y in (("0", "0"), ("", ""), ("x", "-3"), ("1e3", "nan"), ("١٢", "٣")):
        assert next_look(look, {"at_280.x": x, "at_280.y": y}, places) == look
    assert next_look(look, {"step": "up", "look": "closer"}, places) == look
    far = next_look(look, {"at_280.x": "99999", "at_280.y": "99999"}, places)
    assert distance(far.spot, look.spot) < 6000
    assert next_look(Look(look.spot, 0), {"look": "farther"}, places).level == 0


async def test_it_is_said_where_the_cross_stands(connection: Connection) -> None:
    places = (await make_road(connection)).places
    assert spoken_spot(Point(49.5, 7.3), places) == "in der Ortsmitte von Adorf"
    assert spoken_spot(Point(49.5038, 7.3), places) == "420 m nördlich der Ortsmitte von Adorf"
    assert spoken_spot(Point(49.49, 7.2846), places) == "1,6 km südwestlich der Ortsmitte von Adorf"
    assert spoken_spot(Point(49.5, 7.46), places) == "720 m westlich der Ortsmitte von Cedorf"


async def test_the_sheet_shows_what_lies_around(connection: Connection) -> None:
    places = (await make_road(connection)).places
    whole = drawn_sheet(first_look("", places), places)
    assert {one.name for one in whole.villages} == {"Adorf", "Bedorf", "Cedorf", "Dedorf"}
    assert whole.benches == []
    near = drawn_sheet(first_look("Bedorf", places), places)
    assert [one.name for one in near.villages] == ["Bedorf"]
    assert [(one.name, one.named) for one in near.benches] == [("Mitfahrbank", True)]
    assert near.cross == (near.side / 2, near.side / 2)
