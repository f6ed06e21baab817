"""On which days something repeats: pure, local days only. Clock times are added by who knows the space's time zone."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count as numbers
from typing import ClassVar, Literal, get_args

import msgspec

from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.period import monday_of

Repeats = Literal["daily", "weekly", "fortnightly", "monthly", "monthly_weekday"]
REPEATS: tuple[Repeats, ...] = get_args(Repeats)
MOST_DATES = 120  # two a week for a year; a list that a person can still read through
LONGEST = timedelta(days=730)  # no space lets one book further ahead
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAYS = (
    N_("Montag"), N_("Dienstag"), N_("Mittwoch"), N_("Donnerstag"), N_("Freitag"), N_("Samstag"), N_("Sonntag")
)  # fmt: skip


class RecurrenceRefused(Refusal):
    """There is no series of this shape; `field` is to be changed."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "recurrence"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def fields(self) -> dict[str, str]:
        return {self.field: self.message}


class Recurrence(msgspec.Struct, frozen=True):
    """From `first` on, until a day or for a number of dates: one of the two is given.

    `weekdays` (Monday is 1) count for weekly and fortnightly ones; without any it is the weekday of `first`. Monthly
    means the same day of the month, monthly_weekday the same weekday of it, such as the third Tuesday.
    """

    repeats: Repeats
    first: date
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None


class Occurrence(msgspec.Struct, frozen=True):
    """A day, or a month that has no such day: then `day` is None and `month` its first."""

    day: date | None
    month: date

    @property
    def last(self) -> date:
        """The day itself, or the last of the month that lacks it."""
        return self.day or self.month.replace(day=calendar.monthrange(self.month.year, self.month.month)[1])


def occurrences(recurrence: Recurrence) -> list[Occurrence]:
    """In order. Days that a month lacks are listed, and do not count. Raises RecurrenceRefused."""
    _check(recurrence)
    found: list[Occurrence] = []
    days = 0
    for occurrence in _endless(recurrence):
        if recurrence.until and occurrence.last > recurrence.until:
            break
        if recurrence.count and days == recurrence.count:
            break
        if occurrence.last - recurrence.first > LONGEST:
            raise RecurrenceRefused(_end_of(recurrence), _("Eine Serie darf höchstens zwei Jahre dauern."))
        found.append(occurrence)
        days += occurrence.day is not None
        if days > MOST_DATES:
            message = _("Das sind mehr als %(most)s Termine. Bitte wählen Sie weniger.") % {"most": MOST_DATES}
            raise RecurrenceRefused(_end_of(recurrence), message)
    if not days:
        raise RecurrenceRefused(_end_of(recurrence), _("Bis dahin gibt es keinen solchen Tag."))
    return found


def _check(recurrence: Recurrence) -> None:
    if (recurrence.until is None) == (recurrence.count is None):
        message = _("Bitte geben Sie an, bis wann oder wie oft: eines von beiden.")
        raise RecurrenceRefused("until", message)
    if recurrence.until and recurrence.until < recurrence.first:
        raise RecurrenceRefused("until", _("Der letzte Tag muss nach dem ersten liegen."))
    if not all(1 <= weekday <= 7 for weekday in recurrence.weekdays):
        raise RecurrenceRefused("weekdays", _("Bitte wählen Sie Wochentage."))


def _end_of(recurrence: Recurrence) -> str:
    return "until" if recurrence.until else "count"


def _endless(recurrence: Recurrence) -> Iterator[Occurrence]:
    first = recurrence.first
    match recurrence.repeats:
        case "daily":
            yield from (_on(first + timedelta(days=number)) for number in numbers())
        case "weekly" | "fortnightly":
            monday = monday_of(first)
            step = timedelta(days=7 if recurrence.repeats == "weekly" else 14)
            for number in numbers():
                week = [monday + number * step + timedelta(days=weekday - 1) for weekday in weekdays_of(recurrence)]
                yield from (_on(day) for day in week if day >= first)
        case "monthly" | "monthly_weekday":
            for number in numbers():
                years, month = divmod(first.month - 1 + number, 12)
                begin = date(first.year + years, month + 1, 1)
                offset = first.day - 1 if recurrence.repeats == "monthly" else _offset(begin, first)
                day = begin + timedelta(days=offset)
                yield Occurrence(day if day.month == begin.month else None, begin)


def _on(day: date) -> Occurrence:
    return Occurrence(day, day.replace(day=1))


def _offset(begin: date, first: date) -> int:
    """From the first of a month to its n-th weekday, both as of `first`."""
    return (first.weekday() - begin.weekday()) % 7 + (nth(first) - 1) * 7


def weekdays_of(recurrence: Recurrence) -> list[int]:
    return sorted(set(recurrence.weekdays)) or [recurrence.first.isoweekday()]


def nth(day: date) -> int:
    """The how manieth of its weekday in the month it is, from 1."""
    return (day.day - 1) // 7 + 1


def as_rrule(recurrence: Recurrence, last: datetime) -> str:
    """RFC 5545, section 3.3.10; `last` is the start of the last date."""
    parts = {
        "daily": "FREQ=DAILY",
        "weekly": f"FREQ=WEEKLY;BYDAY={_by_day(recurrence)}",
        "fortnightly": f"FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY={_by_day(recurrence)}",
        "monthly": f"FREQ=MONTHLY;BYMONTHDAY={recurrence.first.day}",
        "monthly_weekday": f"FREQ=MONTHLY;BYDAY={nth(recurrence.first)}{_CODES[recurrence.first.weekday()]}",
    }
    return f"{parts[recurrence.repeats]};UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _by_day(recurrence: Recurrence) -> str:
    return ",".join(_CODES[weekday - 1] for weekday in weekdays_of(recurrence))


def spoken(recurrence: Recurrence) -> str:
    """ "jede Woche: Montag, Mittwoch" """
    days = ", ".join(weekday_name(weekday) for weekday in weekdays_of(recurrence))
    match recurrence.repeats:
        case "daily":
            return _("jeden Tag")
        case "weekly":
            return _("jede Woche: %(days)s") % {"days": days}
        case "fortnightly":
            return _("alle zwei Wochen: %(days)s") % {"days": days}
        case "monthly":
            return _("jeden Monat am %(number)s.") % {"number": recurrence.first.day}
        case "monthly_weekday":
            named = {"number": nth(recurrence.first), "weekday": weekday_name(recurrence.first.isoweekday())}
            return _("jeden Monat am %(number)s. %(weekday)s") % named


def weekday_name(weekday: int) -> str:
    return _(_WEEKDAYS[weekday - 1])
