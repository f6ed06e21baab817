"""What each date of a wished series would give, before anything is written."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.days_off import public_holidays, school_holidays
from landbooking.errors import Refusal
from landbooking.language import exact_clock, language
from landbooking.language import gettext as _
from landbooking.period import Period, closing_instant, local_period, opening_instant
from landbooking.spaces.approval.deadline import first_answer_due
from landbooking.spaces.booking import bookable
from landbooking.spaces.equipment import pieces_for
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken, day_parts
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.series.ground import Ground, read_ground
from landbooking.spaces.series.recurrence import Occurrence, Recurrence, RecurrenceRefused, occurrences
from landbooking.spaces.space import Resource, Space, resources_of
from landbooking.spaces.tariffs.cards import days_in_pass
from landbooking.spaces.tariffs.ledger import price_in

MOST_OTHERS = 5  # desks that are offered instead of one that is taken

State = Literal["free", "conflict", "left_out", "holiday", "missing"]


class Choice(msgspec.Struct, frozen=True):
    """What the person chose for one date: another resource, another time, or without `resource_id` to leave it out."""

    resource_id: int | None
    start: dt.time | None = None
    end: dt.time | None = None


class Wish(msgspec.Struct, frozen=True):
    """A resource from one local clock time to another, again and again. `choices` are for single days.

    `equipment` are the ids of the pieces that come along on each of them.
    """

    resource_id: int
    recurrence: Recurrence
    start: dt.time
    end: dt.time
    skip_school_holidays: bool = False
    choices: Mapping[date, Choice] = {}
    equipment: Sequence[int] = ()


class PlannedDate(msgspec.Struct, frozen=True):
    """One date: where and when it would be, or why not.

    `day`, `planned_at` and `period` are None for a month that lacks the day. A `holiday` has its name and is left out
    unless the person chose otherwise. `others` are free instead where `refusal` says that the wished resource is not.
    `cents` is what it costs where it is booked, and nothing is to be paid for one that is `in_pass`, a month's.
    """

    month: date
    day: date | None = None
    planned_at: datetime | None = None
    resource: Resource | None = None
    period: Period | None = None
    refusal: Refusal | None = None
    holiday: str | None = None
    others: tuple[Resource, ...] = ()
    cents: int = 0
    in_pass: bool = False

    @property
    def state(self) -> State:
        if self.day is None:
            return "missing"
        if self.resource is None:
            return "holiday" if self.holiday else "left_out"
        return "conflict" if self.refusal else "free"


class Plan(msgspec.Struct, frozen=True):
    """`pieces` come along on every date that is booked."""

    space: Space
    resource: Resource
    pieces: list[Resource]
    dates: list[PlannedDate]

    @property
    def booked(self) -> list[PlannedDate]:
        """What would be booked."""
        return [planned for planned in self.dates if planned.state == "free"]

    @property
    def cents(self) -> int:
        """What is to be paid for all that would be booked."""
        return sum(planned.cents for planned in self.booked if not planned.in_pass)

    @property
    def conflicts(self) -> list[PlannedDate]:
        return [planned for planned in self.dates if planned.state == "conflict"]


async def plan_series(connection: Connection, person: Person | None, wish: Wish, now: datetime) -> Plan:
    """Every date is judged by every rule, in order. Raises DeskGone, EquipmentUnfit and RecurrenceRefused."""
    space, resource = await bookable(connection, wish.resource_id)
    if resource.kind == DISCREET:  # what belongs together would tell, after the person is erased, that it was one
        raise RecurrenceRefused("repeats", _("Diesen Raum kann man nur einzeln buchen."))
    zone = space.rules.time_zone
    found = occurrences(wish.recurrence)
    days = [occurrence.day for occurrence in found if occurrence.day]
    alike = await _alike(connection, resource)
    pieces = await pieces_for(connection, space, resource, wish.equipment) if wish.equipment else []
    ground = await read_ground(
        connection,
        person,
        space,
        [*alike, *pieces],
        [Period(opening_instant(day, 0, zone), closing_instant(day, 24 * 60, zone)) for day in days],
        [],
        now,
    )
    times = _times(space.rules_of(resource.kind, resource.id), wish, days)
    dates = [_planned(ground, resource, alike, pieces, wish, times, each) for each in found]
    covered = await days_in_pass(connection, person.id, space.id, days) if person and space.tariffs else set()
    return Plan(space, resource, pieces, [_priced(space, planned, covered) for planned in dates])


def answer_due_for(person: Person, plan: Plan, now: datetime) -> datetime | None:
    """Until when a host has to agree to the whole of it, where one of its dates asks for that."""
    rules_of_pieces = [plan.space.rules_of(piece.kind, piece.id) for piece in plan.pieces]
    due = (
        first_answer_due(
            person,
            plan.space,
            [plan.space.rules_of(one.resource.kind, one.resource.id), *rules_of_pieces],
            one.period,
            now,
        )
        for one in plan.booked
        if one.resource and one.period
    )
    first = min((moment for moment in due if moment), default=None)
    return first and min(first, *(one.period.start for one in plan.booked if one.period))


async def _alike(connection: Connection, resource: Resource) -> list[Resource]:
    """What can be had instead of it, and itself; no vehicle in repair."""
    every = [each for each in await resources_of(connection, resource.space_id) if each.kind == resource.kind]
    if resource.kind != "vehicle":
        return every
    rows = await connection.fetch("SELECT resource_id FROM vehicle WHERE out_of_order")
    broken = {row["resource_id"] for row in rows}
    return [each for each in every if each.id not in broken]


def _times(rules: OpeningRules, wish: Wish, days: Sequence[date]) -> dict[date, Period]:
    """By day what is wished. Where one books by the day or half day, that part of each, as long as it is that day."""
    wished = {day: local_period(day, wish.start, wish.end, rules.time_zone) for day in days}
    if rules.unit == "time":
        return wished
    parts = {day: day_parts(rules, day) for day in days}
    part = next((name for day in days for name, period in parts[day].items() if period == wished[day]), None)
    return {day: parts[day].get(part, wished[day]) if part else wished[day] for day in days}


def _planned(
    ground: Ground,
    wished: Resource,
    alike: Iterable[Resource],
    pieces: Sequence[Resource],
    wish: Wish,
    times: Mapping[date, Period],
    occurrence: Occurrence,
) -> PlannedDate:
    day = occurrence.day
    if day is None:
        return PlannedDate(occurrence.month)
    rules = ground.space.rules
    planned = PlannedDate(
        occurrence.month,
        day,
        opening_instant(day, wish.start.hour * 60 + wish.start.minute, rules.time_zone),
        period=times[day],
        holiday=_holiday(rules, day, wish.skip_school_holidays),
    )
    choice = wish.choices.get(day)
    if (choice is None and planned.holiday) or (choice and choice.resource_id is None):
        return planned
    period, asked = times[day], (wish.start if ground.schedules[wished.id].rules.unit == "time" else None)
    if choice and choice.start and choice.end:
        period, asked = local_period(day, choice.start, choice.end, rules.time_zone), choice.start
    resource = wished
    if choice and choice.resource_id != wished.id:
        chosen = next((each for each in alike if each.id == choice.resource_id), None)
        if chosen is None:
            return msgspec.structs.replace(planned, resource=wished, period=period, refusal=DeskGone())
        resource = chosen
    refusal = _skipped_hour(rules, period, asked) or ground.refusal(resource, pieces, period)
    others: tuple[Resource, ...] = ()
    if refusal is None:
        ground.grant(resource, pieces, period)
    else:
        others = _free_others(ground, resource, alike, pieces, period)
    return msgspec.structs.replace(planned, resource=resource, period=period, refusal=refusal, others=others)


def _priced(space: Space, planned: PlannedDate, covered: Collection[date]) -> PlannedDate:
    if planned.resource is None or planned.period is None or planned.refusal:
        return planned
    cents = price_in(space, planned.resource, planned.period)
    return msgspec.structs.replace(planned, cents=cents, in_pass=planned.day in covered)


def _holiday(rules: OpeningRules, day: date, skip_school_holidays: bool) -> str | None:
    code = language.get()
    if name := public_holidays(rules.state, day.year, code).get(day):
        return name
    return school_holidays(rules.state, day.year, code).get(day) if skip_school_holidays else None


def _skipped_hour(rules: OpeningRules, period: Period, asked: dt.time | None) -> Refusal | None:
    """In the night in which the clocks go forward an hour is missing; nobody is booked at another one unasked."""
    if asked and not asked.tzinfo and period.start.astimezone(rules.time_zone).time() != asked.replace(fold=0):
        message = _(
            "Diese Uhrzeit gibt es an diesem Tag nicht: Die Uhren werden vorgestellt. Möglich ist %(clock)s Uhr."
        ) % {"clock": exact_clock(period.start, rules.zone)}
        return RuleBroken("skipped-hour", "start", message)
    return None


def _free_others(
    ground: Ground, resource: Resource, alike: Iterable[Resource], pieces: Sequence[Resource], period: Period
) -> tuple[Resource, ...]:
    free: list[Resource] = []
    for other in alike:
        if other.id != resource.id and ground.refusal(other, pieces, period) is None:
            free.append(other)
            if len(free) == MOST_OTHERS:
                break
    return tuple(free)
