"""A space's week at a glance: pure, from its rules and what is taken. Time goes down, days go across."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.language import format_day
from landbooking.period import Period, closing_instant, gaps, joined, opening_instant
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import OpeningRules, closed_reason, hours_text, last_day, open_periods

State = Literal["free", "partly", "full", "closed", "past"]
HOUR = timedelta(hours=1)


class Cell(msgspec.Struct, frozen=True):
    """One hour of one day: how many of the resources are free for all of it that is open."""

    state: State
    free: int
    total: int
    url: str | None
    label: str


class Row(msgspec.Struct, frozen=True):
    label: str
    cells: list[Cell]


class Day(msgspec.Struct, frozen=True):
    """`free_count` of `total` resources are free all day; `url` is the day's page, None where it can't be booked."""

    date: date
    label_short: str
    label_long: str
    closed_reason: str | None
    state: State
    free_count: int
    total: int
    hours_text: str
    url: str | None


class Week(msgspec.Struct, frozen=True):
    days: list[Day]
    rows: list[Row]


def week_of(
    space_id: int, kind: Kind, rules: OpeningRules, busy: Sequence[Sequence[Period]], monday: date, now: datetime
) -> Week:
    """The seven days from `monday`; `busy` holds for every resource of the kind when it is taken."""
    dates = [monday + timedelta(days=number) for number in range(7)]
    opened = [joined(open_periods(rules, day)) for day in dates]
    remaining = [[Period(max(one.start, now), one.end) for one in each if one.end > now] for each in opened]
    taken = _counts_taken(busy, remaining)
    days = [
        _day(space_id, kind, rules, busy, day, opened[number], remaining[number], taken[number], now)
        for number, day in enumerate(dates)
    ]
    hours = range(*_hours_shown(rules, dates, opened))
    spans = [part for day, each in zip(dates, opened, strict=True) for part in _open_hours(rules, day, hours, each)]
    counted = zip(spans, _counts_taken(busy, spans), strict=True)
    columns = [[_cell(day, hour, *next(counted), now) for hour in hours] for day in days]
    rows = [Row(f"{hour:02}:00", list(cells)) for hour, *cells in zip(hours, *columns, strict=True)]
    return Week(days, rows)


def _counts_taken(busy: Sequence[Sequence[Period]], spans: Sequence[Sequence[Period]]) -> list[int]:
    """How many of the resources are taken at some time of each span: of stretches of which a later one ends no earlier.

    Each span counts in 16 bits of one number, so that a full week costs little more than an empty one: what several
    have at the same time is looked up once, and all resources are counted in one sum.
    """
    stretches = sorted((stretch, 1 << 16 * lane) for lane, span in enumerate(spans) for stretch in span)
    starts, ends = [stretch.start for stretch, _ in stretches], [stretch.end for stretch, _ in stretches]
    lanes = [lane for _, lane in stretches]

    @cache
    def touched(period: Period) -> int:
        return reduce(or_, lanes[bisect_right(ends, period.start) : bisect_left(starts, period.end)], 0)

    counted = sum(reduce(or_, map(touched, taken), 0) for taken in busy)
    return [counted >> 16 * lane & 0xFFFF for lane in range(len(spans))]


def _day(
    space_id: int,
    kind: Kind,
    rules: OpeningRules,
    busy: Sequence[Sequence[Period]],
    day: date,
    opened: list[Period],
    remaining: list[Period],
    taken: int,
    now: datetime,
) -> Day:
    total = len(busy)
    free_all_day = total - taken if remaining else 0
    state: State
    if not opened:
        state = "closed"
    elif not remaining:
        state = "past"
    elif free_all_day == total and total:
        state = "free"
    else:
        state = "partly" if free_all_day or any(_has_gap(rules, each, remaining) for each in busy) else "full"
    bookable = bool(remaining) and day <= last_day(rules, now)
    return Day(
        date=day,
        label_short=format_day(day, "short"),
        label_long=format_day(day, "medium"),
        closed_reason=None if opened else closed_reason(rules, day),
        state=state,
        free_count=free_all_day,
        total=total,
        hours_text=hours_text(rules, opened),
        url=f"/spaces/{space_id}/days/{day}?kind={kind}" if bookable else None,
    )


def _has_gap(rules: OpeningRules, taken: Sequence[Period], opened: list[Period]) -> bool:
    shortest = timedelta(minutes=rules.shortest_minutes)
    return any(gap.length >= shortest for period in opened for gap in gaps(period, filter(period.overlaps, taken)))


def _hours_shown(rules: OpeningRules, dates: list[date], opened: list[list[Period]]) -> tuple[int, int]:
    """From the first full hour in which the week has anything open to the last."""
    first, last = 24, 0
    for day, periods in zip(dates, opened, strict=True):
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 compared with local clocks only
        for period in periods:
            start = period.start.astimezone(rules.time_zone).replace(tzinfo=None)
            end = period.end.astimezone(rules.time_zone).replace(tzinfo=None)
            first = min(first, start.hour)
            last = max(last, -((midnight - end) // HOUR))
    return first, min(last, 24)


def _open_hours(rules: OpeningRules, day: date, hours: range, opened: list[Period]) -> list[list[Period]]:
    """What of each hour is open: nothing where the clock skips it."""
    if not opened:
        return [[] for _ in hours]
    clock = _clock_hours(day, rules.zone)
    return [[part for one in opened if (part := clock[hour].common(one)).start < part.end] for hour in hours]


@lru_cache(1000)
def _clock_hours(day: date, zone: str) -> list[Period]:
    """The 24 hours of a day, each from where the clock first shows it to where it last shows the next."""
    return [
        Period(opening_instant(day, hour * 60, ZoneInfo(zone)), closing_instant(day, hour * 60 + 60, ZoneInfo(zone)))
        for hour in range(24)
    ]


def _cell(day: Day, hour: int, parts: list[Period], taken: int, now: datetime) -> Cell:
    label = f"{day.label_short}, {hour:02}:00"
    if not parts:
        return Cell("closed", 0, day.total, None, label)
    if parts[-1].end <= now:
        return Cell("past", 0, day.total, None, label)
    free = day.total - taken
    state: State = "full" if not free else "free" if free == day.total else "partly"
    url = f"{day.url}&start={hour:02}:00" if day.url and free else None
    return Cell(state, free, day.total, url, label)
