"""The locks of an application: its person, then postings. Who holds them sees what stands until commit."""

from landbooking.accounts.locks import lock_person
from landbooking.database import Connection
from landbooking.internships.applications.application import OPEN, Application, application_by_id


async def lock_application(connection: Connection, application_id: int, *, others: bool = False) -> Application:
    """As it stands with the locks held; with `others` those of all that its person has open are taken too.

    Raises NotFound.
    """
    found = await application_by_id(connection, application_id)
    if found.person_id is not None:
        await lock_person(connection, found.person_id)
    await connection.execute(
        """SELECT FROM posting WHERE id = $1
             OR $2 AND id IN (SELECT posting_id FROM application WHERE person_id = $3 AND status = ANY($4))
           ORDER BY id FOR NO KEY UPDATE""",
        found.posting_id,
        others,
        found.person_id,
        OPEN,
    )
    return await application_by_id(connection, application_id)


async def lock_open_of(connection: Connection, person_id: int) -> list[int]:
    """The ids of all that the person has open, with the same locks, and those of the postings of their placements."""
    await lock_person(connection, person_id)
    await connection.execute(
        """SELECT FROM posting
           WHERE id IN (SELECT posting_id FROM application WHERE person_id = $1 AND status = ANY($2))
           ORDER BY id FOR NO KEY UPDATE""",
        person_id,
        (*OPEN, "accepted"),
    )
    rows = await connection.fetch(
        "SELECT id FROM application WHERE person_id = $1 AND status = ANY($2) ORDER BY id", person_id, OPEN
    )
    return [row["id"] for row in rows]
