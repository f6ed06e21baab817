"""What is planned: the days of a placement, the person, the pay, and what has been seen to so far."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.errors import Refusal
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.period import Period, local_period

RuleId = Literal["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L13", "L14"]
Kind = Literal["school_run", "mandatory", "voluntary"]
Exemption = Literal["mandatory", "orientation", "accompanying", "entry_qualification"]
Insurer = Literal["accident_fund", "company"]


class PlanUnclear(Refusal):
    """The plan contradicts itself, so nothing can be judged; `day` is the one to be changed."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "plan-unclear"

    def __init__(self, message: str, day: date | None = None) -> None:
        super().__init__(message)
        self.day = day


class Pause(msgspec.Struct, frozen=True, order=True):
    """A break from `start` to `end` by the local clock."""

    start: time
    end: time


class Day(msgspec.Struct, frozen=True):
    """One day of work by the local clock, breaks included; `end` 00:00 is midnight, when the day is over.

    `remote` is work from home instead of the space. `light`: by its kind and conditions it harms neither safety, health
    and development nor school (§ 5 Abs. 3 Satz 2 JArbSchG).
    """

    date: date
    start: time
    end: time
    breaks: tuple[Pause, ...] = ()
    remote: bool = False
    light: bool = True

    def period(self, zone: ZoneInfo) -> Period:
        return local_period(self.date, self.start, self.end, zone)


class DayElsewhere(msgspec.Struct, frozen=True):
    """A day of another placement of the same person, before, between or after those of the plan."""

    day: Day
    school_run: bool = False


class Person(msgspec.Struct, frozen=True):
    """`compulsory_until` is the last day of full-time compulsory schooling, None where nobody has said it.

    `state` is the Land where they go to school. `trained`: has completed a vocational training (§ 22 Abs. 2 MiLoG).
    """

    birthday: date
    compulsory_until: date | None = None
    state: str = "RP"
    trained: bool = False


class Pay(msgspec.Struct, frozen=True):
    """Gross pay an hour in cents, 0 where there is none, or the reason of § 22 Abs. 1 Satz 2 MiLoG why none is due.

    `earlier_here`: there was a placement accompanying studies with the same company before (Nr. 3).
    """

    hourly_cents: int = 0
    exemption: Exemption | None = None
    earlier_here: bool = False


class Override(msgspec.Struct, frozen=True):
    """Staff let a finding pass: of that rule, and only with that paragraph or on that day (or week) where one is named.

    `by` is shown as it is: the name of the member of staff.
    """

    rule: RuleId
    reason: str
    by: str
    at: datetime
    paragraph: str | None = None
    day: date | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A placement as it is agreed or proposed.

    kind: run by the school (§ 5 Abs. 2 Nr. 2 JArbSchG), mandatory by another rule of a school, university or
    training, or voluntary. agreed_on: when the agreement is concluded; in a proposal, today. elsewhere: days of the
    same person's other placements that are known here; days_elsewhere: by calendar year, how many days of voluntary
    holiday work the person says to have beside them, a year missing where nobody has asked. insured_by: as the
    agreement says. certificate_seen_on, instructed_on, guardian_consented_on: when that was done, None where it was
    not. state is the Land of the workplace, whose public holidays count.
    """

    person: Person
    days: tuple[Day, ...]
    kind: Kind
    agreed_on: date
    pay: Pay = Pay()
    elsewhere: tuple[DayElsewhere, ...] = ()
    days_elsewhere: dict[int, int] = {}
    insured_by: Insurer | None = None
    certificate_seen_on: date | None = None
    instructed_on: date | None = None
    guardian_consented_on: date | None = None
    overrides: tuple[Override, ...] = ()
    zone: str = "Europe/Berlin"
    state: str = "RP"

    @property
    def first(self) -> date:
        return min(day.date for day in self.days)

    @property
    def last(self) -> date:
        return max(day.date for day in self.days)

    @property
    def school_run(self) -> bool:
        return self.kind == "school_run"


def check_plan(plan: Plan) -> None:
    """Raises PlanUnclear where days or breaks contradict each other."""
    if not plan.days:
        raise PlanUnclear(_("Der Plan hat noch keinen Tag. Bitte tragen Sie mindestens einen ein."))
    dates = [day.date for day in plan.days]
    for date_ in dates:
        if dates.count(date_) > 1:
            message = _("%(day)s steht zweimal im Plan. Bitte tragen Sie jeden Tag einmal ein, mit seinen Pausen.")
            raise PlanUnclear(message % {"day": format_day(date_)}, date_)
    if plan.person.birthday >= plan.first:
        raise PlanUnclear(_("Der Geburtstag liegt nach dem Beginn des Praktikums. Bitte prüfen Sie ihn."))
    for day in (*plan.days, *(other.day for other in plan.elsewhere)):
        _check_day(day, ZoneInfo(plan.zone))


def _check_day(day: Day, zone: ZoneInfo) -> None:
    names = {"day": format_day(day.date)}
    whole = day.period(zone)
    if whole.end <= whole.start:
        raise PlanUnclear(_("Am %(day)s muss das Ende nach dem Anfang liegen.") % names, day.date)
    pauses = sorted(local_period(day.date, pause.start, pause.end, zone) for pause in day.breaks)
    if any(pause.end <= pause.start or not whole.contains(pause) for pause in pauses):
        message = _("Am %(day)s liegt eine Pause nicht zwischen Anfang und Ende der Arbeit.")
        raise PlanUnclear(message % names, day.date)
    if any(one.overlaps(other) for one, other in pairwise(pauses)):
        raise PlanUnclear(_("Am %(day)s überschneiden sich zwei Pausen.") % names, day.date)
    if sum((pause.length for pause in pauses), timedelta()) == whole.length:
        raise PlanUnclear(_("Am %(day)s ist zwischen den Pausen keine Arbeit.") % names, day.date)
