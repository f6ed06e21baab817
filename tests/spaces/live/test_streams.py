"""A real server's streams: from one person's booking to another's board, and what becomes of them at the end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx
import pytest
from redis.asyncio import Redis

from conftest import cloned_database
from landbooking.database import Pool, create_pool
from landbooking.period import Period
from landbooking.settings import Settings
from landbooking.spaces.live.hub import MOST_OF_ONE
from landbooking.spaces.live.telling import CHANNEL
from support.listening import listening
from support.people import bearer, make_person, make_session
from support.people import settings as settings_for
from support.races import Scene, make_scene
from support.servers import Web, serving, until, working
from support.spaces import day_after, make_space, period_on

pytestmark = pytest.mark.xdist_group("servers")

UNLIMITED = httpx.Limits(max_connections=None)
MORNING, NEXT_MORNING = period_on(day_after(7)), period_on(day_after(8))


@pytest.fixture
async def real(settings: Settings) -> AsyncIterator[tuple[Settings, Pool]]:
    async with cloned_database() as url:
        pool = await create_pool(url, 5)
        try:
            yield settings_for(url, settings.redis_url), pool
        finally:
            await pool.close()


class Village(NamedTuple):
    """A server on a database of its own, with a space."""

    settings: Settings
    pool: Pool
    web: Web
    scene: Scene


@pytest.fixture(scope="module")
async def village(redis_url: str) -> AsyncIterator[Village]:
    """For all tests that change nothing but bookings: a server takes seconds to start."""
    async with cloned_database() as url, await create_pool(url, 5) as pool:
        settings = settings_for(url, redis_url)
        scene = await make_scene(pool)
        async with serving(settings) as web:
            yield Village(settings, pool, web, scene)


async def book(client: httpx.AsyncClient, pool: Pool, scene: Scene, when: Period = MORNING) -> None:
    async with pool.acquire() as connection:
        headers = await bearer(connection, scene.people[0])
    wish = {"resource_id": scene.desk, "start": when.start.isoformat(), "end": when.end.isoformat()}
    answer = await client.post("/api/v1/bookings", json=wish, headers=headers)
    assert answer.status_code == 201, answer.text


def browsing(web: Web) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=web.url)


async def test_a_booking_is_heard_at_another_servers_boards(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    scene = await make_scene(pool)
    async with pool.acquire() as connection:
        other = await make_space(connection, name="Neue Schule")
    async with (
        serving(settings) as web,
        serving(settings) as second,
        browsing(web) as client,
        browsing(second) as far,
        listening(client, scene.space_id) as here,
        listening(far, scene.space_id) as there,
        listening(far, other) as elsewhere,
    ):
        changes = [one.count("changed") for one in (here, there, elsewhere)]
        await book(client, pool, scene)
        await here.hears("changed", changes[0] + 1)
        await there.hears("changed", changes[1] + 1)
        assert elsewhere.count("changed") == changes[2]


async def test_what_the_worker_does_is_heard(real: tuple[Settings, Pool]) -> None:
    """A request that nobody answered in time."""
    settings, pool = real
    scene = await make_scene(pool)
    async with serving(settings) as web, browsing(web) as client, listening(client, scene.space_id) as board:
        await pool.execute(
            """INSERT INTO booking (resource_id, person_id, period, blocked, status, until_at)
               VALUES ($1, $2, $3, $3, 'requested', now())""",
            scene.desk,
            scene.people[0].id,
            MORNING.range,
        )
        assert board.count("changed") == 0  # the test's own pool tells nobody
        async with working(settings):
            await board.hears("changed")


async def test_nothing_personal_is_said(village: Village) -> None:
    """Not who, not what, not when it is for: that something changed, and within which time to look."""
    async with browsing(village.web) as client, listening(client, village.scene.space_id) as board:
        await book(client, village.pool, village.scene)
        await board.hears("changed")
        assert board.events[-1] == ("changed", "0.01")
        lines = {line.partition(":")[0] for line in board.text.splitlines() if line}
        assert lines == {"event", "data", "retry"}
        assert "set-cookie" not in board.answer.headers
        assert board.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert "no-transform" in board.answer.headers["cache-control"]


@pytest.mark.parametrize("space", ["0", "99", "x", "2147483648"])
async def test_there_is_no_stream_of_a_space_that_is_not(village: Village, space: str) -> None:
    async with browsing(village.web) as client:
        for path in ("changes", "kiosk"):
            assert (await client.get(f"/spaces/{space}/{path}")).status_code == 404


async def test_an_unpublished_space_is_its_hosts_alone(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    scene = await make_scene(pool)
    await pool.execute("UPDATE space SET published = false")
    async with pool.acquire() as connection:
        staff = await make_person(connection, "kreis@example.org", role="operator")
        cookies = [
            f"session={await make_session(connection, person)}" for person in (scene.host, staff, scene.people[0])
        ]
    async with serving(settings) as web, browsing(web) as client:
        for cookie in cookies[:2]:
            async with listening(client, scene.space_id, {"Cookie": cookie}):
                pass
        for headers in ({}, {"Cookie": cookies[2]}):
            answer = await client.get(f"/spaces/{scene.space_id}/changes", headers=headers)
            assert answer.status_code == 404


async def test_a_space_that_is_taken_down_tells_nothing_more(real: tuple[Settings, Pool]) -> None:
    """Every stream ends at once, a host's too, who comes back; after signing out not even a host does."""
    settings, pool = real
    scene = await make_scene(pool)
    async with pool.acquire() as connection:
        staff = await make_person(connection, "kreis@example.org", role="operator")
        host, operator = [
            {"Cookie": f"session={await make_session(connection, person)}"} for person in (scene.host, staff)
        ]
    publication = f"/district/spaces/{scene.space_id}/publication"
    async with serving(settings) as web, browsing(web) as client:
        async with (
            listening(client, scene.space_id) as visitor,
            listening(client, scene.space_id, host) as hosting,
        ):
            told = [one.count("changed") for one in (visitor, hosting)]
            answer = await client.post(publication, data={"published": "no"}, headers=operator)
            assert answer.status_code == 303, answer.text
            await visitor.is_let_go()
            await hosting.is_let_go()
            assert [one.count("changed") for one in (visitor, hosting)] == told
        assert (await client.get(f"/spaces/{scene.space_id}/changes")).status_code == 404
        async with listening(client, scene.space_id, host) as again:
            assert (await client.post("/sign-out", headers=host)).status_code == 303
            await client.post(publication, data={"published": "no"}, headers=operator)  # noted as a change again
            await again.is_let_go()
            assert again.count("changed") == 0
        assert (await client.get(f"/spaces/{scene.space_id}/changes", headers=host)).status_code == 404


