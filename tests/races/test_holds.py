"""A time that is held for who signs in, while everything happens at once. Each with its negative control."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.period import Period
from landbooking.spaces.booking import book_resource
from landbooking.spaces.holding import hold
from landbooking.spaces.holding.hold import MOST_IN_A_SPACE, book_held, hold_resource
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.waiting.rounds import expire_offers
from support.races import Scene, book, confirmed, make_scene, no_lock, outcome, overlaps, until_waiting
from support.spaces import day_after, make_desk, period_on

DAY = day_after(7)
MORNING = period_on(DAY)
HELD = "SELECT count(*) FROM booking WHERE status = 'held'"


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=10)


async def held(pool: Pool, resource_id: int, period: Period = MORNING) -> int | None:
    async with pool.acquire() as connection, connection.transaction():
        return await hold_resource(connection, resource_id, period)


async def book_it(pool: Pool, person: Person, scene: Scene, hold_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await book_held(connection, person, scene.desk, MORNING, hold_id=hold_id)


async def holders_and_bookers(pool: Pool, scene: Scene) -> Counter[object]:
    tries = [outcome(held(pool, scene.desk)) for _ in range(10)]
    tries += [outcome(book(pool, person, scene.desk, MORNING)) for person in scene.people]
    return Counter(await asyncio.gather(*tries))


async def test_of_many_who_hold_and_book_one_has_it(pool: Pool, scene: Scene) -> None:
    assert await holders_and_bookers(pool, scene) == {"done": 1, DeskTaken: 19}


async def test_without_the_constraint_several_would(pool: Pool, scene: Scene) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await holders_and_bookers(pool, scene))["done"] > 1


async def book_with_a_stranger_in_between(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch, connection: Connection
) -> tuple[Awaitable[object], list[asyncio.Task[object]]]:
    """The booking by who has held it, and that of who wants it when the hold is gone and the booking not yet there."""
    hold_id = await held(pool, scene.desk)
    assert hold_id is not None
    strangers: list[asyncio.Task[object]] = []

    async def later(*args: Any) -> Any:
        stranger = asyncio.create_task(outcome(book(pool, scene.people[1], scene.desk, MORNING)))
        strangers.append(stranger)
        waits = asyncio.create_task(until_waiting(pool))
        await asyncio.wait({stranger, waits}, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        return await book_resource(*args)

    monkeypatch.setattr(hold, "book_resource", later)
    return book_held(connection, scene.people[0], scene.desk, MORNING, hold_id=hold_id), strangers


async def test_who_has_held_it_gets_it(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pool.acquire() as connection:
        async with connection.transaction():
            booking, strangers = await book_with_a_stranger_in_between(pool, scene, monkeypatch, connection)
            mine = await outcome(booking)
        assert (mine, await strangers[0]) == ("done", DeskTaken)
    assert await confirmed(pool, scene.desk) == 1
    assert await pool.fetchval(HELD) == 0


async def test_in_two_transactions_it_would_be_lost(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pool.acquire() as connection:
        booking, strangers = await book_with_a_stranger_in_between(pool, scene, monkeypatch, connection)
        assert (await outcome(booking), await strangers[0]) == (DeskTaken, "done")


async def test_of_the_click_and_the_end_one_story_is_left(pool: Pool, scene: Scene) -> None:
    """Whoever is first, who clicks has the desk: nobody else wants it, and the end frees it once."""
    for number in range(5):
        hold_id = await held(pool, scene.desk)
        assert hold_id is not None
        await pool.execute("UPDATE booking SET until_at = clock_timestamp() WHERE id = $1", hold_id)
        click, *_ends = await asyncio.gather(
            outcome(book_it(pool, scene.people[number], scene, hold_id)), expire_offers(pool), expire_offers(pool)
        )
        assert click == "done"
        assert await pool.fetchval(HELD) == 0
        assert await overlaps(pool) == 0
        await pool.execute("DELETE FROM booking")


async def fill_the_space(pool: Pool, scene: Scene) -> int:
    """How many of twice as many as may be are held at once."""
    async with pool.acquire() as connection:
        desks = [await make_desk(connection, scene.space_id, f"Platz {n}") for n in range(2 * MOST_IN_A_SPACE)]
    return sum(bool(one) for one in await asyncio.gather(*(held(pool, desk) for desk in desks)))


async def test_no_more_are_held_than_may_be(pool: Pool, scene: Scene) -> None:
    assert await fill_the_space(pool, scene) == MOST_IN_A_SPACE == await pool.fetchval(HELD)


async def test_without_the_lock_more_would_be(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold, "lock_to_free", no_lock)
    counted, everybody = hold._held_in, asyncio.Barrier(4)

    async def count_together(*args: Any) -> int:
        """Four have counted before any of them holds."""
        count = await counted(*args)
        await everybody.wait()
        return count

    monkeypatch.setattr(hold, "_held_in", count_together)
    monkeypatch.setattr(hold, "MOST_IN_A_SPACE", 1)
    async with pool.acquire() as connection:
        desks = [await make_desk(connection, scene.space_id, f"Platz {number}") for number in range(4)]
    assert all(await asyncio.gather(*(held(pool, desk) for desk in desks)))
