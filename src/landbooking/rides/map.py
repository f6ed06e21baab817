"""A ride's way drawn between villages: pure. No stop is drawn but those that everybody may see."""

from collections.abc import Sequence
from math import sqrt

import msgspec

from landbooking.places.map import Mark, frame_around
from landbooking.places.municipality import Municipality
from landbooking.rides.matching import Match
from landbooking.rides.ride import Ride
from landbooking.rides.way import Point

ROUND_DEG = 0.06  # some six kilometres around the way are shown
_NAMED = 6  # so many of the largest villages bear their name


class Village(Mark, frozen=True):
    radius: float
    named: bool


class Drawing(msgspec.Struct, frozen=True):
    """`way` and `part` are the points of lines, as an SVG polyline takes them; `part` is where one rides along."""

    width: float
    height: float
    villages: list[Village]
    way: str
    part: str
    pick_up: Mark
    drop_off: Mark


def drawn_ride(municipalities: Sequence[Municipality], ride: Ride, match: Match) -> Drawing:
    ends = [match.pick_up.place, match.drop_off.place]
    points = [(one.lat, one.lon) for one in ride.way.milestones] + [(end.lat, end.lon) for end in ends]
    south, north = min(lat for lat, _lon in points) - ROUND_DEG, max(lat for lat, _lon in points) + ROUND_DEG
    west, east = min(lon for _lat, lon in points) - ROUND_DEG, max(lon for _lat, lon in points) + ROUND_DEG
    frame = frame_around([(south, west), (north, east)])
    near = [one for one in municipalities if south <= one.lat <= north and west <= one.lon <= east]
    elsewhere = [one for one in near if one.name not in {end.municipality for end in ends}]
    largest = sorted(elsewhere, key=lambda one: -one.population)[:_NAMED]
    between = [one for one in ride.way.milestones if match.from_m < one.metres < match.to_m]
    part = [ends[0].point, *(Point(one.lat, one.lon) for one in between), ends[1].point]
    return Drawing(
        width=frame.width,
        height=frame.height,
        villages=[
            Village(one.name, *frame.at(one.lat, one.lon), _radius(one.population), one in largest) for one in near
        ],
        way=_line([frame.at(one.lat, one.lon) for one in ride.way.milestones]),
        part=_line([frame.at(one.lat, one.lon) for one in part]),
        pick_up=Mark(ends[0].label, *frame.at(ends[0].lat, ends[0].lon)),
        drop_off=Mark(ends[1].label, *frame.at(ends[1].lat, ends[1].lon)),
    )


def _radius(population: int) -> float:
    """By area, as eyes compare it."""
    return round(1.2 + sqrt(population) / 20, 1)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
