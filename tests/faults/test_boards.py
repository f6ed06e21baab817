"""Valkey emptied, away and back again: people book as ever, and boards catch up."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import httpx
import msgspec
import pytest
from redis.asyncio import Redis

from conftest import cloned_database
from landbooking.database import Pool, create_pool
from landbooking.embedded import ValkeyServer
from landbooking.settings import Settings
from support.listening import Listener, listening
from support.people import bearer
from support.people import settings as settings_for
from support.races import Scene, make_scene
from support.servers import open_folder, serving, working
from support.spaces import day_after, period_on

pytestmark = pytest.mark.xdist_group("servers")


@pytest.fixture
async def real(settings: Settings) -> AsyncIterator[tuple[Settings, Pool]]:
    async with cloned_database() as url:
        pool = await create_pool(url, 5)
        try:
            yield settings_for(url, settings.redis_url), pool
        finally:
            await pool.close()


async def book(client: httpx.AsyncClient, scene: Scene, headers: dict[str, str], later: int) -> None:
    period = period_on(day_after(7 + later))
    wish = {"resource_id": scene.desk, "start": period.start.isoformat(), "end": period.end.isoformat()}
    answer = await client.post("/api/v1/bookings", json=wish, headers=headers)
    assert answer.status_code == 201, answer.text


async def book_and_hear(board: Listener, booking: Coroutine[Any, Any, None]) -> None:
    heard = board.count("changed")
    await booking
    await board.hears("changed", heard + 1)


async def test_boards_catch_up_once_valkey_is_back(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    scene = await make_scene(pool)
    async with pool.acquire() as connection:
        headers = await bearer(connection, scene.people[0])
    with open_folder() as folder:
        valkey = ValkeyServer(folder)
        await asyncio.to_thread(valkey.start)
        try:
            own = msgspec.structs.replace(settings, redis_url=valkey.url())
            async with (
                serving(own) as web,
                httpx.AsyncClient(base_url=web.url, timeout=60) as client,
                listening(client, scene.space_id) as board,
            ):
                await book_and_hear(board, book(client, scene, headers, 0))
                async with Redis.from_url(valkey.url()) as redis:
                    await redis.flushall()
                await book_and_hear(board, book(client, scene, headers, 1))
                await asyncio.to_thread(valkey.stop)
                await web.says("changes_not_heard")
                heard = board.count("changed")
                await book(client, scene, headers, 2)
                await web.says("changes_not_told")
                await asyncio.to_thread(valkey.start)
                await board.hears("changed", heard + 1)  # whatever it was, it may have been missed
                await book_and_hear(board, book(client, scene, headers, 3))
        finally:
            await asyncio.to_thread(valkey.stop)
    assert await pool.fetchval("SELECT count(*) FROM booking") == 4


async def test_a_web_process_and_a_worker_start_without_valkey(real: tuple[Settings, Pool]) -> None:
    """A board that opens meanwhile is told that nobody knows what changed."""
    settings, pool = real
    scene = await make_scene(pool)
    away = msgspec.structs.replace(settings, redis_url="redis://127.0.0.1:1/0")
    async with pool.acquire() as connection:
        headers = await bearer(connection, scene.people[0])
    async with (
        serving(away) as web,
        working(away) as worker,
        httpx.AsyncClient(base_url=web.url, timeout=60) as client,
        listening(client, scene.space_id) as board,
    ):
        assert board.events == [("state", "0.0")]
        await book(client, scene, headers, 0)
        await worker.says("valkey_away")
