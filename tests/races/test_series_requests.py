"""Series with equipment, by card and to be agreed to, wanted by many at once. With negative controls."""

import asyncio
from collections import Counter
from typing import Any

import msgspec
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces.approval import answers, expiry
from landbooking.spaces.approval.answers import AlreadyAnswered, approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.approval.requests import asked_together
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.series import verbs
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.series.plan import Choice, Plan, Wish, plan_series
from landbooking.spaces.series.verbs import SeriesConflicts, SeriesTaken, book_series
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs import cards
from landbooking.spaces.tariffs.cards import CardRefused
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.approval import with_approval
from support.races import Scene, make_scene, outcome, overlaps, until_waiting
from support.series import weekly
from support.spaces import day_after, make_desk, make_district

FIRST = day_after(7)
DAYS = [day_after(7 + number) for number in range(3)]


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=6)


def daily(desk: int, start: str = "09:00", end: str = "12:00", **more: Any) -> Wish:
    every = {day: Choice(desk) for day in DAYS}
    return weekly(desk, FIRST, 3, start, end, repeats="daily", choices=every, **more)


async def book_all(pool: Pool, person: Person, wish: Wish, pay_with: int | None = None) -> int:
    async with pool.acquire() as connection, connection.transaction():
        series = await book_series(connection, person, wish, pay_with)
        first: int = await connection.fetchval("SELECT min(id) FROM booking WHERE series_id = $1", series.id)
        return first


def without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan finds everything free: only the database is left to decide."""
    plan = plan_series

    async def blind(*args: Any) -> Plan:
        found = await plan(*args)
        free = [msgspec.structs.replace(one, refusal=None) for one in found.dates]
        return msgspec.structs.replace(found, dates=free)

    monkeypatch.setattr(verbs, "plan_series", blind)


# Equipment


async def desks_want_one_projector(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """Six series of six desks, each with the same two pieces; none has looked whether they are free."""
    without_looking(monkeypatch)
    async with pool.acquire() as connection:
        names = ("Beamer", "Flipchart")
        pieces = [await make_desk(connection, scene.space_id, name, kind="equipment") for name in names]
        desks = [await make_desk(connection, scene.space_id, f"Pult {number}") for number in range(6)]
    tries = (
        book_all(pool, person, daily(desk, equipment=pieces)) for person, desk in zip(scene.people, desks, strict=True)
    )
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_of_six_series_one_gets_the_equipment_on_every_date(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await desks_want_one_projector(pool, scene, monkeypatch) == {"done": 1, SeriesTaken: 5}
    assert await pool.fetchval("SELECT count(*) FROM booking") == 3 * 3
    assert await overlaps(pool) == 0


async def test_without_the_constraint_several_would_have_it(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await desks_want_one_projector(pool, scene, monkeypatch))["done"] > 1
    assert await overlaps(pool) > 0


# The card


async def a_card(pool: Pool, scene: Scene, visits: int) -> int:
    async with pool.acquire() as connection:
        await set_tariff(connection, scene.space_id, Tariff(day_cents=1200))
        await offer_cards(connection, await make_district(connection), visits, 800 * visits)
        space = await space_by_id(connection, scene.space_id)
        return await sell_card(connection, scene.host, space, scene.people[0].email)


def on_days_of_their_own(scene: Scene) -> list[Wish]:
    """Five series of three days each, no two of them on the same day."""
    starts = [day_after(7 + 3 * number) for number in range(5)]
    return [
        weekly(scene.desk, start, 3, repeats="daily", choices={day_after(7 + 3 * number + day): Choice(scene.desk)
                                                               for day in range(3)})
        for number, start in enumerate(starts)
    ]  # fmt: skip


async def series_share_a_card(pool: Pool, scene: Scene, card: int) -> Counter[object]:
    tries = (book_all(pool, scene.people[0], wish, card) for wish in on_days_of_their_own(scene))
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_a_card_pays_as_many_whole_series_as_it_has_visits_for(pool: Pool, scene: Scene) -> None:
    card = await a_card(pool, scene, 7)
    assert await series_share_a_card(pool, scene, card) == {"done": 2, CardRefused: 3}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 1
    assert await pool.fetchval("SELECT count(*) FROM booking") == 6


async def test_without_the_cards_row_they_would_overspend_it(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's lock is not taken, all have counted before one has paid, and what is left is not asked for again."""
    card = await a_card(pool, scene, 7)
    await pool.execute("ALTER TABLE card DROP CONSTRAINT card_check")
    counted = asyncio.Barrier(5)

    async def no_lock(connection: Connection, person_id: int, *resource_ids: int) -> None:
        pass

    async def count_first(connection: Connection, *rest: Any) -> None:
        assert await connection.fetchval("SELECT visits_left FROM card WHERE id = $1", card) >= 3
        await counted.wait()

    async def take(connection: Connection, card_id: int) -> bool:
        await connection.execute("UPDATE card SET visits_left = visits_left - 1 WHERE id = $1", card_id)
        return True

    monkeypatch.setattr(verbs, "lock_against_changes", no_lock)
    monkeypatch.setattr(verbs, "check_enough", count_first)
    monkeypatch.setattr(cards, "_spend", take)
    assert (await series_share_a_card(pool, scene, card))["done"] == 5
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 7 - 15


