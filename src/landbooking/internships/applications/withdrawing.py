"""The applicant, or the guardian, takes it back: in one step and without a reason."""

from contextlib import suppress

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.locking import lock_open_of
from landbooking.internships.applications.refusals import OfAge
from landbooking.internships.applications.transitions import move
from landbooking.internships.events import ActedAs


async def withdraw_all_of(connection: Connection, person_id: int, acted_as: ActedAs, by: Person | None = None) -> None:
    """All that is open: the guardian says no, or the account is closed.

    What a guardian says ends nothing of who is of age by now.
    """
    for application_id in await lock_open_of(connection, person_id):
        with suppress(OfAge):  # raised before anything was written
            await move(connection, application_id, "withdraw", acted_as, by)
