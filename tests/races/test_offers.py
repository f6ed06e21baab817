"""What is held, while everything happens at once: exactly one of those who want it has it."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces import booking as verbs
from landbooking.spaces.hosting.blackouts import Wish as BlackoutWish
from landbooking.spaces.hosting.blackouts import add_blackout
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.tariffs.ledger import charge_booking
from landbooking.spaces.waiting import answers, serving
from landbooking.spaces.waiting.answers import OfferGone, expire_offer, withdraw_wish
from landbooking.spaces.waiting.rounds import expire_offers
from support.clock import stop_the_clock, turn_to
from support.races import Scene, book, cancel_unasked, make_scene, no_lock, outcome, overlaps, until_waiting
from support.spaces import day_after, period_on
from support.waiting import accept, cancel, held_together, let_holds_run_out, mails_to, states, wait

DAY = day_after(7)
MORNING = period_on(DAY)
HELD = "SELECT count(*) FROM booking WHERE status = 'held'"


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=6)


async def test_of_the_click_and_the_end_exactly_one_wins(pool: Pool, scene: Scene) -> None:
    """Ten holds that end at about the moment at which they are accepted, with two workers that end them."""
    owner, lucky = scene.people[:2]
    wishes = []
    for number in range(10):
        period = period_on(day_after(7 + number))
        booking_id = await book(pool, owner, scene.desk, period)
        wishes.append(await wait(pool, lucky, scene, period, scene.desk))
        await cancel(pool, owner, booking_id)
    assert await pool.fetchval(HELD) == 10

    async def end(booking_id: int) -> None:
        while await pool.fetchval("SELECT status = 'held' FROM booking WHERE id = $1", booking_id):
            async with pool.acquire() as connection, connection.transaction():
                await expire_offer(connection, booking_id)

    async def both(number: int, wish: int) -> tuple[object, str, str]:
        booking_id = await pool.fetchval("SELECT booking_id FROM waiting WHERE id = $1", wish)
        moment = timedelta(milliseconds=8 * number)
        await pool.execute("UPDATE booking SET until_at = clock_timestamp() + $2 WHERE id = $1", booking_id, moment)
        click, *_ends = await asyncio.gather(outcome(accept(pool, lucky, wish)), end(booking_id), end(booking_id))
        mails = await pool.fetchval(
            """SELECT string_agg(substring(template FROM '/(confirmation|offer_expired)$'), ' ') FROM outbox
               WHERE topic = 'booking:' || $1 AND withdrawn_at IS NULL""",
            f"{booking_id}",
        )
        return click, await pool.fetchval("SELECT status FROM booking WHERE id = $1", booking_id), mails

    for number, wish in enumerate(wishes):
        assert await both(number, wish) in {
            ("done", "confirmed", "confirmation"),
            (OfferGone, "cancelled", "offer_expired"),
        }


async def accept_as_the_time_ends(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """It is accepted in time, and not committed yet, when the time is over and a worker comes to end the hold.

    What came of the click and of the worker, how booking and wish stand, and the mails that say so.
    """
    await stop_the_clock(pool)
    owner, lucky = scene.people[:2]
    booking_id = await book(pool, owner, scene.desk, MORNING)
    wish = await wait(pool, lucky, scene, MORNING, scene.desk)
    await cancel(pool, owner, booking_id)
    accepted, go_on = asyncio.Event(), asyncio.Event()

    async def pausing(*values: Any) -> object:
        accepted.set()
        await go_on.wait()
        return await charge_booking(*values)

    monkeypatch.setattr(answers, "charge_booking", pausing)
    click = asyncio.create_task(outcome(accept(pool, lucky, wish)))
    await accepted.wait()
    await turn_to(pool, "(SELECT until_at FROM booking WHERE status = 'held')")
    worker = asyncio.create_task(outcome(expire_offers(pool)))
    await until_waiting(pool)  # for the lock; where there is none, for the row itself
    go_on.set()
    results = await click, await worker
    async with pool.acquire() as connection:
        status = await connection.fetchval(
            "SELECT status FROM booking JOIN waiting ON booking_id = booking.id WHERE waiting.id = $1", wish
        )
        return *results, status, await states(connection), set(await mails_to(connection, lucky)) - {"reminder"}


async def test_what_is_accepted_in_time_does_not_end(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    came_of_it = await accept_as_the_time_ends(pool, scene, monkeypatch)
    assert came_of_it == ("done", "done", "confirmed", ["accepted"], {"confirmation"})


async def test_without_the_lock_it_would_be_confirmed_and_ended(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the worker has looked before the click is committed, and writes without asking again."""
    monkeypatch.setattr(answers, "lock_to_free", no_lock)
    monkeypatch.setattr(answers, "mark_cancelled", cancel_unasked)
    came_of_it = await accept_as_the_time_ends(pool, scene, monkeypatch)
    assert came_of_it == ("done", "done", "cancelled", ["accepted"], {"confirmation", "offer_expired"})


