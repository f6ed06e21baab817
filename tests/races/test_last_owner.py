"""Two owners dismiss one another at once: somebody still answers for the space."""

import asyncio

import pytest

from landbooking.database import Pool
from landbooking.spaces.hosting import hosts
from landbooking.spaces.hosting.hosts import LastOwner, dismiss_host
from support.races import Scene, make_scene, no_lock, outcome, until_waiting
from support.spaces import make_host


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    scene = await make_scene(pool, people=1)
    async with pool.acquire() as connection:
        await make_host(connection, scene.people[0], scene.space_id)
    return scene


async def dismiss_one_another(pool: Pool, scene: Scene) -> list[object]:
    """Each has removed the other before either commits, unless a lock keeps one waiting."""
    removed = asyncio.Event()

    async def first() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await dismiss_host(connection, scene.space_id, scene.people[0].id)
            removed.set()
            await done_or_waiting(other)

    async def second() -> None:
        await removed.wait()
        async with pool.acquire() as connection, connection.transaction():
            await dismiss_host(connection, scene.space_id, scene.host.id)

    async def done_or_waiting(task: "asyncio.Task[object]") -> None:
        waiting = asyncio.create_task(until_waiting(pool))
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    other = asyncio.create_task(outcome(second()))
    return [await outcome(first()), await other]


async def owners(pool: Pool, scene: Scene) -> int:
    async with pool.acquire() as connection:
        return len(await hosts.hosts_of(connection, scene.space_id))


async def test_the_second_is_refused(pool: Pool, scene: Scene) -> None:
    assert await dismiss_one_another(pool, scene) == ["done", LastOwner]
    assert await owners(pool, scene) == 1


async def test_without_the_lock_nobody_would_be_left(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "lock_for_change", no_lock)
    assert await dismiss_one_another(pool, scene) == ["done", "done"]
    assert await owners(pool, scene) == 0
