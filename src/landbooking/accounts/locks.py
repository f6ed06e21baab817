"""The lock of one person: what they may have is judged by one transaction at a time."""

from landbooking.database import Connection

PERSON_LOCK = 2  # the first number of the advisory locks that guard what one person may have; 1 is that of a space


async def lock_person(connection: Connection, person_id: int) -> None:
    """Until commit nobody books or asks for this person. Goes before every lock of a space or a ride."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", PERSON_LOCK, person_id)
