"""A host's change while somebody books: whoever ends up in it was shown to the host, or was refused."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.period import Period
from landbooking.spaces import booking as verbs
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.closures import close_days
from landbooking.spaces.hosting.consequences import Choice, Decision, Undecided, mark_of
from landbooking.spaces.opening_hours import Closure, RuleBroken
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.space import Resource, Space
from support.races import Scene, book, make_scene, outcome, until_waiting
from support.spaces import day_after, period_on

DAY = day_after(7)
MORNING = period_on(DAY)
HALF = timedelta(minutes=30)
Change = Callable[[Connection, Scene, Decision], Awaitable[object]]


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=20)


async def close(connection: Connection, scene: Scene, decision: Decision) -> None:
    await close_days(connection, scene.host, [scene.space_id], Closure(DAY, DAY, "Kerwe"), decision)


async def black_out(connection: Connection, scene: Scene, decision: Decision) -> None:
    wish = Wish(None, period_on(DAY, "08:00", "18:00"), "Kerwe")
    await add_blackout(connection, scene.host, scene.space_id, wish, decision)


async def decide(pool: Pool, scene: Scene, change: Change, choice: Choice) -> set[int]:
    """As a host who reads each page and answers it; the bookings of the page that was answered last."""
    decision, shown = Decision(), set[int]()
    while True:
        try:
            async with pool.acquire() as connection, connection.transaction():
                await change(connection, scene, decision)
            return shown
        except Undecided as undecided:
            shown = {booking.booking_id for booking in undecided.affected}
            decision = Decision(mark_of(undecided.affected), dict.fromkeys(shown, choice))


async def in_the_way(pool: Pool) -> set[int]:
    rows = await pool.fetch(
        "SELECT id FROM booking WHERE status = 'confirmed' AND blackout_id IS NULL AND period && $1",
        period_on(DAY, "08:00", "18:00").range,
    )
    return {row["id"] for row in rows}


@pytest.mark.parametrize("change", [close, black_out])
@pytest.mark.parametrize("later", range(0, 20, 4))
async def test_whoever_books_while_a_host_closes_is_shown_or_refused(
    pool: Pool, scene: Scene, change: Change, later: int
) -> None:
    """The change comes among twenty who book, earlier or later."""
    start = period_on(DAY, "08:00").start
    tries: list[Awaitable[object]] = [
        outcome(book(pool, person, scene.desk, Period(start + number * HALF, start + (number + 1) * HALF)))
        for number, person in enumerate(scene.people)
    ]
    tries.insert(later, decide(pool, scene, change, "keep"))
    results = await asyncio.gather(*tries)
    shown = results.pop(later)
    assert await in_the_way(pool) == shown
    assert set(results) <= {"done", RuleBroken, DeskTaken}


async def close_between_reading_and_writing(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> tuple[object, set[int], set[int]]:
    """Somebody has read the hours and is about to book; now the host closes.

    What became of the booking, the bookings that the host was shown, and those that now lie in the closed day.
    """
    read, go_on = asyncio.Event(), asyncio.Event()
    bookable = verbs.bookable

    async def pausing(connection: Connection, resource_id: int) -> tuple[Space, Resource]:
        found = await bookable(connection, resource_id)
        read.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(verbs, "bookable", pausing)
    booking = asyncio.create_task(outcome(book(pool, scene.people[0], scene.desk, MORNING)))
    await read.wait()
    closing = asyncio.create_task(decide(pool, scene, close, "keep"))
    waiting = asyncio.create_task(until_waiting(pool))
    await asyncio.wait([closing, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    return await booking, await closing, await in_the_way(pool)


async def test_the_host_waits_for_who_is_about_to_book(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, shown, found = await close_between_reading_and_writing(pool, scene, monkeypatch)
    assert result == "done"
    assert len(found) == 1
    assert shown == found


async def test_without_the_lock_somebody_would_sit_before_a_closed_door(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(connection: Connection, person_id: int, *resource_ids: int) -> None:
        """The negative control."""

    monkeypatch.setattr(verbs, "lock_against_changes", no_lock)
    result, shown, found = await close_between_reading_and_writing(pool, scene, monkeypatch)
    assert result == "done"
    assert len(found) == 1
    assert shown == set()


async def test_a_cancellation_while_the_host_decides_is_shown_again(pool: Pool, scene: Scene) -> None:
    """The page that the host answers says something else than what holds by now: nothing is done on old knowledge."""
    gone = await book(pool, scene.people[0], scene.desk, MORNING)
    stays = await book(pool, scene.people[1], scene.other_desk, MORNING)

    async def cancel(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await verbs.cancel_booking(connection, person, gone)

    async with pool.acquire() as connection:
        with pytest.raises(Undecided) as first:
            await close(connection, scene, Decision())
    seen = Decision(mark_of(first.value.affected), {gone: "cancel", stays: "cancel"})
    await cancel(scene.people[0])
    async with pool.acquire() as connection:
        with pytest.raises(Undecided) as again:
            await close(connection, scene, seen)
    assert [booking.booking_id for booking in again.value.affected] == [stays]
    assert again.value.why == "changed"
    assert await in_the_way(pool) == {stays}
