"""Whether a ride fits a journey, and how: pure. Lengths in metres, durations in seconds, instants in UTC.

One gets on where one is, if the driver comes by within the detour that they accept, or walks to a stop of the ride or a
meeting point. What a driver has promised others already counts: seats on each part of the way, the detour used up, the
time that it takes, and when each of them gets in and out. That becomes later for nobody by more than the driver said to
be flexible: who stands at the road, or has to be somewhere, relies on it. Times are told in minutes, so one is nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Literal, NamedTuple

import msgspec

from landbooking.period import Period
from landbooking.rides.journey import Halt, Journey, walk_between, window
from landbooking.rides.legs import Leg, Run, Taken, Visit, leg_of, planned_run, visits_to, with_riders
from landbooking.rides.money import share_of
from landbooking.rides.place import Place
from landbooking.rides.ride import Carried, Ride
from landbooking.rides.routing import WALK_M
from landbooking.rides.timetable import Timetable
from landbooking.rides.way import Milestone, Way, point_at


class Passing(msgspec.Struct, frozen=True):
    """A stop by the driver's own plan. `place` is None where nobody else can find it."""

    place: Place | None
    milestone: Milestone


class Candidate(msgspec.Struct, frozen=True):
    """As much of a ride as matching needs."""

    id: int
    timetable: Timetable
    way: Way
    stops: tuple[Passing, ...]
    seats: int
    flexible_minutes: int
    detour_minutes: int
    share_cents: int
    carries: tuple[Carried, ...]

    @property
    def leeway_s(self) -> int:
        """By so much the car may come later than promised, since others get in or out."""
        return max(60, self.flexible_minutes * 60)

    @property
    def run(self) -> Run:
        """With nobody but the driver."""
        return planned_run(self.way, [stop.milestone for stop in self.stops])

    def visits_to(self, halt: Halt) -> list[Visit]:
        return visits_to(self.way, [stop.milestone for stop in self.stops], halt.place.point)


