"""The last visit of a card, wanted by many at once, is used once. With its negative control."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.period import STEP
from landbooking.spaces import booking, pools
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import Booking
from landbooking.spaces.pools import book_one_of
from landbooking.spaces.presence import here
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs import cards, ledger
from landbooking.spaces.tariffs.cards import CardRefused, take_visit
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.waiting import answers as waiting
from landbooking.spaces.waiting.answers import accept_offer
from support.presence import quarter
from support.races import Scene, cancel_unasked, make_scene, no_lock, outcome, until_waiting
from support.spaces import day_after, make_district, period_on
from support.waiting import make_wish

DAYS = [day_after(3) + timedelta(days=number) for number in range(20)]


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=1)


async def a_card(pool: Pool, scene: Scene, visits: int = 1) -> int:
    async with pool.acquire() as connection:
        await set_tariff(connection, scene.space_id, Tariff(day_cents=1200))
        await offer_cards(connection, await make_district(connection), visits, 800 * visits)
        space = await space_by_id(connection, scene.space_id)
        return await sell_card(connection, scene.host, space, scene.people[0].email)


async def twenty_visits_at_once(pool: Pool, scene: Scene, card: int) -> Counter[object]:
    """Each on a day of its own; the person's lock is not taken, so that nothing but the card's row orders them."""

    async def use(number: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await take_visit(connection, card, scene.people[0].id, scene.space_id, DAYS[number])

    return Counter(await asyncio.gather(*(outcome(use(number)) for number in range(20))))


async def test_the_last_visit_is_used_once(pool: Pool, scene: Scene) -> None:
    card = await a_card(pool, scene)
    assert await twenty_visits_at_once(pool, scene, card) == {"done": 1, CardRefused: 19}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 0


async def test_looking_first_and_taking_afterwards_would_overspend(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await a_card(pool, scene)
    await pool.execute("ALTER TABLE card DROP CONSTRAINT card_check")
    looked = asyncio.Barrier(20)

    async def look_then_take(connection: Connection, card_id: int) -> bool:
        left = await connection.fetchval("SELECT visits_left FROM card WHERE id = $1", card_id)
        await looked.wait()
        await connection.execute("UPDATE card SET visits_left = visits_left - 1 WHERE id = $1", card_id)
        return bool(left > 0)

    monkeypatch.setattr(cards, "_spend", look_then_take)
    assert (await twenty_visits_at_once(pool, scene, card))["done"] == 20
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == -19


async def test_of_many_bookings_one_is_paid_by_the_last_visit(pool: Pool, scene: Scene) -> None:
    card = await a_card(pool, scene)

    async def book(number: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await book_resource(connection, scene.people[0], scene.desk, period_on(DAYS[number]), pay_with=card)

    results = Counter(await asyncio.gather(*(outcome(book(number)) for number in range(20))))
    assert results == {"done": 1, CardRefused: 19}
    assert await pool.fetchval("SELECT count(*) FROM booking") == 1
    assert await pool.fetchval("SELECT sum(visits) FROM charge WHERE card_id = $1", card) == 1


async def test_visits_used_and_given_back_at_once_add_up(pool: Pool, scene: Scene) -> None:
    card = await a_card(pool, scene, visits=10)
    person = scene.people[0]
    booked = []
    async with pool.acquire() as connection, connection.transaction():
        for number in range(5):
            made = await book_resource(connection, person, scene.desk, period_on(DAYS[number]), pay_with=card)
            booked.append(made.id)

    async def cancel(booking_id: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await cancel_booking(connection, person, booking_id)

    async def book(number: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await book_resource(connection, person, scene.other_desk, period_on(DAYS[number]), pay_with=card)

    # On the days of those that are cancelled too: whichever comes first, the day is paid once.
    tries = [cancel(booking_id) for booking_id in booked] + [book(number) for number in range(10)]
    assert Counter(await asyncio.gather(*map(outcome, tries))) == {"done": 15}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 0
    assert await pool.fetchval("SELECT sum(visits) FROM charge WHERE card_id = $1", card) == 10


async def cancel_twice(pool: Pool, scene: Scene, card: int) -> Counter[object]:
    """One of two bookings that the card has paid, on two days."""
    person = scene.people[0]
    async with pool.acquire() as connection, connection.transaction():
        for number in range(2):
            made = await book_resource(connection, person, scene.desk, period_on(DAYS[number]), pay_with=card)

    async def cancel() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await cancel_booking(connection, person, made.id)

    tries = [outcome(cancel()) for _ in range(2)]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM booking FOR UPDATE")
        both = asyncio.gather(*tries)
        await until_waiting(pool, 2)
    return Counter(await both)


async def test_cancelled_twice_a_booking_gives_its_visit_back_once(pool: Pool, scene: Scene) -> None:
    card = await a_card(pool, scene, visits=10)
    assert await cancel_twice(pool, scene, card) == {"done": 2}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 9


async def test_without_the_locks_the_ledger_has_one_counter_row(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have seen it standing, and nothing asks whether it still does."""
    _without_locks(monkeypatch)
    card = await a_card(pool, scene, visits=10)

    async def cancel_and_take_back(connection: Connection, seen: Booking, by: Person, because: str) -> Booking:
        cancelled = await cancel_unasked(connection, seen, by, because)
        await ledger.take_back(connection, seen, by)
        return cancelled

    monkeypatch.setattr(booking, "mark_cancelled", cancel_and_take_back)
    assert await cancel_twice(pool, scene, card) == {"done": 2}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 9


