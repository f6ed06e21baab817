"""Confirming once more: who is asked when, by which link, and what a no leads to."""

from typing import cast

import httpx
import pytest

from conftest import OneConnection
from landbooking.database import Connection, Pool
from landbooking.internships.running.reconfirmation import ask_to_reconfirm, tell_unconfirmed
from support.applications import subjects_to
from support.internships import make_application
from support.people import make_person, sign_in
from support.running import Running, make_running

FIRST = "Bald beginnt Ihr Praktikum: Kommen Sie?"
SECOND = "Ihr Praktikum beginnt morgen: Kommen Sie?"
FREE = "Ein Praktikumsplatz ist wieder frei"


@pytest.fixture
def pool(connection: Connection) -> Pool:
    return cast(Pool, OneConnection(connection))


@pytest.fixture
async def running(connection: Connection) -> Running:
    return await make_running(connection, begins_in=4, status="confirmed")


async def let_days_pass(connection: Connection, days: int = 1) -> None:
    """As if the placement had been planned for so much sooner."""
    await connection.execute(
        "UPDATE placement SET days = daterange(lower(days) - $1::int, upper(days) - $1::int)", days
    )
    await connection.execute(
        """UPDATE placement_day
           SET day = day - 1000 - $1::int, period = tstzrange(lower(period) - passed, upper(period) - passed)
           FROM make_interval(days => $1) AS passed""",
        days,
    )
    await connection.execute("UPDATE placement_day SET day = day + 1000")


async def link(connection: Connection, running: Running) -> str:
    path: str = await connection.fetchval(
        "SELECT context->>'path' FROM outbox WHERE recipient = $1 ORDER BY id DESC LIMIT 1", running.intern.email
    )
    return path


async def test_who_says_nothing_is_asked_twice_and_the_company_told(
    connection: Connection, pool: Pool, running: Running
) -> None:
    asked = []
    for _day in range(5):
        asked.append([await ask_to_reconfirm(pool), await ask_to_reconfirm(pool), await tell_unconfirmed(pool)])
        await let_days_pass(connection)
    assert asked == [[0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert await tell_unconfirmed(pool) == 0
    assert await subjects_to(connection, running.intern) == [FIRST, SECOND]
    told = ["Ein Praktikum beginnt ohne Rückmeldung"]
    assert await subjects_to(connection, running.manager) == await subjects_to(connection, running.mentor) == told


async def test_who_is_confirmed_late_is_asked_once(connection: Connection, pool: Pool, running: Running) -> None:
    await let_days_pass(connection, 3)
    assert [await ask_to_reconfirm(pool), await ask_to_reconfirm(pool)] == [1, 0]
    assert await subjects_to(connection, running.intern) == [SECOND]


async def test_the_link_of_the_mail_confirms_once(
    connection: Connection, client: httpx.AsyncClient, pool: Pool, running: Running
) -> None:
    await let_days_pass(connection)
    await ask_to_reconfirm(pool)
    old = await link(connection, running)
    await let_days_pass(connection, 2)
    await ask_to_reconfirm(pool)
    path = await link(connection, running)
    assert path != old
    assert (await client.get(old)).status_code == 410
    page = await client.get(path)
    assert (page.status_code, "Ja, ich komme" in page.text, "Mia" in page.text) == (200, True, False)
    assert (await client.post(path, data={"answer": "vielleicht"})).status_code == 422
    assert await connection.fetchval("SELECT reconfirmed_at FROM placement") is None
    assert (await client.post(path, data={"answer": "yes"})).status_code == 200
    assert await connection.fetchval("SELECT reconfirmed_at IS NOT NULL FROM placement")
    assert (await client.post(path, data={"answer": "no"})).status_code == 410
    assert await connection.fetchval("SELECT status FROM placement") == "confirmed"
    await let_days_pass(connection, 2)
    assert [await ask_to_reconfirm(pool), await tell_unconfirmed(pool)] == [0, 0]


async def test_who_is_signed_in_answers_on_the_page(
    connection: Connection, client: httpx.AsyncClient, pool: Pool, running: Running
) -> None:
    await let_days_pass(connection)
    await ask_to_reconfirm(pool)
    await sign_in(connection, client, running.intern)
    assert "Ja, ich komme" in (await client.get(running.page)).text
    assert (await client.post(f"{running.page}/reconfirmation", data={})).status_code == 422
    assert (await client.post(f"{running.page}/reconfirmation", data={"answer": "yes"})).status_code == 303
    assert "Ja, ich komme" not in (await client.get(running.page)).text
    answer = await client.post(f"{running.api}/reconfirmation", json={"answer": "yes"})
    assert (answer.status_code, answer.json()["asked_to_reconfirm"]) == (200, False)


async def test_a_no_frees_the_place_and_tells_who_waits(
    connection: Connection, client: httpx.AsyncClient, pool: Pool, running: Running
) -> None:
    ended = {}
    for number, columns in enumerate(
        (
            {"status": "declined", "declined_by": "company"},
            {"status": "declined", "declined_by": "applicant"},
            {"status": "expired"},
            {"status": "withdrawn"},
        )
    ):
        person = await make_person(connection, f"bewerbung{number}@example.org")
        await make_application(connection, running.posting_id, person, **columns)
        ended[f"{columns['status']} {columns.get('declined_by', '')}".strip()] = person
    await let_days_pass(connection)
    await ask_to_reconfirm(pool)
    path = await link(connection, running)
    assert (await client.post(path, data={"answer": "no"})).status_code == 200
    assert await connection.fetchval("SELECT status FROM placement") == "cancelled"
    assert await connection.fetchval("SELECT taken FROM posting") == 0
    assert FREE in await subjects_to(connection, running.manager)
    waiting = await connection.fetchval(
        "SELECT context->'facts'->>'waiting' FROM outbox WHERE recipient = $1 AND context->>'subject' = $2",
        running.manager.email,
        FREE,
    )
    assert waiting == "1"
    told = {name for name, person in ended.items() if FREE in await subjects_to(connection, person)}
    assert told == {"declined company", "expired"}
    assert await subjects_to(connection, running.other_applicant) == []
    assert (await client.get(path)).status_code == 410


async def test_who_can_apply_no_more_is_not_told(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    person = await make_person(connection, "bewerbung@example.org")
    await make_application(connection, running.posting_id, person, status="expired")
    await connection.execute("UPDATE posting SET status = 'closed', closed_because = 'filled'")
    await sign_in(connection, client, running.intern)
    assert (await client.post(f"{running.page}/reconfirmation", data={"answer": "no"})).status_code == 303
    assert await subjects_to(connection, person) == []
    assert FREE in await subjects_to(connection, running.manager)


async def test_what_has_begun_is_not_called_off_here(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await connection.execute("UPDATE placement SET status = 'active'")
    await sign_in(connection, client, running.intern)
    answer = await client.post(f"{running.page}/reconfirmation", data={"answer": "no"})
    assert answer.status_code == 409
    assert await connection.fetchval("SELECT status FROM placement") == "active"
