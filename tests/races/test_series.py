"""A series against single bookings, other series and moves: all of its dates, or none. With negative controls."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces.booking import move_booking
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.series import verbs
from landbooking.spaces.series.change import Move, Which, cancel_dates, move_dates
from landbooking.spaces.series.plan import Choice, Plan, PlannedDate, Wish, plan_series
from landbooking.spaces.series.verbs import SeriesConflicts, SeriesTaken, book_series
from support.races import Scene, book, make_scene, outcome, overlaps, until_waiting
from support.series import weekly
from support.spaces import day_after, make_override, period_on

FIRST = day_after(7)
DAYS = [FIRST + timedelta(days=number) for number in range(5)]
LOST = {SeriesConflicts, SeriesTaken, DeskTaken}


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=6)


def daily(desk: int, start: str = "09:00", end: str = "12:00") -> Wish:
    """On five days; holidays too, so that the tests run alike on every day of the year."""
    return weekly(desk, FIRST, 5, start, end, repeats="daily", choices={day: Choice(desk) for day in DAYS})


async def book_all(pool: Pool, person: Person, wish: Wish) -> int:
    async with pool.acquire() as connection, connection.transaction():
        return (await book_series(connection, person, wish)).id


async def dates_of(pool: Pool, person: Person) -> int:
    count: int = await pool.fetchval(
        "SELECT count(*) FROM booking WHERE person_id = $1 AND series_id IS NOT NULL AND status = 'confirmed'",
        person.id,
    )
    return count


def without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan finds everything free: only the database is left to decide."""
    plan = plan_series

    async def blind(*args: Any) -> Plan:
        found = await plan(*args)
        free = [msgspec.structs.replace(one, refusal=None) for one in found.dates]
        return msgspec.structs.replace(found, dates=free)

    monkeypatch.setattr(verbs, "plan_series", blind)


async def series_at_once(pool: Pool, scene: Scene) -> Counter[object]:
    hours = ("09:00", "12:00"), ("11:00", "14:00"), ("10:00", "13:00")
    wishes = [daily(scene.desk, *hours[number % 3]) for number in range(6)]
    tries = (book_all(pool, person, wish) for person, wish in zip(scene.people, wishes, strict=True))
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_of_several_series_one_is_booked_whole(pool: Pool, scene: Scene) -> None:
    results = await series_at_once(pool, scene)
    assert results["done"] == 1
    assert set(results) <= {"done", *LOST}
    assert sorted([await dates_of(pool, person) for person in scene.people]) == [0] * 5 + [5]
    assert await overlaps(pool) == 0


