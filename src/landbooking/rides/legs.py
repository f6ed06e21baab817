"""Where somebody gets in and out of a ride, when, and what that costs the driver: pure, and computed nowhere else.

By beeline it is exact. Along a way that a router found it is a guess: from the nearest place of the way there and back
as the crow flies; exact.py makes it exact for those that are shown. Lengths in metres, durations in seconds.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from math import inf
from typing import NamedTuple

import msgspec

from landbooking.period import Period
from landbooking.rides.routing import SPEED, WINDING
from landbooking.rides.way import Milestone, Point, Way, distance, milestone_at, spots


class Taken(NamedTuple):
    """What was promised to somebody who rides along: places on a part of the way, when, and a detour.

    From and to are metres along the driver's way; `stretches` say after how many of the driver's stops that is.
    """

    seat_id: int
    from_m: int
    to_m: int
    stretches: tuple[int, int]
    pick_up: Point
    drop_off: Point
    period: Period
    places: int
    detour_s: int


class Visit(NamedTuple):
    """A point to which the car comes, after so many of the driver's own stops (`stretch`, from 0).

    The driver's way passes it at `metres` and after `seconds`; from there it is `aside` seconds to it. A rider was
    promised it for `due_s` after the departure, and is not there to get in before `ready_s`.
    """

    stretch: int
    metres: int
    point: Point
    seconds: float
    aside: float
    ready_s: float = 0.0
    due_s: float = inf

    @property
    def order(self) -> tuple[int, int]:
        return self.stretch, self.metres


class Run(msgspec.Struct, frozen=True):
    """The points to which the car comes, in the order in which it does.

    It is there `at` so many seconds after the departure. `planned_s` is what the driver's own stops take, `detour_s`
    all that is driven more.
    """

    way: Way
    visits: tuple[Visit, ...]
    at: tuple[float, ...]
    planned_s: float
    detour_s: int


class Leg(msgspec.Struct, frozen=True):
    """What one rider takes of a run; `board_s` and `alight_s` count from the departure.

    By `detour_s` the whole run gets longer. `late_s` says by how much it would then come later than promised to those
    who ride along already, where that is most.
    """

    board: Visit
    alight: Visit
    board_s: int
    alight_s: int
    detour_s: int
    late_s: int


def planned_run(way: Way, stops: Sequence[Milestone]) -> Run:
    """With nobody but the driver."""
    visits = [Visit(number, int(at.metres), Point(at.lat, at.lon), at.seconds, 0.0) for number, at in enumerate(stops)]
    drives = _drives(way, visits)
    return Run(way, tuple(visits), tuple(moments(visits, drives)), sum(drives), 0)


def with_riders(run: Run, departure: datetime, riders: Sequence[Taken]) -> Run:
    """The same with those who ride along."""
    visits = list(run.visits)
    for rider in riders:
        for visit in _promised(run.way, departure, rider):
            insort(visits, visit, key=lambda other: other.order)
    drives = _drives(run.way, visits)
    return Run(run.way, tuple(visits), tuple(moments(visits, drives)), run.planned_s, _detour_s(run, drives))


def _promised(way: Way, departure: datetime, rider: Taken) -> Iterator[Visit]:
    start_s, end_s = ((moment - departure).total_seconds() for moment in rider.period)
    yield visit_at(way, rider.stretches[0], rider.from_m, rider.pick_up)._replace(ready_s=start_s, due_s=start_s)
    yield visit_at(way, rider.stretches[1], rider.to_m, rider.drop_off)._replace(due_s=end_s)


def visit_at(way: Way, stretch: int, metres: int, point: Point) -> Visit:
    """The visit to a point that the way passes there."""
    at = milestone_at(way, metres)
    return Visit(stretch, metres, point, at.seconds, distance(at, point) * WINDING / SPEED)


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
    longer, on, off = with_leg(run, board, alight)
    drives = _drives(run.way, longer)
    at = moments(longer, drives)
    others = [*at[:on], *at[on + 1 : off], *at[off + 1 :]]
    late = [then - visit.due_s for visit, then, once in zip(run.visits, others, run.at, strict=True) if then > once]
    return Leg(
        board=board,
        alight=alight,
        board_s=round(at[on]),
        alight_s=round(at[off]),
        detour_s=max(0, _detour_s(run, drives) - run.detour_s),
        late_s=round(max(0.0, *late)) if late else 0,
    )


def with_leg(run: Run, board: Visit, alight: Visit) -> tuple[list[Visit], int, int]:
    """The run's visits with these two, and which they are among them."""
    on, off = (bisect_right(run.visits, visit.order, key=lambda other: other.order) for visit in (board, alight))
    return [*run.visits[:on], board, *run.visits[on:off], alight, *run.visits[off:]], on, off + 1


def detours(run: Run, departure: datetime, riders: Sequence[Taken]) -> list[int]:
    """By how much each of them makes the run longer that those before them have made of it."""
    runs = (with_riders(run, departure, riders[:count]) for count in range(len(riders) + 1))
    return [max(0, longer.detour_s - shorter.detour_s) for shorter, longer in pairwise(runs)]


def moments(visits: Sequence[Visit], drives: Sequence[float]) -> list[float]:
    """Seconds after the departure for each, out of those from one to the next. A car that is early waits."""
    at = [0.0]
    for visit, drive in zip(visits[1:], drives, strict=True):
        at.append(max(at[-1] + drive, visit.ready_s))
    return at


def _detour_s(run: Run, drives: Sequence[float]) -> int:
    """Of all together, in whole seconds: so the detours of those who ride along add up to what the run is longer."""
    return round(sum(drives) - run.planned_s)


def _drives(way: Way, visits: Sequence[Visit]) -> list[float]:
    return [_drive(way, *pair) for pair in pairwise(visits)]


def _drive(way: Way, one: Visit, other: Visit) -> float:
    if one.point == other.point:
        return 0.0
    if way.routed_by == "beeline":
        return distance(one.point, other.point) * WINDING / SPEED
    return one.aside + other.seconds - one.seconds + other.aside
