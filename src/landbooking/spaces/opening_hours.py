"""When a space can be booked: pure rules, judged in the space's own time zone. No input, no output."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.days_off import public_holidays
from landbooking.errors import Refusal
from landbooking.language import exact_clock, format_clock, format_day, format_moment, language, ngettext
from landbooking.language import gettext as _
from landbooking.period import Period, closing_instant, joined, opening_instant

Unit = Literal["time", "half_day", "day"]
DayPart = Literal["day", "morning", "afternoon"]
Audience = Literal["everyone", "members", "staff"]
HOUR = timedelta(hours=1)


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
    """A space's hours, and the limits of one kind of its resources or of a single one.

    `state` is the Land whose public holidays count, such as "RP". `unit` says whether one books by the clock, in steps
    from midnight on, or by whole or half days. Buffers are kept free around each booking. `weekly_minutes` is what one
    person may have of a kind in a space and a week (0: as much as they like), `cancel_minutes` how long before the
    start one can still cancel or move, `hold_minutes` how long by day what came free is held for the first in
    line. What is to be had `around_the_clock` has no hours: nobody need be there.
    """

    zone: str
    state: str
    intervals: tuple[Interval, ...]
    closures: tuple[Closure, ...] = ()
    open_on_public_holidays: bool = False
    lead_minutes: int = 0
    horizon_days: int = 90
    shortest_minutes: int = 30
    longest_minutes: int = 600
    unit: Unit = "time"
    step_minutes: int = 15
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    weekly_minutes: int = 0
    cancel_minutes: int = 0
    hold_minutes: int = 30
    audience: Audience = "everyone"
    approval: bool = False
    around_the_clock: bool = False

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def check_period(rules: OpeningRules, period: Period, now: datetime) -> None:
    """Raises RuleBroken for the first rule that the period breaks, saying what would be possible."""
    if period.end <= period.start:
        message = _("Das Ende muss nach dem Anfang liegen.")
        raise RuleBroken("order", "end", _with_end(rules, period.start, rules.shortest_minutes, message))
    if rules.unit == "time":
        _check_shape(rules, period)
    _check_distance(rules, period, now)
    if rules.unit == "time":
        _check_open(rules, period)
    else:
        _check_unit(rules, period)


def broken_rule(rules: OpeningRules, period: Period, now: datetime) -> RuleBroken | None:
    """The same as an answer, for those who only want to know."""
    try:
        check_period(rules, period, now)
    except RuleBroken as broken:
        return broken
    return None


def _check_shape(rules: OpeningRules, period: Period) -> None:
    for field, moment in (("start", period.start), ("end", period.end)):
        local = moment.astimezone(rules.time_zone)
        if (local.hour * 60 + local.minute) % rules.step_minutes or local.second or local.microsecond:
            raise RuleBroken("step", field, _step_sentence(rules))
    if period.length < timedelta(minutes=rules.shortest_minutes):
        length = spoken_length(rules.shortest_minutes)
        message = _("Eine Buchung dauert hier mindestens %(length)s.") % {"length": length}
        raise RuleBroken("shortest", "end", _with_end(rules, period.start, rules.shortest_minutes, message))
    if period.length > timedelta(minutes=rules.longest_minutes):
        length = spoken_length(rules.longest_minutes)
        message = _("Eine Buchung dauert hier höchstens %(length)s.") % {"length": length}
        raise RuleBroken("longest", "end", _with_end(rules, period.start, rules.longest_minutes, message))


def _with_end(rules: OpeningRules, start: datetime, minutes: int, sentence: str) -> str:
    """And which end would be right, where it is open until then."""
    end = start + timedelta(minutes=minutes)
    if not is_open(rules, Period(start, end)):
        return sentence
    clocks = {"start": exact_clock(start, rules.zone), "end": exact_clock(end, rules.zone)}
    possible = _("Ab %(start)s Uhr ginge es bis %(end)s Uhr.") % clocks
    return f"{sentence} {possible}"


def _step_sentence(rules: OpeningRules) -> str:
    if rules.step_minutes == 60:
        return _("Buchen kann man hier zu vollen Stunden, zum Beispiel 9:00 Uhr.")
    return _("Buchen kann man in Schritten von %(step)s Minuten, zum Beispiel 9:%(step)s Uhr.") % {
        "step": rules.step_minutes
    }


def _check_distance(rules: OpeningRules, period: Period, now: datetime) -> None:
    if period.start < now:
        message = _("Dieser Zeitpunkt ist schon vorbei.")
        raise RuleBroken("past", "start", _with_start(rules, now + timedelta(minutes=rules.lead_minutes), message))
    if period.start < now + timedelta(minutes=rules.lead_minutes):
        message = _("Hier muss man mindestens %(length)s vorher buchen.") % {
            "length": spoken_distance(rules.lead_minutes)
        }
        raise RuleBroken("lead", "start", _with_start(rules, now + timedelta(minutes=rules.lead_minutes), message))
    if period.start.astimezone(rules.time_zone).date() > last_day(rules, now):
        message = _("So weit im Voraus geht es noch nicht. Der letzte buchbare Tag ist %(day)s.") % {
            "day": format_day(last_day(rules, now))
        }
        raise RuleBroken("horizon", "start", message)


def _with_start(rules: OpeningRules, after: datetime, sentence: str) -> str:
    """And from when on it would be possible."""
    start = first_start(rules, next_step(rules, after))
    if start is None:
        return sentence
    possible = _("Möglich ist es ab %(moment)s.") % {"moment": format_moment(start, rules.zone)}
    return f"{sentence} {possible}"


@lru_cache(1000)
def first_start(rules: OpeningRules, after: datetime) -> datetime | None:
    """The first moment from then on at which a booking may begin by the hours; None where there is none in a month.

    Kept, since whoever looks for what is free asks the same of many resources.
    """
    first = after.astimezone(rules.time_zone).date()
    shortest = timedelta(minutes=rules.shortest_minutes)
    for day in (first + timedelta(days=number) for number in range(32)):
        if rules.unit == "time":
            opened = joined(open_periods(rules, day))
            begins = [Period(next_step(rules, max(each.start, after)), each.end) for each in opened]
            starts = [each.start for each in begins if each.start + shortest <= each.end]
        else:
            starts = [part.start for part in day_parts(rules, day).values() if part.start >= after]
        if starts:
            return min(starts)
    return None


def _check_open(rules: OpeningRules, period: Period) -> None:
    if not is_open(rules, period):
        day = period.start.astimezone(rules.time_zone).date()
        raise RuleBroken("opening-hours", "start", _why_closed(rules, day))


def _check_unit(rules: OpeningRules, period: Period) -> None:
    """A whole or half day may span the midday break, when nobody is there to let people in or out."""
    day = period.start.astimezone(rules.time_zone).date()
    offered = day_parts(rules, day)
    if not offered:
        raise RuleBroken("opening-hours", "start", _why_closed(rules, day))
    if period not in offered.values():
        message = (
            _("Hier bucht man ganze Tage: %(times)s.")
            if rules.unit == "day"
            else _("Hier bucht man ganze oder halbe Tage: %(times)s.")
        )
        raise RuleBroken("unit", "start", message % {"times": hours_text(rules, sorted(offered.values()))})


def day_parts(rules: OpeningRules, day: date) -> dict[DayPart, Period]:
    """The whole of an open day and, unless only that can be booked, its halves, which meet in the middle of the break.

    Without a break they meet at the full hour in the middle of the day. Empty where nothing is open.
    """
    opened = joined(open_periods(rules, day))
    if not opened:
        return {}
    whole = Period(opened[0].start, opened[-1].end)
    if rules.unit == "day":
        return {"day": whole}
    breaks = [Period(one.end, other.start) for one, other in pairwise(opened)]
    longest = max(breaks, key=lambda pause: pause.length, default=None)
    middle = whole.start + (whole.length / 2) // HOUR * HOUR
    first, second = longest or (middle, middle)
    halves: dict[DayPart, Period] = {"morning": Period(whole.start, first), "afternoon": Period(second, whole.end)}
    return {"day": whole, **{name: half for name, half in halves.items() if half.length}}


def is_open(rules: OpeningRules, period: Period) -> bool:
    """Whether the space is open throughout the period; hours that meet at midnight are one."""
    first = period.start.astimezone(rules.time_zone).date()
    last = period.end.astimezone(rules.time_zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    opened = joined(opened for day in days for opened in open_periods(rules, day))
    return any(stretch.contains(period) for stretch in opened)


def _why_closed(rules: OpeningRules, day: date) -> str:
    next_day = opening_instant(day + timedelta(days=1), 0, rules.time_zone)
    if reason := closed_reason(rules, day):
        return _with_start(rules, next_day, _("An diesem Tag ist geschlossen (%(reason)s).") % {"reason": reason})
    opened = open_periods(rules, day)
    if not opened:
        return _with_start(rules, next_day, _("An diesem Tag ist geschlossen."))
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
    if rules.around_the_clock:
        return [Period(opening_instant(day, 0, zone), closing_instant(day, 24 * 60, zone))]
    periods = (
        Period(opening_instant(day, interval.opens, zone), closing_instant(day, interval.closes, zone))
        for interval in rules.intervals
        if interval.weekday == day.isoweekday()
    )
    return sorted(period for period in periods if period.start < period.end)


def closed_reason(rules: OpeningRules, day: date) -> str | None:
    """What is said of a day on which the space is closed although its weekday has hours; None where nothing is."""
    if rules.around_the_clock:
        return None
    for closure in rules.closures:
        if closure.first <= day <= closure.last:
            return closure.reason or None
    if not rules.open_on_public_holidays:
        return public_holidays(rules.state, day.year, language.get()).get(day)
    return None


def _is_closed(rules: OpeningRules, day: date) -> bool:
    if rules.around_the_clock:
        return False
    return any(closure.first <= day <= closure.last for closure in rules.closures) or (
        not rules.open_on_public_holidays and day in public_holidays(rules.state, day.year, language.get())
    )


def blocked_by(rules: OpeningRules, period: Period) -> Period:
    """The period with its buffers: what nobody else can have."""
    return Period(
        period.start - timedelta(minutes=rules.buffer_before_minutes),
        period.end + timedelta(minutes=rules.buffer_after_minutes),
    )


def next_step(rules: OpeningRules, moment: datetime) -> datetime:
    """The moment, or the first after it at which a booking may begin."""
    local = moment.astimezone(rules.time_zone)
    past = timedelta(minutes=(local.hour * 60 + local.minute) % rules.step_minutes, seconds=local.second)
    past += timedelta(microseconds=local.microsecond)
    return moment + (timedelta(minutes=rules.step_minutes) - past if past else timedelta())


def last_day(rules: OpeningRules, now: datetime) -> date:
    """The last local day that can be booked."""
    return now.astimezone(rules.time_zone).date() + timedelta(days=rules.horizon_days)


def spoken_distance(minutes: int) -> str:
    """How long before something: as a length, but from two days on in days: "2 Tage", "2 Tage 12 Stunden"."""
    days, rest = divmod(minutes, 24 * 60)
    if days < 2:
        return spoken_length(minutes)
    said = ngettext("%(count)s Tag", "%(count)s Tage", days) % {"count": days}
    return f"{said} {spoken_length(rest)}" if rest else said


def spoken_length(minutes: int) -> str:
    """ "45 Minuten", "2 Stunden", "1 Stunde 30 Minuten"."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)s Stunde", "%(count)s Stunden", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)s Minute", "%(count)s Minuten", rest) % {"count": rest})
    return " ".join(parts)