# One answer


@pytest.fixture
async def asked(pool: Pool, scene: Scene) -> int:
    """The first date of a series that a host has to agree to."""
    async with pool.acquire() as connection:
        await with_approval(connection, scene.space_id)
    return await book_all(pool, scene.people[0], daily(scene.desk))


async def answer(pool: Pool, scene: Scene, booking_id: int, yes: bool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        if yes:
            await approve(connection, scene.host, booking_id, None)
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


async def all_answers_at_once(pool: Pool, scene: Scene, asked: int) -> Counter[object]:
    """Each of the hosts answers at another date, some with yes and some with no."""
    tries = [outcome(answer(pool, scene, asked + number % 3, number % 2 == 0)) for number in range(9)]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        results = asyncio.gather(*tries)
        await until_waiting(pool, len(tries))
    return Counter(await results)


async def test_of_many_answers_to_its_dates_one_counts_for_all(pool: Pool, scene: Scene, asked: int) -> None:
    assert await all_answers_at_once(pool, scene, asked) == {"done": 1, AlreadyAnswered: 8}
    assert await stories(pool) in (({"confirmed"}, ["confirmation"]), ({"cancelled"}, ["refusal"]))


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

    await pool.execute("UPDATE booking SET until_at = now() + interval '1 second'")
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


async def race_the_worker(pool: Pool, scene: Scene, asked: int, monkeypatch: pytest.MonkeyPatch) -> object:
    """The host has seen in time that it is open; before all dates are confirmed, its time runs out."""
    seen, go_on = asyncio.Event(), asyncio.Event()
    check = answers._check_still_allowed

    async def pausing(connection: Connection, *rest: Any) -> None:
        seen.set()
        await go_on.wait()
        await check(connection, *rest)

    monkeypatch.setattr(answers, "_check_still_allowed", pausing)
    await pool.execute("UPDATE booking SET until_at = now() + interval '1 second'")
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
    async def no_lock(connection: Connection, person_id: int, *resource_ids: int) -> None:
        pass

    async def no_row_lock(connection: Connection, booking_id: int, version: int | None) -> list[Booking]:
        return await asked_together(connection, await booking_by_id(connection, booking_id))

    monkeypatch.setattr(answers, "lock_against_changes", no_lock)
    monkeypatch.setattr(answers, "_open_request", no_row_lock)
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
    tries = (book_all(pool, person, daily(scene.desk)) for person in scene.people)
    results = Counter(await asyncio.gather(*map(outcome, tries)))
    assert results["done"] == 1
    assert set(results) <= {"done", SeriesTaken, SeriesConflicts}
    assert await pool.fetchval("SELECT count(*) FROM booking WHERE status = 'requested'") == 3
