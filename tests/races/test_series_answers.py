"""The one answer to a series, against others, its withdrawal and its expiry. With negative controls."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import pytest

from landbooking.database import Connection, Pool
from landbooking.errors import Stale
from landbooking.spaces.approval import answers, expiry
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.approval.refusals import AlreadyAnswered
from landbooking.spaces.approval.requests import asked_together
from landbooking.spaces.booking import mark_cancelled
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.series.verbs import SeriesConflicts, SeriesTaken
from support.approval import with_approval
from support.races import Scene, cancel_unasked, make_scene, no_lock, outcome, until_waiting
from support.series import book_all, daily
from support.spaces import day_after

FIRST = day_after(7)


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=6)


@pytest.fixture
async def asked(pool: Pool, scene: Scene) -> int:
    """The first date of a series that a host has to agree to."""
    async with pool.acquire() as connection:
        await with_approval(connection, scene.space_id)
    return await book_all(pool, scene.people[0], daily(scene.desk, FIRST))


async def answer(pool: Pool, scene: Scene, booking_id: int, yes: bool, except_days: Collection[date] = ()) -> None:
    async with pool.acquire() as connection, connection.transaction():
        if yes:
            await approve(connection, scene.host, booking_id, None, except_days)
        else:
            await refuse(connection, scene.host, booking_id, None, "")


async def stories(pool: Pool) -> tuple[set[str], list[str]]:
    """The states that its dates are in, and the mails to the person after the request."""
    rows = await pool.fetch(
        """SELECT template FROM outbox WHERE withdrawn_at IS NULL
           AND template NOT LIKE '%/reminder' AND template NOT LIKE '%/request%' ORDER BY id"""
    )
    states = await pool.fetch("SELECT DISTINCT status FROM booking")
    return {row["status"] for row in states}, [row["template"].rpartition("/")[2] for row in rows]


async def all_answers_at_once(
    pool: Pool, scene: Scene, asked: int, except_days: Collection[date] = ()
) -> Counter[object]:
    """Each of the hosts answers at another date, some with yes and some with no."""
    tries = [outcome(answer(pool, scene, asked + number % 3, number % 2 == 0, except_days)) for number in range(9)]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        results = asyncio.gather(*tries)
        await until_waiting(pool, len(tries))
    return Counter(await results)


async def test_of_many_answers_to_its_dates_one_counts_for_all(pool: Pool, scene: Scene, asked: int) -> None:
    assert await all_answers_at_once(pool, scene, asked) == {"done": 1, AlreadyAnswered: 8}
    assert await stories(pool) in (({"confirmed"}, ["confirmation"]), ({"cancelled"}, ["refusal"]))


async def test_of_many_who_leave_one_date_out_one_does(pool: Pool, scene: Scene, asked: int) -> None:
    await pool.execute("INSERT INTO closure (space_id, days) SELECT id, daterange($1, $1, '[]') FROM space", FIRST)
    assert await all_answers_at_once(pool, scene, asked, [FIRST]) == {"done": 1, AlreadyAnswered: 8}
    statuses = [row["status"] for row in await pool.fetch("SELECT status FROM booking ORDER BY period")]
    _states, sent = await stories(pool)
    assert (statuses, sent) in (
        (["cancelled", "confirmed", "confirmed"], ["confirmation"]),
        (["cancelled"] * 3, ["refusal"]),
    )


async def test_without_locking_all_of_its_dates_they_would_get_several_answers(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer is given to its own date alone, as if they were single requests."""

    async def only_this(connection: Connection, booking_id: int, version: int | None) -> list[Booking]:
        await connection.execute("SELECT FROM booking WHERE id = $1 FOR NO KEY UPDATE", booking_id)
        booking = await booking_by_id(connection, booking_id)
        if booking.status != "requested":
            raise AlreadyAnswered(booking)
        return [booking]

    monkeypatch.setattr(answers, "_open_request", only_this)
    assert (await all_answers_at_once(pool, scene, asked))["done"] == 3


