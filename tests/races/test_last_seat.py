"""Many at once for the last seat, on parts of the way that overlap, and against who drives. With negative controls."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import combinations
from typing import Any, NamedTuple

import asyncpg
import pytest

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.rides import answers, cancelling, changes, expiry, seats
from landbooking.rides.answers import accept
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.changes import PromisedOtherwise, change_ride
from landbooking.rides.expiry import expire_seat_requests
from landbooking.rides.refusals import AlreadyAnswered, AlreadyAsked, LateForOthers, RideFull
from landbooking.rides.ride import Ride, lock_ride, ride_by_id
from support.people import make_person
from support.races import outcome, until_waiting
from support.rides import VILLAGES, Road, instant, make_ride, make_road, make_village_aside, plan, tomorrow
from support.seats import ask

WITHOUT_GUARD = "ALTER TABLE seat_request DISABLE TRIGGER guard_seats"


class Scene(NamedTuple):
    """A ride from Adorf to Dedorf, its driver, and people who want to ride along."""

    ride: Ride
    road: Road
    driver: Person
    people: list[Person]


async def make_scene(pool: Pool, people: int, **terms: Any) -> Scene:
    async with pool.acquire() as connection:
        road = await make_road(connection)
        driver = await make_person(connection, "fahrerin@example.org")
        everybody = [await make_person(connection, f"anwohner{number}@example.org") for number in range(people)]
        ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", **{"seats": 1, "instant": True, **terms})
    return Scene(ride, road, driver, everybody)


async def within(pool: Pool, verb: Callable[[Connection], Awaitable[Any]]) -> Any:
    """As a request would: in a transaction of its own."""
    async with pool.acquire() as connection, connection.transaction():
        return await verb(connection)


def asking(pool: Pool, scene: Scene, number: int, start: str = "Adorf", to: str = "Dedorf") -> Awaitable[Any]:
    return within(pool, lambda connection: ask(connection, scene.people[number], scene.ride, scene.road, start, to))


async def fullest(pool: Pool) -> int:
    """The most riders that sit in the car at any point of the way."""
    most: int = await pool.fetchval(
        """SELECT max((SELECT sum(places) FROM seat_request other
                       WHERE other.status = 'accepted' AND other.leg @> lower(one.leg)))
           FROM seat_request one WHERE one.status = 'accepted'"""
    )
    return most


async def a_hundred_at_once(pool: Pool, scene: Scene) -> Counter[object]:
    return Counter(await asyncio.gather(*(outcome(asking(pool, scene, number)) for number in range(100))))


async def test_the_last_seat_goes_to_one_of_a_hundred(pool: Pool) -> None:
    scene = await make_scene(pool, 100)
    assert await a_hundred_at_once(pool, scene) == {"done": 1, RideFull: 99}
    assert await fullest(pool) == 1
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%acceptance'") == 1


async def test_without_the_guard_it_would_go_to_many(pool: Pool) -> None:
    scene = await make_scene(pool, 100)
    await pool.execute(WITHOUT_GUARD)
    assert (await a_hundred_at_once(pool, scene))["done"] > 1
    assert await fullest(pool) > 1


async def on_all_parts_of_the_way(pool: Pool, scene: Scene) -> Counter[object]:
    legs = list(combinations(VILLAGES, 2))
    tries = (asking(pool, scene, number, *legs[number % len(legs)]) for number in range(len(scene.people)))
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_parts_that_overlap_never_hold_more_than_there_are_seats(pool: Pool) -> None:
    scene = await make_scene(pool, 36, seats=2)
    results = await on_all_parts_of_the_way(pool, scene)
    assert set(results) == {"done", RideFull}
    assert await fullest(pool) == 2


async def test_without_the_guard_they_would(pool: Pool) -> None:
    scene = await make_scene(pool, 36, seats=2)
    await pool.execute(WITHOUT_GUARD)
    await on_all_parts_of_the_way(pool, scene)
    assert await fullest(pool) > 2


async def held_back(pool: Pool, *tries: Awaitable[object], hold: str = "ride") -> Counter[object]:
    """They all wait for the ride (or the row of the seat), then go in the order that PostgreSQL likes."""
    attempts = [outcome(one) for one in tries]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SELECT FROM {hold} FOR UPDATE")
        results = asyncio.gather(*attempts)
        await until_waiting(pool, len(attempts))
    return Counter(await results)


async def two_for_each_part(pool: Pool) -> Counter[object]:
    """Six for one seat, which three can use one after the other."""
    scene = await make_scene(pool, 6)
    parts = [("Adorf", "Bedorf"), ("Bedorf", "Cedorf"), ("Cedorf", "Dedorf")] * 2
    return await held_back(pool, *(asking(pool, scene, number, *part) for number, part in enumerate(parts)))


async def test_one_seat_is_used_one_after_the_other(pool: Pool) -> None:
    assert await two_for_each_part(pool) == {"done": 3, RideFull: 3}
    assert await fullest(pool) == 1


async def test_without_the_guard_two_would_sit_on_it(pool: Pool) -> None:
    await pool.execute(WITHOUT_GUARD)
    assert await two_for_each_part(pool) == {"done": 6}
    assert await fullest(pool) == 2


async def one_asks_twenty_times(pool: Pool) -> Counter[object]:
    scene = await make_scene(pool, 1, seats=8)
    return Counter(await asyncio.gather(*(outcome(asking(pool, scene, 0)) for _ in range(20))))


async def test_a_person_needs_no_second_account_to_race(pool: Pool) -> None:
    assert await one_asks_twenty_times(pool) == {"done": 1, AlreadyAsked: 19}
    assert await pool.fetchval("SELECT count(*) FROM seat_request") == 1


async def test_without_the_index_one_person_would_fill_the_car(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await pool.execute("DROP INDEX seat_request_once")
    insert = seats._insert

    async def insert_anyway(connection: Connection, *args: Any) -> int | None:
        return await insert(WithoutConflicts(connection), *args)  # type: ignore[arg-type]

    monkeypatch.setattr(seats, "_insert", insert_anyway)
    assert (await one_asks_twenty_times(pool))["done"] > 1


class WithoutConflicts:
    """A connection on which an insert minds no index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetchval(self, query: str, *args: Any) -> Any:
        return await self._connection.fetchval(re.sub(r"ON CONFLICT.*DO NOTHING", "", query, flags=re.DOTALL), *args)


