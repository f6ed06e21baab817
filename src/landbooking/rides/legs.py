"""The part of a ride's way that one rider takes: pure geometry, judged by the beeline router."""

from collections.abc import Sequence
from itertools import product

import msgspec

from landbooking.rides.routing import beeline
from landbooking.rides.way import Point, Spot, Way, spots


class Leg(msgspec.Struct, frozen=True):
    """Where the rider gets in and out along the way, and the seconds that both cost the driver."""

    board: Spot
    alight: Spot
    detour_s: int

    @property
    def metres(self) -> tuple[int, int]:
        """From and to, whole metres along the way; never empty."""
        first = int(self.board.metres)
        return first, max(first + 1, int(self.alight.metres))


def leg_between(way: Way, pick_up: Point, drop_off: Point) -> Leg | None:
    """Getting in before getting out, with the least aside; None where the way leads the other direction only.

    A way may pass a place twice, so all pairs of near places are tried.
    """
    pairs = [
        (board, alight)
        for board, alight in product(spots(way, pick_up), spots(way, drop_off))
        if board.metres < alight.metres
    ]
    if not pairs:
        return None
    board, alight = min(pairs, key=lambda pair: (pair[0].aside + pair[1].aside, pair[0].metres))
    return Leg(board, alight, round(_extra_seconds(way, ((board, pick_up), (alight, drop_off)))))


def _extra_seconds(way: Way, visits: Sequence[tuple[Spot, Point]]) -> float:
    """What driving through these points adds, each reached from the stretch of the way that is nearest to it."""
    marks = way.milestones
    plain = [Point(mark.lat, mark.lon) for mark in marks]
    visited: list[Point] = []
    for number, mark in enumerate(plain):
        visited.append(mark)
        if number + 1 < len(marks):
            here = (marks[number].metres, marks[number + 1].metres)
            visited += [point for spot, point in visits if here[0] <= spot.metres < here[1]]
    last = [point for spot, point in visits if spot.metres >= marks[-1].metres]
    visited = [*visited[:-1], *last, visited[-1]]
    return max(0.0, beeline(visited).seconds - beeline(plain).seconds)
