"""Moves against moves, against cancellations, and with an old version. Each with its negative control."""

import asyncio
from collections import Counter
from datetime import timedelta

import asyncpg
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Pool
from landbooking.errors import Stale
from landbooking.period import Period
from landbooking.spaces import booking as verbs
from landbooking.spaces.booking import cancel_booking, move_booking
from landbooking.spaces.refusals import BookingCancelled, DeskTaken
from landbooking.spaces.space import lock_against_changes
from support.people import make_person
from support.races import Scene, book, cancel_unasked, make_scene, no_lock, outcome, overlaps, until_waiting
from support.spaces import day_after, period_on

DAY = day_after(7)
MORNING = period_on(DAY, "09:00", "12:00")
AFTERNOON = period_on(DAY, "13:00", "16:00")


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool)


async def move(pool: Pool, person: Person, booking_id: int, version: int | None, desk: int, period: Period) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await move_booking(connection, person, booking_id, version, desk, period)


async def cancel(pool: Pool, person: Person, booking_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await cancel_booking(connection, person, booking_id)


GATE = 4711  # an advisory lock of these tests


async def make_moves_stop(pool: Pool) -> None:
    """Between leaving the old place and asking for the new one, a move now waits while somebody keeps the gate shut.

    The indexes of a table are filled in the order in which they were made, so the constraint comes after the wait.
    """
    await pool.execute(
        f"""CREATE FUNCTION waiting(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN id; END';
            CREATE INDEX ON booking (waiting(resource_id));
            ALTER TABLE booking DROP CONSTRAINT booking_no_overlap;
            ALTER TABLE booking ADD CONSTRAINT booking_no_overlap
                EXCLUDE USING gist (resource_id WITH =, blocked WITH &&) WHERE (status <> 'cancelled')"""
    )


async def swap(pool: Pool, scene: Scene) -> set[object]:
    """Both want the other's desk; the gate opens when both have left their own, or one waits for the other."""
    one, other = scene.people
    first = await book(pool, one, scene.desk, MORNING)
    second = await book(pool, other, scene.other_desk, MORNING)
    await make_moves_stop(pool)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", GATE)
        moves = asyncio.gather(
            outcome(move(pool, one, first, 1, scene.other_desk, MORNING)),
            outcome(move(pool, other, second, 1, scene.desk, MORNING)),
        )
        await until_waiting(pool, 2)
    return set(await moves)


async def test_two_who_want_each_others_desk_are_both_refused(pool: Pool, scene: Scene) -> None:
    assert await swap(pool, scene) == {DeskTaken}
    assert await pool.fetchval("SELECT array_agg(version) FROM booking") == [1, 1]


async def test_without_a_space_to_oneself_they_would_wait_for_each_other(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "lock_to_free", lock_against_changes)  # which bookings share
    assert asyncpg.DeadlockDetectedError in await swap(pool, scene)


async def test_many_moves_to_one_place_move_one(pool: Pool) -> None:
    scene = await make_scene(pool, people=20)
    opening, quarter = period_on(DAY, "08:00").start, timedelta(minutes=15)
    times = [Period(opening + number * quarter, opening + (number + 1) * quarter) for number in range(20)]
    await pool.execute("UPDATE space SET shortest_minutes = 15")
    ids = [await book(pool, person, scene.desk, period) for person, period in zip(scene.people, times, strict=True)]
    wish = period_on(DAY, "14:00", "15:00")
    tries = (move(pool, person, one, 1, scene.desk, wish) for person, one in zip(scene.people, ids, strict=True))
    assert Counter(await asyncio.gather(*map(outcome, tries))) == {"done": 1, DeskTaken: 19}
    assert await overlaps(pool) == 0


async def test_a_move_against_a_cancellation_leaves_one_true_story(pool: Pool) -> None:
    scene = await make_scene(pool, people=20)
    async with pool.acquire() as connection:
        for number, person in enumerate(scene.people):  # one booking each, on a day of its own
            period = period_on(day_after(7 + number))
            await verbs.book_resource(connection, person, scene.desk, period)
    rows = await pool.fetch("SELECT id, person_id FROM booking ORDER BY id")
    people = {person.id: person for person in scene.people}

    async def both(number: int, booking_id: int, person: Person) -> Counter[object]:
        later = period_on(day_after(7 + number), "13:00", "16:00")
        tries = [move(pool, person, booking_id, None, scene.desk, later), cancel(pool, person, booking_id)]
        return Counter(await asyncio.gather(*map(outcome, tries)))

    results = await asyncio.gather(*(both(n, row["id"], people[row["person_id"]]) for n, row in enumerate(rows)))
    for row, result in zip(rows, results, strict=True):
        assert set(result) <= {"done", Stale, BookingCancelled}
        status, version = await pool.fetchval("SELECT (status, version) FROM booking WHERE id = $1", row["id"])
        assert version == 1 + result["done"]
        topic = f"booking:{row['id']}"
        mails = "SELECT count(*) FROM outbox WHERE topic = $1 AND template NOT LIKE '%reminder'"
        assert await pool.fetchval(mails, topic) == 1 + result["done"]
        waiting = "SELECT count(*) FROM outbox WHERE topic = $1 AND template LIKE '%reminder' AND withdrawn_at IS NULL"
        assert await pool.fetchval(waiting, topic) == (2 if status == "confirmed" else 0)


async def test_without_the_conditional_update_a_cancelled_booking_would_be_moved(pool: Pool, scene: Scene) -> None:
    booking_id = await book(pool, scene.people[0], scene.desk, MORNING)
    looked = asyncio.Barrier(2)

    async def look_then_write(change: str, *values: object) -> None:
        async with pool.acquire() as connection, connection.transaction():
            assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", booking_id) == "confirmed"
            await looked.wait()
            await connection.execute(change, booking_id, *values)

    later = "UPDATE booking SET (period, blocked) = (SELECT p, p FROM (SELECT $2::tstzrange AS p) AS x) WHERE id = $1"
    await asyncio.gather(
        look_then_write("UPDATE booking SET status = 'cancelled', cancelled_at = now() WHERE id = $1"),
        look_then_write(later, AFTERNOON.range),
    )
    assert await pool.fetchval("SELECT (status, lower(period)) FROM booking") == ("cancelled", AFTERNOON.start)


async def cancel_impatiently(pool: Pool, scene: Scene) -> tuple[Counter[object], int]:
    """One person clicks twenty times: what came of it, and how many mails say so."""
    booking_id = await book(pool, scene.people[0], scene.desk, MORNING)
    tries = [outcome(cancel(pool, scene.people[0], booking_id)) for _ in range(20)]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        all_at_once = asyncio.gather(*tries)
        await until_waiting(pool, 20)
    results = Counter(await all_at_once)
    return results, await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%cancellation'")


async def test_cancelling_twice_at_once_is_cancelling_once(pool: Pool, scene: Scene) -> None:
    assert await cancel_impatiently(pool, scene) == ({"done": 20}, 1)
    assert await pool.fetchval("SELECT version FROM booking") == 2


async def test_without_the_locks_the_second_click_would_be_told_of_a_change(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_the_locks_away(monkeypatch)
    assert await cancel_impatiently(pool, scene) == ({"done": 1, Stale: 19}, 1)


async def test_without_asking_again_either_each_click_would_cancel(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_the_locks_away(monkeypatch)
    monkeypatch.setattr(verbs, "mark_cancelled", cancel_unasked)
    assert await cancel_impatiently(pool, scene) == ({"done": 20}, 20)


def take_the_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for lock in ("lock_to_free", "lock_booking"):
        monkeypatch.setattr(verbs, lock, no_lock)


async def from_two_windows(pool: Pool, scene: Scene, version: int | None) -> Counter[object]:
    booking_id = await book(pool, scene.people[0], scene.desk, MORNING)
    periods = [period_on(DAY, f"{hour}:00", f"{hour + 1}:00") for hour in range(13, 17)]
    tries = (move(pool, scene.people[0], booking_id, version, scene.desk, period) for period in periods)
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_of_several_moves_of_what_was_seen_one_is_made(pool: Pool, scene: Scene) -> None:
    assert await from_two_windows(pool, scene, version=1) == {"done": 1, Stale: 3}


async def test_without_the_version_each_would_overwrite_the_one_before(pool: Pool, scene: Scene) -> None:
    assert await from_two_windows(pool, scene, version=None) == {"done": 4}
    assert await pool.fetchval("SELECT version FROM booking") == 5


async def test_others_can_not_race_for_what_is_not_theirs(pool: Pool, scene: Scene) -> None:
    booking_id = await book(pool, scene.people[0], scene.desk, MORNING)
    async with pool.acquire() as connection:
        stranger = await make_person(connection, "fremder@example.org")
    tries = (cancel(pool, stranger, booking_id) for _ in range(10))
    assert "done" not in await asyncio.gather(*map(outcome, tries))
    assert await pool.fetchval("SELECT status FROM booking") == "confirmed"
