"""On which days a ride runs, and when: pure, judged by local clocks."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.days_off import public_holidays, school_holidays
from landbooking.period import opening_instant

ZONE = ZoneInfo("Europe/Berlin")  # of what is asked and shown; each ride runs by the clocks of its district
Absence = Literal["exception", "pause", "public-holiday", "no-school"]


class Days(msgspec.Struct, frozen=True):
    """From `first` to `last`, both included; without a last one for as long as it is not ended."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Timetable(msgspec.Struct, frozen=True):
    """`departs` holds minutes since local midnight for Monday to Sunday, None where it does not run.

    `exceptions` go before everything else: None where it does not run that day, else the time at which it does.
    `state` is the Land whose holidays count, such as "RP".
    """

    days: Days
    departs: tuple[int | None, ...]
    zone: str
    state: str
    not_on_holidays: bool = False
    only_school_days: bool = False
    pauses: tuple[Days, ...] = ()
    exceptions: Mapping[date, int | None] = {}

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def runs_once(self) -> bool:
        return self.days.first == self.days.last

    def departure_on(self, day: date) -> datetime | None:
        """The instant at which it leaves on that local day; None where it does not run then."""
        minutes = self.minutes_on(day)
        return None if minutes is None else opening_instant(day, minutes, self.time_zone)

    def minutes_on(self, day: date) -> int | None:
        """The same in minutes since local midnight."""
        if day in self.exceptions:
            return self.exceptions[day]
        regular = self.regular_minutes_on(day)
        return None if regular is None or self._left_out(day) else regular

    def regular_minutes_on(self, day: date) -> int | None:
        """When it leaves on such a weekday as a rule, whatever is different on this day."""
        return self.departs[day.weekday()] if day in self.days else None

    def absence_on(self, day: date) -> Absence | None:
        """Why it does not run on a day on which it does as a rule; None on all others."""
        if self.regular_minutes_on(day) is None:
            return None
        if day in self.exceptions:
            return "exception" if self.exceptions[day] is None else None
        return self._left_out(day)

    def _left_out(self, day: date) -> Absence | None:
        if any(day in pause for pause in self.pauses):
            return "pause"
        if self.not_on_holidays and is_public_holiday(self.state, day):
            return "public-holiday"
        return "no-school" if self.only_school_days and not is_school_day(self.state, day) else None

    def runs(self, first: date, count: int) -> Iterator[tuple[date, datetime]]:
        """Day and departure of every run on `count` days from `first` on."""
        for number in range(count):
            day = first + timedelta(days=number)
            if (departure := self.departure_on(day)) is not None:
                yield day, departure


def once(day: date, minutes: int) -> tuple[Days, tuple[int | None, ...]]:
    """The days and departures of a ride that runs once."""
    return Days(day, day), tuple(minutes if weekday == day.weekday() else None for weekday in range(7))


def weekly(by_weekday: Mapping[int, int]) -> tuple[int | None, ...]:
    """Departures for Monday to Sunday out of minutes by weekday, of which Monday is 1."""
    return tuple(by_weekday.get(weekday) for weekday in range(1, 8))


def is_public_holiday(state: str, day: date) -> bool:
    return day in public_holidays(state, day.year, "de")


def is_school_day(state: str, day: date) -> bool:
    """Neither weekend nor public nor school holiday."""
    free = is_public_holiday(state, day) or day in school_holidays(state, day.year, "de")
    return day.isoweekday() <= 5 and not free
