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
from landbooking.spaces.statistics.ground import Ground
from landbooking.spaces.statistics.opening import HOUR, opened_on
from landbooking.spaces.statistics.span import Span

CLOSED = -1


class Stretch(NamedTuple):
    """Of one local day; throughout it clocks are as far ahead as at its start. In seconds since the span began;
    `midnight` is where its clocks would have shown 0:00."""

    month: int
    day: date
    start: int
    end: int
    midnight: int


class Timeline:
    """`since` has the cuts; what holds from there to the next one stands in the others at the same place.

    `month`: its place in the span, CLOSED where nothing is open; `week`: a place in `weeks`, which are spaces, months
    and weekdays, CLOSED for what is no place; `clock`: where on the line its clocks would show midnight. `begins`:
    where on the line the span begins, by the number of the resource.
    """

    def __init__(self, span: Span, zone: ZoneInfo) -> None:
        self.period, self.zone = span.period(zone), zone
        self.days = [(month, day) for month, first in enumerate(span.months) for day in _days(first)]
        self.begins: dict[int, float] = {}
        self.since: list[float] = []
        self.month: list[int] = []
        self.week: list[int] = []
        self.clock: list[float] = []
        self.weeks: list[tuple[int, int, int]] = []
        self._stretches = [stretch for month, day in self.days for stretch in self._stretches_of(month, day)]

    def draw(self, ground: Ground) -> dict[bool, dict[date, list[Period]]]:
        """Adds the openings of a space; returns when it stood open, around the clock or by its hours, by day."""
        opened = {
            always: {day: opened_on(ground, day, always) for _month, day in self.days}
            for always in {unit.around_the_clock for unit in ground.units}
        }
        begins: dict[tuple[bool, bool], float] = {}
        for unit in ground.units:
            key = unit.around_the_clock, unit.is_place
            if key not in begins:
                begins[key] = self._add(opened[unit.around_the_clock], ground.id if unit.is_place else None)
            self.begins[unit.id] = begins[key]
        return opened

    def _add(self, opened: Mapping[date, Iterable[Period]], space_id: int | None) -> float:
        begin = self.since[-1] + 1 if self.since else 0.0
        weeks: dict[tuple[int, int], int] = {}
        for month, day, start, end, midnight in self._stretches:
            week = CLOSED
            if space_id is not None and (week := weeks.get((month, day.isoweekday()), CLOSED)) == CLOSED:
                week = weeks[month, day.isoweekday()] = len(self.weeks)
                self.weeks.append((space_id, month, day.isoweekday()))
            done = start
            for period in opened[day]:
                first, last = max(self._seconds(period.start), start), min(self._seconds(period.end), end)
                if first >= last:
                    continue
                if done < first:
                    self._cut(begin + done, CLOSED, CLOSED, 0.0)
                self._cut(begin + first, month, week, begin + midnight)
                done = last
            if done < end:
                self._cut(begin + done, CLOSED, CLOSED, 0.0)
        self._cut(begin + self._seconds(self.period.end), CLOSED, CLOSED, 0.0)
        return begin

    def _cut(self, since: float, month: int, week: int, clock: float) -> None:
        self.since.append(since)
        self.month.append(month)
        self.week.append(week)
        self.clock.append(clock)

    def _seconds(self, moment: datetime) -> int:
        return round((moment - self.period.start).total_seconds())

    def _stretches_of(self, month: int, day: date) -> Iterator[Stretch]:
        """Clocks change at full hours."""
        start, end = opening_instant(day, 0, self.zone), opening_instant(day + timedelta(days=1), 0, self.zone)
        hours = [start + number * HOUR for number in range(-((start - end) // HOUR))]
        changes = [hour for hour in hours if self._ahead(hour) != self._ahead(hour - HOUR)]
        for since, until in pairwise(sorted({start, *changes, end})):
            local = since.astimezone(self.zone)
            first = self._seconds(since)
            clock = local.hour * 3600 + local.minute * 60
            yield Stretch(month, day, first, self._seconds(until), first - clock)

    def _ahead(self, moment: datetime) -> timedelta | None:
        return moment.astimezone(self.zone).utcoffset()


def _days(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)
