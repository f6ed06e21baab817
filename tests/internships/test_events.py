"""What has happened stays as it was written."""

import asyncpg
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.events import events_of, note_event
from support.internships import make_application, make_company, make_placement, make_posting
from support.people import make_person
from support.spaces import make_space


async def test_what_happened_is_only_added_to(connection: Connection, resident: Person) -> None:
    space_id = await make_space(connection)
    posting_id = await make_posting(connection, await make_company(connection), space_id)
    application_id = await make_application(connection, posting_id, resident)
    placement_id = await make_placement(connection, application_id, space_id)
    assert await connection.fetchval("SELECT count(*) FROM placement_day WHERE placement_id = $1", placement_id) == 10
    await note_event(connection, "placement", placement_id, "", "agreement_draft", "applicant", resident)
    await note_event(connection, "application", application_id, "offered", "accepted", "applicant", resident)
    somebody = await make_person(connection, "wer@example.org")
    for change in (
        "UPDATE internship_event SET to_status = 'cancelled' WHERE $1 <> 0",
        "UPDATE internship_event SET at = now() - interval '1 day' WHERE $1 <> 0",
        "UPDATE internship_event SET by_id = $1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with connection.transaction():
                await connection.execute(change, somebody.id)
    [event] = await events_of(connection, "placement", placement_id)
    assert (event.to_status, event.by_id) == ("agreement_draft", resident.id)
    await connection.execute("DELETE FROM person WHERE id = $1", resident.id)
    [event] = await events_of(connection, "application", application_id)
    assert (event.to_status, event.by_id) == ("accepted", None)