async def test_a_head_request_ends(village: Village) -> None:
    async with browsing(village.web) as client:
        answer = await client.head(f"/spaces/{village.scene.space_id}/changes")
        assert (answer.status_code, answer.content) == (200, b"")


async def test_open_boards_hold_no_connection_of_the_database(village: Village) -> None:
    """More of them than the pool has connections, with people who are signed in, and pages still come."""
    address = f"/spaces/{village.scene.space_id}"
    async with village.pool.acquire() as connection:
        headers = {"Cookie": f"session={await make_session(connection, village.scene.people[0])}"}
    async with httpx.AsyncClient(base_url=village.web.url, limits=UNLIMITED) as client:
        requests = [
            await client.send(client.build_request("GET", f"{address}/changes", headers=headers), stream=True)
            for _ in range(village.settings.database_pool * 2)
        ]
        assert {answer.status_code for answer in requests} == {200}
        assert (await client.get(address)).status_code == 200
        for answer in requests:
            await answer.aclose()


async def test_who_opens_many_at_the_same_moment_has_no_more_than_one_by_one(real: tuple[Settings, Pool]) -> None:
    settings, pool = real
    address = f"/spaces/{(await make_scene(pool)).space_id}/changes"
    async with serving(settings) as web, httpx.AsyncClient(base_url=web.url, limits=UNLIMITED, timeout=60) as client:
        answers = await asyncio.gather(
            *(client.send(client.build_request("GET", address), stream=True) for _ in range(MOST_OF_ONE + 30))
        )
        assert Counter(answer.status_code for answer in answers) == {200: MOST_OF_ONE, 429: 30}
        for answer in answers:
            await answer.aclose()

        async def is_room() -> bool:
            async with client.stream("GET", address) as answer:
                return answer.status_code == 200

        await until(is_room)


async def test_what_others_write_into_the_channel_harms_nobody(village: Village) -> None:
    async with (
        browsing(village.web) as client,
        listening(client, village.scene.space_id) as board,
        Redis.from_url(village.settings.redis_url) as valkey,
    ):
        for message in (b"", b"-1", b"1;2", b"\xff\x00", b"9" * 100_000, b"[1]", "\u0661".encode(), b"1e3,,nan"):
            await valkey.publish(CHANNEL, message)
        heard = board.count("changed")
        await book(client, village.pool, village.scene, NEXT_MORNING)
        await board.hears("changed", heard + 1)


async def test_a_server_that_stops_is_not_held_up_by_open_boards(real: tuple[Settings, Pool]) -> None:
    """`serving` also checks that it stops in order; uvicorn would cancel what is left, and say so."""
    settings, pool = real
    scene = await make_scene(pool)
    async with serving(settings) as web, browsing(web) as client, listening(client, scene.space_id) as board:
        assert await web.stop() == 0
        await board.is_let_go()
        assert "Cancel" not in web.output
        assert "Traceback" not in web.output
