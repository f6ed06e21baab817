"""Where somebody gets in and out of a ride, when, and what that costs the driver: pure, and computed nowhere else.

By beeline it is exact. Along a way that a router found it is a guess: from the nearest place of the way there and back
as the crow flies; search.py makes it exact for those that are shown. Lengths in metres, durations in seconds.
"""

from bisect import insort
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import msgspec

from landbooking.rides.routing import SPEED, WINDING
from landbooking.rides.way import Milestone, Point, Way, distance, spots


class Visit(NamedTuple):
    """A point to which the car comes, after so many of the driver's own stops (`stretch`, from 0).

    The driver's way passes it at `metres` and after `seconds`; from there it is `aside` seconds to it.
    """

    stretch: int
    metres: int
    point: Point
    seconds: float
    aside: float

    @property
    def order(self) -> tuple[int, int]:
        return self.stretch, self.metres


class Run(msgspec.Struct, frozen=True):
    """The points to which the car comes, in the order in which it does."""

    way: Way
    visits: tuple[Visit, ...]


class Leg(msgspec.Struct, frozen=True):
    """What one rider takes of a run; `board_s` and `alight_s` count from the departure."""

    board: Visit
    alight: Visit
    board_s: int
    alight_s: int
    detour_s: int


def planned_run(way: Way, stops: Sequence[Milestone]) -> Run:
    """With nobody but the driver."""
    visits = [Visit(number, int(at.metres), Point(at.lat, at.lon), at.seconds, 0.0) for number, at in enumerate(stops)]
    return Run(way, tuple(visits))


def visits_to(way: Way, stops: Sequence[Milestone], point: Point) -> list[Visit]:
    """One for every stretch between two stops: a way may pass a village twice."""
    if way.routed_by == "beeline":
        return [
            Visit(number, int(spot.metres), point, spot.seconds, spot.aside * WINDING / SPEED)
            for number, pair in enumerate(pairwise(stops))
            for spot in spots(Way(pair, "beeline"), point)
        ]
    nearest: dict[int, Visit] = {}
    ends = [stop.metres for stop in stops[1:]]
    for spot in spots(way, point):
        stretch = next((number for number, end in enumerate(ends) if spot.metres <= end), len(ends) - 1)
        found = Visit(stretch, int(spot.metres), point, spot.seconds, spot.aside * WINDING / SPEED)
        if stretch not in nearest or found.aside < nearest[stretch].aside:
            nearest[stretch] = found
    return list(nearest.values())


def leg_of(run: Run, board: Visit, alight: Visit) -> Leg | None:
    """None where one would get out before one gets in."""
    if alight.stretch < board.stretch or alight.metres <= board.metres:
        return None
    visits = list(run.visits)
    for visit in (board, alight):
        insort(visits, visit, key=lambda other: other.order)
    at = _driven(run.way, visits)
    return Leg(
        board=board,
        alight=alight,
        board_s=round(at[visits.index(board)]),
        alight_s=round(at[visits.index(alight)]),
        detour_s=max(0, round(at[-1] - _driven(run.way, run.visits)[-1])),
    )


def _driven(way: Way, visits: Sequence[Visit]) -> list[float]:
    """Seconds after the departure, for each."""
    return list(accumulate((_drive(way, *pair) for pair in pairwise(visits)), initial=0.0))


def _drive(way: Way, one: Visit, other: Visit) -> float:
    if one.point == other.point:
        return 0.0
    if way.routed_by == "beeline":
        return distance(one.point, other.point) * WINDING / SPEED
    return one.aside + other.seconds - one.seconds + other.aside
