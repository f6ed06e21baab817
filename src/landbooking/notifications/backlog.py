"""How far delivery is behind, for whoever watches over it."""

import msgspec

from landbooking.database import Pool


class Backlog(msgspec.Struct, frozen=True):
    """Mails that are due and not sent: not tried yet, tried in vain, given up (within the 30 days they are kept)."""

    waiting: int
    postponed: int
    given_up: int
    oldest_seconds: float  # how long the oldest of the first two has been due; 0 where there is none


async def read_backlog(pool: Pool) -> Backlog:
    [record] = await pool.fetch(
        """WITH due AS (
               SELECT attempts, due_at FROM outbox
               WHERE due_at <= now() AND sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL
                 AND (useless_after IS NULL OR useless_after > now()))
           SELECT count(*) FILTER (WHERE attempts = 0) AS waiting,
                  count(*) FILTER (WHERE attempts > 0) AS postponed,
                  (SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL) AS given_up,
                  coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS oldest_seconds
           FROM due"""
    )
    return Backlog(**record)
