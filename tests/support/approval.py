"""A desk that a host has to agree to, and requests for it."""

from typing import Any

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import Booking
from landbooking.spaces.period import Period
from support.hosting import Place
from support.spaces import make_override


async def with_approval(connection: Connection, space_id: int, **rules: Any) -> None:
    """All desks of the space need approval from now on; `rules` are others of theirs."""
    await make_override(connection, space_id, "desk", approval=True, **rules)


async def ask_for(connection: Connection, person: Person, place: Place, period: Period) -> Booking:
    """A request for the place's first desk."""
    booking = await book_resource(connection, person, place.desk, period)
    assert booking.status == "requested"
    return booking


async def let_it_expire(connection: Connection | Pool, booking_id: int) -> None:
    """Nobody has answered in time."""
    await connection.execute("UPDATE booking SET until_at = now() - interval '1 second' WHERE id = $1", booking_id)
