"""Prices, the till, a person's cards, and the district's settlement, as pages and in the API."""

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.spaces import day_after, make_desk, make_district, make_municipality, make_space, open_daily, period_on
from support.spreadsheets import read_back

DAY = day_after(4)
WISH = {"date": f"{DAY}", "start": "09:00", "end": "11:00"}


@pytest.fixture
async def priced(connection: Connection, place: Place) -> Place:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300, day_cents=1200))
    await offer_cards(connection, await make_district(connection), 10, 8000)
    return place


async def card_of(connection: Connection, place: Place, person: Person) -> int:
    return await sell_card(connection, place.host, await space_by_id(connection, place.space_id), person.email)


async def test_the_price_is_told_before_afterwards_and_by_mail(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    await sign_in(connection, client, resident)
    form = await client.get(f"/resources/{priced.desk}/bookings/new", params=WISH)
    assert "6,00\xa0€, zu zahlen vor Ort" in form.text
    booked = await client.post(f"/resources/{priced.desk}/bookings", data=WISH)
    assert "6,00\xa0€, zu zahlen vor Ort" in (await client.get(booked.headers["location"])).text
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%/confirmation'")
    assert context["cost"] == "6,00\xa0€, zu zahlen vor Ort"
    assert "Kosten ansehen" not in form.text


async def test_one_pays_with_a_card(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    card = await card_of(connection, priced, resident)
    await sign_in(connection, client, resident)
    form = await client.get(f"/resources/{priced.desk}/bookings/new", params=WISH)
    assert f"Karte Nr. {card}, noch 10 von 10 Besuchen" in form.text
    booked = await client.post(f"/resources/{priced.desk}/bookings", data={**WISH, "pay_with": f"{card}"})
    assert "mit Ihrer Besuchskarte" in (await client.get(booked.headers["location"])).text
    shown = (await client.get("/cards")).text
    assert "noch 9 von 10 Besuchen" in shown
    assert f"Buchung mit Karte Nr. {card}" in shown


async def test_a_card_that_cannot_pay_books_nothing(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person, outsider: Person
) -> None:
    card = await card_of(connection, priced, outsider)
    await sign_in(connection, client, resident)
    refused = await client.post(f"/resources/{priced.desk}/bookings", data={**WISH, "pay_with": f"{card}"})
    assert refused.status_code == 409
    period = period_on(DAY)
    wish = {"resource_id": priced.desk, "start": period.start.isoformat(), "end": period.end.isoformat()}
    headers = await bearer(connection, resident)
    client.cookies.clear()
    problem = await client.post("/api/v1/bookings", json={**wish, "pay_with": card}, headers=headers)
    assert (problem.status_code, problem.json()["type"]) == (409, "urn:landbooking:problem:card")
    assert await connection.fetchval("SELECT count(*) FROM booking") == 0


async def test_programs_see_cards_and_charges(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    card = await card_of(connection, priced, resident)
    headers = await bearer(connection, resident)
    period = period_on(DAY)
    wish = {"resource_id": priced.desk, "start": period.start.isoformat(), "end": period.end.isoformat()}
    booked = (await client.post("/api/v1/bookings", json={**wish, "pay_with": card}, headers=headers)).json()
    assert (booked["price_cents"], booked["paid"], booked["card_id"]) == (0, "card", card)
    [shown] = (await client.get("/api/v1/cards", headers=headers)).json()
    assert (shown["id"], shown["visits_left"]) == (card, 9)
    await client.post(f"/api/v1/bookings/{booked['id']}/cancellation", headers=headers)
    first = (await client.get("/api/v1/charges?limit=2", headers=headers)).json()
    rest = (await client.get(f"/api/v1/charges?cursor={first['next']}", headers=headers)).json()
    rows = [*first["items"], *rest["items"]]
    assert [(row["what"], row["visits"], row["cents"]) for row in rows] == [
        ("booking", -1, 0),
        ("booking", 1, 0),
        ("card", 0, 8000),
    ]
    assert rows[0]["corrects"] == rows[1]["id"]
    for path in ("/api/v1/cards", "/api/v1/charges"):
        assert (await client.get(path)).status_code == 401


async def test_a_host_sets_prices(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    await sign_in(connection, client, place.host)
    path = f"/host/spaces/{place.space_id}/tariffs"
    assert (await client.post(path, data={"of": "space", "hour": "3,50", "day": "12"})).status_code == 303
    assert (await client.post(path, data={"of": f"resource:{place.desk}", "hour": "0"})).status_code == 303
    space = await space_by_id(connection, place.space_id)
    assert space.tariff_of("desk", place.desk) == Tariff("desk", place.desk, 0, None, 1200)
    assert space.tariff_of("desk", place.other_desk) == Tariff("desk", place.other_desk, 350, None, 1200)
    assert "3,50" in (await client.get(path)).text
    wrong = await client.post(path, data={"of": "kind:desk", "hour": "viel", "month": "1"})
    assert wrong.status_code == 422
    assert wrong.text.count('aria-invalid="true"') == 2
    await client.post(path, data={"of": "space"})
    assert (await space_by_id(connection, place.space_id)).tariff_of("desk") == Tariff("desk")


async def test_a_host_sells_takes_back_and_waives(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    await sign_in(connection, client, priced.host)
    till = f"/host/spaces/{priced.space_id}/till"
    assert (await client.post(f"{till}/cards", data={"email": "niemand"})).status_code == 422
    assert (await client.post(f"{till}/cards", data={"email": resident.email})).status_code == 303
    shown = await client.get(till)
    assert "Zusammen vor Ort: 80,00\xa0€" in shown.text
    card = await connection.fetchval("SELECT id FROM card")
    assert (await client.post(f"{till}/cards/{card}/removal")).status_code == 303
    assert (await client.post(f"{till}/cards/{card}/removal")).status_code == 409
    assert (await client.post(f"{till}/passes", data={"email": resident.email, "first": f"{DAY}"})).status_code == 409
    booking = await book_resource(connection, resident, priced.desk, period_on(DAY))
    waiver = f"/host/spaces/{priced.space_id}/bookings/{booking.id}/waiver"
    assert "9,00\xa0€" in (await client.get(waiver)).text
    assert (await client.post(waiver, data={"reason": "Rückenschmerzen"})).status_code == 422
    assert (await client.post(waiver, data={"reason": "volunteer"})).status_code == 303
    elsewhere = await make_space(connection, name="Nachbarraum")
    assert (await client.get(f"/host/spaces/{elsewhere}/till")).status_code == 403


async def test_a_month_is_settled_between_municipalities(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    other = await make_municipality(connection, ags="07336003", name='=Altenglan "Nord"')
    elsewhere = await make_space(connection, name="Bahnhof", municipality_id=other)
    await open_daily(connection, elsewhere)
    await set_tariff(connection, elsewhere, Tariff(day_cents=1000))
    desk = await make_desk(connection, elsewhere)
    card = await card_of(connection, priced, resident)
    for day, resource in ((day_after(2), priced.desk), (day_after(2), desk), (day_after(3), desk)):
        await book_resource(connection, resident, resource, period_on(day), pay_with=card)
    dropped = await book_resource(connection, resident, desk, period_on(day_after(4)), pay_with=card)
    await cancel_booking(connection, resident, dropped.id)
    staff = await make_person(
        connection, "kreis@example.org", role="staff", district_id=await make_district(connection)
    )
    await sign_in(connection, client, staff)
    visits: dict[str, int] = {}
    for month in {f"{day_after(2):%Y-%m}", f"{day_after(3):%Y-%m}"}:
        answer = await client.get("/district/settlement.csv", params={"month": month})
        header, *lines = read_back(answer.content)
        assert (header[0], header[-1]) == ("Monat", "Betrag in Euro")
        for line in lines:
            assert line[:3] == [month, "07336055", "Kusel"]
            assert line[4] in ("Kusel", '\'=Altenglan "Nord"')
            assert line[6] == {"1": "8,00", "2": "16,00"}[line[5]]
            visits[line[3]] = visits.get(line[3], 0) + int(line[5])
        page = await client.get("/district/settlement", params={"month": month})
        assert "Altenglan" in page.text
    assert visits == {"07336055": 1, "07336003": 2}


async def test_the_district_sets_the_price_of_its_card(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    district = await make_district(connection)
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    await sign_in(connection, client, staff)
    assert (await client.post("/district/cards", data={"visits": "10", "price": "80"})).status_code == 303
    assert "80,00" in (await client.get("/district/cards")).text
    for wrong in ({"visits": "10", "price": "80,05"}, {"visits": "0", "price": "80"}, {"visits": "10", "price": "x"}):
        assert (await client.post("/district/cards", data=wrong)).status_code == 422
    neighbour = await make_district(connection, key="07335", name="Nachbarkreis")
    for path in ("/district/cards", "/district/settlement", "/district/settlement.csv"):
        assert (await client.get(path, params={"district": neighbour})).status_code == 403
    stored = await connection.fetchrow("SELECT visits, cents FROM card_offer")
    assert stored is not None
    assert tuple(stored) == (10, 8000)
