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


class Frame(msgspec.Struct, frozen=True):
    """A drawing in which a region has its place: north is up, a kilometre as long to the east as to the north."""

    width: float
    height: float
    north: float
    west: float
    shrunk: float
    scale: float

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        x = MARGIN + (lon - self.west) * self.shrunk * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of what is drawn there: `at` the other way round."""
        return self.north - (y - MARGIN) / self.scale, self.west + (x - MARGIN) / self.scale / self.shrunk


def frame_around(points: Sequence[tuple[float, float]]) -> Frame:
    """Degrees of latitude and longitude. Raises ValueError where there is nothing to draw."""
    if not points:
        raise ValueError("a map needs at least one point")
    south, north = min(lat for lat, _lon in points), max(lat for lat, _lon in points)
    west, east = min(lon for _lat, lon in points), max(lon for _lat, lon in points)
    shrunk = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrunk, north - south, 1e-6)
    width = round((east - west) * shrunk * scale + 2 * MARGIN, 1)
    return Frame(width, round((north - south) * scale + 2 * MARGIN, 1), north, west, shrunk, scale)


def drawn_map(places: Sequence[Located], spaces: Sequence[Located]) -> Map:
    """Raises ValueError where there is nothing to draw."""
    frame = frame_around([(point.lat, point.lon) for point in (*places, *spaces)])

    def mark(point: Located) -> Mark:
        return Mark(point.name, *frame.at(point.lat, point.lon))

    return Map(frame.width, frame.height, [mark(place) for place in places], [mark(space) for space in spaces])
