"""Whatever changes what a board shows is told: by every verb, from web and worker, and after the commit only."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from conftest import cloned_database
from landbooking.database import Connection, Pool, create_pool
from landbooking.spaces.plans.plan import Floor
from landbooking.spaces.plans.plans import save_floor
from landbooking.spaces.presence.absence import ask_absent
from support.board_changes import BY_THE_WORKER, DAY, MORNING, WAYS, Way
from support.people import sign_in
from support.races import Scene, make_scene
from support.spaces import day_after, make_booking, make_desk, make_space, period_on
from support.world import World

# What pages with a board read besides, and why nobody needs to hear of it.
UNTOLD = {
    "municipality": "its name and place come with an import",
    "district": "likewise",
    "space_photo": "stands outside of what changes by itself",
    "tariff": "likewise: the terms below the week",
    "session": "who looks",
    "space_host": "who may look",
    "floor": "changed with the version of its plan",
    "floor_element": "likewise",
    "blackout": "made and lifted with its rows in booking",
    "space_change": "written with what it tells of; what no board shows otherwise comes with the next look",
    "guest": "made with its booking, forgotten with it",
}


class Told:
    """The spaces that were told, and a pool that tells them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.spaces: set[int] = set()

    async def open(self) -> Pool:
        return await create_pool(self.url, 10, self.spaces.update)


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with cloned_database() as url:
        yield Told(url)


@pytest.fixture
async def pool(told: Told) -> AsyncIterator[Pool]:
    pool = await told.open()
    try:
        yield pool
    finally:
        await pool.close()


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=2)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_every_way_is_told_once_it_is_done(told: Told, pool: Pool, scene: Scene, way: Way) -> None:
    async with pool.acquire() as connection:
        change: Any = await way(connection, scene)
        elsewhere = await make_space(connection, name="Anderswo", lat=50.5, lon=8.5)
    told.spaces.clear()
    if change in BY_THE_WORKER:
        await change(pool)
    else:
        async with pool.acquire() as connection, connection.transaction():
            await change(connection)
            assert told.spaces == set()
    assert scene.space_id in told.spaces
    assert elsewhere not in told.spaces


async def test_without_the_triggers_nobody_would_hear(told: Told, pool: Pool, scene: Scene) -> None:
    """The negative control."""
    await pool.execute("ALTER TABLE booking DISABLE TRIGGER USER")
    told.spaces.clear()
    async with pool.acquire() as connection:
        await make_booking(connection, scene.people[0], scene.desk, MORNING)
    assert told.spaces == set()


async def test_a_move_to_another_space_is_told_to_both(told: Told, pool: Pool, scene: Scene) -> None:
    async with pool.acquire() as connection:
        other = await make_space(connection, name="Neue Schule")
        desk = await make_desk(connection, other)
        await make_booking(connection, scene.people[0], scene.desk, MORNING)
        told.spaces.clear()
        await connection.execute("UPDATE booking SET resource_id = $1", desk)
    assert told.spaces == {scene.space_id, other}


async def test_what_many_statements_change_is_told_once(told: Told, pool: Pool, scene: Scene) -> None:
    calls: list[set[int]] = []
    pool.tell = calls.append  # type: ignore[attr-defined]
    async with pool.acquire() as connection, connection.transaction():
        for day in range(3):
            await make_booking(connection, scene.people[0], scene.desk, period_on(day_after(6 + day)))
    assert calls == [{scene.space_id}]


async def test_reading_tells_nothing(told: Told, pool: Pool, scene: Scene) -> None:
    told.spaces.clear()
    await pool.fetch("SELECT * FROM booking")
    await ask_absent(pool)
    assert told.spaces == set()


BOARDS = (
    "/spaces/{space_id}",
    "/spaces/{space_id}?kind=vehicle",
    "/spaces/{space_id}/days/{day}",
    "/spaces/{space_id}/plan?date={day}&start=09:00&end=10:00",
    "/spaces/{space_id}/kiosk",
    "/host/spaces/{space_id}?date={day}",
    "/host/spaces/{space_id}/week?date={day}",
    "/host",
)


@pytest.mark.parametrize("board", BOARDS)
async def test_every_table_that_a_board_reads_tells_of_changes(
    connection: Connection, client: httpx.AsyncClient, world: World, board: str
) -> None:
    """So that nobody shows something more on a board and forgets to say when it changes."""
    await sign_in(connection, client, world.owner)
    await make_desk(connection, world.space_id, "E-Auto", kind="vehicle")
    await save_floor(connection, world.space_id, 0, Floor("Halle", 120, 80), None)
    before = await scans(connection)
    answer = await client.get(board.format(space_id=world.ids["space_id"], day=DAY))
    assert answer.status_code == 200
    assert 'data-live="' in answer.text
    read = {name for name, count in (await scans(connection)).items() if count > before.get(name, 0)}
    rows = await connection.fetch(
        """SELECT DISTINCT relname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
           WHERE tgname LIKE 'tell%' AND tgenabled = 'O'"""
    )
    assert "booking" in read
    assert read - {row["relname"] for row in rows} - UNTOLD.keys() == set()


async def scans(connection: Connection) -> dict[str, int]:
    """How often each table was read in this transaction."""
    rows = await connection.fetch(
        "SELECT relname::text, seq_scan + coalesce(idx_scan, 0) AS scans FROM pg_stat_xact_user_tables"
    )
    return {row["relname"]: row["scans"] for row in rows}
