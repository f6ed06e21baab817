"""Requests that nobody answered in time."""

from landbooking.accounts.person import person_by_id
from landbooking.database import Connection, Pool
from landbooking.spaces.approval.announcements import announce_expiry
from landbooking.spaces.booking import mark_cancelled
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.freed import time_freed
from landbooking.spaces.space import lock_to_free


async def expire_requests(pool: Pool) -> int:
    """How many were ended: each in a transaction of its own, so that one that is in use holds up no other."""
    rows = await pool.fetch(
        """SELECT id, person_id, resource_id FROM booking
           WHERE status = 'requested' AND until_at <= now() AND part_of IS NULL ORDER BY until_at, id LIMIT 100"""
    )
    ended = 0
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            ended += await _expire(connection, row["id"], row["person_id"], row["resource_id"])
    return ended


async def _expire(connection: Connection, booking_id: int, person_id: int | None, resource_id: int) -> bool:
    """Whether it was us: another worker, a host or the person may have been faster."""
    await lock_to_free(connection, person_id, resource_id)
    due = await connection.fetchval(
        "SELECT id FROM booking WHERE id = $1 AND status = 'requested' AND until_at <= now() FOR NO KEY UPDATE",
        booking_id,
    )
    if due is None:
        return False
    booking = await booking_by_id(connection, booking_id)
    expired = await mark_cancelled(connection, booking, None, "expired")
    await time_freed(connection, booking.space.id)
    if booking.person_id:
        await announce_expiry(connection, await person_by_id(connection, booking.person_id), expired)
    return True
