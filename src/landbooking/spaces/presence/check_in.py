"""Coming and leaving."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal, Stale
from landbooking.language import exact_clock
from landbooking.language import gettext as _
from landbooking.period import STEP
from landbooking.spaces.bookings import Booking, EndedBecause, booking_by_id, booking_of, lock_booking
from landbooking.spaces.freed import time_freed
from landbooking.spaces.presence.announcements import announce_early_leave, withdraw_question
from landbooking.spaces.presence.gate import Gate, open_gate
from landbooking.spaces.refusals import BookingCancelled
from landbooking.spaces.space import lock_against_changes, lock_to_free

EARLY = timedelta(minutes=15)  # so long before the start one can check in


class NotNow(Refusal):
    """It is too early or too late for that, or nobody checks in there."""

    code: ClassVar[str] = "not-now"


def may_check_in(booking: Booking, now: datetime) -> bool:
    return (
        (booking.space.checkin_minutes is not None or booking.kept_by is not None)
        and booking.status == "confirmed"
        and booking.checked_in_at is None
        and booking.start - EARLY <= now < booking.end
    )


def may_leave(booking: Booking, now: datetime) -> bool:
    """Whether somebody who leaves now leaves time for others."""
    return booking.status == "confirmed" and booking.start <= now < booking.end and cut_at(booking, now) < booking.end


def cut_at(booking: Booking, now: datetime) -> datetime:
    """Where a booking ends that ends now: at the quarter of an hour that has begun, so that somebody else can come."""
    begun = now - (now - datetime.min.replace(tzinfo=UTC)) % STEP
    return max(begun, booking.start + STEP)


async def check_in(connection: Connection, person: Person, booking_id: int, gate: Gate = open_gate) -> Booking:
    """The person is there, or says that they are coming: nobody takes the time away. Done again, nothing changes.

    Raises NotFound, BookingCancelled, NotNow, and what the gate raises.
    """
    booking = await booking_of(connection, person, booking_id)
    await lock_against_changes(connection, person.id, booking.resource_id)
    await lock_booking(connection, booking_id)
    booking = await booking_of(connection, person, booking_id)
    if booking.checked_in_at:
        return booking
    _check_time(booking, datetime.now(UTC))
    await gate(connection, booking)
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE id = $1", booking_id)
    await withdraw_question(connection, booking)
    return await booking_by_id(connection, booking_id)


def _check_time(booking: Booking, now: datetime) -> None:
    if booking.status == "cancelled":
        raise BookingCancelled
    if may_check_in(booking, now):
        return
    if booking.space.checkin_minutes is None and not booking.kept_by:
        raise NotNow(_("Hier muss man nicht einchecken."), f"/bookings/{booking.id}")
    if booking.ended_because == "no_show":
        raise NotNow(_("Sie waren nicht da, deshalb ist der Platz wieder frei."), f"/spaces/{booking.space.id}")
    if now >= booking.end:
        raise NotNow(_("Diese Buchung ist vorbei."), f"/spaces/{booking.space.id}")
    clock = exact_clock(booking.start - EARLY, booking.space.rules.zone)
    raise NotNow(_("Einchecken können Sie ab %(clock)s Uhr.") % {"clock": clock}, f"/bookings/{booking.id}")


async def leave_early(connection: Connection, person: Person, booking_id: int) -> Booking:
    """The rest is free for others. What is over, or nearly, stays as it is.

    Raises NotFound, BookingCancelled, NotNow.
    """
    booking = await booking_of(connection, person, booking_id)
    await lock_to_free(connection, person.id, booking.resource_id)
    booking = await booking_of(connection, person, booking_id)
    now = datetime.now(UTC)
    if booking.status == "cancelled":
        raise BookingCancelled
    if booking.start > now:
        raise NotNow(_("Diese Buchung hat noch nicht begonnen. Sie können sie absagen."), f"/bookings/{booking.id}")
    if not may_leave(booking, now):
        return booking
    shortened = await shorten(connection, booking, cut_at(booking, now), "person")
    await time_freed(connection, shortened.space.id)
    await announce_early_leave(connection, person, shortened)
    return shortened


async def shorten(connection: Connection, booking: Booking, end: datetime, because: EndedBecause) -> Booking:
    """The booking ends sooner; a buffer after it stays as long as it was. Raises Stale."""
    changed = await connection.fetchval(
        """UPDATE booking
           SET period = tstzrange(lower(period), $3),
               blocked = tstzrange(lower(blocked), $3 + (upper(blocked) - upper(period))),
               version = version + 1, changed_at = now(), ended_because = $4
           WHERE id = $1 AND version = $2 AND status = 'confirmed' AND upper(period) > $3 RETURNING id""",
        booking.id,
        booking.version,
        end,
        because,
    )
    if changed is None:
        raise Stale(f"/bookings/{booking.id}")
    return await booking_by_id(connection, booking.id)
