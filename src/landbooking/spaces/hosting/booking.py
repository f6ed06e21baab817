"""One booking in the host's hands."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import Booking
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.consequences import Decision, hit_by_cancellation, settle
from landbooking.spaces.space import lock_for_change


class Booker(msgspec.Struct, frozen=True):
    """Who has booked, as far as a host may know."""

    name: str
    email: str


async def booker_of(connection: Connection, booking: Booking) -> Booker | None:
    """None where the account was erased, and where the host may only know that the time is taken."""
    row = await connection.fetchrow(
        """SELECT person.name, person.email FROM booking JOIN person ON person.id = booking.person_id
           WHERE booking.id = $1 AND NOT discreet(booking)""",
        booking.id,
    )
    return Booker(**row) if row else None


async def call_off(connection: Connection, host: Person, space_id: int, booking_id: int, decision: Decision) -> None:
    """Cancels it and tells the person, or leaves it. One that is over, cancelled or elsewhere stays as it is.

    Raises Undecided.
    """
    await lock_for_change(connection, space_id)
    affected = await hit_by_cancellation(connection, space_id, booking_id)
    await settle(connection, host, affected, decision, space_id)
    await time_freed(connection, space_id)
