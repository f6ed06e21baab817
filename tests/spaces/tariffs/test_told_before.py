"""Whoever books knows before what it costs, wherever it is booked."""

import html

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card, sell_pass
from landbooking.spaces.tariffs.tariff import Tariff
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_desk, make_district, period_on
from support.waiting import make_wish

DAY = day_after(4)
ASKED = {"date": f"{DAY}", "start": "09:00", "end": "11:00"}
MORNING = period_on(DAY, "09:00", "11:00")


@pytest.fixture
async def priced(connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person) -> Place:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300, day_cents=1200, month_cents=9000))
    await connection.execute("UPDATE resource SET pool = 'Tisch' WHERE space_id = $1", place.space_id)
    await sign_in(connection, client, resident)
    return place


async def text_at(client: httpx.AsyncClient, path: str, **query: str) -> str:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200
    return html.unescape(answer.text).replace("\xa0", " ")


async def test_a_single_place_with_its_equipment(
    connection: Connection, client: httpx.AsyncClient, priced: Place
) -> None:
    projector = await make_desk(connection, priced.space_id, "Beamer", kind="equipment")
    await set_tariff(connection, priced.space_id, Tariff(resource_id=projector, day_cents=500))
    form = await text_at(client, f"/resources/{priced.desk}/bookings/new", **ASKED)
    for said in ("6,00 €, zu zahlen vor Ort", "5,00 € dazu", "3,00 € je Stunde, 12,00 € je Tag"):
        assert said in form
    assert "3,00 € je Stunde" in await text_at(client, f"/spaces/{priced.space_id}")


async def test_any_of_a_pool_and_its_card(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    path = f"/spaces/{priced.space_id}/bookings/new"
    assert "6,00 €, zu zahlen vor Ort" in await text_at(client, path, pool="Tisch", **ASKED)
    await set_tariff(connection, priced.space_id, Tariff(resource_id=priced.other_desk, hour_cents=500))
    assert "je nach Platz 6,00 € bis 10,00 €" in await text_at(client, path, pool="Tisch", **ASKED)
    await offer_cards(connection, await make_district(connection), 1, 800)
    card = await sell_card(connection, priced.host, await space_by_id(connection, priced.space_id), resident.email)
    assert f'name="pay_with" value="{card}"' in await text_at(client, path, pool="Tisch", **ASKED)
    form = {**ASKED, "pool": "Tisch", "pay_with": f"{card}"}
    booked = await client.post(f"/spaces/{priced.space_id}/bookings", data=form)
    assert "mit Ihrer Besuchskarte" in await text_at(client, booked.headers["location"])
    other_day = {**form, "date": f"{day_after(5)}"}
    for address in (f"/spaces/{priced.space_id}/bookings", f"/resources/{priced.desk}/bookings"):
        empty = await client.post(address, data=other_day)
        assert empty.status_code == 409
        assert "kein Besuch mehr" in empty.text
        assert f'value="{day_after(5)}"' in empty.text  # nothing typed is lost


async def test_who_has_a_pass_is_told_so(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    await sell_pass(connection, priced.host, await space_by_id(connection, priced.space_id), resident.email, DAY)
    for path, more in (
        (f"/resources/{priced.desk}/bookings/new", {}),
        (f"/spaces/{priced.space_id}/bookings/new", {"pool": "Tisch"}),
    ):
        form = await text_at(client, path, **ASKED, **more)
        assert "im Monatspass enthalten" in form
        assert "zu zahlen vor Ort" not in form


async def test_a_series_and_a_move(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    rule = {**ASKED, "repeats": "weekly", "count": "3"}
    assert "Kosten zusammen: 18,00" in await text_at(client, f"/resources/{priced.desk}/series/new", **rule)
    booking = await book_resource(connection, resident, priced.desk, MORNING)
    form = await text_at(client, f"/bookings/{booking.id}/move")
    assert "6,00 €, zu zahlen vor Ort" in form
    assert "Der Preis richtet sich nach der neuen Zeit: 3,00 € je Stunde" in form


async def test_what_is_held_for_somebody(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person, outsider: Person
) -> None:
    first = await book_resource(connection, outsider, priced.desk, MORNING)
    wish_id = await make_wish(connection, resident, MORNING, priced.space_id, priced.desk)
    await cancel_booking(connection, outsider, first.id)
    assert "6,00 €, zu zahlen vor Ort" in await text_at(client, f"/waiting/{wish_id}")


async def test_programs_are_told(connection: Connection, client: httpx.AsyncClient, priced: Place) -> None:
    room = await make_desk(connection, priced.space_id, "Raum 3", kind="telemedicine")
    answer = (await client.get(f"/api/v1/spaces/{priced.space_id}")).json()
    prices = {one["id"]: one["price"] for one in answer["resources"]}
    assert prices[priced.desk] == {"hour_cents": 300, "half_day_cents": None, "day_cents": 1200}
    assert set(prices[room].values()) == {None}


async def test_a_move_that_no_card_pays_keeps_what_was_typed(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    await offer_cards(connection, await make_district(connection), 1, 800)
    card = await sell_card(connection, priced.host, await space_by_id(connection, priced.space_id), resident.email)
    booking = await book_resource(connection, resident, priced.desk, MORNING, pay_with=card)
    await book_resource(connection, resident, priced.other_desk, MORNING, pay_with=card)  # keeps the day's visit
    other = {**ASKED, "date": f"{day_after(5)}", "resource": f"{priced.desk}"}
    refused = await client.post(f"/bookings/{booking.id}/move", data=other)
    assert refused.status_code == 409
    assert f'value="{day_after(5)}"' in refused.text
    assert await connection.fetchval("SELECT visits_left FROM card") == 0
    assert await connection.fetchval("SELECT sum(visits) FROM charge WHERE booking_id = $1", booking.id) == 1
