"""Two hundred for twelve alike desks: twelve get one, each another, and nobody is refused while one is free."""

import asyncio
from collections import Counter

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.period import Period
from landbooking.spaces import pools as verbs
from landbooking.spaces.equipment import EquipmentTaken
from landbooking.spaces.pools import NoneLeft, book_one_of
from landbooking.spaces.space import Resource
from support.races import Scene, make_scene, outcome, overlaps
from support.spaces import day_after, make_desk, period_on

MORNING = period_on(day_after(7))


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    scene = await make_scene(pool, people=20)
    async with pool.acquire() as connection:
        for number in range(12):
            await make_desk(connection, scene.space_id, f"Pult {number + 1}", pool="Pult")
    return scene


async def book(pool: Pool, scene: Scene, person: Person) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await book_one_of(connection, person, scene.space_id, "Pult", MORNING)


async def at_once(pool: Pool, scene: Scene, count: int) -> Counter[object]:
    tries = (outcome(book(pool, scene, scene.people[number % 20])) for number in range(count))
    return Counter(await asyncio.gather(*tries))


async def test_of_two_hundred_twelve_get_one(pool: Pool, scene: Scene) -> None:
    assert await at_once(pool, scene, 200) == {"done": 12, NoneLeft: 188}
    assert await pool.fetchval("SELECT count(DISTINCT resource_id) FROM booking") == 12
    assert await overlaps(pool) == 0


async def test_without_the_constraint_they_would_share(pool: Pool, scene: Scene) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await at_once(pool, scene, 40))["done"] > 12
    assert await overlaps(pool) > 0


async def test_without_trying_the_next_some_would_be_refused_in_vain(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    free_units = verbs.free_units

    looked: set[int] = set()
    barrier = asyncio.Barrier(12)

    async def once(connection: Connection, found: verbs.Pool, period: Period) -> list[Resource]:
        task = asyncio.current_task()
        if id(task) in looked:
            return []
        looked.add(id(task))
        first = (await free_units(connection, found, period))[:1]
        await barrier.wait()
        return first

    monkeypatch.setattr(verbs, "free_units", once)
    # Twelve people, for one person's bookings wait for each other before they look.
    assert await at_once(pool, scene, 12) == {"done": 1, NoneLeft: 11}


async def units_want_one_projector(pool: Pool, scene: Scene) -> Counter[object]:
    """Twelve people want any unit, each with the same piece."""
    async with pool.acquire() as connection:
        piece = await make_desk(connection, scene.space_id, "Beamer", kind="equipment")

    async def book_both(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await book_one_of(connection, person, scene.space_id, "Pult", MORNING, [piece])

    return Counter(await asyncio.gather(*(outcome(book_both(person)) for person in scene.people[:12])))


async def test_a_unit_and_its_equipment_are_had_together_or_not_at_all(pool: Pool, scene: Scene) -> None:
    results = await units_want_one_projector(pool, scene)
    assert results["done"] == 1
    assert set(results) == {"done", EquipmentTaken}
    assert await pool.fetchval("SELECT count(*) FROM booking") == 2


async def test_without_the_constraint_several_would_have_the_piece(pool: Pool, scene: Scene) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await units_want_one_projector(pool, scene))["done"] > 1
    assert await overlaps(pool) > 0