async def accept_against_cancel(pool: Pool) -> bool:
    """Whether what both were told is what became of it."""
    scene = await make_scene(pool, 1, instant=False)
    seat = await asking(pool, scene, 0)
    results = await held_back(
        pool,
        within(pool, lambda connection: accept(connection, scene.driver, seat.id, None)),
        within(pool, lambda connection: cancel_seat(connection, scene.people[0], seat.id)),
        hold="seat_request",
    )
    told = await pool.fetch("SELECT template FROM outbox WHERE template NOT LIKE '%reminder%' ORDER BY id")
    to_rider = [
        row["template"].rpartition("/")[2] for row in told if row["template"].endswith(("acceptance", "/cancellation"))
    ]
    reminders = await pool.fetchval(
        "SELECT count(*) FROM outbox WHERE template LIKE '%reminder%' AND withdrawn_at IS NULL"
    )
    return (
        set(results) <= {"done", AlreadyAnswered}
        and to_rider == (["acceptance", "cancellation"] if results["done"] == 2 else [])
        and await pool.fetchval("SELECT status FROM seat_request") == "cancelled"
        and reminders == 0
    )


async def test_accepting_against_cancelling_leaves_one_true_story(pool: Pool) -> None:
    assert await accept_against_cancel(pool)


async def test_without_the_lock_of_the_ride_there_would_be_two_stories(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "lock_ride", no_lock)
    monkeypatch.setattr(cancelling, "lock_rides", no_lock)
    assert not await accept_against_cancel(pool)


async def accept_many_at_once(pool: Pool) -> Counter[object]:
    scene = await make_scene(pool, 6, instant=False)

    async def accept_one(seat_id: int) -> None:
        await within(pool, lambda connection: accept(connection, scene.driver, seat_id, None))

    asked = [await asking(pool, scene, number) for number in range(6)]
    return await held_back(pool, *(accept_one(seat.id) for seat in asked))


async def test_of_many_acceptances_one_counts_for_each_seat(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "lock_person", no_lock)  # the driver's own clicks would wait for each other before
    assert await accept_many_at_once(pool) == {"done": 1, RideFull: 5}


async def test_without_the_guard_all_would_count(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "lock_person", no_lock)
    await pool.execute(WITHOUT_GUARD)
    assert (await accept_many_at_once(pool))["done"] == 6


async def no_lock(*_args: object) -> None:
    """For what is taken away."""


async def five_workers(pool: Pool) -> int:
    """How often they end one request."""
    scene = await make_scene(pool, 1, instant=False)
    await asking(pool, scene, 0)
    await pool.execute("UPDATE seat_request SET until_at = now() - interval '1 second'")
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM seat_request FOR UPDATE")
        workers = asyncio.gather(*(expire_seat_requests(pool) for _ in range(5)))
        await until_waiting(pool, 5)
    return sum(await workers)


async def test_many_workers_end_a_request_once(pool: Pool) -> None:
    assert await five_workers(pool) == 1
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%expiry'") == 1


async def test_without_the_lock_each_of_them_would(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "lock_ride", no_lock)
    assert await five_workers(pool) == 5
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%expiry'") == 5


