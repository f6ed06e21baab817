"""A message is sent once, however often it is clicked: by the form's key and the API's header, on both sides."""

import asyncio
import re

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.internships.applications import messages
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.messages import send_message
from support.applications import Scene, make_scene, subjects_to
from support.internships import make_application
from support.people import make_person, sign_in
from support.races import until_waiting


@pytest.fixture
async def applicant(connection: Connection) -> Person:
    return await make_person(connection, "mia@example.org", name="Mia Muster")


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    return await make_scene(connection)


async def texts(connection: Connection | Pool) -> list[str]:
    return [row["text"] for row in await connection.fetch("SELECT text FROM application_message ORDER BY id")]


@pytest.mark.parametrize("side", ["applicant", "company"])
async def test_a_double_click_sends_once(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, side: str
) -> None:
    submitted = await make_application(connection, scene.posting_id, applicant)
    author, reader = (applicant, scene.manager) if side == "applicant" else (scene.manager, applicant)
    one = f"/applications/{submitted}" if side == "applicant" else f"{scene.company}/{submitted}"
    await sign_in(connection, client, author)
    [key] = re.findall(r'name="key" value="([^"]+)"', (await client.get(one)).text)
    for _click in range(2):
        answer = await client.post(f"{one}/messages", data={"text": "Wann passt es?", "key": key})
        assert answer.status_code == 303
    assert await texts(connection) == ["Wann passt es?"]
    assert len(await subjects_to(connection, reader)) == 1
    other = await client.post(f"{one}/messages", data={"text": "Etwas anderes", "key": key})
    assert other.status_code == 422
    assert "schon einmal abgeschickt" in other.text
    [fresh] = re.findall(r'name="key" value="([^"]+)"', (await client.get(one)).text)
    assert (await client.post(f"{one}/messages", data={"text": "Wann passt es?", "key": fresh})).status_code == 303
    assert await texts(connection) == ["Wann passt es?"] * 2


@pytest.mark.parametrize("side", ["applicant", "company"])
async def test_programs_send_once_by_a_header(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, side: str
) -> None:
    submitted = await make_application(connection, scene.posting_id, applicant)
    await sign_in(connection, client, applicant if side == "applicant" else scene.manager)
    root = "/api/v1" if side == "applicant" else f"/api/v1/companies/{scene.company_id}"
    path, header = f"{root}/applications/{submitted}/messages", {"Idempotency-Key": "einmal"}
    answers = [await client.post(path, json={"text": "Guten Tag"}, headers=header) for _try in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert await texts(connection) == ["Guten Tag"]
    other = await client.post(path, json={"text": "Anders"}, headers=header)
    assert (other.status_code, other.json()["type"]) == (422, "urn:landbooking:problem:idempotency-key-reused")
    await client.post(path, json={"text": "Guten Tag"})
    assert await texts(connection) == ["Guten Tag"] * 2


async def clicked_at_once(pool: Pool) -> list[str]:
    """Two requests with one key, both on their way before either is done."""
    async with pool.acquire() as connection:
        scene = await make_scene(connection)
        person = await make_person(connection, "mia@example.org")
        application = await application_by_id(connection, await make_application(connection, scene.posting_id, person))

    async def click() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await send_message(connection, person, application, "applicant", "Guten Tag", "ein Klick")

    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE idempotency_key, application_message IN SHARE MODE")
        clicks = asyncio.gather(*(click() for _click in range(4)))
        await until_waiting(pool, 4)
    await clicks
    return await texts(pool)


async def test_clicks_at_once_send_once(pool: Pool) -> None:
    assert await clicked_at_once(pool) == ["Guten Tag"]


async def test_without_the_key_each_would_send(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_values: object) -> None:
        """Where nobody looks what came of it before."""

    monkeypatch.setattr(messages, "earlier", never)
    assert await clicked_at_once(pool) == ["Guten Tag"] * 4
