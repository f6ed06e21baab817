"""Many at once for times that touch: the time between two visitors of a discreet room is nobody's."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from landbooking.database import Pool
from landbooking.period import Period
from landbooking.spaces.refusals import DeskTaken
from support.races import Scene, book, make_scene, outcome
from support.spaces import day_after, make_desk, period_on

FIRST = period_on(day_after(7), "09:00", "09:30")


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=8)


async def everybody_wants_the_next_half_hour(pool: Pool, scene: Scene) -> Counter[object]:
    """Eight people, one half hour each, without a minute between them."""
    async with pool.acquire() as connection:
        room = await make_desk(connection, scene.space_id, "Raum 3", kind="telemedicine")
    half = timedelta(minutes=30)
    periods = (Period(FIRST.start + number * half, FIRST.end + number * half) for number in range(8))
    tries = (book(pool, person, room, period) for person, period in zip(scene.people, periods, strict=True))
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def shortest_break(pool: Pool) -> timedelta:
    """Between any two bookings that follow one another."""
    found: timedelta = await pool.fetchval(
        """SELECT min(break) FROM (SELECT lower(period) - lag(upper(period)) OVER (ORDER BY period) AS break
                                   FROM booking) AS breaks"""
    )
    return found


async def test_between_two_there_is_time_to_leave_and_to_come(pool: Pool, scene: Scene) -> None:
    results = await everybody_wants_the_next_half_hour(pool, scene)
    assert set(results) == {"done", DeskTaken}
    assert results["done"] > 1
    assert await shortest_break(pool) >= timedelta(minutes=30)


async def test_without_the_constraint_they_would_meet(pool: Pool, scene: Scene) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert await everybody_wants_the_next_half_hour(pool, scene) == {"done": 8}
    assert await shortest_break(pool) == timedelta()
