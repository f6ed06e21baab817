"""A space's week at a glance: pure, from its rules and what is taken. Time goes down, days go across."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from landbooking.language import format_day
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import OpeningRules, closed_reason, hours_text, last_day, open_periods
from landbooking.spaces.period import Period, closing_instant, gaps, joined, opening_instant

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
    opened = {day: joined(open_periods(rules, day)) for day in dates}
    taken_on = {day: _taken_while_open(busy, opened[day]) for day in dates}
    days = [_day(space_id, kind, rules, taken_on[day], len(busy), day, opened[day], now) for day in dates]
    first, last = _hours_shown(rules, opened)
    rows = [
        Row(f"{hour:02}:00", [_cell(rules, taken_on[day.date], day, opened[day.date], hour, now) for day in days])
        for hour in range(first, last)
    ]
    return Week(days, rows)


def _taken_while_open(busy: Sequence[Sequence[Period]], opened: list[Period]) -> list[list[Period]]:
    """What is taken on that day of each resource that has anything taken: its hours need not look at more."""
    if not opened:
        return []
    whole = Period(opened[0].start, opened[-1].end)
    days = ([period for period in taken if period.overlaps(whole)] for taken in busy)
    return [taken for taken in days if taken]


def _day(
    space_id: int,
    kind: Kind,
    rules: OpeningRules,
    taken_on_day: Sequence[Sequence[Period]],
    total: int,
    day: date,
    opened: list[Period],
    now: datetime,
) -> Day:
    remaining = [Period(max(period.start, now), period.end) for period in opened if period.end > now]
    free_all_day = total - _count_taken(taken_on_day, remaining) if remaining else 0
    state: State
    if not opened:
        state = "closed"
    elif not remaining:
        state = "past"
    elif free_all_day == total and total:
        state = "free"
    else:
        untouched = total > len(taken_on_day)
        state = "partly" if untouched or any(_has_gap(rules, taken, remaining) for taken in taken_on_day) else "full"
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


def _hours_shown(rules: OpeningRules, opened: dict[date, list[Period]]) -> tuple[int, int]:
    """From the first full hour in which the week has anything open to the last."""
    first, last = 24, 0
    for day, periods in opened.items():
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 compared with local clocks only
        for period in periods:
            start = period.start.astimezone(rules.time_zone).replace(tzinfo=None)
            end = period.end.astimezone(rules.time_zone).replace(tzinfo=None)
            first = min(first, start.hour)
            last = max(last, -((midnight - end) // HOUR))
    return first, min(last, 24)


def _cell(
    rules: OpeningRules,
    taken_on_day: Sequence[Sequence[Period]],
    day: Day,
    opened: list[Period],
    hour: int,
    now: datetime,
) -> Cell:
    zone = rules.time_zone
    start, end = opening_instant(day.date, hour * 60, zone), closing_instant(day.date, hour * 60 + 60, zone)
    parts = [
        Period(max(start, period.start), min(end, period.end))
        for period in opened
        if period.start < end and start < period.end
    ]
    label = f"{day.label_short}, {hour:02}:00"
    if not parts or start >= end:
        return Cell("closed", 0, day.total, None, label)
    if end <= now:
        return Cell("past", 0, day.total, None, label)
    free = day.total - _count_taken(taken_on_day, parts)
    state: State = "full" if not free else "free" if free == day.total else "partly"
    url = f"{day.url}&start={hour:02}:00" if day.url and free else None
    return Cell(state, free, day.total, url, label)


def _count_taken(taken_on_day: Sequence[Sequence[Period]], periods: Sequence[Period]) -> int:
    """How many of the resources are taken at some time of the periods.

    Asked for every hour of a week: plain loops and comparisons, as they cost the least.
    """
    count = 0
    for taken in taken_on_day:
        count += _touches(taken, periods)
    return count


def _touches(taken: Sequence[Period], periods: Sequence[Period]) -> bool:
    for start, end in periods:
        for other_start, other_end in taken:
            if other_start < end and start < other_end:
                return True
    return False


def _has_gap(rules: OpeningRules, taken: Sequence[Period], opened: list[Period]) -> bool:
    shortest = timedelta(minutes=rules.shortest_minutes)
    return any(gap.length >= shortest for period in opened for gap in gaps(period, taken))
