"""A district drawn as points: pure. Close enough for a picture beside a list; nobody finds their way by it."""

from collections.abc import Sequence
from math import cos, radians
from typing import Protocol

import msgspec

WIDTH = 320.0  # of the drawing, in its own units; the height follows from the district's shape
MARGIN = 14.0  # keeps marks that lie on the edge inside


class Located(Protocol):
    """Anything with a name and a point in degrees (WGS 84)."""

    @property
    def name(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


class Mark(msgspec.Struct, frozen=True):
    """`x` goes right, `y` down, both in the units of the drawing."""

    name: str
    x: float
    y: float


class Map(msgspec.Struct, frozen=True):
    """`places` and `spaces` in the order in which they were given."""

    width: float
    height: float
    places: list[Mark]
    spaces: list[Mark]


def drawn_map(places: Sequence[Located], spaces: Sequence[Located]) -> Map:
    """North is up, and a kilometre is as long to the east as to the north, in the middle of the drawing.

    Raises ValueError where there is nothing to draw.
    """
    points = [*places, *spaces]
    if not points:
        raise ValueError("a map needs at least one point")
    south, north = min(point.lat for point in points), max(point.lat for point in points)
    west, east = min(point.lon for point in points), max(point.lon for point in points)
    shrunk = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrunk, north - south, 1e-6)

    def mark(point: Located) -> Mark:
        x = MARGIN + (point.lon - west) * shrunk * scale
        return Mark(point.name, round(x, 1), round(MARGIN + (north - point.lat) * scale, 1))

    return Map(
        width=round((east - west) * shrunk * scale + 2 * MARGIN, 1),
        height=round((north - south) * scale + 2 * MARGIN, 1),
        places=[mark(place) for place in places],
        spaces=[mark(space) for space in spaces],
    )
