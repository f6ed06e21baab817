"""Bookings that have begun, in a space where one has to check in."""

from datetime import UTC, datetime, timedelta

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces.period import STEP, Period
from support.spaces import make_booking

PATIENCE = 20  # minutes


async def with_check_in(connection: Connection | Pool, minutes: int = PATIENCE) -> None:
    await connection.execute("UPDATE space SET checkin_minutes = $1", minutes)


async def open_all_day(connection: Connection | Pool) -> None:
    """So that what is tested does not depend on the time of day at which it is."""
    await connection.execute("UPDATE opening_hours SET opens = 0, closes = 1440")


def quarter(moment: datetime) -> datetime:
    """The quarter of an hour that has begun."""
    return moment - (moment - datetime.min.replace(tzinfo=UTC)) % STEP


async def make_begun(connection: Connection, person: Person, resource_id: int, minutes: int, hours: int = 4) -> int:
    """A booking that has begun so many minutes ago; nobody has checked in."""
    start = datetime.now(UTC) - timedelta(minutes=minutes)
    return await make_booking(connection, person, resource_id, Period(start, start + timedelta(hours=hours)))


async def let_pass(connection: Connection | Pool, booking_id: int, minutes: int) -> None:
    """As if so much time had gone by, for this booking."""
    await connection.execute(
        """UPDATE booking SET asked_at = asked_at - later, period = tstzrange(lower(period) - later, upper(period)),
                  blocked = tstzrange(lower(blocked) - later, upper(blocked))
           FROM make_interval(mins => $2) AS later WHERE id = $1""",
        booking_id,
        minutes,
    )
