"""The last visit of a card, wanted by many at once, is used once. With its negative control."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from landbooking.database import Connection, Pool
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs import cards
from landbooking.spaces.tariffs.cards import CardRefused, take_visit
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.races import Scene, make_scene, outcome
from support.spaces import day_after, make_district, period_on

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
            booking = await book_resource(connection, person, scene.desk, period_on(DAYS[number]), pay_with=card)
            booked.append(booking.id)

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
