"""Rooms that want the same equipment at once: one gets it, whole, and nobody waits for ever."""

import asyncio
from collections import Counter

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Pool
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.equipment import EquipmentTaken
from support.races import Scene, make_scene, outcome, overlaps
from support.spaces import day_after, make_desk, period_on

MORNING = period_on(day_after(7))
AFTERNOON = period_on(day_after(7), "13:00", "16:00")


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=20)


async def many_rooms_want_one_projector(pool: Pool, scene: Scene) -> Counter[object]:
    async with pool.acquire() as connection:
        pieces = [
            await make_desk(connection, scene.space_id, name, kind="equipment") for name in ("Beamer", "Flipchart")
        ]
        rooms = [
            await make_desk(connection, scene.space_id, f"Saal {number}", kind="meeting_room") for number in range(20)
        ]

    async def book(person: Person, room: int, wanted: list[int]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await book_resource(connection, person, room, MORNING, equipment=wanted)

    tries = [
        outcome(book(person, room, pieces if number % 2 else pieces[::-1]))
        for number, (person, room) in enumerate(zip(scene.people, rooms, strict=True))
    ]
    return Counter(await asyncio.gather(*tries))


async def test_of_twenty_rooms_one_gets_the_projector(pool: Pool, scene: Scene) -> None:
    assert await many_rooms_want_one_projector(pool, scene) == {"done": 1, EquipmentTaken: 19}
    assert await pool.fetchval("SELECT count(*) FROM booking") == 3


async def test_without_the_constraint_several_would(pool: Pool, scene: Scene) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await many_rooms_want_one_projector(pool, scene))["done"] > 1
    assert await overlaps(pool) > 0


async def move_against_cancel(pool: Pool, scene: Scene) -> set[tuple[str, object]]:
    """What the room and its projector are like after both at once: status and period."""
    person = scene.people[0]
    async with pool.acquire() as connection, connection.transaction():
        projector = await make_desk(connection, scene.space_id, "Beamer", kind="equipment")
        room = await make_desk(connection, scene.space_id, "Saal", kind="meeting_room")
        booking = await book_resource(connection, person, room, MORNING, equipment=[projector])

    async def move() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await move_booking(connection, person, booking.id, None, None, AFTERNOON)

    async def cancel() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await cancel_booking(connection, person, booking.id)

    await asyncio.gather(outcome(move()), outcome(cancel()))
    rows = await pool.fetch("SELECT status, period FROM booking")
    assert len(rows) == 2
    return {(row["status"], row["period"]) for row in rows}


async def test_a_piece_is_always_where_its_room_is(pool: Pool, scene: Scene) -> None:
    assert len(await move_against_cancel(pool, scene)) == 1


async def test_without_the_trigger_it_would_stay_behind(pool: Pool, scene: Scene) -> None:
    await pool.execute("DROP TRIGGER booking_takes_equipment_along ON booking")
    assert len(await move_against_cancel(pool, scene)) == 2
