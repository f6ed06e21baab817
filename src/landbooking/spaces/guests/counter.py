"""Who may act at a space's counter, and what guests have booked there."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.hosting.district import check_district
from landbooking.spaces.space import Space, space_by_id


class Guest(msgspec.Struct, frozen=True):
    """Somebody without an account; `name` and `phone` may be empty."""

    id: int
    code: str
    name: str
    phone: str


class GuestLine(msgspec.Struct, frozen=True):
    """A guest's booking in a list."""

    booking_id: int
    code: str
    name: str
    resource: str
    starts_at: datetime
    ends_at: datetime


async def space_at_counter(connection: Connection, staff: Person, space_id: int) -> Space:
    """For its hosts, and the staff of its district. Raises NotFound, Forbidden."""
    if not staff.acts_for(space_id):
        await check_district(connection, staff, space_id)
    return await space_by_id(connection, space_id)


async def guests_booking(connection: Connection, staff: Person, space_id: int, booking_id: int) -> Booking:
    """A guest's booking in this space, also when the guest is forgotten. Raises NotFound, Forbidden."""
    await space_at_counter(connection, staff, space_id)
    booking = await booking_by_id(connection, booking_id)
    if booking.space.id != space_id or booking.person_id is not None:
        raise NotFound
    return booking


async def guest_of(connection: Connection, booking: Booking) -> Guest | None:
    """None once forgotten."""
    return (await guests_of(connection, [booking])).get(booking.id)


async def guests_of(connection: Connection, bookings: Sequence[Booking]) -> dict[int, Guest]:
    """By booking, of those that are not forgotten. Whoever is in a discreet room is a code and nothing else."""
    rows = await connection.fetch(
        """SELECT booking.id AS booking_id, guest.id, guest.code,
                  CASE WHEN discreet(booking) THEN '' ELSE guest.name END AS name,
                  CASE WHEN discreet(booking) THEN '' ELSE guest.phone END AS phone
           FROM booking JOIN guest ON guest.id = booking.guest_id WHERE booking.id = ANY($1)""",
        [booking.id for booking in bookings],
    )
    return {row["booking_id"]: Guest(row["id"], row["code"], row["name"], row["phone"]) for row in rows}


async def booking_with_code(connection: Connection, staff: Person, space_id: int, code: str) -> int | None:
    """The number of the booking in this space that has the code; None where none has. Raises NotFound, Forbidden."""
    await space_at_counter(connection, staff, space_id)
    found: int | None = await connection.fetchval(
        """SELECT booking.id FROM guest JOIN booking ON booking.guest_id = guest.id
               JOIN resource ON resource.id = booking.resource_id
           WHERE guest.code = $1 AND resource.space_id = $2 AND booking.part_of IS NULL""",
        code,
        space_id,
    )
    return found


async def coming_guests(connection: Connection, space_id: int) -> list[GuestLine]:
    """Bookings of guests that are not over, the next one first."""
    rows = await connection.fetch(
        """SELECT booking.id AS booking_id, guest.code, resource.name AS resource,
                  CASE WHEN discreet(booking) THEN '' ELSE guest.name END AS name,
                  lower(booking.period) AS starts_at, upper(booking.period) AS ends_at
           FROM booking JOIN guest ON guest.id = booking.guest_id JOIN resource ON resource.id = booking.resource_id
           WHERE resource.space_id = $1 AND booking.status <> 'cancelled' AND upper(booking.period) > now()
             AND booking.part_of IS NULL
           ORDER BY lower(booking.period), booking.id LIMIT 100""",
        space_id,
    )
    return [GuestLine(**row) for row in rows]
