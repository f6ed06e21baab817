"""Many at once for one desk: the database decides, exactly once, and quickly. Each with its negative control."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Pool
from landbooking.period import Period
from landbooking.spaces.booking import book_resource, move_booking
from landbooking.spaces.refusals import DeskTaken
from support.people import make_person
from support.races import Scene, book, confirmed, make_scene, outcome, overlaps
from support.spaces import day_after, make_desk, period_on

DAY = day_after(7)
ANY_MORNING = period_on(DAY, "09:00", "12:00")
WITHOUT_GUARD = "ALTER TABLE booking DROP CONSTRAINT booking_no_overlap"


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=20)


async def two_hundred_at_once(pool: Pool, scene: Scene) -> Counter[object]:
    tries = (book(pool, scene.people[number % 20], scene.desk, ANY_MORNING) for number in range(200))
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_of_two_hundred_one_gets_the_desk(pool: Pool, scene: Scene) -> None:
    assert await two_hundred_at_once(pool, scene) == {"done": 1, DeskTaken: 199}
    assert await confirmed(pool, scene.desk) == 1
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%confirmation'") == 1


async def test_without_the_constraint_more_would_get_it(pool: Pool, scene: Scene) -> None:
    await pool.execute(WITHOUT_GUARD)
    assert (await two_hundred_at_once(pool, scene))["done"] > 1
    assert await overlaps(pool) > 0


async def test_looking_first_and_inserting_afterwards_would_not_do(pool: Pool, scene: Scene) -> None:
    """What many booking programs do instead of a constraint."""
    await pool.execute(WITHOUT_GUARD)
    looked = asyncio.Barrier(10)

    async def look_then_insert(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            taken = await connection.fetchval(
                "SELECT EXISTS (SELECT FROM booking WHERE resource_id = $1 AND blocked && $2)",
                scene.desk,
                ANY_MORNING.range,
            )
            assert not taken
            await looked.wait()
            await book_resource(connection, person, scene.desk, ANY_MORNING)

    await asyncio.gather(*map(look_then_insert, scene.people[:10]))
    assert await confirmed(pool, scene.desk) == 10


def unequal_periods() -> list[Period]:
    """Every start on a quarter of an hour, in four lengths, long and short ones mixed."""
    first = period_on(DAY, "08:00", "09:00").start
    starts = [first + timedelta(minutes=15 * number) for number in range(30)]
    lengths = [timedelta(minutes=minutes) for minutes in (150, 30, 90, 45)]
    return [Period(start, start + length) for length in lengths for start in starts]


async def test_periods_that_overlap_in_part_are_never_both_booked(pool: Pool, scene: Scene) -> None:
    tries = (book(pool, scene.people[n % 20], scene.desk, period) for n, period in enumerate(unequal_periods()))
    results = Counter(await asyncio.gather(*map(outcome, tries)))
    assert set(results) == {"done", DeskTaken}
    assert await overlaps(pool) == 0
    assert await confirmed(pool, scene.desk) == results["done"]


async def test_without_the_constraint_they_would_be(pool: Pool, scene: Scene) -> None:
    await pool.execute(WITHOUT_GUARD)
    await asyncio.gather(*(book(pool, scene.people[0], scene.desk, period) for period in unequal_periods()))
    assert await overlaps(pool) > 0


async def move_against_book(pool: Pool, scene: Scene) -> Counter[object]:
    """Twenty people, each with a booking on a desk of their own, want the one desk; so do twenty that have none."""

    async def move(person: Person, booking_id: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await move_booking(connection, person, booking_id, 1, scene.desk, ANY_MORNING)

    own = []
    async with pool.acquire() as connection:
        for number, person in enumerate(scene.people):
            desk = await make_desk(connection, scene.space_id, f"Eigener Tisch {number}")
            own.append((person, (await book_resource(connection, person, desk, ANY_MORNING)).id))
    moves = [move(person, booking_id) for person, booking_id in own]
    books = [book(pool, person, scene.desk, ANY_MORNING) for person in scene.people]
    both = [each for pair in zip(moves, books, strict=True) for each in pair]
    return Counter(await asyncio.gather(*map(outcome, both)))


async def test_of_movers_and_bookers_one_gets_the_desk(pool: Pool, scene: Scene) -> None:
    assert await move_against_book(pool, scene) == {"done": 1, DeskTaken: 39}
    assert await confirmed(pool, scene.desk) == 1
    assert await pool.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") in (20, 21)


async def test_without_the_constraint_movers_and_bookers_would_share_it(pool: Pool, scene: Scene) -> None:
    await pool.execute(WITHOUT_GUARD)
    assert (await move_against_book(pool, scene))["done"] > 1
    assert await overlaps(pool) > 0


async def test_a_person_needs_no_second_account_to_race(pool: Pool, scene: Scene) -> None:
    async with pool.acquire() as connection:
        hasty = await make_person(connection, "praktikant@example.org")
    tries = (book(pool, hasty, scene.desk, ANY_MORNING) for _ in range(50))
    assert Counter(await asyncio.gather(*map(outcome, tries))) == {"done": 1, DeskTaken: 49}
