"""A ride's way drawn between villages: pure. No stop is drawn but those that everybody may see."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, dist, sqrt
from typing import NamedTuple

import msgspec

from landbooking.places.map import Frame, Mark, frame_around
from landbooking.places.municipality import Municipality
from landbooking.rides.matching import Match
from landbooking.rides.place import Place
from landbooking.rides.ride import Ride
from landbooking.rides.way import Point

ROUND_DEG = 0.06  # some six kilometres around the way are shown
_NAMED = 6  # so many of the largest villages bear their name, where there is room for it
TEXT, END_TEXT = 10.0, 11.0  # sizes of letters, in the units of the drawing
END_RADIUS = 9.0
_LETTER = 0.6  # of its height is a letter wide; on average less


class Village(Mark, frozen=True):
    radius: float
    named: bool


class End(Mark, frozen=True):
    """Where one gets in or out. The name of the `village` is written where the way does not come from."""

    village: str
    text_x: float
    text_y: float


class Drawing(msgspec.Struct, frozen=True):
    """`way` and `part` are the points of lines, as an SVG polyline takes them; `part` is where one rides along."""

    width: float
    height: float
    villages: list[Village]
    way: str
    part: str
    pick_up: End
    drop_off: End


class Box(NamedTuple):
    """Where something is drawn, so that no name is written over it."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom


def drawn_ride(municipalities: Sequence[Municipality], ride: Ride, match: Match) -> Drawing:
    ends = [match.pick_up.place, match.drop_off.place]
    points = [(one.lat, one.lon) for one in ride.way.milestones] + [(end.lat, end.lon) for end in ends]
    south, north = min(lat for lat, _lon in points) - ROUND_DEG, max(lat for lat, _lon in points) + ROUND_DEG
    west, east = min(lon for _lat, lon in points) - ROUND_DEG, max(lon for _lat, lon in points) + ROUND_DEG
    frame = frame_around([(south, west), (north, east)])
    near = [one for one in municipalities if south <= one.lat <= north and west <= one.lon <= east]
    villages = drawn_villages(near, frame)
    way = [frame.at(one.lat, one.lon) for one in ride.way.milestones]
    pick_up, drop_off = (_end(one, other, frame) for one, other in (ends, ends[::-1]))
    taken = [_text_box(end.text_x, end.text_y, end.village, END_TEXT) for end in (pick_up, drop_off)]
    taken += [mark_box(end.x, end.y, END_RADIUS) for end in (pick_up, drop_off)]
    others = [one for one in villages if one.name not in (pick_up.village, drop_off.village)]
    named = with_room(sorted(others, key=lambda one: -one.radius), taken, frame, _NAMED, list(_along(way)))
    between = [one for one in ride.way.milestones if match.from_m < one.metres < match.to_m]
    part = [ends[0].point, *(Point(one.lat, one.lon) for one in between), ends[1].point]
    return Drawing(
        width=frame.width,
        height=frame.height,
        villages=[msgspec.structs.replace(one, named=one in named) for one in villages],
        way=_line(way),
        part=_line([frame.at(one.lat, one.lon) for one in part]),
        pick_up=pick_up,
        drop_off=drop_off,
    )


def drawn_villages(municipalities: Sequence[Municipality], frame: Frame) -> list[Village]:
    """Nameless as yet."""
    return [
        Village(one.name, *frame.at(one.lat, one.lon), _radius(one.population), named=False) for one in municipalities
    ]


def _end(end: Place, other: Place, frame: Frame) -> End:
    x, y = frame.at(end.lat, end.lon)
    half = _half_width(end.municipality, END_TEXT)
    below = end.lat < other.lat
    return End(
        end.label,
        x,
        y,
        village=end.municipality,
        text_x=round(min(max(x, half), frame.width - half), 1),
        text_y=round(y + END_RADIUS + END_TEXT + 1 if below else y - END_RADIUS - 4, 1),
    )


def with_room(
    marks: Sequence[Village],
    taken: Sequence[Box],
    frame: Frame,
    most: int,
    crossed: Sequence[tuple[float, float]] = (),
    size: float = TEXT,
) -> set[Village]:
    """At most so many whose names are written over nothing else: neither what is `taken` nor the points `crossed`.

    Who comes first is named first; `size` is that of the letters.
    """
    boxes = [*taken]
    named: set[Village] = set()
    for mark in marks:
        box = _text_box(mark.x, mark.y - mark.radius - 3, mark.name, size)
        inside = box.left >= 0 and box.right <= frame.width and box.top >= 0
        if len(named) == most or not inside:
            continue
        if not any(box.overlaps(other) for other in boxes) and not any(box.holds(*point) for point in crossed):
            boxes.append(box)
            named.add(mark)
    return named


def mark_box(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, x + radius, y + radius)


def _text_box(x: float, baseline: float, text: str, size: float) -> Box:
    half = _half_width(text, size)
    return Box(x - half, baseline - size, x + half, baseline + size / 4)


def _half_width(text: str, size: float) -> float:
    return len(text) * size * _LETTER / 2


def _along(way: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Points of the way that are at most four units apart."""
    for one, other in pairwise(way):
        steps = max(1, ceil(dist(one, other) / 4))
        for step in range(steps + 1):
            yield one[0] + (other[0] - one[0]) * step / steps, one[1] + (other[1] - one[1]) * step / steps


def _radius(population: int) -> float:
    """By area, as eyes compare it."""
    return round(1.2 + sqrt(population) / 20, 1)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
