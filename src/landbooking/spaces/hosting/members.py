"""Who may book what is for members only, by mail address."""

import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.person import ensure_person
from landbooking.database import Connection
from landbooking.language import language


class Member(msgspec.Struct, frozen=True):
    """The address as the host gave it, and nothing that would tell whether somebody has signed in with it."""

    person_id: int
    email: str


async def members_of(connection: Connection, space_id: int) -> list[Member]:
    rows = await connection.fetch(
        """SELECT person.id AS person_id, person.email FROM space_member
               JOIN person ON person.id = space_member.person_id
           WHERE space_member.space_id = $1 ORDER BY person.email""",
        space_id,
    )
    return [Member(**row) for row in rows]


async def add_member(connection: Connection, space_id: int, email: str) -> None:
    """Whoever has this address; who has no account yet gets one at their first sign-in. Raises NotAnAddress."""
    person_id = await ensure_person(connection, mail_address(email), language.get())
    await connection.execute(
        "INSERT INTO space_member (space_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", space_id, person_id
    )


async def remove_member(connection: Connection, space_id: int, person_id: int) -> None:
    """What they have booked stays. Nothing happens where the person is no member."""
    await connection.execute("DELETE FROM space_member WHERE space_id = $1 AND person_id = $2", space_id, person_id)
