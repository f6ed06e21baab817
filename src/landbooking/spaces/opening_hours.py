"""When a space can be booked: pure rules, judged in the space's own time zone. No input, no output."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import ClassVar
from zoneinfo import ZoneInfo

import holidays
import msgspec

from landbooking.errors import Refusal
from landbooking.language import format_clock, format_day, language, ngettext
from landbooking.language import gettext as _
from landbooking.spaces.period import STEP, Period, closing_instant, joined, opening_instant


class RuleBroken(Refusal):
    """A rule of the space forbids the period. `field` ("start" or "end") is to be changed; `code` names the rule."""

    status: ClassVar[int] = 422

    def __init__(self, rule: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = f"rule-{rule}"  # type: ignore[misc]
        self.field = field

    @property
    def fields(self) -> dict[str, str]:
        return {self.field: self.message}


class Interval(msgspec.Struct, frozen=True, order=True):
    """Open on `weekday` (Monday is 1), from `opens` to `closes` in minutes since local midnight."""

    weekday: int
    opens: int
    closes: int


class Closure(msgspec.Struct, frozen=True, order=True):
    """Closed from `first` to `last`, both included."""

    first: date
    last: date
    reason: str = ""


class OpeningRules(msgspec.Struct, frozen=True):
    """A space's hours and limits. `state` is the Land whose public holidays count, such as "RP"."""

    zone: str
    state: str
    intervals: tuple[Interval, ...]
    closures: tuple[Closure, ...] = ()
    open_on_public_holidays: bool = False
    lead_minutes: int = 0
    horizon_days: int = 90
    shortest_minutes: int = 30
    longest_minutes: int = 600

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def check_period(rules: OpeningRules, period: Period, now: datetime) -> None:
    """Raises RuleBroken for the first rule that the period breaks, saying what would be possible."""
    _check_shape(rules, period)
    _check_distance(rules, period, now)
    _check_open(rules, period)


def broken_rule(rules: OpeningRules, period: Period, now: datetime) -> RuleBroken | None:
    """The same as an answer, for those who only want to know."""
    try:
        check_period(rules, period, now)
    except RuleBroken as broken:
        return broken
    return None


def _check_shape(rules: OpeningRules, period: Period) -> None:
    if period.end <= period.start:
        raise RuleBroken("order", "end", _("Das Ende muss nach dem Anfang liegen."))
    for field, moment in (("start", period.start), ("end", period.end)):
        local = moment.astimezone(rules.time_zone)
        if local.minute % (STEP.seconds // 60) or local.second or local.microsecond:
            raise RuleBroken("step", field, _("Buchen kann man in Schritten von 15 Minuten, zum Beispiel 9:15 Uhr."))
    if period.length < timedelta(minutes=rules.shortest_minutes):
        message = _("Am kürzesten sind hier %(length)s möglich.") % {"length": spoken_length(rules.shortest_minutes)}
        raise RuleBroken("shortest", "end", message)
    if period.length > timedelta(minutes=rules.longest_minutes):
        message = _("Am längsten sind hier %(length)s möglich.") % {"length": spoken_length(rules.longest_minutes)}
        raise RuleBroken("longest", "end", message)


def _check_distance(rules: OpeningRules, period: Period, now: datetime) -> None:
    if period.start < now:
        raise RuleBroken("past", "start", _("Dieser Zeitpunkt ist schon vorbei."))
    if period.start < now + timedelta(minutes=rules.lead_minutes):
        message = _("Hier muss man mindestens %(length)s vorher buchen.") % {
            "length": spoken_length(rules.lead_minutes)
        }
        raise RuleBroken("lead", "start", message)
    if period.start.astimezone(rules.time_zone).date() > last_day(rules, now):
        message = _("So weit im Voraus geht es noch nicht. Der letzte buchbare Tag ist %(day)s.") % {
            "day": format_day(last_day(rules, now))
        }
        raise RuleBroken("horizon", "start", message)


def _check_open(rules: OpeningRules, period: Period) -> None:
    if not is_open(rules, period):
        day = period.start.astimezone(rules.time_zone).date()
        raise RuleBroken("opening-hours", "start", _why_closed(rules, day))


def is_open(rules: OpeningRules, period: Period) -> bool:
    """Whether the space is open throughout the period; hours that meet at midnight are one."""
    first = period.start.astimezone(rules.time_zone).date()
    last = period.end.astimezone(rules.time_zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    opened = joined(opened for day in days for opened in open_periods(rules, day))
    return any(stretch.contains(period) for stretch in opened)


def _why_closed(rules: OpeningRules, day: date) -> str:
    if reason := closed_reason(rules, day):
        return _("An diesem Tag ist geschlossen (%(reason)s).") % {"reason": reason}
    opened = open_periods(rules, day)
    if not opened:
        return _("An diesem Tag ist geschlossen.")
    return _("Zu dieser Zeit ist nicht durchgehend geöffnet. An diesem Tag ist offen: %(times)s.") % {
        "times": hours_text(rules, opened)
    }


def hours_text(rules: OpeningRules, opened: list[Period]) -> str:
    """ "08:00–12:00, 13:00–24:00", and that it is closed where nothing is open."""
    if not opened:
        return _("geschlossen")
    return ", ".join(f"{format_clock(period.start, rules.zone)}–{_closing_clock(period, rules)}" for period in opened)


def _closing_clock(period: Period, rules: OpeningRules) -> str:
    clock = format_clock(period.end, rules.zone)
    return "24:00" if clock == "00:00" else clock


def open_periods(rules: OpeningRules, day: date) -> list[Period]:
    """The periods in which the space is open on a local day; none on a closure or a public holiday."""
    if _is_closed(rules, day):
        return []
    zone = rules.time_zone
    periods = (
        Period(opening_instant(day, interval.opens, zone), closing_instant(day, interval.closes, zone))
        for interval in rules.intervals
        if interval.weekday == day.isoweekday()
    )
    return sorted(period for period in periods if period.start < period.end)


def closed_reason(rules: OpeningRules, day: date) -> str | None:
    """What is said of a day on which the space is closed although its weekday has hours; None where nothing is."""
    for closure in rules.closures:
        if closure.first <= day <= closure.last:
            return closure.reason or None
    if not rules.open_on_public_holidays:
        return public_holidays(rules.state, day.year, language.get()).get(day)
    return None


def _is_closed(rules: OpeningRules, day: date) -> bool:
    return any(closure.first <= day <= closure.last for closure in rules.closures) or (
        not rules.open_on_public_holidays and day in public_holidays(rules.state, day.year, language.get())
    )


@cache
def public_holidays(state: str, year: int, code: str) -> dict[date, str]:
    """Name by day, for a Land of Germany, in the language of that code."""
    spoken = {"de": "de", "en": "en_US"}[code]
    return dict(holidays.country_holidays("DE", subdiv=state, years=year, language=spoken))


def last_day(rules: OpeningRules, now: datetime) -> date:
    """The last local day that can be booked."""
    return now.astimezone(rules.time_zone).date() + timedelta(days=rules.horizon_days)


def spoken_length(minutes: int) -> str:
    """ "45 Minuten", "2 Stunden", "1 Stunde 30 Minuten"."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)s Stunde", "%(count)s Stunden", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)s Minute", "%(count)s Minuten", rest) % {"count": rest})
    return " ".join(parts)
