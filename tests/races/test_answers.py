"""Answers to a request against its withdrawal, its expiry, another answer, and a blackout. With negative controls."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

import pytest

from landbooking.database import Connection, Pool
from landbooking.spaces.approval import answers, expiry
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.approval.refusals import AlreadyAnswered
from landbooking.spaces.booking import cancel_booking
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.refusals import BookingCancelled
from support.approval import with_approval
from support.races import Scene, book, make_scene, outcome, until_waiting
from support.spaces import day_after, period_on

DAY = day_after(7)
MORNING = period_on(DAY)


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    scene = await make_scene(pool)
    async with pool.acquire() as connection:
        await with_approval(connection, scene.space_id)
    return scene


async def answer(pool: Pool, scene: Scene, booking_id: int, yes: bool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        if yes:
            await approve(connection, scene.host, booking_id, None)
        else:
            await refuse(connection, scene.host, booking_id, None, "")


async def withdraw(pool: Pool, scene: Scene, booking_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await cancel_booking(connection, scene.people[0], booking_id)


async def all_at_once(pool: Pool, *tries: Awaitable[object]) -> Counter[object]:
    """They all wait for the booking's row or its person, then go in the order that PostgreSQL likes."""
    attempts = [outcome(one) for one in tries]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        results = asyncio.gather(*attempts)
        await until_waiting(pool, len(attempts))
    return Counter(await results)


async def announced(pool: Pool) -> list[str]:
    rows = await pool.fetch(
        """SELECT template FROM outbox WHERE withdrawn_at IS NULL
           AND template NOT LIKE '%/reminder' AND template NOT LIKE '%/request%' ORDER BY id"""
    )
    return [row["template"].rpartition("/")[2] for row in rows]


@pytest.mark.parametrize("yes", [True, False])
async def test_of_many_answers_one_counts(pool: Pool, scene: Scene, yes: bool) -> None:
    asked = await book(pool, scene.people[0], scene.desk, MORNING)
    results = await all_at_once(pool, *(answer(pool, scene, asked, number % 2 == yes) for number in range(10)))
    assert results == {"done": 1, AlreadyAnswered: 9}
    assert len(await announced(pool)) == 1
    assert await pool.fetchval("SELECT version FROM booking") == 2


async def test_an_approval_against_the_withdrawal_leaves_one_true_story(pool: Pool, scene: Scene) -> None:
    asked = await book(pool, scene.people[0], scene.desk, MORNING)
    results = await all_at_once(pool, answer(pool, scene, asked, yes=True), withdraw(pool, scene, asked))
    assert set(results) <= {"done", AlreadyAnswered, BookingCancelled}
    assert await pool.fetchval("SELECT status FROM booking") == "cancelled"  # a confirmed one can be cancelled too
    assert await announced(pool) == (["confirmation", "cancellation"] if results["done"] == 2 else ["withdrawal"])
    waiting = "SELECT count(*) FROM outbox WHERE template LIKE '%/reminder' AND withdrawn_at IS NULL"
    assert await pool.fetchval(waiting) == 0


def take_the_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the negative controls."""

    async def no_lock(connection: Connection, person_id: int, *resource_ids: int) -> None:
        pass

    async def no_row_lock(connection: Connection, booking_id: int, version: int | None) -> list[Booking]:
        return [await booking_by_id(connection, booking_id)]

    monkeypatch.setattr(answers, "lock_against_changes", no_lock)
    monkeypatch.setattr(answers, "_open_request", no_row_lock)


async def race_the_worker(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> object:
    """The host has seen in time that the request is open; before it is confirmed, its time runs out.

    What came of the approval while a worker ended the request.
    """
    asked = await book(pool, scene.people[0], scene.desk, MORNING)
    seen, go_on = asyncio.Event(), asyncio.Event()
    check = answers._check_still_allowed

    async def pausing(connection: Connection, *rest: object) -> None:
        seen.set()
        await go_on.wait()
        await check(connection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "_check_still_allowed", pausing)
    await pool.execute("UPDATE booking SET until_at = now() + interval '3 seconds'")
    approval = asyncio.create_task(outcome(answer(pool, scene, asked, yes=True)))
    await seen.wait()
    while not await pool.fetchval("SELECT until_at < now() FROM booking"):  # noqa: ASYNC110 nothing tells of it
        await asyncio.sleep(0.05)
    worker = asyncio.create_task(expire_requests(pool))
    waiting = asyncio.create_task(until_waiting(pool))
    await asyncio.wait([worker, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    result = await approval
    assert await worker in (0, 1)
    return result


async def test_what_is_being_confirmed_does_not_expire(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await race_the_worker(pool, scene, monkeypatch) == "done"
    assert await pool.fetchval("SELECT status FROM booking") == "confirmed"
    assert await announced(pool) == ["confirmation"]


async def test_without_the_locks_the_worker_would_take_it_out_of_the_hosts_hands(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the host looks at an open request and is told that it was answered."""

    take_the_locks_away(monkeypatch)
    assert await race_the_worker(pool, scene, monkeypatch) == AlreadyAnswered
    assert await announced(pool) == ["expiry"]


