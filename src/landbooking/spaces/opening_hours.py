"""When a space can be booked: pure rules, judged in the space's own time zone. No input, no output."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.days_off import public_holidays
from landbooking.errors import Refusal
from landbooking.language import format_clock, language, ngettext
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
