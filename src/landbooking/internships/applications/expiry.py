"""Silence: whoever owes an answer is reminded after 5 and 10 days, and after 14 the application or the offer ends.

Where the company has withdrawn the posting, or staff have taken it down, nobody waits that long.
"""

from typing import Literal

from landbooking.database import Connection, Pool
from landbooking.internships.applications.announcements import announce
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.reasons import Reason
from landbooking.internships.applications.refusals import NotPossible
from landbooking.internships.applications.steps import Verb
from landbooking.internships.applications.transitions import move
from landbooking.internships.postings.posting import CALLED_OFF

# Days, the longest first: nobody gets both at once. The guard `silence_is_over` and `offer_until_at` know the 14.
REMIND_AFTER = (10, 5)


async def end_silent(pool: Pool) -> int:
    """How many were ended: each in a transaction of its own, so that one that is in use holds up no other."""
    rows = await pool.fetch(
        """SELECT id, status FROM application
           WHERE status IN ('submitted', 'shortlisted', 'interview') AND silent_since <= now() - interval '14 days'
              OR status = 'offered' AND offer_until_at <= now()
           ORDER BY id LIMIT 100"""
    )
    return sum(
        [await _end(pool, row["id"], "lapse" if row["status"] == "offered" else "expire", "worker") for row in rows]
    )


async def decline_called_off(pool: Pool) -> int:
    """How many were told that the internship does not take place; an offer that was made stands."""
    rows = await pool.fetch(
        """SELECT application.id FROM application JOIN posting ON posting.id = posting_id
           WHERE application.status IN ('submitted', 'shortlisted', 'interview')
             AND posting.closed_because = ANY($1)
           ORDER BY application.id LIMIT 100""",
        CALLED_OFF,
    )
    return sum([await _end(pool, row["id"], "decline", "company", "not_offered") for row in rows])


async def _end(
    pool: Pool, application_id: int, verb: Verb, acted_as: Literal["worker", "company"], reason: Reason | None = None
) -> bool:
    """Whether it was us, and not the company or the applicant, who were faster."""
    async with pool.acquire() as connection:
        try:
            async with connection.transaction():
                await move(connection, application_id, verb, acted_as, reason=reason)
        except NotPossible:
            return False
    return True


async def remind_silent(pool: Pool) -> int:
    """How many were reminded: the company or, where it has made an offer, the applicant."""
    reminded = 0
    for days in REMIND_AFTER:
        rows = await pool.fetch(f"{_DUE} ORDER BY id LIMIT 100", days)
        for row in rows:
            async with pool.acquire() as connection, connection.transaction():
                reminded += await _remind(connection, row["id"], days)
    return reminded


_DUE = """
    SELECT id FROM application
    WHERE reminded < $1
      AND (status IN ('submitted', 'shortlisted', 'interview')
               AND silent_since <= now() - $1 * interval '1 day' AND silent_since > now() - interval '14 days'
           OR status = 'offered'
               AND offer_until_at <= now() + (14 - $1) * interval '1 day' AND offer_until_at > now())
"""


async def _remind(connection: Connection, application_id: int, days: int) -> bool:
    """Whether it was us, and still due."""
    application = await lock_application(connection, application_id)
    due = await connection.fetchval(f"{_DUE} AND id = $2", days, application_id)
    if due is None:
        return False
    await connection.execute("UPDATE application SET reminded = $2 WHERE id = $1", application_id, days)
    waits_for_applicant = application.status == "offered"
    moment = application.offer_until_at if waits_for_applicant else application.silent_since
    await announce(
        connection,
        ("offer_waits" if waits_for_applicant else "silent",),
        application,
        "worker",
        cause=f"{days}:{moment}",
    )
    return True
