"""What both sides say after the end: each once, and neither reads the other's before answering."""

from datetime import datetime
from typing import ClassVar

import msgspec

from landbooking.database import Connection, Pool
from landbooking.errors import Refusal
from landbooking.internships.companies.company import managers_of
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement
from landbooking.internships.running.access import Access
from landbooking.internships.running.announcements import intern_of, tell
from landbooking.language import gettext as _

LONGEST = 2000  # characters


class NotNow(Refusal):
    code: ClassVar[str] = "no-feedback-now"

    def __init__(self, way_on: str) -> None:
        super().__init__(
            _("Eine Rückmeldung können Sie einmal geben, in den 14 Tagen nach dem Ende des Praktikums."), way_on
        )


class Feedback(msgspec.Struct, frozen=True):
    """`stars` from 1 to 5."""

    stars: int
    text: str
    created_at: datetime


class BothSides(msgspec.Struct, frozen=True):
    """As one of them sees it: one's own at once, the other's once it may be read. Staff see neither before that."""

    intern: Feedback | None = None
    company: Feedback | None = None


async def feedback_of(connection: Connection, access: Access) -> BothSides:
    rows = await connection.fetch(
        "SELECT from_company, stars, text, created_at FROM placement_feedback WHERE placement_id = $1",
        access.placement.id,
    )
    given = {row["from_company"]: Feedback(row["stars"], row["text"], row["created_at"]) for row in rows}
    is_open = len(given) == 2 or not await _is_time(connection, access.placement)
    seen = {side for side in given if is_open or side in _sides(access)}
    return BothSides(*(given[side] if side in seen else None for side in (False, True)))


async def may_give(connection: Connection, access: Access) -> bool:
    if not access.may("give_feedback") or not await _is_time(connection, access.placement):
        return False
    given: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM placement_feedback WHERE placement_id = $1 AND from_company = $2)",
        access.placement.id,
        _from_company(access),
    )
    return not given


async def give_feedback(connection: Connection, access: Access, stars: int, text: str) -> None:
    """Raises NotNow."""
    placement = await lock_placement(connection, access.placement.id)
    written = None
    if await _is_time(connection, placement):
        written = await connection.fetchval(
            """INSERT INTO placement_feedback (placement_id, from_company, stars, text) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING RETURNING stars""",
            placement.id,
            _from_company(access),
            stars,
            text,
        )
    if written is None:
        raise NotNow(f"/internships/placements/{placement.id}")


async def ask_for_feedback(pool: Pool) -> int:
    """How many placements' sides were asked, each once after the end."""
    asked = 0
    for row in await pool.fetch(f"{_TO_ASK} ORDER BY id LIMIT 200"):
        async with pool.acquire() as connection, connection.transaction():
            placement = await lock_placement(connection, row["id"])
            if await connection.fetchval(f"{_TO_ASK} AND id = $1", row["id"]) is None:
                continue
            await connection.execute("UPDATE placement SET feedback_asked_at = now() WHERE id = $1", row["id"])
            if intern := await intern_of(connection, placement):
                await tell(connection, "feedback_intern", intern, placement)
            for person in await managers_of(connection, placement.company_id, placement.mentor_id):
                await tell(connection, "feedback_company", person, placement)
            asked += 1
    return asked


_TIME = (
    "SELECT id FROM placement WHERE status IN ('completed', 'discontinued') AND ended_at > now() - interval '14 days'"
)
_TO_ASK = f"{_TIME} AND feedback_asked_at IS NULL"


async def _is_time(connection: Connection, placement: Placement) -> bool:
    return await connection.fetchval(f"{_TIME} AND id = $1", placement.id) is not None


def _from_company(access: Access) -> bool:
    return "intern" not in access.roles


def _sides(access: Access) -> set[bool]:
    """Whose words this person has a part in: True is the company's."""
    return ({False} if "intern" in access.roles else set()) | (
        {True} if access.roles & {"mentor", "manager"} else set()
    )