class Miss(msgspec.Struct, frozen=True):
    """What stands against it. `minutes` says by how much, where it is time.

    "promises" are those to who rides along already: for them it would come too late.
    """

    what: Literal["day", "time", "detour", "promises", "seats", "needs"]
    minutes: int = 0


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a ride on `day`, and the part of it from `from_m` to `to_m` along its way.

    Times are by the ride's timetable; `shift_minutes` says by how much the driver would leave earlier (below 0) or
    later, within what they accept. `late_s` is how much later than promised it comes to others, where that is most. It
    fits where `misses` is empty.
    """

    ride_id: int
    day: date
    departs_at: datetime
    pick_up: Halt
    drop_off: Halt
    pick_up_at: datetime
    drop_off_at: datetime
    from_m: int
    to_m: int
    stretches: tuple[int, int]
    detour_s: int
    share_cents: int
    late_s: int
    shift_minutes: int = 0
    misses: tuple[Miss, ...] = ()

    @property
    def leave_at(self) -> datetime:
        """When one sets out on foot."""
        return self.pick_up_at - timedelta(seconds=self.pick_up.walk_s)

    @property
    def arrive_at(self) -> datetime:
        return self.drop_off_at + timedelta(seconds=self.drop_off.walk_s)

    @property
    def period(self) -> Period:
        """In the car."""
        return Period(self.pick_up_at, max(self.drop_off_at, self.pick_up_at + timedelta(seconds=1)))

    @property
    def burden(self) -> tuple[int, float, datetime, int]:
        """What is sorted by, the best first: how much stands against it, then the total time and the detour."""
        total = (self.arrive_at - self.leave_at).total_seconds()
        return len(self.misses), total + self.detour_s, self.departs_at, self.ride_id


class _Part(NamedTuple):
    """Getting on and off somewhere."""

    board: Halt
    alight: Halt
    leg: Leg


def candidate_of(ride: Ride) -> Candidate:
    at = [(stop.at_m, stop.at_s) for stop in ride.stops]
    return Candidate(
        id=ride.id,
        timetable=ride.timetable,
        way=ride.way,
        stops=tuple(passings(ride.way, [stop.place for stop in ride.stops], at)),
        seats=ride.seats,
        flexible_minutes=ride.flexible_minutes,
        detour_minutes=ride.detour_minutes,
        share_cents=ride.share_cents,
        carries=ride.carries,
    )


def passings(way: Way, places: Sequence[Place | None], at: Sequence[tuple[int, int]]) -> Iterator[Passing]:
    """The stops on the way as it was drawn; `at` has metres along it and seconds after the departure of each."""
    for number, (place, (metres, seconds)) in enumerate(zip(places, at, strict=True)):
        if way.routed_by == "beeline":  # it leads straight from stop to stop
            yield Passing(place, way.milestones[number])
        else:
            yield Passing(place, Milestone(*point_at(way, metres), metres, seconds))


def matches_of(
    candidate: Candidate,
    journey: Journey,
    origins: Sequence[Halt],
    destinations: Sequence[Halt],
    taken: dict[date, list[Taken]],
) -> Iterator[Match]:
    """The best way to use each run that could serve the journey's day, whether it fits or not.

    That may be one of the day before, which passes after midnight.
    """
    boards, alights = (_reached(candidate, _with_stops(candidate, halts)) for halts in (origins, destinations))
    run = candidate.run
    alone = _parts(run, boards, alights)
    if not alone:
        return
    for day, departure in candidate.timetable.runs(journey.day - timedelta(days=1), 3):
        riders = taken.get(day, ())
        parts = _parts(with_riders(run, departure, riders), boards, alights) if riders else alone
        yield _best(candidate, journey, day, departure, parts, riders)


def match_between(candidate: Candidate, journey: Journey, taken: Sequence[Taken]) -> Match | None:
    """From door to door of the journey's two places, on that very day, at whatever time.

    None where it does not run then, or leads the other direction.
    """
    departure = candidate.timetable.departure_on(journey.day)
    if departure is None:
        return None
    ends = (_reached(candidate, [Halt(place)]) for place in (journey.origin, journey.destination))
    parts = _parts(with_riders(candidate.run, departure, taken), *ends)
    return without_time(_best(candidate, journey, journey.day, departure, parts, taken)) if parts else None


def without_time(match: Match) -> Match:
    """As it is for who takes the run whenever it comes."""
    return msgspec.structs.replace(match, misses=tuple(miss for miss in match.misses if miss.what != "time"))


_Reached = list[tuple[Halt, list[Visit]]]


def _reached(candidate: Candidate, halts: Sequence[Halt]) -> _Reached:
    return [(halt, candidate.visits_to(halt)) for halt in halts]


def _parts(run: Run, boards: _Reached, alights: _Reached) -> list[_Part]:
    return [
        _Part(board, alight, leg)
        for board, ons in boards
        for alight, offs in alights
        if board.place != alight.place
        for on in ons
        for off in offs
        if (leg := leg_of(run, on, off))
    ]


def _with_stops(candidate: Candidate, halts: Sequence[Halt]) -> list[Halt]:
    """And the stops of the ride to which one can walk."""
    wanted = halts[0].place
    known = {halt.place for halt in halts}
    stops = (stop.place for stop in candidate.stops if stop.place is not None and stop.place not in known)
    walks = ((stop, walk_between(wanted.point, stop.point)) for stop in stops)
    return [*halts, *(Halt(stop, walk) for stop, walk in walks if walk <= WALK_M)]


def _best(
    candidate: Candidate,
    journey: Journey,
    day: date,
    departure: datetime,
    parts: Sequence[_Part],
    taken: Sequence[Taken],
) -> Match:
    found = (judged(_match(candidate, journey, day, departure, part), candidate, journey, taken) for part in parts)
    return min(found, key=lambda match: match.burden)


def _match(candidate: Candidate, journey: Journey, day: date, departure: datetime, part: _Part) -> Match:
    leg = part.leg
    return Match(
        ride_id=candidate.id,
        day=day,
        departs_at=departure,
        pick_up=part.board,
        drop_off=part.alight,
        pick_up_at=departure + timedelta(seconds=leg.board_s),
        drop_off_at=departure + timedelta(seconds=leg.alight_s),
        from_m=leg.board.metres,
        to_m=leg.alight.metres,
        stretches=(leg.board.stretch, leg.alight.stretch),
        detour_s=leg.detour_s,
        late_s=leg.late_s,
        share_cents=share_of(
            candidate.share_cents,
            candidate.way.metres,
            leg.alight.metres - leg.board.metres,
            part.board.place.point,
            part.alight.place.point,
            journey.places,
        ),
    )


def judged(match: Match, candidate: Candidate, journey: Journey, taken: Sequence[Taken]) -> Match:
    """With what stands against it, and by how much the driver would have to shift."""
    misses = []
    wanted = window(journey, 0, candidate.timetable)
    at = match.arrive_at if journey.by_arrival and journey.at is not None else match.leave_at
    early, late = _minutes(wanted.start - at), _minutes(at - wanted.end)
    shift = -late if journey.by_arrival and late > 0 else early if not journey.by_arrival and early > 0 else 0
    shift = 0 if journey.at is None else shift
    if abs(shift) > candidate.flexible_minutes or (not shift and (early > 0 or late > 0)):
        misses.append(Miss("time", max(early, late)))
        shift = 0
    left = candidate.detour_minutes * 60 - sum(rider.detour_s for rider in taken)
    if match.detour_s > left:
        misses.append(Miss("detour", ceil((match.detour_s - left) / 60)))
    if match.late_s > candidate.leeway_s:
        misses.append(Miss("promises", ceil((match.late_s - candidate.leeway_s) / 60)))
    if fullest(taken, match.from_m, match.to_m) + journey.places > candidate.seats:
        misses.append(Miss("seats"))
    if not set(journey.needs) <= set(candidate.carries):
        misses.append(Miss("needs"))
    return msgspec.structs.replace(match, shift_minutes=shift, misses=tuple(misses))


def _minutes(length: timedelta) -> int:
    return ceil(length.total_seconds() / 60)


def fullest(taken: Sequence[Taken], from_m: int, to_m: int) -> int:
    """Places taken where most are, between these points of the way. It gets fuller only where somebody gets on."""
    inside = [rider for rider in taken if rider.from_m < to_m and from_m < rider.to_m]
    fills = [max(rider.from_m, from_m) for rider in inside]
    return max((sum(rider.places for rider in inside if rider.from_m <= at < rider.to_m) for at in fills), default=0)
