"""Bookings that have begun, in a space where one has to check in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.period import STEP, Period
from landbooking.settings import Settings
from landbooking.spaces.bookings import booking_by_id
from support.spaces import day_after, make_booking, period_on

PATIENCE = 20  # minutes
DAY = day_after(5)
MORNING = period_on(DAY)  # 9 to 12


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


def at(clock: str) -> Any:
    return time_machine.travel(period_on(DAY, clock, "23:59").start, tick=False)


async def code_of(connection: Connection, resource_id: int) -> str:
    code: str = await connection.fetchval("SELECT code FROM resource WHERE id = $1", resource_id)
    return code


async def mails(connection: Connection) -> list[str]:
    rows = await connection.fetch("SELECT template FROM outbox WHERE withdrawn_at IS NULL ORDER BY id")
    return [row["template"].rpartition("/")[2] for row in rows]


async def newest_mail(connection: Connection, settings: Settings) -> Any:
    row = await connection.fetchrow(
        "SELECT id, recipient, language, template, context, attempts FROM outbox ORDER BY id DESC LIMIT 1"
    )
    return compose(settings, OutboxRow(**dict(row or {})))


async def period_of(connection: Connection, booking_id: int) -> Period:
    booking = await booking_by_id(connection, booking_id)
    return Period(booking.start, booking.end)
