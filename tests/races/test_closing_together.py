"""Two who close the same spaces at once, named in opposite orders, wait for one another instead of for each other."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from landbooking.database import Connection, Pool
from landbooking.spaces.hosting import closures
from landbooking.spaces.hosting.closures import close_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.opening_hours import Closure
from landbooking.spaces.space import lock_for_change
from support.races import make_scene, outcome, until_waiting
from support.spaces import day_after, make_space

DAY = day_after(7)


async def close_in_opposite_orders(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> set[object]:
    """The first has taken its first space's lock when the second begins."""
    scene = await make_scene(pool, people=0)
    async with pool.acquire() as connection:
        other = await make_space(connection, name="Bahnhof")
    has_one, both, lock = asyncio.Event(), asyncio.Event(), lock_for_change

    async def pausing(connection: Connection, space_id: int) -> None:
        await lock(connection, space_id)
        if not has_one.is_set():
            has_one.set()
            waiting = asyncio.create_task(until_waiting(pool))
            locked = asyncio.create_task(both.wait())
            await asyncio.wait([waiting, locked], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            locked.cancel()
        else:
            both.set()

    monkeypatch.setattr(closures, "lock_for_change", pausing)

    async def close(*spaces: int, number: int) -> None:
        day = DAY + timedelta(days=number)
        async with pool.acquire() as connection, connection.transaction():
            await close_days(connection, scene.host, spaces, Closure(day, day, ""), Decision())

    first = asyncio.create_task(outcome(close(scene.space_id, other, number=0)))
    await has_one.wait()
    second = asyncio.create_task(outcome(close(other, scene.space_id, number=1)))
    return {await first, await second}


async def test_both_are_done(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await close_in_opposite_orders(pool, monkeypatch) == {"done"}
    assert await pool.fetchval("SELECT count(*) FROM closure") == 4


async def test_without_the_order_one_of_them_would_fail(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closures, "in_order", list)
    assert asyncpg.DeadlockDetectedError in await close_in_opposite_orders(pool, monkeypatch)
