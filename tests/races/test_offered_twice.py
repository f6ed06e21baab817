"""The same offer sent many times at once, by the page and by a program. With negative controls."""

import asyncio
from collections import Counter

import httpx
import pytest

from landbooking.database import Pool
from landbooking.settings import Settings
from support.people import bearer, client_for, make_person, sign_in
from support.rides import make_road, tomorrow

WITHOUT_KEY = "ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey"
TIMES = 20
BY_HAND = {
    "from": "Adorf", "to": "Dedorf", "repeats": "once", "date": f"{tomorrow()}", "time": "07:00", "seats": "2",
    "with_return": "1", "back_time": "16:30", "key": "einmal",
}  # fmt: skip
BY_PROGRAM = {
    "from": "Adorf",
    "to": "Dedorf",
    "first": f"{tomorrow()}",
    "last": f"{tomorrow()}",
    "times": [{"weekday": tomorrow().isoweekday(), "at": 420}],
}


async def all_at_once(settings: Settings, pool: Pool, by: str) -> list[httpx.Response]:
    async with client_for(settings, pool) as client:
        async with pool.acquire() as connection:
            await make_road(connection)
            driver = await make_person(connection, "fahrerin@example.org")
            await sign_in(connection, client, driver)
            headers = {**await bearer(connection, driver), "Idempotency-Key": "einmal"}
        if by == "page":
            return await asyncio.gather(*(client.post("/rides/new", data=BY_HAND) for _ in range(TIMES)))
        sending = (client.post("/api/v1/rides", json=BY_PROGRAM, headers=headers) for _ in range(TIMES))
        return await asyncio.gather(*sending)


@pytest.mark.parametrize(("by", "status", "rides"), [("page", 303, 2), ("program", 201, 1)])
async def test_it_is_offered_once_and_all_are_answered_alike(
    settings: Settings, pool: Pool, by: str, status: int, rides: int
) -> None:
    answers = await all_at_once(settings, pool, by)
    assert Counter(answer.status_code for answer in answers) == {status: TIMES}
    assert len({answer.text for answer in answers}) == 1
    assert await pool.fetchval("SELECT count(*) FROM ride") == rides


@pytest.mark.parametrize(("by", "rides"), [("page", 2), ("program", 1)])
async def test_without_the_unique_key_it_would_be_offered_often(
    settings: Settings, pool: Pool, by: str, rides: int
) -> None:
    await pool.execute(WITHOUT_KEY)
    await all_at_once(settings, pool, by)
    assert await pool.fetchval("SELECT count(*) FROM ride") > rides
