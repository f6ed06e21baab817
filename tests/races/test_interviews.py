"""Many pick times of one person at the same hour. With a negative control."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

from asyncpg import Range

from landbooking.database import Connection, Pool
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.interviews import pick_time
from landbooking.internships.applications.refusals import InterviewTaken
from support.application_races import make_many, within
from support.races import outcome


async def pick_the_same(pool: Pool) -> Counter[object]:
    """Twenty applicants, each with a time of the same person at the same hour."""
    many = await make_many(pool, 20)
    start = datetime.now(UTC) + timedelta(days=2)
    await pool.execute("UPDATE application SET status = 'interview'")
    picks = []
    for number, one in enumerate(many.applications):
        begin = start + timedelta(minutes=number)
        time_id = await pool.fetchval(
            "INSERT INTO interview_time (application_id, interviewer_id, period) VALUES ($1, $2, $3) RETURNING id",
            one,
            many.scene.manager.id,
            Range(begin, begin + timedelta(minutes=30)),
        )
        picks.append((one, time_id))

    async def pick(connection: Connection, one: int, time_id: int) -> None:
        await pick_time(connection, await application_by_id(connection, one), time_id)

    def picking(one: int, time_id: int) -> Awaitable[Any]:
        return within(pool, lambda connection: pick(connection, one, time_id))

    return Counter(await asyncio.gather(*(outcome(picking(one, time_id)) for one, time_id in picks)))


async def test_one_persons_time_is_promised_once(pool: Pool) -> None:
    assert await pick_the_same(pool) == {"done": 1, InterviewTaken: 19}
    assert await pool.fetchval("SELECT count(*) FROM interview_time WHERE picked_at IS NOT NULL") == 1


async def test_without_the_constraint_it_would_be_promised_to_all(pool: Pool) -> None:
    await pool.execute("ALTER TABLE interview_time DROP CONSTRAINT interview_no_overlap")
    assert (await pick_the_same(pool))["done"] == 20
