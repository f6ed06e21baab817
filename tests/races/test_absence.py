"""Checking in at the very moment at which the time is given away, many workers, and two at one desk."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.errors import Stale
from landbooking.period import STEP
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.presence import absence, check_in, here
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.presence.check_in import NotNow, leave_early
from landbooking.spaces.presence.gate import Gate
from landbooking.spaces.refusals import DeskTaken
from support.presence import PATIENCE, let_pass, make_begun, open_all_day, quarter, with_check_in
from support.races import Scene, make_scene, no_lock, outcome, overlaps, until_waiting


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    scene = await make_scene(pool, people=10)
    await with_check_in(pool)
    await open_all_day(pool)
    return scene


async def make_absent(pool: Pool, scene: Scene) -> int:
    """Somebody was asked, has not answered, and the time is over."""
    async with pool.acquire() as connection:
        booking_id = await make_begun(connection, scene.people[0], scene.desk, PATIENCE // 2 + 1)
    assert await ask_absent(pool) == 1
    await let_pass(pool, booking_id, PATIENCE)
    return booking_id


async def come(pool: Pool, person: Person, booking_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await check_in.check_in(connection, person, booking_id)


async def leave(pool: Pool, person: Person, booking_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await leave_early(connection, person, booking_id)


async def told(pool: Pool) -> Counter[str]:
    rows = await pool.fetch("SELECT template FROM outbox WHERE withdrawn_at IS NULL")
    return Counter(row["template"].rpartition("/")[2] for row in rows)


async def both_at_once(pool: Pool, scene: Scene, booking_id: int) -> tuple[object, object]:
    """They wait for the booking together: what became of checking in, and how many were released."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        both = asyncio.gather(outcome(come(pool, scene.people[0], booking_id)), release_absent(pool))
        await until_waiting(pool, 2)
    return tuple(await both)  # type: ignore[return-value]


async def test_either_one_has_come_or_the_time_is_free(pool: Pool, scene: Scene) -> None:
    booking_id = await make_absent(pool, scene)
    came, released = await both_at_once(pool, scene, booking_id)
    assert (came, released) in (("done", 0), (NotNow, 1))
    row = await pool.fetchrow("SELECT checked_in_at IS NOT NULL AS here, ended_because FROM booking")
    assert row is not None
    assert (row["here"], row["ended_because"]) == ((True, None) if released == 0 else (False, "no_show"))
    assert (await told(pool))["release"] == released