def changing(pool: Pool, scene: Scene, **terms: Any) -> Awaitable[Any]:
    """The driver's form, sent with these terms."""
    offer = plan(scene.road, "Adorf", "Dedorf", **terms)
    return within(pool, lambda connection: change_ride(connection, scene.driver, scene.ride.id, None, offer))


async def lower_against_asking(pool: Pool) -> Counter[object]:
    scene = await make_scene(pool, 2, seats=2)
    await asking(pool, scene, 0)
    return await held_back(pool, asking(pool, scene, 1), changing(pool, scene, seats=1, instant=True))


async def test_seats_are_not_taken_away_below_who_sits_there(pool: Pool) -> None:
    results = await lower_against_asking(pool)
    assert results in ({"done": 1, RideFull: 1}, {"done": 1, PromisedOtherwise: 1})
    assert await fullest(pool) <= await pool.fetchval("SELECT seats FROM ride")


async def test_without_the_guards_they_would_be(pool: Pool) -> None:
    await pool.execute(WITHOUT_GUARD)
    await pool.execute("ALTER TABLE ride DISABLE TRIGGER guard_ride")
    assert await lower_against_asking(pool) == {"done": 2}
    assert await fullest(pool) > await pool.fetchval("SELECT seats FROM ride")


async def change_time_while_asking(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> bool:
    """The rider has seen the ride at seven; before the row is written, the driver changes it to eight.

    Whether the seat that came of it is at the time of the ride.
    """
    scene = await make_scene(pool, 1, instant=False)
    seen, go_on = asyncio.Event(), asyncio.Event()
    insert = seats._insert

    async def pausing(*args: Any) -> int | None:
        seen.set()
        await go_on.wait()
        return await insert(*args)

    monkeypatch.setattr(seats, "_insert", pausing)
    request = asyncio.ensure_future(asking(pool, scene, 0))
    await seen.wait()
    change = asyncio.ensure_future(changing(pool, scene, minutes=8 * 60))
    waiting = asyncio.create_task(until_waiting(pool))
    await asyncio.wait([change, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    await asyncio.gather(request, change)
    async with pool.acquire() as connection:
        assert (await ride_by_id(connection, scene.ride.id)).timetable.departure_on(tomorrow()) == instant(
            tomorrow(), 8
        )
    start = await pool.fetchval("SELECT lower(period) FROM seat_request")
    return bool(start == instant(tomorrow(), 8))


async def test_who_asks_while_the_time_changes_has_the_new_time(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await change_time_while_asking(pool, monkeypatch)


async def test_without_the_lock_they_would_stand_at_the_road_an_hour_early(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "lock_rides", no_lock)
    assert not await change_time_while_asking(pool, monkeypatch)


async def holds_no_ride_while_it_waits_for_a_person(pool: Pool) -> bool:
    scene = await make_scene(pool, 0)
    async with pool.acquire() as connection, connection.transaction():
        await lock_person(connection, scene.driver.id)
        change = asyncio.ensure_future(changing(pool, scene, seats=2))
        await until_waiting(pool)
        try:
            async with connection.transaction():
                await connection.execute("SELECT FROM ride FOR UPDATE NOWAIT")
        except asyncpg.LockNotAvailableError:
            return False
        finally:
            change.cancel()
    return True


async def test_who_drives_is_locked_before_the_ride(pool: Pool) -> None:
    """As everywhere: who asks holds the person and waits for the ride, so the other order would be a deadlock."""
    assert await holds_no_ride_while_it_waits_for_a_person(pool)


async def test_in_the_other_order_the_ride_would_be_held(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def person_after_ride(connection: Connection, driver: Person, ride_id: int) -> Ride:
        ride = await lock_ride(connection, ride_id)
        await lock_person(connection, driver.id)
        return ride

    monkeypatch.setattr(changes, "_lock_own", person_after_ride)
    assert not await holds_no_ride_while_it_waits_for_a_person(pool)


async def two_who_would_be_late_for_each_other(pool: Pool) -> Counter[object]:
    """One waits in Cedorf, the other is picked up six minutes aside before; the driver is not flexible."""
    scene = await make_scene(pool, 2, seats=2)
    async with pool.acquire() as connection:
        scene = scene._replace(road=await make_village_aside(connection, scene.road, "Edorf", 0.06))
    return await held_back(pool, asking(pool, scene, 0, "Cedorf"), asking(pool, scene, 1, "Edorf"))


async def test_of_two_who_would_be_late_for_each_other_one_rides(pool: Pool) -> None:
    assert await two_who_would_be_late_for_each_other(pool) == {"done": 1, LateForOthers: 1}


async def test_without_the_lock_one_would_be_late(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "lock_rides", no_lock)
    assert await two_who_would_be_late_for_each_other(pool) == {"done": 2}