async def test_looking_first_and_giving_back_afterwards_would_give_it_back_twice(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_locks(monkeypatch)
    card = await a_card(pool, scene, visits=10)

    async def look_then_give_back(connection: Connection, seen: Booking, by: Person, because: str) -> Booking:
        assert await connection.fetchval("SELECT count(*) FROM charge WHERE booking_id = $1", seen.id) == 1
        cancelled = await cancel_unasked(connection, seen, by, because)
        await connection.execute("UPDATE card SET visits_left = visits_left + 1 WHERE id = $1", card)
        return cancelled

    monkeypatch.setattr(booking, "mark_cancelled", look_then_give_back)
    assert await cancel_twice(pool, scene, card) == {"done": 2}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 10


# The other ways to spend a visit: any unit of a pool, a move to a day that is not paid yet, what was held for who stood
# in line, and the code at a desk. What orders them is the person's lock, and if that ever failed, the card's row.


WAYS = ["pool", "move", "offer", "here"]


async def ten_at_once(pool: Pool, scene: Scene, path: str, card: int) -> Counter[object]:
    """Each needs a visit of its own, of which one is left."""
    person = scene.people[0]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE resource SET pool = 'Tisch' WHERE space_id = $1", scene.space_id)
        halves = [f"{8 + number // 2:02}:{number % 2 * 30:02}" for number in range(12)]
        for start, end in pairwise(halves):  # all of one day: one visit
            await book_resource(connection, person, scene.desk, period_on(DAYS[0], start, end), pay_with=card)
        booked = [row["id"] for row in await connection.fetch("SELECT id FROM booking ORDER BY id OFFSET 1")]
        wishes = await ten_held(connection, scene) if path == "offer" else []
        code = await connection.fetchval("SELECT code FROM resource WHERE id = $1", scene.other_desk)
        await connection.execute("UPDATE opening_hours SET opens = 0, closes = 1440")
        await connection.execute("UPDATE space SET shortest_minutes = 15")

    async def one(number: int) -> None:
        later = period_on(DAYS[1 + number])
        async with pool.acquire() as connection, connection.transaction():
            if path == "pool":
                await book_one_of(connection, person, scene.space_id, "Tisch", later, pay_with=card)
            elif path == "offer":
                await accept_offer(connection, person, wishes[number], card)
            elif path == "here" and number == 0:  # now, and the others on other days
                end = quarter(datetime.now(UTC)) + 2 * STEP
                await here.book_here(connection, person, code, scene.other_desk, end, card)
            elif path == "here":
                await book_resource(connection, person, scene.other_desk, later, pay_with=card)
            else:
                await move_booking(connection, person, booked[number], None, scene.other_desk, later)

    return Counter(await asyncio.gather(*(outcome(one(number)) for number in range(10))))


async def ten_held(connection: Connection, scene: Scene) -> list[int]:
    """Wishes on ten days, for each of which a desk is held."""
    wishes = []
    for number in range(10):
        later = period_on(DAYS[1 + number])
        taken = await book_resource(connection, scene.host, scene.other_desk, later)
        wishes.append(await make_wish(connection, scene.people[0], later, scene.space_id, scene.other_desk))
        await cancel_booking(connection, scene.host, taken.id)
    return wishes


@pytest.mark.parametrize("path", WAYS)
async def test_every_other_way_uses_the_last_visit_once(pool: Pool, scene: Scene, path: str) -> None:
    card = await a_card(pool, scene, visits=2)
    assert await ten_at_once(pool, scene, path, card) == {"done": 1, CardRefused: 9}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 0
    assert await pool.fetchval("SELECT sum(visits) FROM charge WHERE card_id = $1", card) == 2


@pytest.mark.parametrize("path", WAYS)
async def test_without_the_locks_the_cards_row_decides(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    _without_locks(monkeypatch)
    card = await a_card(pool, scene, visits=2)
    assert (await ten_at_once(pool, scene, path, card))["done"] == 1
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 0


@pytest.mark.parametrize("path", WAYS)
async def test_without_either_every_other_way_would_overspend(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    card = await a_card(pool, scene, visits=2)
    await pool.execute("ALTER TABLE card DROP CONSTRAINT card_check")
    looked = asyncio.Barrier(10)

    async def look_then_take(connection: Connection, card_id: int) -> bool:
        left = await connection.fetchval("SELECT visits_left FROM card WHERE id = $1", card_id)
        if left < 2:  # the first visit is that of the day on which all were
            await looked.wait()
        await connection.execute("UPDATE card SET visits_left = visits_left - 1 WHERE id = $1", card_id)
        return bool(left > 0)

    monkeypatch.setattr(cards, "_spend", look_then_take)
    _without_locks(monkeypatch)
    assert (await ten_at_once(pool, scene, path, card))["done"] == 10
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == -9


def _without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lock_against_changes", "lock_to_free", "lock_booking"):
        monkeypatch.setattr(booking, name, no_lock)
    monkeypatch.setattr(pools, "lock_against_changes", no_lock)
    monkeypatch.setattr(here, "lock_person", no_lock)
    for name in ("lock_person", "lock_against_changes"):
        monkeypatch.setattr(waiting, name, no_lock)
