"""Requests that nobody answered in time."""

from collections.abc import Sequence

from landbooking.accounts.person import person_by_id
from landbooking.database import Connection, Pool
from landbooking.spaces.approval.announcements import announce_expiry
from landbooking.spaces.booking import mark_cancelled
from landbooking.spaces.bookings import bookings_by_id
from landbooking.spaces.freed import time_freed
from landbooking.spaces.space import lock_to_free


async def expire_requests(pool: Pool) -> int:
    """How many were ended: each in a transaction of its own, so that one that is in use holds up no other."""
    rows = await pool.fetch(
        """SELECT min(id) AS id, person_id, array_agg(resource_id) AS resource_ids FROM booking
           WHERE status = 'requested' AND until_at <= now() AND part_of IS NULL
           GROUP BY coalesce(-series_id, id), person_id ORDER BY min(until_at), min(id) LIMIT 100"""
    )
    ended = 0
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            ended += await _expire(connection, row["id"], row["person_id"], row["resource_ids"])
    return ended


async def _expire(connection: Connection, booking_id: int, person_id: int | None, resource_ids: Sequence[int]) -> bool:
    """Whether it was us: another worker, a host or the person may have been faster. A series ends as a whole."""
    await lock_to_free(connection, person_id, *resource_ids)
    due = await connection.fetch(
        """SELECT id FROM booking
           WHERE (id = $1 OR series_id = (SELECT series_id FROM booking WHERE id = $1))
             AND status = 'requested' AND until_at <= now() ORDER BY period FOR NO KEY UPDATE""",
        booking_id,
    )
    if not due:
        return False
    asked = await bookings_by_id(connection, [row["id"] for row in due])
    expired = [await mark_cancelled(connection, one, None, "expired") for one in asked]
    await time_freed(connection, asked[0].space.id)
    if asked[0].person_id:
        await announce_expiry(connection, await person_by_id(connection, asked[0].person_id), expired)
    return True
