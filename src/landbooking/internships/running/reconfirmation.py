"""Confirming once more: asked 3 days and 1 day before the start; who says no frees the place for others."""

import secrets
from typing import Literal

from landbooking.accounts.person import Person, person_by_id
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection, Pool
from landbooking.internships.companies.company import managers_of
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement, placement_by_id
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.placements.transitions import move
from landbooking.internships.running.announcements import Told, intern_of, tell
from landbooking.internships.running.waiting import tell_of_free_place

# Days before the start, the shortest first: who is confirmed late is asked once.
ASK_BEFORE: tuple[tuple[int, Told], ...] = ((1, "still_coming"), (3, "will_you_come"))

# Days are those of the district's clock.
_UNANSWERED = """
    FROM placement JOIN company ON company.id = company_id JOIN district ON district.id = district_id,
         LATERAL (SELECT (now() AT TIME ZONE time_zone)::date AS today) AS clock
    WHERE reconfirmed_at IS NULL
"""
_TO_ASK = f"""SELECT placement.id {_UNANSWERED} AND placement.status = 'confirmed'
    AND (reconfirm_asked IS NULL OR reconfirm_asked > $1) AND today >= lower(days) - $1 AND today < lower(days)"""
_TO_TELL = f"""SELECT placement.id {_UNANSWERED} AND placement.status IN ('confirmed', 'active')
    AND reconfirm_asked > 0 AND today >= lower(days)"""


async def ask_to_reconfirm(pool: Pool) -> int:
    """How many were asked: each in a transaction of its own. Safe for any number of workers."""
    asked = 0
    for days, name in ASK_BEFORE:
        for row in await pool.fetch(f"{_TO_ASK} ORDER BY placement.id LIMIT 200", days):
            async with pool.acquire() as connection, connection.transaction():
                asked += await _ask(connection, row["id"], days, name)
    return asked


async def _ask(connection: Connection, placement_id: int, days: int, name: Told) -> bool:
    """Whether it was us, and still due. The link of before works no more."""
    placement = await lock_placement(connection, placement_id)
    intern = await intern_of(connection, placement)
    if intern is None or await connection.fetchval(f"{_TO_ASK} AND placement.id = $2", days, placement_id) is None:
        return False
    token = secrets.token_urlsafe(16)
    await connection.execute(
        "UPDATE placement SET reconfirm_asked = $2, reconfirm_hash = $3 WHERE id = $1",
        placement_id,
        days,
        hash_of(token),
    )
    await tell(connection, name, intern, placement, f"/internships/reconfirmation/{token}")
    return True


async def tell_unconfirmed(pool: Pool) -> int:
    """How many companies were told that it begins and nobody has answered."""
    told = 0
    for row in await pool.fetch(f"{_TO_TELL} ORDER BY placement.id LIMIT 200"):
        async with pool.acquire() as connection, connection.transaction():
            told += await _tell(connection, row["id"])
    return told


async def _tell(connection: Connection, placement_id: int) -> bool:
    placement = await lock_placement(connection, placement_id)
    if await connection.fetchval(f"{_TO_TELL} AND placement.id = $1", placement_id) is None:
        return False
    await connection.execute(
        "UPDATE placement SET reconfirm_asked = 0, reconfirm_hash = NULL WHERE id = $1", placement_id
    )
    for person in await managers_of(connection, placement.company_id, placement.mentor_id):
        await tell(connection, "not_reconfirmed", person, placement)
    return True


async def wants_answer(connection: Connection, placement: Placement) -> bool:
    """Whether the intern is asked at this moment."""
    open_: bool = await connection.fetchval(
        """SELECT reconfirmed_at IS NULL AND status = 'confirmed' AND reconfirm_asked IN (3, 1)
           FROM placement WHERE id = $1""",
        placement.id,
    )
    return open_


async def reconfirm(connection: Connection, placement_id: int) -> Placement:
    """The intern comes. Said twice, the first time stands. Raises NotPossible."""
    placement = await lock_placement(connection, placement_id)
    if placement.status not in ("confirmed", "active"):
        raise NotPossible(f"/internships/placements/{placement_id}")
    await connection.execute(
        """UPDATE placement SET reconfirmed_at = coalesce(reconfirmed_at, now()), reconfirm_hash = NULL
           WHERE id = $1""",
        placement_id,
    )
    return placement


async def say_no(connection: Connection, intern: Person, placement_id: int) -> Placement:
    """The intern does not come: it is cancelled, the desks are free, and who waits is told. Raises NotPossible."""
    cancelled = await move(connection, placement_id, "cancel", "applicant", intern)
    await connection.execute("UPDATE placement SET reconfirm_hash = NULL WHERE id = $1", placement_id)
    await tell_of_free_place(connection, cancelled)
    return cancelled


async def asked_by_link(connection: Connection, token: str) -> Placement | None:
    """None for a link that was used, replaced, or never was. Changes nothing."""
    placement_id = await connection.fetchval(
        "SELECT id FROM placement WHERE reconfirm_hash = $1 AND status = 'confirmed'", hash_of(token)
    )
    return await placement_by_id(connection, placement_id) if placement_id else None


async def answer_by_link(connection: Connection, token: str, answer: Literal["yes", "no"]) -> bool:
    """Whether the link was still good: it works once, for who of two at once is first."""
    asked = await asked_by_link(connection, token)
    if asked is None:
        return False
    await lock_placement(connection, asked.id)
    standing = await asked_by_link(connection, token)
    if standing is None or standing.person_id is None:
        return False
    if answer == "yes":
        await reconfirm(connection, standing.id)
    else:
        await say_no(connection, await person_by_id(connection, standing.person_id), standing.id)
    return True
