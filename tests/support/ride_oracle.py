"""Whether a ride fits a journey, said naively: every ride, every pair of places, no cells, no index, no code of ours.

It judges the plain data that a test made, and knows of the product only what it promises: detour and beeline speed, the
walk of two kilometres, three hours of patience, local clocks, holidays.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise, product
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Berlin")
METRES_A_SECOND = 50_000 / 3600 / 1.3  # as the crow flies: 50 km/h on roads that are 1.3 times as long
WALK = 2000 / 1.3
PACE = 4500 / 3600 / 1.3
Spot = tuple[float, float]


class Rider(NamedTuple):
    """Who rides along: from where to where in metres along the way, after which of the driver's stops, and when."""

    day: date
    from_m: int
    to_m: int
    gap: int
    last_gap: int
    on: Spot
    off: Spot
    places: int
    start: datetime
    end: datetime


class Offered(NamedTuple):
    """`stops` are points."""

    stops: list[Spot]
    first: date
    last: date
    departs: tuple[int | None, ...]
    exceptions: dict[date, int | None]
    pauses: list[tuple[date, date]]
    not_on_holidays: bool
    only_school_days: bool
    seats: int
    flexible: int
    detour: int
    carries: set[str]
    taken: list[Rider]
    hidden: bool


class Asked(NamedTuple):
    origin: Spot
    destination: Spot
    day: date
    by_arrival: bool
    at: int | None
    places: int
    needs: set[str]


def fits(ride: Offered, asked: Asked, meeting_points: list[Spot]) -> set[date | None]:
    """The days of the runs that fit; None among them: it is so close that a rounding decides."""
    if ride.hidden or not asked.needs <= ride.carries:
        return set()
    answer: set[date | None] = set()
    for offset in (-1, 0, 1):
        day = asked.day + timedelta(days=offset)
        left = _leaves(ride, day)
        if left is not None:
            said = {_run_fits(ride, asked, day, left, *pair) for pair in _pairs(ride, asked, meeting_points)}
            answer |= {day} if True in said else {None} if None in said else set()
    return answer


def _pairs(ride: Offered, asked: Asked, meeting_points: list[Spot]) -> Any:
    ends = []
    for wanted in (asked.origin, asked.destination):
        near = [one for one in (*meeting_points, *ride.stops) if _apart(one, wanted) <= WALK]
        ends.append([(wanted, 0.0), *((one, _apart(one, wanted)) for one in near)])
    gaps = range(len(ride.stops) - 1)
    return product(*ends, gaps, gaps)


def _run_fits(
    ride: Offered, asked: Asked, day: date, left: datetime, board: Any, alight: Any, gap: int, last_gap: int
) -> bool | None:
    (on, on_walk), (off, off_walk) = board, alight
    if last_gap < gap or on == off:
        return False
    plain = [_apart(*pair) for pair in pairwise(ride.stops)]
    from_m = (sum(plain[:gap]) + _along(ride.stops[gap], ride.stops[gap + 1], on)) * 1.3
    to_m = (sum(plain[:last_gap]) + _along(ride.stops[last_gap], ride.stops[last_gap + 1], off)) * 1.3
    riders = [one for one in ride.taken if one.day == day]
    known = {(one.gap, one.on): one.from_m for one in riders} | {(one.last_gap, one.off): one.to_m for one in riders}
    from_m, to_m = known.get((gap, on), from_m), known.get((last_gap, off), to_m)
    if to_m < from_m:
        return None if from_m - to_m < 20 else False
    calls = [Call(number, -1, stop) for number, stop in enumerate(ride.stops)]
    calls += [Call(one.gap, one.from_m, one.on, one.start, one.start) for one in riders]
    calls += [Call(one.last_gap, one.to_m, one.off, None, one.end) for one in riders]
    mine = [Call(gap, from_m, on), Call(last_gap, to_m, off)]
    close = product(mine, calls[len(ride.stops) :])
    if any(abs(one.metres - other.metres) < 20 and one.spot != other.spot for one, other in close):
        return None  # who comes first?
    before, after = _driven(calls, left), _driven([*calls, *mine], left)
    spare = ride.detour * 60 - round((after.metres - sum(plain)) / METRES_A_SECOND)
    if spare < 0:
        return None if spare > -4 else False
    if not _has_seats(riders, ride.seats, from_m, to_m, asked.places):
        return False
    leeway = max(60, ride.flexible * 60)
    late = [(after.at[one] - one.due).total_seconds() for one in calls if one.due and after.at[one] > before.at[one]]
    if any(seconds > leeway for seconds in late):
        return None if all(seconds < leeway + 4 for seconds in late) else False
    set_out = after.at[mine[0]] - timedelta(seconds=on_walk / PACE)
    there = after.at[mine[1]] + timedelta(seconds=off_walk / PACE)
    if asked.at is None:
        first, last, judged = _clock(asked.day, 0), _clock(asked.day + timedelta(days=1), 0), set_out
    else:
        first, last, judged = _limits(asked, _clock(asked.day, asked.at), ride.flexible, set_out, there)
    near = timedelta(seconds=3)
    if min(abs(judged - first), abs(judged - last)) < near or abs(to_m - from_m) < 20 or spare < 4:
        return None
    if any(abs(seconds - leeway) < 4 for seconds in late):
        return None
    return first <= judged <= last


