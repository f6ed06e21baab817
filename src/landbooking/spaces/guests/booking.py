"""Booking for a guest, moving and calling off. No mail goes out: the code and the printed slip stand in for it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.period import STEP, Period
from landbooking.spaces.booking import bookable, mark_cancelled, relocate
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import Booking, booking_by_id, lock_booking
from landbooking.spaces.consultations import Consultation, checked_consultation, store_consultation
from landbooking.spaces.equipment import pieces_for, take_equipment
from landbooking.spaces.freed import time_freed
from landbooking.spaces.guests.codes import new_code
from landbooking.spaces.guests.counter import guests_booking, space_at_counter
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.opening_hours import OpeningRules, blocked_by
from landbooking.spaces.refusals import BookingOver, DeskTaken
from landbooking.spaces.space import lock_against_changes, lock_to_free
from landbooking.spaces.tariffs.ledger import charge_booking

WEEKS_KEPT = 4  # after the booking, for questions; then the guest is forgotten


async def book_for_guest(
    connection: Connection,
    staff: Person,
    resource_id: int,
    period: Period,
    name: str,
    phone: str,
    equipment: Sequence[int] = (),
) -> Booking:
    """Neither name nor phone is needed; `equipment` comes along, or nothing is booked.

    Rules about the person (members, quota, approval) don't hold: staff answer for whom they book.
    Raises DeskGone, NotFound, Forbidden, InvalidInput, RuleBroken, DeskTaken, EquipmentTaken, EquipmentUnfit.
    """
    await lock_against_changes(connection, staff.id, resource_id)
    space, resource = await bookable(connection, resource_id)
    await space_at_counter(connection, staff, space.id)
    rules = space.rules_of(resource.kind, resource.id)
    check_at_counter(rules, period)
    pieces = await pieces_for(connection, space, resource, equipment) if equipment else []
    told = None
    if resource.kind == DISCREET:  # of which nobody may learn who was in it: the number is kept apart, to be opened
        told = checked_consultation(resource.kind, Consultation(phone)) if phone else None
        name = phone = ""
    booking_id = await connection.fetchval(
        """INSERT INTO booking (resource_id, guest_id, period, blocked) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING id""",
        resource_id,
        await _add_guest(connection, staff, name, phone),
        period.range,
        blocked_by(rules, period).range,
    )
    if booking_id is None:
        raise DeskTaken(f"/counter/spaces/{space.id}")
    if told:
        await store_consultation(connection, booking_id, told)
    await take_equipment(connection, None, space, pieces, period, booking_id, check_at_counter)
    await charge_booking(connection, await booking_by_id(connection, booking_id), staff)
    return await booking_by_id(connection, booking_id)


def check_at_counter(rules: OpeningRules, period: Period) -> None:
    """Who stands at the counter has come in time: no lead, and the quarter that has begun counts. Raises RuleBroken."""
    now = datetime.now(UTC)
    begun = now - (now - datetime.min.replace(tzinfo=UTC)) % STEP
    check_period(msgspec.structs.replace(rules, lead_minutes=0), period, begun)


async def _add_guest(connection: Connection, staff: Person, name: str, phone: str) -> int:
    while True:
        guest_id: int | None = await connection.fetchval(
            """INSERT INTO guest (code, name, phone, created_by) VALUES ($1, $2, $3, $4)
               ON CONFLICT (code) DO NOTHING RETURNING id""",
            new_code(),
            name,
            phone,
            staff.id,
        )
        if guest_id is not None:
            return guest_id


async def move_for_guest(
    connection: Connection,
    staff: Person,
    space_id: int,
    booking_id: int,
    version: int | None,
    resource_id: int,
    period: Period,
) -> Booking:
    """Within the space. Raises NotFound, Forbidden, RuleBroken, DeskGone, DeskTaken, Stale, BookingOver."""
    before = await guests_booking(connection, staff, space_id, booking_id)
    _before, after = await relocate(connection, staff, before, version, resource_id, period)
    return after


async def call_off_for_guest(
    connection: Connection, staff: Person, space_id: int, booking_id: int, version: int | None
) -> Booking:
    """As long as it is not over; one that is cancelled already stays as it is.

    Raises NotFound, Forbidden, Stale, BookingOver.
    """
    before = await guests_booking(connection, staff, space_id, booking_id)
    await lock_to_free(connection, staff.id, before.resource_id)
    await lock_booking(connection, booking_id)
    before = await booking_by_id(connection, booking_id)
    if before.status == "cancelled":
        return before
    if version is not None and version != before.version:
        raise Stale(f"/counter/spaces/{space_id}/bookings/{booking_id}")
    if before.end <= datetime.now(UTC):
        raise BookingOver
    cancelled = await mark_cancelled(connection, before, staff, "host")
    await time_freed(connection, space_id)
    return cancelled


async def forget_guests(connection: Connection) -> None:
    """Some weeks after their booking. What they had stays as a number, with neither name nor code."""
    await connection.execute(
        """DELETE FROM guest WHERE NOT EXISTS (
               SELECT FROM booking WHERE booking.guest_id = guest.id
                 AND upper(booking.period) > now() - make_interval(weeks => $1))""",
        WEEKS_KEPT,
    )
