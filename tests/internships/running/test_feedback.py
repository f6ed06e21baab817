"""What both sides say after the end: once each, and read by the other only when it can't be answered in kind."""

from typing import Any, cast

import httpx
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.placements.forgetting import forget_ended_placements
from landbooking.internships.running.feedback import ask_for_feedback
from support.applications import subjects_to
from support.people import sign_in
from support.running import Running, end, make_running


@pytest.fixture
async def running(connection: Connection) -> Running:
    return await make_running(connection)


async def sees(connection: Connection, client: httpx.AsyncClient, running: Running, person: Person) -> set[str]:
    """Whose words this person reads, on the page and by the API alike."""
    await sign_in(connection, client, person)
    page = (await client.get(running.page)).text
    answer = (await client.get(f"{running.api}/feedback")).json()
    by_page = {side for side, words in (("intern", "Schöne Zeit"), ("company", "Guter Mensch")) if words in page}
    assert by_page == {side for side, given in answer.items() if given}
    return by_page


async def test_nobody_reads_first(connection: Connection, client: httpx.AsyncClient, running: Running) -> None:
    await sign_in(connection, client, running.intern)
    assert (await client.post(f"{running.page}/feedback", data={"stars": "5"})).status_code == 409
    await end(connection, running)
    typed = {"stars": "5", "words": "Schöne Zeit"}
    assert (await client.post(f"{running.page}/feedback", data=typed)).status_code == 303
    assert (await client.post(f"{running.page}/feedback", data=typed)).status_code == 409
    assert await sees(connection, client, running, running.intern) == {"intern"}
    for other in (running.mentor, running.manager, running.staff):
        assert await sees(connection, client, running, other) == set()
    await sign_in(connection, client, running.mentor)
    answer = await client.post(f"{running.api}/feedback", json={"stars": 4, "text": "Guter Mensch"})
    assert answer.json()["intern"]["text"] == "Schöne Zeit"
    for everybody in (running.intern, running.manager, running.staff):
        assert await sees(connection, client, running, everybody) == {"intern", "company"}


async def test_after_14_days_it_is_read_and_not_answered(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await end(connection, running, days_ago=13.9)
    await sign_in(connection, client, running.intern)
    await client.post(f"{running.page}/feedback", data={"stars": "2", "words": "Schöne Zeit"})
    assert await sees(connection, client, running, running.manager) == set()
    await end(connection, running, days_ago=14.1)
    assert await sees(connection, client, running, running.manager) == {"intern"}
    assert await sees(connection, client, running, running.staff) == {"intern"}
    await sign_in(connection, client, running.manager)
    assert (await client.post(f"{running.page}/feedback", data={"stars": "1"})).status_code == 409


@pytest.mark.parametrize("stars", ["", "0", "6", "viele"])
async def test_wrong_stars_are_told_and_words_kept(
    connection: Connection, client: httpx.AsyncClient, running: Running, stars: str
) -> None:
    await end(connection, running)
    await sign_in(connection, client, running.intern)
    answer = await client.post(f"{running.page}/feedback", data={"stars": stars, "words": "Bleibt stehen"})
    assert answer.status_code == 422
    assert "Bleibt stehen" in answer.text
    assert 'href="#field-stars"' in answer.text


async def test_both_are_asked_once(connection: Connection, running: Running) -> None:
    pool = cast(Any, OneConnection(connection))
    assert await ask_for_feedback(pool) == 0
    await end(connection, running)
    assert [await ask_for_feedback(pool), await ask_for_feedback(pool)] == [1, 0]
    assert await subjects_to(connection, running.intern) == ["Wie war Ihr Praktikum?"]
    assert await subjects_to(connection, running.manager) == ["Wie war das Praktikum?"]


@pytest.mark.parametrize("status", ["no_show", "cancelled"])
async def test_where_nothing_was_nobody_is_asked(connection: Connection, running: Running, status: str) -> None:
    await end(connection, running, status)
    assert await ask_for_feedback(cast(Any, OneConnection(connection))) == 0


async def test_words_and_addresses_are_forgotten_after_half_a_year(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await end(connection, running)
    await connection.execute("UPDATE placement SET intern_address = 'Gartenweg 5, 66869 Kusel'")
    await sign_in(connection, client, running.intern)
    await client.post(f"{running.page}/feedback", data={"stars": "5", "words": "Schöne Zeit"})
    kept = []
    for days_ago in (170, 190):
        await end(connection, running, days_ago=days_ago)
        await forget_ended_placements(connection)
        kept.append(
            await connection.fetchval("SELECT intern_address <> '' FROM placement")
            and await connection.fetchval("SELECT count(*) FROM placement_feedback") == 1
        )
    assert kept == [True, False]
    assert await connection.fetchval("SELECT count(*) FROM placement_feedback") == 0
