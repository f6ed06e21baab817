"""What decides about many periods at once, read in few queries: what is taken, and what the person has already."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.period import Period, joined
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.eligibility import check_audience, check_quota, is_member, week_of
from landbooking.spaces.equipment import EquipmentTaken, of_piece
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken, blocked_by
from landbooking.spaces.refusals import with_buffers
from landbooking.spaces.schedules import Schedule
from landbooking.spaces.space import Resource, Space

MARGIN = timedelta(hours=4)  # the longest buffer that a rule can ask for


class Occupied(Refusal):
    """Somebody has the resource then, or a host keeps it free."""

    code: ClassVar[str] = "taken"

    def __init__(self, rules: OpeningRules) -> None:
        message = _("Dieser Platz ist dann schon belegt. Möglich ist ein anderer oder eine andere Zeit.")
        super().__init__(with_buffers(message, rules))


class Had(msgspec.Struct, frozen=True):
    """A booking that the person has in the space, and what it counts towards the quota of its kind."""

    kind: Kind
    start: datetime
    length: timedelta


class Ground(msgspec.Struct):
    """Judges one period after the other; those that were granted count for the ones that follow.

    Where nobody has signed in yet (`person` None), rules about persons are left for later. `check` judges a period by
    the rules of a resource.
    """

    space: Space
    person: Person | None
    member: bool
    schedules: dict[int, Schedule]
    had: list[Had]
    now: datetime
    check: Callable[[OpeningRules, Period, datetime], None] = check_period

    def refusal(self, resource: Resource, pieces: Sequence[Resource], period: Period) -> Refusal | None:
        """Why the person can't have the resource in this period with all the pieces; None where they can."""
        if refusal := self._refusal_of(resource, period):
            return refusal
        for piece in pieces:
            refusal = self._refusal_of(piece, period)
            if isinstance(refusal, RuleBroken):
                return of_piece(piece, refusal)
            if refusal:
                return EquipmentTaken(piece.name)
        return None

    def _refusal_of(self, resource: Resource, period: Period) -> Refusal | None:
        rules = self.space.rules_of(resource.kind, resource.id)
        try:
            self.check(rules, period, self.now)
            if self.person and not self.person.acts_for(self.space.id):
                check_audience(self.space, rules, self.member)
                if rules.weekly_minutes:
                    check_quota(rules, self._had(resource.kind, week_of(rules, period.start)), period)
        except Refusal as refusal:
            return refusal
        return None if self.schedules[resource.id].has_free(period) else Occupied(rules)

    def grant(self, resource: Resource, pieces: Sequence[Resource], period: Period) -> None:
        for each in (resource, *pieces):
            schedule = self.schedules[each.id]
            schedule.taken.append(schedule.kept_from(blocked_by(schedule.rules, period)))
            self.had.append(Had(each.kind, period.start, period.length))

    def _had(self, kind: Kind, week: Period) -> timedelta:
        return sum(
            (one.length for one in self.had if one.kind == kind and week.start <= one.start < week.end), timedelta()
        )


async def read_ground(
    connection: Connection,
    person: Person | None,
    space: Space,
    resources: Sequence[Resource],
    days: Sequence[Period],
    without: Sequence[int],
    now: datetime,
    check: Callable[[OpeningRules, Period, datetime], None] = check_period,
) -> Ground:
    """For periods of these resources within these days.

    `without` are bookings that give up their time for them, with what goes along.
    """
    schedules = {
        resource.id: Schedule(resource.id, resource.kind, space.rules_of(resource.kind, resource.id), [])
        for resource in resources
    }
    rows = await connection.fetch(
        """SELECT resource_id, lower(blocked) AS starts_at, upper(blocked) AS ends_at FROM booking
           WHERE resource_id = ANY($1) AND blocked && $2::tstzmultirange AND status <> 'cancelled'
             AND coalesce(part_of, id) <> ALL($3)""",
        list(schedules),
        [stretch.range for stretch in joined(Period(day.start - MARGIN, day.end + MARGIN) for day in days)],
        without,
    )
    for row in rows:
        schedule = schedules[row["resource_id"]]
        schedule.taken.append(schedule.kept_from(Period(row["starts_at"], row["ends_at"])))
    every = [schedule.rules for schedule in schedules.values()]
    asked = person if person and not person.acts_for(space.id) else None
    return Ground(
        space=space,
        person=person,
        member=await is_member(connection, asked, space)
        if asked and any(rules.audience == "members" for rules in every)
        else False,
        schedules=schedules,
        had=await _had(connection, asked, space, days, without)
        if asked and any(rules.weekly_minutes for rules in every)
        else [],
        now=now,
        check=check,
    )


async def _had(
    connection: Connection, person: Person, space: Space, days: Sequence[Period], without: Sequence[int]
) -> list[Had]:
    """All that counts in the weeks of these days."""
    weeks = joined(week_of(space.rules, day.start) for day in days)
    rows = await connection.fetch(
        """SELECT resource.kind, lower(booking.period) AS start, upper(booking.period) - lower(booking.period) AS length
           FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE booking.person_id = $1 AND booking.status <> 'cancelled' AND upper(booking.period) > $4
             AND resource.space_id = $2 AND lower(booking.period) <@ $3::tstzmultirange
             AND coalesce(booking.part_of, booking.id) <> ALL($5)""",
        person.id,
        space.id,
        [week.range for week in weeks],
        weeks[0].start,
        without,
    )
    return [Had(row["kind"], row["start"], row["length"]) for row in rows]
