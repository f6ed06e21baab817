"""What ends by itself: postings whose deadline is over or whose places are all given, until one is free again."""

from landbooking.database import Pool
from landbooking.errors import Refusal
from landbooking.internships.postings.posting import DEADLINE_OVER, TABLES, posting_by_id
from landbooking.internships.postings.transitions import StepName, take_step

SHOWN_CLOSED = "6 months"

_DUE: dict[StepName, str] = {
    "fill": """SELECT posting.id FROM posting WHERE status IN ('published', 'paused') AND taken >= places
               AND NOT EXISTS (SELECT FROM application
                               WHERE application.posting_id = posting.id AND application.status = 'offered')
               ORDER BY posting.id LIMIT 100""",
    "end": f"""SELECT posting.id FROM {TABLES} WHERE posting.status IN ('published', 'paused') AND {DEADLINE_OVER}
               ORDER BY posting.id LIMIT 100""",  # noqa: S608 our own words
    # Of those that were shown when the last place was given: what the company had paused stays away.
    "reopen": f"""SELECT posting.id FROM {TABLES}
                  WHERE posting.status = 'closed' AND closed_because = 'filled' AND taken < places
                    AND company.status = 'verified' AND NOT {DEADLINE_OVER}
                    AND (SELECT from_status FROM internship_event WHERE posting_id = posting.id
                         ORDER BY id DESC LIMIT 1) = 'published'
                  ORDER BY posting.id LIMIT 100""",  # noqa: S608
    "archive": f"""SELECT posting.id FROM posting
                   WHERE status = 'closed' AND changed_at <= now() - interval '{SHOWN_CLOSED}'
                   ORDER BY posting.id LIMIT 100""",  # noqa: S608
}


async def close_postings(pool: Pool) -> int:
    """How many went on: each in a transaction of its own. Who was faster, a person or another worker, wins."""
    moved = 0
    for name, due in _DUE.items():
        for row in await pool.fetch(due):
            async with pool.acquire() as connection, connection.transaction():
                try:
                    await take_step(connection, await posting_by_id(connection, row["id"]), name, "worker", None)
                    moved += 1
                except Refusal:  # it is not so any more
                    continue
    return moved
