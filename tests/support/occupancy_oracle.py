"""What statistics should say, reckoned the slow way: quarter by quarter of an hour, without SQL and without sums."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER = timedelta(minutes=15)  # everything here begins and ends at one


class Stretch(NamedTuple):
    start: datetime
    end: datetime

    def has(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


class Desk(NamedTuple):
    id: int
    bookings: Sequence[tuple[int, Stretch]]  # of whom, when
    blackouts: Sequence[Stretch]


class Village(NamedTuple):
    """`hours`: weekday, opens, closes in minutes, and in which instants that stood; `closed`: days, and the same."""

    hours: Sequence[tuple[int, int, int, Stretch]]
    closed: Sequence[tuple[date, date, Stretch]]
    desks: Sequence[Desk]


def quarters(first: date, after: date) -> Iterator[datetime]:
    moment = datetime(first.year, first.month, first.day, tzinfo=BERLIN).astimezone(UTC)
    end = datetime(after.year, after.month, after.day, tzinfo=BERLIN).astimezone(UTC)
    while moment < end:
        yield moment
        moment += QUARTER


def is_open(village: Village, moment: datetime) -> bool:
    """What opens at a time that the clock shows twice opens at the first, what closes at the second; what the clock
    skips is an hour later."""
    day = moment.astimezone(BERLIN).date()
    if any(first <= day <= last and stood.has(moment) for first, last, stood in village.closed):
        return False
    return any(
        weekday == day.isoweekday() and stood.has(moment) and shown(day, opens)[0] <= moment < shown(day, closes)[-1]
        for weekday, opens, closes, stood in village.hours
    )


@cache
def shown(day: date, minute: int) -> list[datetime]:
    """When the clock shows that minute of the day."""
    if minute == 24 * 60:
        return shown(day + timedelta(days=1), 0)
    after = day + timedelta(days=1)
    found = [
        moment
        for moment in quarters(day, after)
        if (local := moment.astimezone(BERLIN)).hour * 60 + local.minute == minute
    ]
    return found or shown(day, minute + 60)


class Tally(NamedTuple):
    """Seconds that could be booked and that were, and by whom, by weekday, hour and desk; keys name which."""

    bookable: Counter[tuple[str, int]]
    booked: Counter[tuple[str, int]]
    persons: dict[tuple[str, int], set[int]]


def tally(village: Village, first: date, after: date) -> Tally:
    found = Tally(Counter(), Counter(), {})
    for moment in quarters(first, after):
        if not is_open(village, moment):
            continue
        local = moment.astimezone(BERLIN)
        for desk in village.desks:
            keys = [("weekday", local.isoweekday()), ("hour", local.hour), ("desk", desk.id), ("all", 0)]
            if any(blackout.has(moment) for blackout in desk.blackouts):
                continue
            for key in keys:
                found.bookable[key] += 900
            for person, booked in desk.bookings:
                if booked.has(moment):
                    for key in keys:
                        found.booked[key] += 900
                        found.persons.setdefault(key, set()).add(person)
    return found
