"""Booking a resource, moving and cancelling a booking: each the rule and its SQL together.

The exclusion constraint `booking_no_overlap` decides who has a resource; everything here only asks it politely.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.period import Period
from landbooking.spaces import announcements
from landbooking.spaces.approval.announcements import announce_request, announce_withdrawal
from landbooking.spaces.approval.deadline import first_answer_due
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import Booking, EndedBecause, booking_by_id, booking_of, lock_booking
from landbooking.spaces.changeable import check_changeable
from landbooking.spaces.consultations import (
    Consultation,
    check_same_discretion,
    checked_consultation,
    store_consultation,
)
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.equipment import (
    FOLLOWS,
    EquipmentTaken,
    check_equipment,
    pieces_for,
    rules_of_pieces,
    take_equipment,
)
from landbooking.spaces.freed import time_freed
from landbooking.spaces.opening_hours import OpeningRules, blocked_by
from landbooking.spaces.refusals import (
    DeskGone,
    DeskTaken,
    NeedsApproval,
)
from landbooking.spaces.space import COLUMNS, TABLES, Resource, Space, lock_against_changes, lock_to_free, space_from
from landbooking.spaces.tariffs.ledger import charge_booking, recharge_booking, take_back
from landbooking.spaces.waiting.addresses import joining_address
from landbooking.spaces.waiting.wishes import end_offer


async def book_resource(
    connection: Connection,
    person: Person,
    resource_id: int,
    period: Period,
    told: Consultation | None = None,
    equipment: Sequence[int] = (),
    pay_with: int | None = None,
    check: Callable[[OpeningRules, Period, datetime], None] = check_period,
) -> Booking:
    """Confirmed at once, or requested where a host has to agree. `told` is for rooms for talking to a doctor only;
    `equipment` comes along, or nothing is booked; `pay_with` is one of the person's cards.

    `check` judges the period by the rules and the time of day; who stands before a free desk is judged otherwise.
    Raises DeskGone, InvalidInput, RuleBroken, DeskTaken, EquipmentTaken, EquipmentUnfit, CardRefused.
    """
    await lock_against_changes(connection, person.id, resource_id)
    space, resource = await bookable(connection, resource_id)
    told = checked_consultation(resource.kind, told)
    rules = space.rules_of(resource.kind, resource.id)
    now = datetime.now(UTC)
    check(rules, period, now)
    await check_person(connection, person, space, resource, period)
    pieces = await pieces_for(connection, space, resource, equipment) if equipment else []
    until_at = first_answer_due(
        person, space, [rules, *(space.rules_of(one.kind, one.id) for one in pieces)], period, now
    )
    # ON CONFLICT waits for a rival's row without holding one of our own in its way: the bare constraint, which does
    # not, deadlocks when many want one slot.
    row = await connection.fetchrow(
        """INSERT INTO booking (resource_id, person_id, period, blocked, status, until_at)
           VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING RETURNING id, created_at""",
        resource_id,
        person.id,
        period.range,
        blocked_by(rules, period).range,
        "requested" if until_at else "confirmed",
        until_at,
    )
    if row is None:
        raise taken(space, resource, period)
    if told:
        await store_consultation(connection, row["id"], told)
    await take_equipment(connection, person, space, pieces, period, row["id"])
    booking = Booking(
        id=row["id"],
        resource_id=resource.id,
        resource=resource.name,
        kind=resource.kind,
        space=space,
        person_id=person.id,
        start=period.start,
        end=period.end,
        status="requested" if until_at else "confirmed",
        version=1,
        changed_at=row["created_at"],
        until_at=until_at,
        equipment=tuple(sorted(one.name for one in pieces)),
    )
    cost = await charge_booking(connection, booking, person, pay_with)
    booking = msgspec.structs.replace(booking, cost=cost)
    if until_at:
        await announce_request(connection, person, [booking])
    else:
        await announcements.announce_confirmation(connection, person, booking)
    return booking


async def move_booking(
    connection: Connection,
    person: Person,
    booking_id: int,
    version: int | None,
    resource_id: int | None,
    period: Period,
) -> Booking:
    """To another period, another resource or both; everything or nothing.

    `version` is the one that the person saw (None: whichever is). Raises NotFound, DeskGone, RuleBroken, DeskTaken,
    Stale, BookingOver, BookingCancelled, TooLateToChange, KeptElsewhere, NeedsApproval, EquipmentTaken,
    EquipmentUnfit.
    """
    booking = await booking_of(connection, person, booking_id)
    before, after = await relocate(connection, person, booking, version, resource_id, period)
    if after.version != before.version:
        await announcements.announce_move(connection, person, before, after)
    return after


async def relocate(
    connection: Connection,
    by: Person,
    booking: Booking,
    version: int | None,
    resource_id: int | None,
    period: Period,
) -> tuple[Booking, Booking]:
    """The move itself, by the person who booked or by staff for a guest: the booking before and after.

    Raises as `move_booking` does; that it is theirs to move is checked by the caller.
    """
    target = resource_id or booking.resource_id
    # Two moves into each other's place would wait for one another for ever: the spaces' locks order them.
    await lock_to_free(connection, by.id, booking.resource_id, target)
    space, resource = await bookable(connection, target)
    before = await booking_by_id(connection, booking.id)
    if before.person_id != booking.person_id:  # the account went meanwhile
        raise NotFound
    check_changeable(before, version)
    check_same_discretion(before.kind, resource.kind)
    if (before.resource_id, before.start, before.end) == (target, period.start, period.end):
        return before, before
    rules, now = space.rules_of(resource.kind, resource.id), datetime.now(UTC)
    is_guests = before.person_id is None  # for whom staff answer
    all_rules = [rules, *await rules_of_pieces(connection, space, before.id)]
    if not is_guests and (before.status == "requested" or first_answer_due(by, space, all_rules, period, now)):
        raise NeedsApproval
    check_period(rules, period, now)
    if not is_guests:
        await check_person(connection, by, space, resource, period, [booking.id])
    await check_equipment(connection, None if is_guests else by, space, booking.id, period, now)
    try:
        changed = await connection.fetchval(
            """UPDATE booking SET resource_id = $3, period = $4, blocked = $5, checked_in_at = NULL,
                      version = version + 1, changed_at = now()
               WHERE id = $1 AND version = $2 AND status = 'confirmed' RETURNING id""",
            booking.id,
            before.version,
            target,
            period.range,
            blocked_by(rules, period).range,
        )
    except asyncpg.ExclusionViolationError as taken:
        if FOLLOWS in (taken.context or ""):
            raise EquipmentTaken(way_on=f"/bookings/{booking.id}/move") from None
        raise DeskTaken(f"/bookings/{booking.id}/move", rules=rules) from None
    if changed is None:
        raise Stale(f"/bookings/{booking.id}")
    await recharge_booking(connection, before, await booking_by_id(connection, booking.id), by)
    await time_freed(connection, before.space.id)
    return before, await booking_by_id(connection, booking.id)


async def cancel_booking(
    connection: Connection, person: Person, booking_id: int, version: int | None = None
) -> Booking:
    """Frees the resource. A booking that is cancelled already stays as it is.

    Raises NotFound, Stale, BookingOver, TooLateToChange, KeptElsewhere.
    """
    before = await booking_of(connection, person, booking_id)
    await lock_to_free(connection, person.id, before.resource_id)
    # Of two cancellations at once, by a double click, the second finds it cancelled and not changed meanwhile.
    await lock_booking(connection, booking_id)
    before = await booking_of(connection, person, booking_id)
    if before.status == "cancelled":
        return before
    if before.status != "held":
        check_changeable(before, version)
    return await _cancel(connection, before, person)


async def give_up_booking(connection: Connection, person: Person, booking_id: int) -> None:
    """For a person who leaves us: what has not begun is cancelled, however late it is. Raises NotFound."""
    booking = await booking_of(connection, person, booking_id)
    await lock_to_free(connection, person.id, booking.resource_id)
    await lock_booking(connection, booking_id)
    booking = await booking_of(connection, person, booking_id)
    if booking.status != "cancelled" and booking.start > datetime.now(UTC):
        await _cancel(connection, booking, person)


async def _cancel(connection: Connection, booking: Booking, person: Person) -> Booking:
    cancelled = await mark_cancelled(connection, booking, person, "person")
    await time_freed(connection, cancelled.space.id)
    if booking.status == "requested":
        await announce_withdrawal(connection, person, [cancelled])
    elif booking.status != "held":  # of what was only offered no calendar knows
        await announcements.announce_cancellation(connection, person, cancelled)
    return cancelled


async def mark_cancelled(connection: Connection, booking: Booking, by: Person | None, because: EndedBecause) -> Booking:
    """The row itself. `by` is None where nobody did it, but time ran out. Raises Stale."""
    changed_at = await connection.fetchval(
        """UPDATE booking SET status = 'cancelled', version = version + 1, until_at = NULL,
                  changed_at = now(), cancelled_at = now(), cancelled_by = $3, ended_because = $4
           WHERE id = $1 AND version = $2 AND status <> 'cancelled' RETURNING changed_at""",
        booking.id,
        booking.version,
        by.id if by else None,
        because,
    )
    if changed_at is None:
        raise Stale(f"/bookings/{booking.id}")
    if because != "no_show":
        await take_back(connection, booking, by)
    if booking.status == "held":
        await end_offer(connection, booking.id, because)
    return await booking_by_id(connection, booking.id)


async def bookable(connection: Connection, resource_id: int) -> tuple[Space, Resource]:
    """The resource and its space with the rules, as they stand now. Raises DeskGone for what can't be booked."""
    row = await connection.fetchrow(
        f"""SELECT {COLUMNS}, resource.id AS resource_id, resource.kind AS resource_kind,
                   resource.name AS resource_name, resource.features AS resource_features, resource.pool
            FROM {TABLES} JOIN resource ON resource.space_id = space.id
            WHERE resource.id = $1 AND resource.retired_at IS NULL AND space.published
              AND NOT EXISTS (SELECT FROM vehicle WHERE resource_id = resource.id AND out_of_order)""",  # noqa: S608
        resource_id,
    )
    if row is None:
        raise DeskGone
    space = space_from(row)
    return space, Resource(
        id=resource_id,
        space_id=space.id,
        kind=row["resource_kind"],
        name=row["resource_name"],
        features=tuple(row["resource_features"]),
        pool=row["pool"],
        retired_at=None,
    )


def taken(space: Space, resource: Resource, period: Period) -> DeskTaken:
    """With the ways on: the space's free desks in the same period, and the line for this one."""
    rules = space.rules_of(resource.kind, resource.id)
    start, end = (moment.astimezone(space.rules.time_zone) for moment in period)
    others = f"/spaces/{space.id}/days/{start:%Y-%m-%d}?kind={resource.kind}&start={start:%H:%M}&end={end:%H:%M}"
    return DeskTaken(others, joining_address(resource.kind, period, rules.time_zone, resource=resource.id), rules)