async def test_withdrawal_expiry_and_answers_at_once_leave_one_story(pool: Pool, scene: Scene, asked: int) -> None:
    series_id = await pool.fetchval("SELECT series_id FROM booking WHERE id = $1", asked)

    async def withdraw() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await cancel_dates(connection, scene.people[0], Which(series_id, asked, "all"))

    await pool.execute("UPDATE booking SET until_at = now() + interval '3 seconds'")
    refusals = [answer(pool, scene, asked + number, yes=False) for number in range(2)]
    tries = [outcome(each) for each in (withdraw(), *refusals)]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        results = asyncio.gather(*tries)
        await until_waiting(pool, len(tries))
        while not await connection.fetchval("SELECT bool_and(until_at < clock_timestamp()) FROM booking"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        worker = asyncio.create_task(expire_requests(pool))
    await asyncio.gather(results, worker)
    states, sent = await stories(pool)
    assert states == {"cancelled"}
    assert len(sent) == 1


async def refuse_what_is_being_withdrawn(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch, mark: Callable[..., Any] = mark_cancelled
) -> tuple[object, object]:
    """The host has seen that it is open and is about to refuse it (by `mark`); now the person takes all of it back."""
    series_id = await pool.fetchval("SELECT series_id FROM booking WHERE id = $1", asked)
    seen, go_on = asyncio.Event(), asyncio.Event()

    async def pausing(*values: Any) -> Booking:
        seen.set()
        await go_on.wait()
        refused: Booking = await mark(*values)
        return refused

    async def withdraw() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await cancel_dates(connection, scene.people[0], Which(series_id, asked, "all"))

    monkeypatch.setattr(answers, "mark_cancelled", pausing)
    refusal = asyncio.create_task(outcome(answer(pool, scene, asked, yes=False)))
    await seen.wait()
    withdrawal = asyncio.create_task(outcome(withdraw()))
    waiting = asyncio.create_task(until_waiting(pool))
    await asyncio.wait([withdrawal, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    return await refusal, await withdrawal


async def test_what_a_host_is_refusing_can_not_be_withdrawn_behind_their_back(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = await refuse_what_is_being_withdrawn(pool, scene, asked, monkeypatch)
    assert results == ("done", "done")  # what is refused by then stays so, without another mail
    assert await stories(pool) == ({"cancelled"}, ["refusal"])


async def test_without_the_locks_the_host_would_be_told_of_a_change(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_the_locks_away(monkeypatch)
    assert await refuse_what_is_being_withdrawn(pool, scene, asked, monkeypatch) == (Stale, "done")


async def test_without_asking_again_either_the_person_would_be_told_two_stories(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_the_locks_away(monkeypatch)
    assert await refuse_what_is_being_withdrawn(pool, scene, asked, monkeypatch, cancel_unasked) == ("done", "done")
    assert await stories(pool) == ({"cancelled"}, ["withdrawal", "refusal"])


def take_the_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """From both of a host's answers, for the negative controls."""

    async def no_row_lock(connection: Connection, booking_id: int, version: int | None) -> list[Booking]:
        return await asked_together(connection, await booking_by_id(connection, booking_id))

    monkeypatch.setattr(answers, "lock_against_changes", no_lock)
    monkeypatch.setattr(answers, "lock_to_free", no_lock)
    monkeypatch.setattr(answers, "_open_request", no_row_lock)


async def race_the_worker(pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch) -> object:
    """The host has seen in time that it is open; before all dates are confirmed, its time runs out."""
    seen, go_on = asyncio.Event(), asyncio.Event()
    check = answers._check_still_allowed

    async def pausing(connection: Connection, *rest: Any) -> None:
        seen.set()
        await go_on.wait()
        await check(connection, *rest)

    monkeypatch.setattr(answers, "_check_still_allowed", pausing)
    await pool.execute("UPDATE booking SET until_at = now() + interval '3 seconds'")
    approval = asyncio.create_task(outcome(answer(pool, scene, asked, yes=True)))
    await seen.wait()
    while not await pool.fetchval("SELECT bool_and(until_at < now()) FROM booking"):  # noqa: ASYNC110 nothing tells
        await asyncio.sleep(0.05)
    worker = asyncio.create_task(expire_requests(pool))
    waiting = asyncio.create_task(until_waiting(pool))
    await asyncio.wait([worker, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    result = await approval
    await worker
    return result


async def test_a_series_that_is_being_confirmed_does_not_expire(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await race_the_worker(pool, scene, asked, monkeypatch) == "done"
    assert await stories(pool) == ({"confirmed"}, ["confirmation"])


async def test_without_the_locks_the_worker_would_take_it_out_of_the_hosts_hands(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_the_locks_away(monkeypatch)
    assert await race_the_worker(pool, scene, asked, monkeypatch) == AlreadyAnswered
    assert await stories(pool) == ({"cancelled"}, ["expiry"])


async def expire_with_many_workers(pool: Pool) -> int:
    await pool.execute("UPDATE booking SET until_at = now() - interval '1 second'")
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        workers = asyncio.gather(*(expire_requests(pool) for _ in range(4)))
        await until_waiting(pool, 4)
    return sum(await workers)


async def test_many_workers_end_a_series_once(pool: Pool, scene: Scene, asked: int) -> None:
    assert await expire_with_many_workers(pool) == 1
    assert await stories(pool) == ({"cancelled"}, ["expiry"])


async def test_without_asking_again_under_the_lock_each_would_end_it(
    pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_and_end(connection: Connection, booking_id: int, person_id: int, resource_ids: list[int]) -> bool:
        await connection.execute(
            """UPDATE booking SET status = 'cancelled', cancelled_at = now(), until_at = NULL, version = version + 1
               WHERE series_id = (SELECT series_id FROM booking WHERE id = $1)""",
            booking_id,
        )
        return True

    monkeypatch.setattr(expiry, "_expire", look_and_end)
    assert await expire_with_many_workers(pool) == 4


async def test_two_series_are_not_asked_for_at_one_time(pool: Pool, scene: Scene, asked: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await refuse(connection, scene.host, asked, None, "")
    tries = (book_all(pool, person, daily(scene.desk, FIRST)) for person in scene.people)
    results = Counter(await asyncio.gather(*map(outcome, tries)))
    assert results["done"] == 1
    assert set(results) <= {"done", SeriesTaken, SeriesConflicts}
    assert await pool.fetchval("SELECT count(*) FROM booking WHERE status = 'requested'") == 3
