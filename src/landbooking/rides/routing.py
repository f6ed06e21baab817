"""Finding the way between points: by Valhalla or OSRM over HTTP where one is configured, else as the crow flies.

The choice is shown wherever times are shown. Never asked inside a transaction: a slow router must hold no lock.
"""

from collections.abc import Sequence
from typing import Protocol

from landbooking.rides.way import Point, Way, straight_way

WINDING = 1.3  # roads here are that much longer than the beeline
SPEED = 50 / 3.6  # metres a second: country roads, with villages on the way
WALK_M = 2000  # the longest way to a pick-up, or from where one is let out
WALK_SPEED = 4.5 / 3.6


class Router(Protocol):
    async def way(self, points: Sequence[Point]) -> Way:
        """By car through two or more points in their order."""
        ...


class Beeline:
    """Needs nobody. Good enough to find one another; the driver knows the road."""

    async def way(self, points: Sequence[Point]) -> Way:
        return beeline(points)


def beeline(points: Sequence[Point]) -> Way:
    return straight_way(points, WINDING, SPEED, "beeline")
