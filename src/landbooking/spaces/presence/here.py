"""What the code at a desk leads to: what can be done there at this moment."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.period import Period, gaps, joined
from landbooking.spaces.booking import book_resource, bookable
from landbooking.spaces.booking_rules import broken_rule, check_period
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken, day_parts, next_step, open_periods
from landbooking.spaces.presence.check_in import EARLY
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.schedules import Schedule, schedules_of
from landbooking.spaces.space import Resource, Space, resources_of

_CODE = re.compile(r"[0-9a-f]{12}")
LENGTHS = (1, 2, 4)  # hours that are offered, beside all that is free


class Offer(msgspec.Struct, frozen=True):
    """A resource, and what of it can be had from now on: the shortest first."""

    resource: Resource
    periods: list[Period]


class Here(msgspec.Struct, frozen=True):
    """`own` is the person's booking of it, now or soon. `taken_until` None: nobody has it."""

    space: Space
    resource: Resource
    own: Booking | None
    taken_until: datetime | None
    offer: Offer
    others: list[Offer]


async def resource_here(connection: Connection, code: str) -> tuple[Space, Resource]:
    """Raises DeskGone."""
    resource_id = _CODE.fullmatch(code) and await connection.fetchval("SELECT id FROM resource WHERE code = $1", code)
    if not resource_id:
        raise DeskGone
    return await bookable(connection, resource_id)


async def look_around(connection: Connection, code: str, person: Person | None, now: datetime) -> Here:
    """Raises DeskGone."""
    space, resource = await resource_here(connection, code)
    resources = {each.id: each for each in await resources_of(connection, space.id)}
    today = Period(now - timedelta(days=1), now + timedelta(days=1))
    schedules = (await schedules_of(connection, [space], today, resource.kind))[space.id]
    offers = {
        each.resource_id: Offer(resources[each.resource_id], periods_from(each, person, space, now))
        for each in schedules
    }
    taken = next(each.taken for each in schedules if each.resource_id == resource.id)
    return Here(
        space=space,
        resource=resource,
        own=await _own_booking(connection, resource.id, person, now) if person else None,
        taken_until=next((each.end for each in joined(taken) if each.start <= now < each.end), None),
        offer=offers[resource.id],
        others=[offer for key, offer in offers.items() if key != resource.id and offer.periods],
    )


def periods_from(schedule: Schedule, person: Person | None, space: Space, now: datetime) -> list[Period]:
    """What can be booked on the spot, from the step that has begun. Nothing where a host has to agree first."""
    rules = schedule.rules
    if rules.approval and not (person and person.acts_for(space.id)):
        return []
    day = now.astimezone(rules.time_zone).date()
    if rules.unit != "time":
        found = [part for part in day_parts(rules, day).values() if part.start <= now < part.end]
    else:
        found = [period for opened in joined(open_periods(rules, day)) for period in _from_now(schedule, opened, now)]
    return sorted(
        {each for each in found if schedule.has_free(each) and not broken_rule(_on_the_spot(rules), each, each.start)}
    )


def _from_now(schedule: Schedule, opened: Period, now: datetime) -> list[Period]:
    rules = schedule.rules
    start = begun_step(rules, now)
    for gap in gaps(opened, schedule.taken):
        if gap.start <= start < gap.end:
            longest = min(gap.end, start + timedelta(minutes=rules.longest_minutes))
            ends = [*(start + timedelta(hours=hours) for hours in LENGTHS), longest]
            return [Period(start, end) for end in ends if now < end <= longest]
    return []


def begun_step(rules: OpeningRules, now: datetime) -> datetime:
    """The last moment at which a booking could begin, by the clock of the space."""
    following = next_step(rules, now)
    return following if following == now else following - timedelta(minutes=rules.step_minutes)


async def book_here(
    connection: Connection, person: Person, code: str, resource_id: int, end: datetime, pay_with: int | None = None
) -> Booking:
    """From now on, with the person there already: of what the code stands at, or of another of the same space.

    Tapped twice, it is booked once. `pay_with` is one of the person's cards. Raises DeskGone, RuleBroken, DeskTaken,
    CardRefused.
    """
    space, _resource = await resource_here(connection, code)
    target_space, resource = await bookable(connection, resource_id)
    if target_space.id != space.id:
        raise DeskGone
    await lock_person(connection, person.id)  # of two taps at once the second finds what the first has booked
    now = datetime.now(UTC)
    if own := await _own_booking(connection, resource_id, person, now):
        return own
    rules = space.rules_of(resource.kind, resource.id)
    if rules.approval and not person.acts_for(space.id):
        raise RuleBroken("approval", "end", _("Hier bestätigen die Gastgeber jede Buchung. Bitte fragen Sie an."))
    start = begun_step(rules, now)
    if rules.unit != "time":
        day = now.astimezone(rules.time_zone).date()
        start = next((part.start for part in day_parts(rules, day).values() if part.end == end), start)
    booking = await book_resource(
        connection, person, resource_id, Period(start, end), pay_with=pay_with, check=check_on_the_spot
    )
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE id = $1", booking.id)
    return await booking_by_id(connection, booking.id)


def check_on_the_spot(rules: OpeningRules, period: Period, now: datetime) -> None:
    """Who stands there has come in time, though the step has begun: no lead. Raises RuleBroken."""
    check_period(_on_the_spot(rules), period, period.start if period.start <= now < period.end else now)


def _on_the_spot(rules: OpeningRules) -> OpeningRules:
    return msgspec.structs.replace(rules, lead_minutes=0)


async def _own_booking(connection: Connection, resource_id: int, person: Person, now: datetime) -> Booking | None:
    booking_id = await connection.fetchval(
        """SELECT id FROM booking WHERE resource_id = $1 AND person_id = $2 AND status = 'confirmed'
           AND lower(period) <= $3 AND upper(period) > $4 ORDER BY lower(period) LIMIT 1""",
        resource_id,
        person.id,
        now + EARLY,
        now,
    )
    return await booking_by_id(connection, booking_id) if booking_id else None
