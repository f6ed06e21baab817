"""Requests that nobody answered in time."""

from landbooking.database import Connection, Pool
from landbooking.rides.announcements import announce_expiry
from landbooking.rides.answers import end_seat
from landbooking.rides.ride import lock_ride
from landbooking.rides.seat import seat_by_id


async def expire_seat_requests(pool: Pool) -> int:
    """How many were ended: each in a transaction of its own, so that one that is in use holds up no other."""
    rows = await pool.fetch(
        """SELECT id, ride_id FROM seat_request
           WHERE status = 'requested' AND until_at <= now() ORDER BY until_at, id LIMIT 100"""
    )
    ended = 0
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            ended += await _expire(connection, row["id"], row["ride_id"])
    return ended


async def _expire(connection: Connection, seat_id: int, ride_id: int) -> bool:
    """Whether it was us: another worker, the driver or the rider may have been faster."""
    await lock_ride(connection, ride_id)
    due = await connection.fetchval(
        "SELECT id FROM seat_request WHERE id = $1 AND status = 'requested' AND until_at <= now()", seat_id
    )
    if due is None:
        return False
    before = await seat_by_id(connection, seat_id)
    await announce_expiry(connection, before, await end_seat(connection, before, None, "expired"))
    return True
