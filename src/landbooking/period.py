"""A stretch of time: half-open, from `start` up to, not including, `end`. Both are aware."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from asyncpg import Range

STEP = timedelta(minutes=15)

# A time of day by the local clock, as the JSON API takes and says it.
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Such as 09:00.")]


class Period(NamedTuple):
    start: datetime
    end: datetime

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Period") -> bool:
        return self.start <= other.start and other.end <= self.end

    def common(self, other: "Period") -> "Period":
        """What both have; without length, or less, where that is nothing."""
        return Period(max(self.start, other.start), min(self.end, other.end))

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def range(self) -> "Range[datetime]":
        """For a `tstzrange` column."""
        return Range(self.start, self.end)


def joined(periods: Iterable[Period]) -> list[Period]:
    """Sorted, with those that touch or overlap made one."""
    result: list[Period] = []
    for period in sorted(periods):
        if result and period.start <= result[-1].end:
            result[-1] = Period(result[-1].start, max(result[-1].end, period.end))
        else:
            result.append(period)
    return result


def gaps(within: Period, busy: Iterable[Period]) -> list[Period]:
    """What of `within` is left free."""
    result, start = [], within.start
    for period in joined(busy):
        if period.start > start:
            result.append(Period(start, min(period.start, within.end)))
        start = max(start, period.end)
        if start >= within.end:
            return [gap for gap in result if gap.start < gap.end]
    result.append(Period(start, within.end))
    return [gap for gap in result if gap.start < gap.end]


def monday_of(day: date) -> date:
    """Of its week, which goes from Monday to Sunday (for minors also by § 4 (4) JArbSchG)."""
    return day - timedelta(days=day.weekday())


def opening_instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant of a local time. Where the clock shows it twice, the first; where it is skipped, an hour later."""
    return _local(day, minutes, zone, fold=0)


def closing_instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The same, but where the clock shows it twice, the second: who closes at 2:30 closes when that hour is over."""
    return max(_local(day, minutes, zone, fold=0), _local(day, minutes, zone, fold=1))


@lru_cache(10_000)
def _local(day: date, minutes: int, zone: ZoneInfo, fold: int) -> datetime:
    """In UTC: Python compares datetimes of one zone by their clocks, which is an hour wrong in these nights."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 the zone follows
    return datetime.fromtimestamp(wall.replace(tzinfo=zone, fold=fold).timestamp(), tz=UTC)


def local_period(day: date, start: time, end: time, zone: ZoneInfo) -> Period:
    """From one local clock time of a day to another; the end 00:00 means midnight, when the day is over.

    A time that the clock shows twice is the first as a start and the second as an end, unless it says its offset.
    """
    closes = end.hour * 60 + end.minute
    return Period(
        _instant(day, start) or opening_instant(day, start.hour * 60 + start.minute, zone),
        _instant(day, end) or closing_instant(day, closes or 24 * 60, zone),
    )


def _instant(day: date, clock: time) -> datetime | None:
    return datetime.combine(day, clock).astimezone(UTC) if clock.tzinfo else None


def clock_names(period: Period, zone: ZoneInfo) -> dict[str, str]:
    """The day and the clock times that `local_period` reads as this period, with an offset only where it takes one."""
    start, end = (moment.astimezone(zone) for moment in period)
    plain = local_period(start.date(), start.time(), end.time(), zone)
    return {
        "date": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}" if plain.start == period.start else start.isoformat()[11:],
        "end": f"{end:%H:%M}" if plain.end == period.end or end.date() > start.date() else end.isoformat()[11:],
    }
