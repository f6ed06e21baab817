"""Everything of one person ends: the guardian says no, or the account is closed."""

from contextlib import suppress

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.refusals import OfAge
from landbooking.internships.events import ActedAs
from landbooking.internships.placements.placement import ENDED
from landbooking.internships.placements.transitions import move


async def end_placements_of(
    connection: Connection, person_id: int, acted_as: ActedAs, by: Person | None = None
) -> None:
    """Cancelled where it has not begun, else discontinued. The locks of the person and of the postings are held.

    What a guardian says ends nothing of who is of age by now.
    """
    rows = await connection.fetch(
        "SELECT id, status FROM placement WHERE person_id = $1 AND status <> ALL($2) ORDER BY id", person_id, ENDED
    )
    for row in rows:
        with suppress(OfAge):  # raised before anything was written
            await move(connection, row["id"], "discontinue" if row["status"] == "active" else "cancel", acted_as, by)