async def test_without_the_locks_the_time_of_who_has_come_would_be_given_away(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the worker acts on what it saw before it waited."""
    booking_id = await make_absent(pool, scene)
    seen, go_on = asyncio.Event(), asyncio.Event()

    async def no_lock(connection: Connection, person_id: int | None, *resource_ids: int) -> None:
        pass

    async def act_on_what_was_seen(connection: Connection, released_id: int, _gate: Gate) -> bool:
        booking = await booking_by_id(connection, released_id)
        seen.set()
        await go_on.wait()
        await check_in.shorten(connection, booking, check_in.cut_at(booking, datetime.now(UTC)), "no_show")
        return True

    monkeypatch.setattr(absence, "lock_to_free", no_lock)
    monkeypatch.setattr(absence, "_release", act_on_what_was_seen)
    worker = asyncio.create_task(release_absent(pool))
    await seen.wait()
    assert await outcome(come(pool, scene.people[0], booking_id)) == "done"
    go_on.set()
    assert await worker == 1
    assert await pool.fetchval("SELECT checked_in_at IS NOT NULL AND ended_because = 'no_show' FROM booking")


async def test_many_workers_ask_once_and_release_once(pool: Pool, scene: Scene) -> None:
    async with pool.acquire() as connection:
        booking_id = await make_begun(connection, scene.people[0], scene.desk, PATIENCE // 2 + 1)
    assert sum(await asyncio.gather(*(ask_absent(pool) for _ in range(5)))) == 1
    assert await told(pool) == {"absent": 1}
    await let_pass(pool, booking_id, PATIENCE)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        workers = asyncio.gather(*(release_absent(pool) for _ in range(5)))
        await until_waiting(pool, 5)
    assert sum(await workers) == 1
    assert await told(pool) == {"release": 1}  # the question that has not left yet is taken back
    assert await pool.fetchval("SELECT version FROM booking") == 2


async def test_leaving_at_the_moment_of_the_release_ends_it_once(pool: Pool, scene: Scene) -> None:
    booking_id = await make_absent(pool, scene)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        both = asyncio.gather(outcome(leave(pool, scene.people[0], booking_id)), release_absent(pool))
        await until_waiting(pool, 2)
    assert (await both)[0] == "done"
    assert await pool.fetchval("SELECT version FROM booking") == 2
    mails = await told(pool)
    assert mails["release"] + mails["early_leave"] == 1


async def leave_during_the_release(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> tuple[object, int]:
    """A worker is about to release it when the person says that they leave: what came of that, how many it released."""
    booking_id = await make_absent(pool, scene)
    seen, go_on = asyncio.Event(), asyncio.Event()

    async def pausing(connection: Connection, released_id: int) -> Booking:
        booking = await booking_by_id(connection, released_id)
        seen.set()
        await go_on.wait()
        return booking

    monkeypatch.setattr(absence, "booking_by_id", pausing)
    worker = asyncio.create_task(release_absent(pool))
    await seen.wait()
    leaving = asyncio.create_task(outcome(leave(pool, scene.people[0], booking_id)))
    await until_waiting(pool)
    go_on.set()
    return await leaving, await worker


async def test_who_leaves_what_is_being_released_has_left(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await leave_during_the_release(pool, scene, monkeypatch) == ("done", 1)
    assert await told(pool) == {"release": 1}


async def test_without_the_lock_who_leaves_would_be_told_of_a_change(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_in, "lock_to_free", no_lock)
    assert await leave_during_the_release(pool, scene, monkeypatch) == (Stale, 1)


async def test_without_asking_again_either_it_would_end_twice(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shorten_unasked(connection: Connection, booking: Booking, end: datetime, because: str) -> Booking:
        await connection.execute(
            """UPDATE booking SET period = tstzrange(lower(period), $2), blocked = tstzrange(lower(period), $2),
                      version = version + 1, changed_at = now(), ended_because = $3 WHERE id = $1""",
            booking.id,
            end,
            because,
        )
        return await booking_by_id(connection, booking.id)

    monkeypatch.setattr(check_in, "lock_to_free", no_lock)
    monkeypatch.setattr(check_in, "shorten", shorten_unasked)
    assert await leave_during_the_release(pool, scene, monkeypatch) == ("done", 1)
    assert await told(pool) == {"release": 1, "early_leave": 1}


async def test_of_many_who_scan_one_code_one_has_the_desk(pool: Pool, scene: Scene) -> None:
    code = await pool.fetchval("SELECT code FROM resource WHERE id = $1", scene.desk)
    await pool.execute("UPDATE space SET shortest_minutes = 15")
    end = quarter(datetime.now(UTC)) + 2 * STEP

    async def tap(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await here.book_here(connection, person, code, scene.desk, end)

    results = Counter(await asyncio.gather(*(outcome(tap(person)) for person in scene.people)))
    assert results == {"done": 1, DeskTaken: 9}
    assert await overlaps(pool) == 0


async def tap_twice(pool: Pool, scene: Scene) -> set[object]:
    """One impatient person. What came of it: "done", or a refusal."""
    code = await pool.fetchval("SELECT code FROM resource WHERE id = $1", scene.desk)
    await pool.execute("UPDATE space SET shortest_minutes = 15")
    end = quarter(datetime.now(UTC)) + 2 * STEP

    async def tap() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await here.book_here(connection, scene.people[0], code, scene.desk, end)

    async with pool.acquire() as connection, connection.transaction():
        await lock_person(connection, scene.people[0].id)
        taps = asyncio.gather(*(outcome(tap()) for _ in range(2)))
        await until_waiting(pool, 2)
    return set(await taps)


async def test_two_taps_of_one_person_are_one_booking(pool: Pool, scene: Scene) -> None:
    assert await tap_twice(pool, scene) == {"done"}
    assert await pool.fetchval("SELECT count(*) FROM booking") == 1


async def test_without_the_persons_lock_the_second_tap_would_find_the_desk_taken(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(connection: Connection, person_id: int) -> None:
        """The negative control."""

    monkeypatch.setattr(here, "lock_person", no_lock)
    assert DeskTaken in await tap_twice(pool, scene)
