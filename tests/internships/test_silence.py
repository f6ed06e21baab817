"""What happens where nobody says anything, what is forgotten after the end, and what a closed account takes with it."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection, Pool
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.expiry import decline_called_off, end_silent, remind_silent
from landbooking.internships.applications.forgetting import forget_ended_applications
from landbooking.internships.applications.messages import write_message
from support.applications import Scene, a_pdf, make_offer, make_scene, status_of, subjects_to, taken
from support.internships import make_application, make_posting
from support.people import make_person


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    return await make_scene(connection)


@pytest.fixture
def pool(connection: Connection) -> Pool:
    return cast(Pool, OneConnection(connection))


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


@pytest.mark.parametrize("status", ["submitted", "shortlisted", "interview"])
async def test_a_silent_company_is_reminded_twice_then_it_ends(
    connection: Connection, pool: Pool, scene: Scene, resident: Person, status: str
) -> None:
    one = await make_application(connection, scene.posting_id, resident, status=status, silent_since=ago(4.9))
    reminders = []
    for days in (4.9, 5.1, 9.9, 10.1, 13.9):
        await connection.execute("UPDATE application SET silent_since = $1", ago(days))
        reminders.append([await remind_silent(pool), await remind_silent(pool)])
        assert await end_silent(pool) == 0
    assert reminders == [[0, 0], [1, 0], [0, 0], [1, 0], [0, 0]]
    assert await subjects_to(connection, scene.manager) == ["Eine Bewerbung wartet auf Ihre Antwort"] * 2
    await connection.execute("UPDATE application SET silent_since = $1", ago(14.001))
    assert await end_silent(pool) == 1
    assert await status_of(connection, one) == "expired"
    assert await subjects_to(connection, resident) == ["Ihre Bewerbung blieb ohne Antwort"]
    assert await end_silent(pool) == 0


@pytest.mark.parametrize("because", ["withdrawn", "taken_down"])
async def test_who_waits_for_a_posting_that_was_called_off_is_told(
    connection: Connection, pool: Pool, scene: Scene, resident: Person, because: str
) -> None:
    waiting = await make_application(connection, scene.posting_id, resident)
    somebody = await make_person(connection, "andere@example.org")
    offered = await make_offer(connection, scene.posting_id, somebody)
    assert await decline_called_off(pool) == 0
    await connection.execute("UPDATE posting SET status = 'closed', closed_because = 'deadline'")
    assert await decline_called_off(pool) == 0
    await connection.execute("UPDATE posting SET closed_because = $1", because)
    assert await decline_called_off(pool) == 1
    assert [await status_of(connection, one) for one in (waiting, offered)] == ["declined", "offered"]
    assert (await application_by_id(connection, waiting)).decline_reason == "not_offered"
    assert len(await subjects_to(connection, resident)) == 1
    assert await decline_called_off(pool) == 0


async def test_an_offer_lapses_and_its_place_is_free(
    connection: Connection, pool: Pool, scene: Scene, resident: Person
) -> None:
    one = await make_offer(connection, scene.posting_id, resident)
    for left, reminded in ((9.1, 0), (8.9, 1), (4.1, 0), (3.9, 1)):
        await connection.execute("UPDATE application SET offer_until_at = $1", ago(-left))
        assert await remind_silent(pool) == reminded
    assert await subjects_to(connection, resident) == ["Ihr Angebot wartet auf Ihre Antwort"] * 2
    assert await end_silent(pool) == 0
    await connection.execute("UPDATE application SET offer_until_at = $1", ago(0.001))
    assert await end_silent(pool) == 1
    assert await status_of(connection, one) == "lapsed"
    assert await taken(connection, scene.posting_id) == 0
    assert (await subjects_to(connection, scene.manager)) == ["Ein Angebot ist verfallen"]


async def test_a_worker_that_slept_reminds_once(
    connection: Connection, pool: Pool, scene: Scene, resident: Person
) -> None:
    await make_application(connection, scene.posting_id, resident, silent_since=ago(11))
    assert await remind_silent(pool) == 1


async def test_who_writes_is_not_silent(connection: Connection, pool: Pool, scene: Scene, resident: Person) -> None:
    one = await make_application(connection, scene.posting_id, resident, silent_since=ago(13))
    application = await application_by_id(connection, one)
    await write_message(connection, resident, application, "applicant", "Hallo?")
    assert await connection.fetchval("SELECT silent_since < now() - interval '12 days' FROM application")
    await write_message(connection, scene.manager, application, "company", "Wir überlegen noch.")
    assert await connection.fetchval("SELECT silent_since = now() FROM application")


async def fill(connection: Connection, application_id: int) -> None:
    """With a CV and a message."""
    await connection.execute(
        "INSERT INTO application_cv (application_id, pdf, pages) VALUES ($1, $2, 1)", application_id, a_pdf()
    )
    await connection.execute(
        "INSERT INTO application_message (application_id, from_company, text) VALUES ($1, true, 'Hallo')",
        application_id,
    )


async def written(connection: Connection, application_id: int) -> tuple[object, ...]:
    """Letter, birthday, number of CVs and of messages."""
    row = await connection.fetchrow(
        """SELECT letter, birthday, (SELECT count(*) FROM application_cv WHERE application_id = $1),
                  (SELECT count(*) FROM application_message WHERE application_id = $1)
           FROM application WHERE id = $1""",
        application_id,
    )
    assert row
    return tuple(row)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "expired", "lapsed", "cancelled"])
async def test_half_a_year_after_the_end_what_was_written_is_gone(
    connection: Connection, scene: Scene, resident: Person, status: str
) -> None:
    columns = {"declined_by": "company"} if status == "declined" else {}
    one = await make_application(connection, scene.posting_id, resident, status=status, ended_at=ago(180), **columns)
    await fill(connection, one)
    await forget_ended_applications(connection)
    assert (await written(connection, one))[2:] == (1, 1)
    await connection.execute("UPDATE application SET ended_at = now() - interval '6 months 1 second'")
    await forget_ended_applications(connection)
    assert await written(connection, one) == ("", None, 0, 0)
    assert await status_of(connection, one) == status


async def test_what_runs_is_not_forgotten_however_old(
    connection: Connection, scene: Scene, resident: Person, outsider: Person
) -> None:
    one = await make_application(connection, scene.posting_id, resident, status="accepted", submitted_at=ago(400))
    await fill(connection, one)
    draft = await make_application(connection, scene.posting_id, outsider, status="draft", changed_at=ago(200))
    await forget_ended_applications(connection)
    assert (await written(connection, one))[2:] == (1, 1)
    assert await connection.fetchval("SELECT count(*) FROM application WHERE id = $1", draft) == 0


async def test_a_closed_account_takes_its_applications_along(
    connection: Connection, scene: Scene, resident: Person
) -> None:
    offered = await make_offer(connection, scene.posting_id, resident)
    other = await make_posting(connection, scene.company_id, scene.space_id)
    draft = await make_application(connection, other, resident, status="draft")
    ended = await make_application(connection, other, resident, status="expired", ended_at=ago(1))
    for one in (offered, draft, ended):
        await fill(connection, one)
    await erase_account(connection, resident)
    assert await connection.fetchval("SELECT count(*) FROM application WHERE id = $1", draft) == 0
    for one in (offered, ended):
        assert await written(connection, one) == ("", None, 0, 0)
    assert await status_of(connection, offered) == "withdrawn"
    assert await taken(connection, scene.posting_id) == 0
    assert await connection.fetchval("SELECT count(*) FROM application WHERE person_id IS NOT NULL") == 0
    assert await subjects_to(connection, scene.manager) == ["Eine Bewerbung ist zurückgezogen"]


async def test_a_manager_may_close_their_account(connection: Connection, scene: Scene, resident: Person) -> None:
    one = await make_application(connection, scene.posting_id, resident)
    await write_message(connection, scene.manager, await application_by_id(connection, one), "company", "Hallo")
    await erase_account(connection, scene.manager)
    assert await status_of(connection, one) == "submitted"
    assert await connection.fetchval("SELECT author_id FROM application_message") is None
    assert await make_person(connection, scene.manager.email)


async def test_interviews_of_a_manager_who_leaves_are_called_off(
    connection: Connection, scene: Scene, resident: Person
) -> None:
    one = await make_application(connection, scene.posting_id, resident, status="interview")
    await connection.execute(
        """INSERT INTO interview_time (application_id, interviewer_id, period, picked_at)
           VALUES ($1, $2, tstzrange(now() + interval '1 day', now() + interval '25 hours'), now())""",
        one,
        scene.manager.id,
    )
    await erase_account(connection, scene.manager)
    assert await subjects_to(connection, resident) == ["Ihr Gespräch ist abgesagt"]
    assert await status_of(connection, one) == "interview"
