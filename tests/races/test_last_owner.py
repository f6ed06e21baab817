"""Two owners dismiss one another at once, or close their accounts: somebody answers for the space, or is looked for."""

import asyncio

import pytest

from landbooking.agenda.erasure import erase_account
from landbooking.database import Pool
from landbooking.spaces.hosting import hosts
from landbooking.spaces.hosting.hosts import LastOwner, dismiss_host
from support.people import make_person
from support.races import Scene, make_scene, no_lock, outcome, second_while_first_is_open, until_waiting
from support.spaces import make_district, make_host


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


async def both_leave(pool: Pool, scene: Scene) -> int:
    """How many mails the district has got of it."""
    async with pool.acquire() as connection:
        await make_person(connection, "kreis@example.org", role="staff", district_id=await make_district(connection))
    left = await second_while_first_is_open(
        pool,
        lambda connection: erase_account(connection, scene.host),
        lambda connection: erase_account(connection, scene.people[0]),
    )
    assert left == "done"
    assert await owners(pool, scene) == 0
    mails: int = await pool.fetchval("SELECT count(*) FROM outbox WHERE recipient = 'kreis@example.org'")
    return mails


async def test_the_district_hears_of_two_who_close_their_accounts(pool: Pool, scene: Scene) -> None:
    assert await both_leave(pool, scene) == 1


async def test_without_the_hosts_lock_each_would_count_on_the_other(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "_lock_hosts", no_lock)
    assert await both_leave(pool, scene) == 0


async def test_nobody_goes_while_the_other_owner_closes_the_account(pool: Pool, scene: Scene) -> None:
    gone = await second_while_first_is_open(
        pool,
        lambda connection: erase_account(connection, scene.host),
        lambda connection: dismiss_host(connection, scene.space_id, scene.people[0].id),
    )
    assert gone is LastOwner
    assert await owners(pool, scene) == 1
