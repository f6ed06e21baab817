"""What bookings cost, and the ledger in which it stands."""

from datetime import date, datetime
from typing import Any

import asyncpg
import pytest

from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest
from landbooking.spaces.opening_hours import Interval, OpeningRules
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.cards import CardRefused, cards_of
from landbooking.spaces.tariffs.cost import Cost
from landbooking.spaces.tariffs.ledger import counts_on
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import AlreadyPaid, NotForSale, sell_card, sell_pass, take_card_back, waive
from landbooking.spaces.tariffs.tariff import Tariff, effective_tariff, price_of
from support.hosting import Place
from support.spaces import BERLIN, day_after, make_desk, make_district, make_space, open_daily, period_on

DAY = day_after(4)


async def rows_of(connection: Connection, booking_id: int) -> list[tuple[Any, ...]]:
    rows = await connection.fetch(
        "SELECT way, cents, visits, corrects IS NOT NULL FROM charge WHERE booking_id = $1 ORDER BY id", booking_id
    )
    return [tuple(row) for row in rows]


async def sold(connection: Connection, place: Place, person: Person, visits: int = 10) -> int:
    await offer_cards(connection, await make_district(connection), visits, 800 * visits)
    return await sell_card(connection, place.host, await space_by_id(connection, place.space_id), person.email)


async def left(connection: Connection, card_id: int) -> int:
    count: int = await connection.fetchval("SELECT visits_left FROM card WHERE id = $1", card_id)
    return count


@pytest.fixture
async def priced(connection: Connection, place: Place) -> Place:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300, day_cents=1200, month_cents=9000))
    return place


@pytest.mark.parametrize(
    ("tariff", "start", "end", "cents"),
    [
        (Tariff(), "08:00", "18:00", 0),
        (Tariff(hour_cents=300), "09:00", "11:00", 600),
        (Tariff(hour_cents=300), "09:00", "10:15", 600),
        (Tariff(hour_cents=300, day_cents=1200), "09:00", "17:00", 1200),
        (Tariff(half_day_cents=700), "09:00", "12:00", 700),
        (Tariff(half_day_cents=700), "12:00", "14:00", 1400),
        (Tariff(hour_cents=500, half_day_cents=700, day_cents=1200), "12:00", "14:00", 1000),
        (Tariff(hour_cents=0, day_cents=1200), "09:00", "17:00", 0),
        (Tariff(day_cents=1200), "09:00", "09:30", 1200),
    ],
)
def test_nobody_pays_more_for_hours_than_for_the_day(tariff: Tariff, start: str, end: str, cents: int) -> None:
    hours = tuple(Interval(weekday, 480, 1080) for weekday in range(1, 8))
    rules = OpeningRules("Europe/Berlin", "RP", hours, open_on_public_holidays=True)
    assert price_of(tariff, rules, period_on(DAY, start, end)) == cents


def test_tariffs_are_inherited_as_rules_are() -> None:
    tariffs = (
        Tariff(hour_cents=300, day_cents=1200),
        Tariff(kind="meeting_room", hour_cents=800),
        Tariff(resource_id=7, day_cents=0),
    )
    assert effective_tariff(tariffs, "desk", 1) == Tariff("desk", 1, 300, None, 1200)
    assert effective_tariff(tariffs, "meeting_room", 2) == Tariff("meeting_room", 2, 800, None, 1200)
    assert effective_tariff(tariffs, "meeting_room", 7) == Tariff("meeting_room", 7, 800, None, 0)


async def test_what_costs_nothing_is_no_charge(connection: Connection, place: Place, resident: Person) -> None:
    booking = await book_resource(connection, resident, place.desk, period_on(DAY))
    assert booking.cost is None
    await cancel_booking(connection, resident, booking.id)
    assert await connection.fetchval("SELECT count(*) FROM charge") == 0


