"""Hosts at the counter and residents at home want one desk at once; a guest's booking is called off by two hosts."""

import asyncio
from collections import Counter

import pytest

from landbooking.database import Pool
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest
from landbooking.spaces.refusals import DeskTaken
from support.races import Scene, book, confirmed, make_scene, outcome, overlaps, until_waiting
from support.spaces import day_after, period_on

MORNING = period_on(day_after(7))


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=20)


async def book_at_counter(pool: Pool, scene: Scene) -> int:
    async with pool.acquire() as connection, connection.transaction():
        return (await book_for_guest(connection, scene.host, scene.desk, MORNING, "Nachbarin", "")).id


async def all_want_it(pool: Pool, scene: Scene) -> Counter[object]:
    at_home = [book(pool, person, scene.desk, MORNING) for person in scene.people]
    at_counter = [book_at_counter(pool, scene) for _ in range(20)]
    return Counter(await asyncio.gather(*map(outcome, [*at_home, *at_counter])))


async def test_of_guests_and_residents_one_gets_the_desk(pool: Pool, scene: Scene) -> None:
    assert await all_want_it(pool, scene) == {"done": 1, DeskTaken: 39}
    assert await confirmed(pool, scene.desk) == 1
    assert await pool.fetchval("SELECT count(*) FROM guest WHERE id NOT IN (SELECT guest_id FROM booking)") == 0


async def test_without_the_constraint_they_would_share_it(pool: Pool, scene: Scene) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await all_want_it(pool, scene))["done"] == 40
    assert await overlaps(pool) > 0


async def called_off_by_many(pool: Pool, scene: Scene) -> tuple[Counter[object], int]:
    """What each is told, and the booking's version afterwards."""
    booking_id = await book_at_counter(pool, scene)

    async def call_off() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await call_off_for_guest(connection, scene.host, scene.space_id, booking_id, None)

    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        hosts = asyncio.gather(*(outcome(call_off()) for _ in range(5)))
        await until_waiting(pool, 5)
    return Counter(await hosts), await pool.fetchval("SELECT version FROM booking")


async def test_calling_off_at_once_is_calling_off_once(pool: Pool, scene: Scene) -> None:
    assert await called_off_by_many(pool, scene) == ({"done": 5}, 2)


async def test_looking_before_the_lock_would_call_it_off_often(pool: Pool, scene: Scene) -> None:
    """The negative control: each acts on what it saw before it waited."""
    booking_id = await book_at_counter(pool, scene)
    looked = asyncio.Barrier(5)

    async def look_then_cancel() -> None:
        async with pool.acquire() as connection, connection.transaction():
            assert (await booking_by_id(connection, booking_id)).status == "confirmed"
            await looked.wait()
            await connection.execute(
                "UPDATE booking SET status = 'cancelled', version = version + 1, cancelled_at = now() WHERE id = $1",
                booking_id,
            )

    await asyncio.gather(*(look_then_cancel() for _ in range(5)))
    assert await pool.fetchval("SELECT version FROM booking") == 6