async def expire_with_many_workers(pool: Pool, scene: Scene) -> tuple[int, int]:
    """How often it was ended, and how many mails say so."""
    await book(pool, scene.people[0], scene.desk, MORNING)
    await pool.execute("UPDATE booking SET until_at = now() - interval '1 second'")
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        workers = asyncio.gather(*(expire_requests(pool) for _ in range(5)))
        await until_waiting(pool, 5)
    return sum(await workers), len(await announced(pool))


async def test_many_workers_end_it_once(pool: Pool, scene: Scene) -> None:
    assert await expire_with_many_workers(pool, scene) == (1, 1)
    assert await pool.fetchval("SELECT version FROM booking") == 2


async def test_without_asking_again_under_the_lock_they_would_get_in_each_others_way(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_and_end(connection: Connection, booking_id: int, person_id: int, resource_id: int) -> bool:
        """What each saw before it waited is acted on; the version is not asked for either."""
        await connection.execute(
            """UPDATE booking SET status = 'cancelled', cancelled_at = now(), until_at = NULL, version = version + 1
               WHERE id = $1""",
            booking_id,
        )
        return True

    monkeypatch.setattr(expiry, "_expire", look_and_end)
    ended, _mails = await expire_with_many_workers(pool, scene)
    assert ended == 5


async def black_out_while_approving(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> tuple[object, list[int]]:
    """One host is about to confirm, another keeps the space free. What came of it, and the bookings they were shown."""
    asked = await book(pool, scene.people[0], scene.desk, MORNING)
    checked, go_on = asyncio.Event(), asyncio.Event()
    check = answers._check_still_allowed

    async def pausing(connection: Connection, *rest: object) -> None:
        await check(connection, *rest)  # type: ignore[arg-type]
        checked.set()
        await go_on.wait()

    async def black_out() -> list[int]:
        wish, decision, shown = Wish(None, MORNING, "Umbau"), Decision(), list[int]()
        while True:
            try:
                async with pool.acquire() as connection, connection.transaction():
                    await add_blackout(connection, scene.host, scene.space_id, wish, decision)
                return shown
            except Undecided as undecided:
                shown = [hit.version for hit in undecided.affected]
                choices = {hit.booking_id: "keep" for hit in undecided.affected}
                decision = Decision(mark_of(undecided.affected), choices)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "_check_still_allowed", pausing)
    approval = asyncio.create_task(outcome(answer(pool, scene, asked, yes=True)))
    await checked.wait()
    blacking = asyncio.create_task(black_out())
    waiting = asyncio.create_task(until_waiting(pool))
    await asyncio.wait([blacking, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    return await approval, await blacking


async def test_a_blackout_is_shown_what_was_confirmed(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, shown = await black_out_while_approving(pool, scene, monkeypatch)
    assert (result, shown) == ("done", [2])


async def test_without_the_lock_a_request_would_be_confirmed_behind_a_blackouts_back(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_the_locks_away(monkeypatch)
    result, shown = await black_out_while_approving(pool, scene, monkeypatch)
    assert (result, shown) == ("done", [1])