async def test_rooms_for_video_appointments_leave_no_trace(
    connection: Connection, priced: Place, resident: Person
) -> None:
    room = await make_desk(connection, priced.space_id, "Raum 3", kind="telemedicine")
    assert (await book_resource(connection, resident, room, period_on(DAY))).cost is None
    assert await connection.fetchval("SELECT count(*) FROM charge") == 0


async def test_a_booking_is_charged_moved_and_called_off_by_rows(
    connection: Connection, priced: Place, resident: Person
) -> None:
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY, "09:00", "11:00"))
    assert booking.cost == Cost("counter", 600)
    moved = await move_booking(
        connection, resident, booking.id, None, priced.other_desk, period_on(DAY, "09:00", "18:00")
    )
    assert moved.cost == Cost("counter", 1200)
    cancelled = await cancel_booking(connection, resident, booking.id)
    assert cancelled.cost is None
    assert await rows_of(connection, booking.id) == [
        ("counter", 600, 0, False),
        ("counter", -600, 0, True),
        ("counter", 1200, 0, False),
        ("counter", -1200, 0, True),
    ]


async def test_the_price_that_was_told_stands(connection: Connection, priced: Place, resident: Person) -> None:
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY, "09:00", "11:00"))
    await set_tariff(connection, priced.space_id, Tariff(hour_cents=900))
    assert (await booking_by_id(connection, booking.id)).cost == Cost("counter", 600)


async def test_guests_pay_at_the_counter(connection: Connection, priced: Place) -> None:
    booking = await book_for_guest(connection, priced.host, priced.desk, period_on(DAY, "09:00", "10:00"), "", "")
    assert booking.cost == Cost("counter", 300)
    await call_off_for_guest(connection, priced.host, priced.space_id, booking.id, None)
    assert [row[1] for row in await rows_of(connection, booking.id)] == [300, -300]


async def test_a_visit_is_a_day_in_a_space(connection: Connection, priced: Place, resident: Person) -> None:
    card = await sold(connection, priced, resident)
    first, second = [
        await book_resource(connection, resident, priced.desk, period_on(DAY, *clocks), pay_with=card)
        for clocks in (("09:00", "10:00"), ("11:00", "12:00"))
    ]
    assert first.cost == Cost("card", 0, card)
    assert await left(connection, card) == 9
    await cancel_booking(connection, resident, first.id)  # the second booking keeps the visit
    assert await left(connection, card) == 9
    assert (await booking_by_id(connection, second.id)).cost == Cost("card", 0, card)
    await cancel_booking(connection, resident, second.id)
    assert await left(connection, card) == 10
    for booking in (first, second):
        assert sum(row[2] for row in await rows_of(connection, booking.id)) == 0


async def test_a_move_takes_the_visit_along(connection: Connection, priced: Place, resident: Person) -> None:
    card = await sold(connection, priced, resident, visits=1)
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY), pay_with=card)
    moved = await move_booking(connection, resident, booking.id, None, None, period_on(day_after(5)))
    assert moved.cost == Cost("card", 0, card)
    assert await left(connection, card) == 0
    assert [row[2] for row in await rows_of(connection, booking.id)] == [1, -1, 1]


async def test_a_card_pays_for_its_person_in_its_district(
    connection: Connection, priced: Place, resident: Person, outsider: Person
) -> None:
    card = await sold(connection, priced, resident, visits=1)
    with pytest.raises(CardRefused):
        await book_resource(connection, outsider, priced.desk, period_on(DAY), pay_with=card)
    elsewhere = await make_space(connection, name="Nachbarraum")
    await open_daily(connection, elsewhere)
    await set_tariff(connection, elsewhere, Tariff(day_cents=1000))
    other = await make_desk(connection, elsewhere)
    assert (await book_resource(connection, resident, other, period_on(DAY), pay_with=card)).cost == Cost(
        "card", 0, card
    )
    with pytest.raises(CardRefused) as empty:
        await book_resource(connection, resident, priced.other_desk, period_on(DAY), pay_with=card)
    assert "kein Besuch" in empty.value.message