class Call(NamedTuple):
    """A point where the car stops, and the promise that it does."""

    gap: int
    metres: float
    spot: Spot
    ready: datetime | None = None
    due: datetime | None = None


class Drive(NamedTuple):
    at: dict[Call, datetime]
    metres: float


def _driven(calls: list[Call], left: datetime) -> Drive:
    """From one to the next, and waiting for who is not there yet."""
    ordered = sorted(calls, key=lambda call: (call.gap, call.metres))
    at, now, metres = {ordered[0]: left}, left, 0.0
    for one, other in pairwise(ordered):
        metres += _apart(one.spot, other.spot)
        now += timedelta(seconds=_apart(one.spot, other.spot) / METRES_A_SECOND)
        now = max(now, other.ready or now)
        at[other] = now
    return Drive(at, metres)


def _limits(asked: Asked, at: datetime, flexible: int, set_out: datetime, there: datetime) -> tuple[datetime, ...]:
    """The first and last instant that will do, and the one that is judged by them."""
    hours, bend = timedelta(hours=3), timedelta(minutes=flexible)
    return (at - hours, at + bend, there) if asked.by_arrival else (at - bend, at + hours, set_out)


def _has_seats(riders: list[Rider], seats: int, from_m: float, to_m: float, places: int) -> bool:
    """Counted at every ten metres."""
    metres = [int(from_m) + 1, *range(int(from_m) + 10, int(to_m), 10)]
    return all(sum(one.places for one in riders if one.from_m <= at < one.to_m) + places <= seats for at in metres)


def _leaves(ride: Offered, day: date) -> datetime | None:
    minutes = ride.departs[day.weekday()]
    if day in ride.exceptions:
        minutes = ride.exceptions[day]
    elif not ride.first <= day <= ride.last or _is_off(ride, day):
        return None
    return None if minutes is None else _clock(day, minutes)


def _is_off(ride: Offered, day: date) -> bool:
    paused = any(first <= day <= last for first, last in ride.pauses)
    if paused or (ride.not_on_holidays and day in _days_off(day.year, "public")):
        return True
    return ride.only_school_days and (day.weekday() > 4 or day in _days_off(day.year, "public", "school"))


@cache
def _days_off(year: int, *categories: str) -> set[date]:
    return set(holidays.country_holidays("DE", subdiv="RP", years=year, categories=categories))


def _clock(day: date, minutes: int) -> datetime:
    """The first instant at which the clock of the kitchen shows it; where it is skipped, as long after midnight."""
    local = datetime(day.year, day.month, day.day, *divmod(minutes, 60), tzinfo=ZONE)
    instant = local.astimezone(UTC)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    skipped = instant.astimezone(ZONE).replace(tzinfo=None) != local.replace(tzinfo=None)
    return midnight + timedelta(minutes=minutes) if skipped else instant


@cache
def _apart(one: Spot, other: Spot) -> float:
    lat, lat2 = radians(one[0]), radians(other[0])
    half, half_lon = (lat2 - lat) / 2, radians(other[1] - one[1]) / 2
    return 2 * 6_371_008.8 * asin(sqrt(sin(half) ** 2 + cos(lat) * cos(lat2) * sin(half_lon) ** 2))


@cache
def _along(first: Spot, last: Spot, point: Spot) -> float:
    """Metres from `first` to the place of the straight line that is nearest, found by walking it twice."""
    length, low, high = _apart(first, last), 0.0, 1.0
    best = 0.0
    for _finer in range(2):
        shares = [low + (high - low) * number / 60 for number in range(61)]
        best = min(shares, key=lambda share: _apart(_between(first, last, share), point))
        low, high = max(0.0, best - (high - low) / 60), min(1.0, best + (high - low) / 60)
    return best * length


def _between(first: Spot, last: Spot, share: float) -> Spot:
    return first[0] + (last[0] - first[0]) * share, first[1] + (last[1] - first[1]) * share
