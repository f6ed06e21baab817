"""A way on the ground: pure geometry. Points in degrees (WGS 84), lengths in metres, times in seconds."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

import msgspec

from landbooking.places.degrees import Latitude, Longitude

EARTH_M = 6_371_008.8  # mean radius of the IUGG, as in the database's distance_km
DEGREE_M = radians(1) * EARTH_M  # of latitude


class Point(NamedTuple):
    lat: float
    lon: float


class MapPoint(msgspec.Struct, frozen=True):
    """A point as programs send and read it: degrees (WGS 84)."""

    lat: Latitude
    lon: Longitude


class Milestone(NamedTuple):
    """A point of a way, `metres` along it and `seconds` after its beginning."""

    lat: float
    lon: float
    metres: float
    seconds: float


class Spot(NamedTuple):
    """The place of a way that is nearest to some point, which lies `aside` metres off it as the crow flies."""

    metres: float
    seconds: float
    aside: float


class Way(msgspec.Struct, frozen=True):
    """At least two milestones, whose metres and seconds rise; `routed_by` says who found it."""

    milestones: tuple[Milestone, ...]
    routed_by: str

    @property
    def metres(self) -> float:
        return self.milestones[-1].metres

    @property
    def seconds(self) -> float:
        return self.milestones[-1].seconds


def distance(one: Point | Milestone, other: Point | Milestone) -> float:
    """Metres as the crow flies (haversine)."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other.lon - one.lon) / 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2)))


def straight_way(points: Sequence[Point], winding: float, speed: float, routed_by: str) -> Way:
    """From point to point as the crow flies, `winding` times as long, at `speed` metres a second."""
    lengths = accumulate((distance(*pair) * winding for pair in pairwise(points)), initial=0.0)
    return Way(
        tuple(Milestone(*point, metres, metres / speed) for point, metres in zip(points, lengths, strict=True)),
        routed_by,
    )


def spots(way: Way, point: Point) -> list[Spot]:
    """The nearest place of every stretch between two milestones: a way may pass a village twice."""
    return [_nearest(first, last, point) for first, last in pairwise(way.milestones)]


def positions(way: Way, points: Sequence[Point]) -> list[Spot]:
    """Where the way passes each of the points through which it leads: the ends, and the others in their order."""
    first, last = way.milestones[0], way.milestones[-1]
    found = [Spot(first.metres, first.seconds, 0.0)]
    for point in points[1:-1]:
        ahead = [spot for spot in spots(way, point) if spot.metres >= found[-1].metres]
        found.append(min(ahead, key=lambda spot: spot.aside, default=found[-1]))
    return [*found, Spot(last.metres, last.seconds, 0.0)]


def point_at(way: Way, metres: float) -> Point:
    """Where one is after so many metres; before the beginning and behind the end, those."""
    at = milestone_at(way, metres)
    return Point(at.lat, at.lon)


def milestone_at(way: Way, metres: float) -> Milestone:
    """The same, with when one is there."""
    for first, last in pairwise(way.milestones):
        if metres <= last.metres:
            share = _share(metres - first.metres, last.metres - first.metres)
            return Milestone(*(one + (other - one) * share for one, other in zip(first, last, strict=True)))
    return way.milestones[-1]


def _nearest(first: Milestone, last: Milestone, point: Point) -> Spot:
    """On a plane that touches the earth here: exact to a metre within a day's drive."""
    shrunk = cos(radians(point.lat))
    x, y = (last.lon - first.lon) * shrunk, last.lat - first.lat
    to_x, to_y = (point.lon - first.lon) * shrunk, point.lat - first.lat
    share = _share(x * to_x + y * to_y, x * x + y * y)
    here = Point(first.lat + (last.lat - first.lat) * share, first.lon + (last.lon - first.lon) * share)
    return Spot(
        first.metres + (last.metres - first.metres) * share,
        first.seconds + (last.seconds - first.seconds) * share,
        distance(here, point),
    )


def _share(part: float, whole: float) -> float:
    return min(1.0, max(0.0, part / whole)) if whole else 0.0