async def test_many_workers_end_each_hold_once_and_serve_the_next(pool: Pool, scene: Scene) -> None:
    owner, *line = scene.people
    booking_id = await book(pool, owner, scene.desk, MORNING)
    for person in line:
        await wait(pool, person, scene, MORNING, scene.desk)
    await cancel(pool, owner, booking_id)
    for number in range(1, 6):
        await let_holds_run_out(pool)
        assert sum(await asyncio.gather(*(expire_offers(pool) for _ in range(5)))) == 1
        assert await states(pool) == ["expired"] * number + ["offered"] * (number < 5) + ["waiting"] * (4 - number)
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/offer_expired'") == 5


async def black_out(pool: Pool, scene: Scene) -> None:
    """As a host who cancels whatever is in the way, however often the page has to be read."""
    decision = Decision()
    while True:
        try:
            async with pool.acquire() as connection, connection.transaction():
                wish = BlackoutWish((scene.desk,), MORNING, "Putzen")
                await add_blackout(connection, scene.host, scene.space_id, wish, decision)
        except Undecided as undecided:
            ids = [one.booking_id for one in undecided.affected]
            decision = Decision(mark_of(undecided.affected), dict.fromkeys(ids, "cancel"))
        else:
            return


async def test_nobody_is_promoted_into_a_blackout(pool: Pool, scene: Scene) -> None:
    """The owner cancels, the first in line accepts and the host needs the desk, all at once."""
    owner, *line = scene.people
    booking_id = await book(pool, owner, scene.desk, MORNING)
    wishes = [await wait(pool, person, scene, MORNING, scene.desk) for person in line]
    tries = [outcome(accept(pool, person, wish)) for person, wish in zip(line, wishes, strict=True)]
    await asyncio.gather(outcome(cancel(pool, owner, booking_id)), black_out(pool, scene), *tries)
    in_the_way = "SELECT count(*) FROM booking WHERE blackout_id IS NULL AND status <> 'cancelled'"
    assert await pool.fetchval(in_the_way) == 0
    assert set(await states(pool)) <= {"waiting", "withdrawn", "accepted"}  # accepted, and then called off
    assert await held_together(pool) == 0


async def test_offering_before_the_blackout_stands_would_be_such_a_promotion(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: served as soon as a booking is cancelled, and not when the host's change is written."""
    owner, patient = scene.people[:2]
    await book(pool, owner, scene.desk, MORNING)
    await wait(pool, patient, scene, MORNING, scene.desk)
    mark_cancelled = verbs.mark_cancelled

    async def serving_at_once(connection: Connection, booking: Any, by: Any, because: Any) -> Any:
        cancelled = await mark_cancelled(connection, booking, by, because)
        await serving.serve_line(connection, booking.space.id)
        return cancelled

    monkeypatch.setattr("landbooking.spaces.hosting.consequences.mark_cancelled", serving_at_once)
    await black_out(pool, scene)
    assert await states(pool) == ["offered"]


async def test_of_those_who_decline_and_those_who_book_nobody_gets_the_same(pool: Pool, scene: Scene) -> None:
    """Everybody wants one desk in every way at once."""
    owner, *line = scene.people
    booking_id = await book(pool, owner, scene.desk, MORNING)
    wishes = [await wait(pool, person, scene, MORNING, scene.desk) for person in line]

    async def decline(person: Person, wish: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await withdraw_wish(connection, person, wish)

    tries: list[Awaitable[object]] = [outcome(cancel(pool, owner, booking_id))]
    for number, (person, wish) in enumerate(zip(line, wishes, strict=True)):
        tries += [
            outcome(book(pool, person, scene.desk, MORNING)),
            outcome(decline(person, wish) if number % 2 else accept(pool, person, wish)),
        ]
    results = set(await asyncio.gather(*tries))
    assert results <= {"done", OfferGone, DeskTaken, RuleBroken}
    assert await held_together(pool) == 0
    assert await overlaps(pool) == 0