async def test_of_series_that_do_not_look_one_is_booked_whole(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_looking(monkeypatch)
    results = await series_at_once(pool, scene)
    assert results == {"done": 1, SeriesTaken: 5}
    assert await pool.fetchval("SELECT count(*) FROM series") == 1


async def test_without_the_constraint_they_would_share_the_desk(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_looking(monkeypatch)
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await series_at_once(pool, scene))["done"] > 1
    assert await overlaps(pool) > 0


async def test_a_single_booking_of_one_date_and_a_series_do_not_both_get_it(pool: Pool, scene: Scene) -> None:
    singles = (book(pool, person, scene.desk, period_on(DAYS[3], "11:00", "12:00")) for person in scene.people[1:])
    series = book_all(pool, scene.people[0], daily(scene.desk))
    results = await asyncio.gather(outcome(series), *map(outcome, singles))
    assert results.count("done") == 1
    assert set(results) <= {"done", *LOST}
    assert await dates_of(pool, scene.people[0]) == (5 if results[0] == "done" else 0)


async def test_a_series_that_looked_before_another_committed_books_nothing(pool: Pool, scene: Scene) -> None:
    """The single booking is not committed yet when the series looks; it waits at that date, and gives up as a whole."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO booking (resource_id, person_id, period, blocked) VALUES ($1, $2, $3, $3)",
            scene.desk,
            scene.people[1].id,
            period_on(DAYS[3], "11:00", "12:00").range,
        )
        waiting = asyncio.create_task(outcome(book_all(pool, scene.people[0], daily(scene.desk))))
        await until_waiting(pool)
    assert await waiting is SeriesTaken
    assert await dates_of(pool, scene.people[0]) == 0
    assert await pool.fetchval("SELECT count(*) FROM series") == 0
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0


@asynccontextmanager
async def held_up_at(pool: Pool, day: date) -> AsyncIterator[None]:
    """Inside, no series gets beyond this date; it keeps the dates before."""
    await pool.execute(
        f"""CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF lower(new.period) = '{period_on(day).start.isoformat()}' THEN
                    PERFORM pg_advisory_xact_lock_shared(42);
                END IF;
                RETURN new;
            END $$;
            CREATE TRIGGER waits BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION wait_here()"""
    )
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetchval("SELECT pg_advisory_xact_lock(42)")
        yield


async def series_against_move(pool: Pool, scene: Scene) -> set[object]:
    """One moves from the series' third date to its first, when the series has that and wants the third."""
    mover, other = scene.people[:2]
    booking_id = await book(pool, mover, scene.desk, period_on(DAYS[2]))

    async def move() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await move_booking(connection, mover, booking_id, None, None, period_on(DAYS[0]))

    async with held_up_at(pool, DAYS[1]):
        series = asyncio.create_task(outcome(book_all(pool, other, daily(scene.desk))))
        await until_waiting(pool)
        moved = asyncio.create_task(outcome(move()))
        await until_waiting(pool, 2)
    return {await series, await moved}


async def test_a_move_between_two_dates_of_a_series_waits_for_it(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_looking(monkeypatch)
    assert await series_against_move(pool, scene) == {SeriesTaken, "done"}
    assert await overlaps(pool) == 0
    assert await dates_of(pool, scene.people[1]) == 0


async def test_without_the_locks_of_the_space_they_would_wait_for_each_other(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_looking(monkeypatch)
    execute: Callable[..., Awaitable[str]] = asyncpg.Connection.execute

    async def without_locks(self: Connection, query: str, *args: object, **options: object) -> str:
        is_lock = query.startswith("SELECT pg_advisory_xact_lock")
        return "SELECT 0" if is_lock else await execute(self, query, *args, **options)

    monkeypatch.setattr(asyncpg.Connection, "execute", without_locks)
    assert asyncpg.DeadlockDetectedError in await series_against_move(pool, scene)


async def test_series_that_went_through_their_dates_in_other_orders_would_wait_for_each_other(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_looking(monkeypatch)
    columns, called = verbs._columns, iter(range(2))

    def there_and_back(plan: Plan, booked: Sequence[PlannedDate]) -> Any:
        return columns(plan, booked if next(called) else list(reversed(booked)))

    monkeypatch.setattr(verbs, "_columns", there_and_back)
    tries = [outcome(book_all(pool, person, daily(scene.desk))) for person in scene.people[:2]]
    async with held_up_at(pool, DAYS[2]):
        both = asyncio.gather(*tries)
        await until_waiting(pool, 2)
    assert asyncpg.DeadlockDetectedError in await both


async def test_the_quota_is_not_overspent_by_two_series_of_one_person(pool: Pool, scene: Scene) -> None:
    async with pool.acquire() as connection:
        await make_override(connection, scene.space_id, "desk", weekly_minutes=5 * 180)
    person = scene.people[0]
    tries = (book_all(pool, person, daily(desk)) for desk in (scene.desk, scene.other_desk))
    assert Counter(await asyncio.gather(*map(outcome, tries))) == {"done": 1, SeriesConflicts: 1}
    assert await dates_of(pool, person) == 5


async def test_moving_all_dates_against_cancelling_them_tells_one_story(pool: Pool, scene: Scene) -> None:
    person = scene.people[0]
    series_id = await book_all(pool, person, daily(scene.desk))
    first = await pool.fetchval("SELECT min(id) FROM booking")
    which = Which(series_id, first, "all")

    async def change(verb: Callable[[Connection], Awaitable[object]]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await verb(connection)

    clocks = [period_on(FIRST, f"{hour}:00", f"{hour + 1}:00") for hour in (13, 14, 15)]
    moves = [
        change(lambda connection, at=at: move_dates(  # type: ignore[misc]
            connection, person, which, Move(at.start.time(), at.end.time())))
        for at in clocks
    ]  # fmt: skip
    cancels = [change(lambda connection: cancel_dates(connection, person, which)) for _ in range(2)]
    results = Counter(await asyncio.gather(*map(outcome, [*moves, *cancels])))
    assert results["done"] >= 1
    assert not any(isinstance(each, type) and issubclass(each, asyncpg.PostgresError) for each in results)
    rows = await pool.fetch("SELECT DISTINCT lower(period)::time, version, status FROM booking")
    assert len(rows) == 1  # all of them went the same way
    assert rows[0]["status"] == "cancelled"
    # One mail for booking it, one for each move and one for cancelling it: the second time there was nothing to cancel.
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/series/%'") == results["done"]
