"""The same races against the real server, over HTTP, with bearer tokens."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from conftest import cloned_database
from landbooking.database import Pool, create_pool
from landbooking.settings import Settings
from support.crowd import Answer, Asked, all_at_once
from support.people import bearer, client_for
from support.people import settings as settings_for
from support.races import Scene, confirmed, make_scene, overlaps
from support.servers import Web, serving
from support.spaces import day_after, period_on

pytestmark = pytest.mark.xdist_group("servers")

MORNING = period_on(day_after(7))
PEOPLE = 200


@pytest.fixture
async def real(settings: Settings) -> AsyncIterator[tuple[Settings, Pool]]:
    """Settings for servers on a database of this test's own, and a pool to look into it."""
    async with cloned_database() as url:
        pool = await create_pool(url, 5)
        try:
            yield settings_for(url, settings.redis_url), pool
        finally:
            await pool.close()


async def tokens_of(pool: Pool, scene: Scene) -> list[dict[str, str]]:
    async with pool.acquire() as connection:
        return [await bearer(connection, person) for person in scene.people]


async def race(webs: Sequence[Web], scene: Scene, tokens: list[dict[str, str]]) -> list[Answer]:
    """Everybody books the same desk for the same morning."""
    wish = {"resource_id": scene.desk, "start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    addresses = [f"{webs[number % len(webs)].url}/api/v1/bookings" for number in range(len(tokens))]
    answers, seconds = await all_at_once(
        [Asked(address, token, wish) for address, token in zip(addresses, tokens, strict=True)]
    )
    print(f"{len(answers)} at one slot, {len(webs)} servers: {seconds:.2f} s")
    return answers


async def test_of_two_hundred_requests_one_books(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    scene = await make_scene(pool, PEOPLE)
    tokens = await tokens_of(pool, scene)
    async with serving(settings) as web:
        answers = await race([web], scene, tokens)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 199}
    refusals = {answer.body["type"] for answer in answers if answer.status == 409}
    assert refusals == {"urn:landbooking:problem:taken"}
    assert await confirmed(pool, scene.desk) == 1


async def test_two_servers_on_one_database_give_it_once(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    scene = await make_scene(pool, PEOPLE)
    tokens = await tokens_of(pool, scene)
    async with serving(settings) as one, serving(settings) as other:
        answers = await race([one, other], scene, tokens)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 199}
    assert await confirmed(pool, scene.desk) == 1


async def test_without_the_constraint_the_servers_would_give_it_often(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    scene = await make_scene(pool, 50)
    tokens = await tokens_of(pool, scene)
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    async with serving(settings) as web:
        answers = await race([web], scene, tokens)
    assert sum(answer.status == 201 for answer in answers) > 1
    assert await overlaps(pool) > 0


async def send_one_key_often(settings: Settings, pool: Pool, scene: Scene) -> list[httpx.Response]:
    wish = {"resource_id": scene.desk, "start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    async with pool.acquire() as connection:
        headers = {**await bearer(connection, scene.people[0]), "Idempotency-Key": "einmal"}
    async with client_for(settings, pool) as client:
        return await asyncio.gather(*(client.post("/api/v1/bookings", json=wish, headers=headers) for _ in range(20)))


async def test_the_same_key_at_once_books_once_and_is_answered_alike(settings: Settings, pool: Pool) -> None:
    scene = await make_scene(pool)
    answers = await send_one_key_often(settings, pool, scene)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await confirmed(pool, scene.desk) == 1


async def test_without_the_unique_key_all_but_one_would_be_refused(settings: Settings, pool: Pool) -> None:
    scene = await make_scene(pool)
    await pool.execute("ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey")
    answers = await send_one_key_often(settings, pool, scene)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
