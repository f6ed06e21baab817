"""What the worker does for the waiting list. Any number of workers may: each step locks, looks again and then acts."""

from landbooking.database import Connection, Pool
from landbooking.spaces.freed import time_freed
from landbooking.spaces.space import lock_for_change
from landbooking.spaces.waiting.answers import expire_offer
from landbooking.spaces.waiting.wishes import reaches

MOST_AT_ONCE = 200


async def expire_offers(pool: Pool) -> int:
    """Ends every hold whose time is over, each in a transaction of its own; how many this call ended."""
    rows = await pool.fetch(
        """SELECT id FROM booking WHERE until_at <= clock_timestamp() AND status = 'held'
           ORDER BY until_at LIMIT $1""",
        MOST_AT_ONCE,
    )
    ended = 0
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            ended += await expire_offer(connection, row["id"])
    return ended


async def look_again(pool: Pool) -> None:
    """Serves every space that is waited for, and lets wishes end whose time has begun.

    Releases serve the line at once. This finds what no release tells: a person who was passed over because they were
    just doing something else, somebody who became a member, a day that has come within the horizon.
    """
    await pool.execute(
        """UPDATE waiting SET state = 'expired', version = version + 1, changed_at = now()
           WHERE id IN (SELECT id FROM waiting WHERE state = 'waiting' AND lower(period) <= now()
                        FOR NO KEY UPDATE SKIP LOCKED)"""
    )
    rows = await pool.fetch(
        f"""SELECT id FROM space
            WHERE published AND EXISTS (SELECT FROM waiting WHERE waiting.state = 'waiting' AND {reaches("waiting")})
            ORDER BY id"""  # noqa: S608
    )
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            await lock_for_change(connection, row["id"])
            await time_freed(connection, row["id"])


async def forget_old_wishes(connection: Connection) -> None:
    """What somebody waited for is not kept longer than needed to answer questions about it: 30 days."""
    await connection.execute("DELETE FROM waiting WHERE upper(period) < now() - interval '30 days'")