async def test_a_sale_is_taken_back_while_nothing_is_used(
    connection: Connection, priced: Place, resident: Person
) -> None:
    space = await space_by_id(connection, priced.space_id)
    card = await sold(connection, priced, resident)
    await take_card_back(connection, priced.host, space, card)
    assert await cards_of(connection, resident) == []
    assert await connection.fetchval("SELECT sum(cents) FROM charge WHERE card_id = $1", card) == 0
    used = await sold(connection, priced, resident)
    await book_resource(connection, resident, priced.desk, period_on(DAY), pay_with=used)
    with pytest.raises(AlreadyPaid):
        await take_card_back(connection, priced.host, space, used)


async def test_a_pass_covers_a_month(connection: Connection, priced: Place, resident: Person) -> None:
    space = await space_by_id(connection, priced.space_id)
    await sell_pass(connection, priced.host, space, resident.email, DAY)
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY))
    assert booking.cost == Cost("pass", 0)
    before = await book_resource(connection, resident, priced.desk, period_on(day_after(3), "09:00", "10:00"))
    assert before.cost == Cost("counter", 300)
    with pytest.raises(AlreadyPaid):
        await sell_pass(connection, priced.host, space, resident.email, day_after(10))


async def test_what_has_no_price_is_not_sold(connection: Connection, place: Place, resident: Person) -> None:
    space = await space_by_id(connection, place.space_id)
    with pytest.raises(NotForSale):
        await sell_card(connection, place.host, space, resident.email)
    with pytest.raises(NotForSale):
        await sell_pass(connection, place.host, space, resident.email, DAY)


async def test_a_charge_is_waived_for_a_reason(connection: Connection, priced: Place, resident: Person) -> None:
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY, "09:00", "10:00"))
    await waive(connection, priced.host, priced.space_id, booking.id, "volunteer")
    assert await rows_of(connection, booking.id) == [
        ("counter", 300, 0, False),
        ("counter", -300, 0, True),
        ("waived", 0, 0, False),
    ]
    moved = await move_booking(connection, resident, booking.id, None, None, period_on(DAY, "14:00", "16:00"))
    assert moved.cost is not None
    assert moved.cost.way == "waived"
    with pytest.raises(AlreadyPaid):
        await waive(connection, priced.host, priced.space_id, booking.id, "income")


async def test_the_ledger_outlives_the_person(connection: Connection, priced: Place, resident: Person) -> None:
    card = await sold(connection, priced, resident)
    await book_resource(connection, resident, priced.desk, period_on(DAY), pay_with=card)
    await erase_account(connection, resident)
    rows = await connection.fetch("SELECT person_id, cents FROM charge")
    assert [tuple(row) for row in rows] == [(None, 8000), (None, 0), (None, 0)]
    assert await connection.fetchval("SELECT person_id FROM card WHERE id = $1", card) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charge SET cents = 0",
        "UPDATE charge SET made_by = (SELECT max(id) FROM person WHERE id <> made_by)",
        "DELETE FROM charge",
        "TRUNCATE charge CASCADE",
        """INSERT INTO charge (what, way, space_id, booking_id, day, counts_on, cents, corrects)
           SELECT what, way, space_id, booking_id, day, counts_on, -1, id FROM charge""",
    ],
)
async def test_nobody_changes_the_ledger(
    connection: Connection, priced: Place, resident: Person, statement: str
) -> None:
    await book_resource(connection, resident, priced.desk, period_on(DAY))
    await connection.execute("UPDATE person SET name = 'x'")
    with pytest.raises((asyncpg.RestrictViolationError, asyncpg.CheckViolationError)):
        async with connection.transaction():
            await connection.execute(statement)


async def test_a_month_that_is_over_is_settled(connection: Connection, priced: Place, resident: Person) -> None:
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY))
    days = await connection.fetch("SELECT day, counts_on FROM charge WHERE booking_id = $1", booking.id)
    assert [tuple(row) for row in days] == [(DAY, DAY)]
    assert counts_on(booking.space, date(2020, 1, 31)) == datetime.now(BERLIN).date()
