"""Showing a stop on the map by clicks or by steps, from the whole district to within some 50 metres: pure."""

from collections.abc import Mapping
from contextlib import suppress
from math import atan2, cos, degrees, radians
from typing import Any

import msgspec

from landbooking.forms import text_of
from landbooking.language import format_number
from landbooking.language import gettext as _
from landbooking.places.map import MARGIN, WIDTH, Frame, frame_around
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.map import Village, drawn_villages, mark_box, with_room
from landbooking.rides.place import Gazetteer
from landbooking.rides.point import rounded, typed_point
from landbooking.rides.way import DEGREE_M, Point, distance

# How much land a sheet shows from side to side, in metres, nearer from level to level; the first shows all there is.
NEARER_M = (8000, 2000)
NEAREST = len(NEARER_M)
SIZES = (280, 352, 576)  # sides of the map in CSS pixels, on phones and on a desk: so a browser tells of a click
STEPS = {"north": (0, -1), "east": (1, 0), "south": (0, 1), "west": (-1, 0)}
_STEP = 1 / 20  # of what the sheet shows
_CELLS_M = (10_000, 1000, 200)  # how wide a cell of the grid is, by level
_MOST_NAMED = 12
_CROSS = 8.0  # half of its width, in the units of the drawing
_TEXT = 14.0  # size of letters on the smallest screen


class Look(msgspec.Struct, frozen=True):
    """Where the cross stands, and from how near one looks: 0 is the whole district, NEAREST the last level."""

    spot: Point
    level: int


class Sheet(msgspec.Struct, frozen=True):
    """A square piece of the land, as drawn: `side`, `cell` and the cross in the drawing's own units."""

    side: float
    villages: list[Village]
    benches: list[Village]
    cross: tuple[float, float]
    cell: float
    cell_m: int
    step_m: int


def first_look(typed: str, places: Gazetteer) -> Look:
    """At the point that is in the field already, around its place, or at all of the district."""
    with suppress(UnknownPlace):
        if point := typed_point(typed):
            places.nearest(point)
            return Look(point, NEAREST)
        return Look(places.named(typed).point, 1)
    return Look(_middle(places), 0)


def look_from(asked: Mapping[str, Any], typed: str, places: Gazetteer) -> Look:
    """As the page was seen when the button was pressed; `typed` stood in the field before."""
    spot, level = None, text_of(asked, "level")
    with suppress(UnknownPlace):
        spot = typed_point(text_of(asked, "spot"))
    if spot is None or level not in {f"{number}" for number in range(NEAREST + 1)}:
        return first_look(typed, places)
    return Look(spot, int(level))


def next_look(look: Look, asked: Mapping[str, Any], places: Gazetteer) -> Look:
    """After a click on the map, which also brings it nearer, a step of the cross, or a change of level."""
    frame = frame_of(look, places)
    for size in SIZES:
        right, down = (_pixel(asked, f"at_{size}.{axis}", size) for axis in ("x", "y"))
        if right or down:  # a click from the keyboard has no place and comes as 0, 0
            at = frame.point(right / size * frame.width, down / size * frame.width)
            return Look(rounded(*at), min(look.level + 1, NEAREST))
    if step := STEPS.get(text_of(asked, "step")):
        x, y = frame.at(*look.spot)
        at = frame.point(x + step[0] * WIDTH * _STEP, y + step[1] * WIDTH * _STEP)
        return Look(rounded(*at), look.level)
    nearer = {"nearer": 1, "farther": -1}.get(text_of(asked, "look"), 0)
    return Look(look.spot, min(max(look.level + nearer, 0), NEAREST))


def _pixel(asked: Mapping[str, Any], name: str, most: int) -> int:
    typed = text_of(asked, name)[:5]
    return min(int(typed), most) if typed.isascii() and typed.isdecimal() else 0


def frame_of(look: Look, places: Gazetteer) -> Frame:
    """A square around the cross; on the first sheet around the district."""
    if look.level:
        return _square(look.spot, NEARER_M[look.level - 1])
    middle = _middle(places)
    farthest_m = max(
        max(distance(Point(place.lat, middle.lon), middle), distance(Point(middle.lat, place.lon), middle))
        for place in places.places
    )
    return _square(middle, max(2.2 * farthest_m, NEARER_M[0]))


def _middle(places: Gazetteer) -> Point:
    lats, lons = zip(*(place.point for place in places.places), strict=True)
    return rounded((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)


def _square(middle: Point, side_m: float) -> Frame:
    """Of that many metres from edge to edge, with all of the drawing's margin inside."""
    half = side_m / 2 / DEGREE_M * (WIDTH - 2 * MARGIN) / WIDTH
    shrunk = cos(radians(middle.lat))
    return frame_around(
        [(middle.lat - half, middle.lon - half / shrunk), (middle.lat + half, middle.lon + half / shrunk)]
    )


def drawn_sheet(look: Look, places: Gazetteer) -> Sheet:
    frame = frame_of(look, places)
    metres = DEGREE_M / frame.scale  # of a unit
    cross = frame.at(*look.spot)
    villages = [one for one in drawn_villages(places.municipalities, frame) if _is_inside(one, frame)]
    benches = [
        Village(place.label.removeprefix(f"{place.municipality}, "), *frame.at(*place.point), radius=3.0, named=False)
        for place in places.meeting_points
    ]
    benches = [one for one in benches if look.level and _is_inside(one, frame)]
    marks = [*benches, *sorted(villages, key=lambda one: -one.radius)]
    named = with_room(marks, [mark_box(*cross, _CROSS)], frame, _MOST_NAMED, size=_TEXT)
    return Sheet(
        side=frame.width,
        villages=[msgspec.structs.replace(one, named=one in named) for one in villages],
        benches=[msgspec.structs.replace(one, named=one in named) for one in benches],
        cross=cross,
        cell=round(_CELLS_M[look.level] / metres, 1),
        cell_m=_CELLS_M[look.level],
        step_m=round(WIDTH * _STEP * metres),
    )


def _is_inside(village: Village, frame: Frame) -> bool:
    return 0 <= village.x <= frame.width and 0 <= village.y <= frame.height


def spoken_spot(spot: Point, places: Gazetteer) -> str:
    """ "420 m nordöstlich der Ortsmitte von Altenglan": what the map shows, for who does not see it."""
    village = places.village_around(spot)
    metres = distance(village.point, spot)
    if metres < 20:
        return _("in der Ortsmitte von %(place)s") % {"place": village.label}
    east = (spot.lon - village.lon) * cos(radians(spot.lat))
    winds = [
        _("nördlich"), _("nordöstlich"), _("östlich"), _("südöstlich"),
        _("südlich"), _("südwestlich"), _("westlich"), _("nordwestlich"),
    ]  # fmt: skip
    return _("%(length)s %(direction)s der Ortsmitte von %(place)s") % {
        "length": spoken_length(metres),
        "direction": winds[round(degrees(atan2(east, spot.lat - village.lat)) / 45) % 8],
        "place": village.label,
    }


def spoken_length(metres: float) -> str:
    """ "420 m", "1,2 km"."""
    return f"{round(metres / 10) * 10} m" if metres < 995 else f"{format_number(round(metres / 1000, 1))} km"
