"""How much of its time a resource could be booked, by month, weekday and hour of the clock: pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from landbooking.days_off import public_holidays
from landbooking.period import Period, closing_instant, gaps, joined, opening_instant
from landbooking.spaces.statistics.ground import Ground, Unit

HOUR = timedelta(hours=1)
Slot = tuple[int, int]  # ISO weekday, hour of the clock
Slots = Counter[Slot]  # seconds


def opened_on(ground: Ground, day: date, around_the_clock: bool) -> list[Period]:
    """The periods of a local day in which the space stood open, by the rules that held in each instant."""
    zone = ZoneInfo(ground.zone)
    if around_the_clock:
        return [Period(opening_instant(day, 0, zone), closing_instant(day, 24 * 60, zone))]
    opened = []
    for stood in ground.hours:
        if stood.interval.weekday != day.isoweekday():
            continue
        if not stood.on_public_holidays and day in public_holidays(ground.state, day.year, "de"):
            continue
        hours = Period(
            opening_instant(day, stood.interval.opens, zone), closing_instant(day, stood.interval.closes, zone)
        ).common(stood.during)
        if hours.start < hours.end:
            opened.append(hours)
    closed = [one.during for one in ground.closed if one.first <= day <= one.last]
    return without(joined(opened), closed)


def without(periods: Iterable[Period], holes: Iterable[Period]) -> list[Period]:
    holes = list(holes)
    return [part for period in periods for part in (gaps(period, holes) if holes else [period])]


def slots_of(period: Period, zone: ZoneInfo) -> Slots:
    """Its seconds by weekday and hour, as clocks show them: in one night of the year the hour from 2 on is two."""
    start, end = (moment.astimezone(zone) for moment in period)
    if start.date() == end.date() and start.utcoffset() == end.utcoffset():
        return _slots_of_day(start.isoweekday(), _seconds(start), _seconds(end))
    slots: Slots = Counter()
    for part in _by_hour(period):
        local = part.start.astimezone(zone)
        slots[local.isoweekday(), local.hour] += int(part.length.total_seconds())
    return slots


def _seconds(local: datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second


@lru_cache(10_000)
def _slots_of_day(weekday: int, start: int, end: int) -> Slots:
    hours = range(start // 3600, -(-end // 3600))
    return Counter({(weekday, hour): min(end, hour * 3600 + 3600) - max(start, hour * 3600) for hour in hours})


def _by_hour(period: Period) -> Iterator[Period]:
    """Cut where clocks strike: zones here differ from UTC by whole hours."""
    start = period.start
    while start < period.end:
        full = start.replace(minute=0, second=0, microsecond=0) + HOUR
        yield Period(start, min(full, period.end))
        start = full


def bookable(unit: Unit, opened: Iterable[Period]) -> list[Period]:
    """What of that could be booked of the resource."""
    there = [part for period in opened if (part := period.common(unit.during)).start < part.end]
    return without(there, unit.blackouts)
