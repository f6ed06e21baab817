"""What a series costs, said before it is booked; and a card pays all of it, or nothing is booked."""

from datetime import date, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.series.plan import Choice
from landbooking.spaces.series.verbs import SumChanged, book_series
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.cards import CardRefused
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card, sell_pass
from landbooking.spaces.tariffs.tariff import Tariff
from support.hosting import Place
from support.people import bearer, make_person
from support.series import booked_series, planned, weekly
from support.spaces import make_district, period_on

WEEK = timedelta(days=7)


@pytest.fixture
async def place(connection: Connection, place: Place) -> Place:
    """Where an hour costs three euros, a day ten, and the other desk nothing."""
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300, day_cents=1000, month_cents=5000))
    free = Tariff(resource_id=place.other_desk, hour_cents=0, day_cents=0)
    await set_tariff(connection, place.space_id, free)
    return place


async def a_card(connection: Connection, place: Place, person: Person, visits: int) -> int:
    await offer_cards(connection, await make_district(connection), visits, 800 * visits)
    return await sell_card(connection, place.host, await space_by_id(connection, place.space_id), person.email)


async def left(connection: Connection, card_id: int) -> int:
    count: int = await connection.fetchval("SELECT visits_left FROM card WHERE id = $1", card_id)
    return count


async def test_each_date_has_its_price_and_together_they_have_a_sum(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    choices = {monday + WEEK: Choice(None), monday + 2 * WEEK: Choice(place.other_desk)}
    plan = await planned(connection, resident, weekly(place.desk, monday, choices=choices))
    assert [one.cents for one in plan.dates] == [900, 0, 0, 900]
    assert plan.cents == 1800
    _series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, choices=choices))
    assert [one.cost and one.cost.cents for one in bookings] == [900, None, 900]
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%series%confirmation'")
    assert context["cost"] == "18,00\xa0€, zu zahlen vor Ort"


async def test_days_in_a_month_pass_are_paid(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    await sell_pass(connection, place.host, await space_by_id(connection, place.space_id), resident.email, monday)
    plan = await planned(connection, resident, weekly(place.desk, monday, 6))
    assert [one.in_pass for one in plan.dates] == [True] * 5 + [False]
    assert plan.cents == 900
    _series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 6))
    assert sum(one.cost.cents for one in bookings if one.cost) == 900


async def test_a_card_pays_a_visit_for_every_day(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    card = await a_card(connection, place, resident, 5)
    await book_resource(connection, resident, place.desk, period_on(monday, "14:00", "15:00"), pay_with=card)
    series = await book_series(connection, resident, weekly(place.desk, monday, 5), card)
    assert await left(connection, card) == 0  # the first day was paid already
    first = await connection.fetchval("SELECT min(id) FROM booking WHERE series_id = $1", series.id)
    await cancel_dates(connection, resident, Which(series.id, first, "all"))
    assert await left(connection, card) == 4


async def test_a_card_with_too_few_visits_says_so_and_nothing_is_booked(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    card = await a_card(connection, place, resident, 3)
    with pytest.raises(CardRefused) as refused:
        async with connection.transaction():
            await book_series(connection, resident, weekly(place.desk, monday), card)
    assert "brauchen 4 Besuche, auf der Karte sind noch 3." in refused.value.fields["pay_with"]
    # What costs nothing needs no visit.
    choices = {monday: Choice(place.other_desk)}
    await book_series(connection, resident, weekly(place.desk, monday, choices=choices), card)
    assert await left(connection, card) == 0


async def test_nothing_but_the_sum_that_was_said_is_charged(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, monday: date
) -> None:
    skipped = weekly(place.desk, monday, choices={monday: Choice(None)})
    with pytest.raises(SumChanged, match="27,00\xa0€, zu zahlen vor Ort"):
        await book_series(connection, resident, skipped, said_cents=3600)
    await book_series(connection, resident, skipped, said_cents=2700)
    # By programs too; a price that a host has changed meanwhile is such a change as well.
    body = {"resource_id": place.desk, "first": f"{monday}", "repeats": "weekly", "count": 2, "said_cents": 600}
    body |= {"start": "14:00", "end": "15:00"}
    await set_tariff(connection, place.space_id, Tariff(hour_cents=400, day_cents=1000))
    headers = await bearer(connection, resident)
    refused = await client.post("/api/v1/series", json=body, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:landbooking:problem:price")
    again = (await client.post("/api/v1/series/preview", json={**body, "said_cents": None}, headers=headers)).json()
    booked = await client.post("/api/v1/series", json={**body, "said_cents": again["price_cents"]}, headers=headers)
    assert booked.status_code == 201


async def test_somebody_elses_card_pays_nothing(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    card = await a_card(connection, place, await make_person(connection, "nachbar@example.org"), 10)
    with pytest.raises(CardRefused, match="gilt hier nicht"):
        await book_series(connection, resident, weekly(place.desk, monday), card)
