"""When spaces stood open, as rows of numbers in which PostgreSQL finds its place by one binary search: pure.

One line of seconds, on which each opening (all resources of a space that stand open at the same times) has the whole
span to itself, one after the other. It is cut wherever something changes: where it opens or closes, where days begin,
and where clocks change. From one cut to the next, month, weekday and how far clocks are ahead stay the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from landbooking.period import Period, opening_instant
from landbooking.spaces.statistics.opening import HOUR
from landbooking.spaces.statistics.span import Span

CLOSED = -1


class Stretch(NamedTuple):
    """Of one local day; throughout it clocks are as far ahead as at its start, where they show so many seconds."""

    month: int
    day: date
    during: Period
    clock: int


class Timeline:
    """`since` has the cuts; what holds from there to the next one stands in the others at the same place.

    `month`: its place in the span, CLOSED where nothing is open; `week`: a place in `weeks`, which are spaces, months
    and weekdays, CLOSED for what is no place; `clock`: where on the line clocks would show midnight.
    """

    def __init__(self, span: Span, zone: ZoneInfo) -> None:
        self.period, self.zone = span.period(zone), zone
        self.days = [(month, day) for month, first in enumerate(span.months) for day in _days(first)]
        self.since: list[float] = []
        self.month: list[int] = []
        self.week: list[int] = []
        self.clock: list[float] = []
        self.weeks: list[tuple[int, int, int]] = []
        self._stretches = [stretch for month, day in self.days for stretch in _stretches(month, day, zone)]

    def add(self, opened: Mapping[date, Iterable[Period]], space_id: int | None) -> float:
        """One more opening, of places of that space or of what is no place; returns where it begins."""
        begin = self.since[-1] + 1 if self.since else 0.0
        weeks: dict[tuple[int, int], int] = {}
        for month, day, during, clock in self._stretches:
            start, end = begin + self._seconds(during.start), begin + self._seconds(during.end)
            week = CLOSED
            if space_id is not None and (week := weeks.get((month, day.isoweekday()), CLOSED)) == CLOSED:
                week = weeks[month, day.isoweekday()] = len(self.weeks)
                self.weeks.append((space_id, month, day.isoweekday()))
            done = start
            for period in opened[day]:
                first, last = (begin + self._seconds(moment) for moment in period.common(during))
                if first >= last:
                    continue
                if done < first:
                    self._cut(done, CLOSED, CLOSED, 0.0)
                self._cut(first, month, week, start - clock)
                done = last
            if done < end:
                self._cut(done, CLOSED, CLOSED, 0.0)
        self._cut(begin + self._seconds(self.period.end), CLOSED, CLOSED, 0.0)
        return begin

    def _cut(self, since: float, month: int, week: int, clock: float) -> None:
        self.since.append(since)
        self.month.append(month)
        self.week.append(week)
        self.clock.append(clock)

    def _seconds(self, moment: datetime) -> float:
        return round((moment - self.period.start).total_seconds())


def _days(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)


def _stretches(month: int, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
    """Clocks change at full hours."""
    start, end = opening_instant(day, 0, zone), opening_instant(day + timedelta(days=1), 0, zone)
    hours = [start + number * HOUR for number in range(-((start - end) // HOUR))]
    changes = [
        hour for hour in hours if hour.astimezone(zone).utcoffset() != (hour - HOUR).astimezone(zone).utcoffset()
    ]
    for since, until in pairwise(sorted({start, *changes, end})):
        local = since.astimezone(zone)
        yield Stretch(month, day, Period(since, until), local.hour * 3600 + local.minute * 60)
