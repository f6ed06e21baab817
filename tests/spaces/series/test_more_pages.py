"""The pages of series with equipment, by card, and to be agreed to: by the person, by the host, and by nobody else."""

import re
from datetime import date, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import bookings_in_series
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.approval import with_approval
from support.hosting import Place
from support.people import make_person, sign_in
from support.series import booked_series, fields, rule, weekly
from support.spaces import make_booking, make_desk, make_district, make_host, make_space, period_on

WEEK = timedelta(days=7)


@pytest.fixture
async def visitor(connection: Connection, client: httpx.AsyncClient, resident: Person) -> httpx.AsyncClient:
    await sign_in(connection, client, resident)
    client.headers["Accept-Language"] = "de"
    return client


async def test_equipment_is_chosen_with_the_rule_and_carried_along(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, outsider: Person, monday: date
) -> None:
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    await make_booking(connection, outsider, piece, period_on(monday + WEEK))
    address = f"/resources/{place.desk}/series"
    assert f'name="with_equipment" value="{piece}"' in (await visitor.get(f"{address}/new")).text
    listed = await visitor.get(f"{address}/new", params=rule(monday, with_equipment=str(piece)))
    assert "Jedes Mal dabei: Beamer" in listed.text
    assert "„Beamer“ ist zu dieser Zeit schon vergeben" in listed.text
    chosen = fields(listed.text)
    assert (chosen["with_equipment"], chosen[f"desk-{monday + WEEK}"]) == (str(piece), "skip")
    booked = await visitor.post(address, data=chosen)
    assert (await visitor.get(booked.headers["location"])).text.count("Tisch 1, Beamer") == 3
    wrong = await visitor.get(f"{address}/new", params=rule(monday, with_equipment="999999"))
    assert wrong.status_code == 422
    assert 'id="error-with_equipment"' in wrong.text


async def test_the_sum_is_said_and_a_card_pays_it_or_says_what_is_missing(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, resident: Person, monday: date
) -> None:
    await set_tariff(connection, place.space_id, Tariff(day_cents=1000))
    await offer_cards(connection, await make_district(connection), 3, 2400)
    card = await sell_card(connection, place.host, await space_by_id(connection, place.space_id), resident.email)
    address = f"/resources/{place.desk}/series"
    listed = await visitor.get(f"{address}/new", params=rule(monday))
    assert "Kosten zusammen: 40,00\xa0€" in listed.text
    assert listed.text.count("10,00\xa0€") == 4
    chosen = fields(listed.text) | {"pay_with": str(card)}
    refused = await visitor.post(address, data=chosen)
    assert refused.status_code == 409
    assert "brauchen 4 Besuche" in refused.text
    assert f'value="{card}" checked' in refused.text
    assert await connection.fetchval("SELECT count(*) FROM booking") == 0
    booked = await visitor.post(address, data=chosen | {f"desk-{monday}": "skip"})
    assert booked.status_code == 303
    assert "mit Ihrer Besuchskarte" in (await visitor.get(booked.headers["location"])).text
    assert await connection.fetchval("SELECT visits_left FROM card") == 0


async def test_the_sum_follows_what_is_chosen_for_single_dates(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, monday: date
) -> None:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300, day_cents=1000))
    await set_tariff(connection, place.space_id, Tariff(resource_id=place.other_desk, hour_cents=0, day_cents=0))
    await make_booking(connection, place.host, place.desk, period_on(monday + 3 * WEEK))
    address = f"/resources/{place.desk}/series"
    listed = await visitor.get(f"{address}/new", params=rule(monday))
    assert "Kosten zusammen: 27,00\xa0€" in listed.text  # three hours on three days
    chosen = fields(listed.text) | {
        f"desk-{monday}": "skip",
        f"end-{monday + WEEK}": "10:00",
        f"desk-{monday + 3 * WEEK}": str(place.other_desk),
    }
    looked = await visitor.post(address, data=chosen | {"look": "1"})
    assert looked.status_code == 200
    assert "3 Termine sind frei." in looked.text
    assert "Kosten zusammen: 12,00\xa0€" in looked.text
    refused = await visitor.post(address, data=chosen)  # booked without having looked
    assert refused.status_code == 409
    assert "Diese Termine kosten zusammen: 12,00\xa0€, zu zahlen vor Ort." in refused.text
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE series_id IS NOT NULL") == 0
    for page in (looked, refused):
        assert {name: value for name, value in fields(page.text).items() if name in chosen} == chosen | {"said": "1200"}
    booked = await visitor.post(address, data=fields(refused.text))
    assert booked.status_code == 303
    assert await connection.fetchval("SELECT sum(cents) FROM charge") == 1200
    assert "12,00\xa0€, zu zahlen vor Ort" in (await visitor.get(booked.headers["location"])).text


async def test_a_series_is_asked_for_and_answered_on_one_page(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, resident: Person, monday: date
) -> None:
    await with_approval(connection, place.space_id)
    address = f"/resources/{place.desk}/series"
    listed = await visitor.get(f"{address}/new", params=rule(monday))
    assert "Diese Termine anfragen" in listed.text
    asked = await visitor.post(address, data=fields(listed.text))
    mine = await visitor.get(asked.headers["location"])
    assert "antworten auf alle Termine zusammen" in mine.text
    assert "Noch nicht bestätigt" in mine.text
    assert "In den Kalender" not in mine.text
    ids = [int(found) for found in re.findall(r'href="/bookings/(\d+)"', mine.text)]
    assert "die als Ganzes beantwortet wird" in (await visitor.get(f"/bookings/{ids[1]}")).text
    await sign_in(connection, visitor, place.host)
    requests = await visitor.get(f"/host/spaces/{place.space_id}/requests")
    assert "und 3 weitere Termine" in requests.text
    page = f"/host/spaces/{place.space_id}/bookings/{ids[2]}"
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kirmes')",
        place.space_id,
        monday + WEEK,
    )
    seen = await visitor.get(page)
    assert "Serie: 4 Termine" in seen.text
    assert seen.text.count("Geht nicht mehr") == 1
    version = re.findall(r'name="version" value="(\d+)"', seen.text)[0]
    refused = await visitor.post(f"{page}/approval", data={"version": version})
    assert refused.status_code == 409
    assert "1 Termin geht nicht mehr." in refused.text
    assert "Kirmes" in refused.text
    assert "Alle Termine bestätigen" not in refused.text
    assert "Die übrigen 3 Termine bestätigen" in refused.text
    await connection.execute("DELETE FROM closure")
    done = await visitor.post(f"{page}/approval", data={"version": version})
    assert done.status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 4


async def test_the_dates_that_still_can_be_are_confirmed_by_one_button(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, resident: Person, monday: date
) -> None:
    await with_approval(connection, place.space_id)
    _series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 2))
    await sign_in(connection, visitor, place.host)
    page = f"/host/spaces/{place.space_id}/bookings/{bookings[0].id}"
    await connection.execute("UPDATE space SET published = false")
    gone = await visitor.get(page)
    assert "Keiner der Termine geht mehr." in gone.text
    assert "/approval" not in gone.text
    await connection.execute("UPDATE space SET published = true")
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kirmes')",
        place.space_id,
        monday,
    )
    seen = await visitor.get(page)
    [form] = [one for one in re.findall(r"<form.*?</form>", seen.text, re.DOTALL) if "/approval" in one]
    assert "Den übrigen Termin bestätigen" in form
    done = await visitor.post(f"{page}/approval", data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))
    assert done.status_code == 303
    assert [one.status for one in await bookings_in_series(connection, _series.id)] == ["cancelled", "confirmed"]
    await sign_in(connection, visitor, resident)
    mine = await visitor.get(f"/bookings/{bookings[0].id}")
    assert "Die Gastgeber haben diese Anfrage abgelehnt." in mine.text


async def test_it_is_taken_back_as_a_whole(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, resident: Person, monday: date
) -> None:
    await with_approval(connection, place.space_id)
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday))
    form = {"booking": str(bookings[0].id), "scope": "all", "version": str(series.version)}
    done = await visitor.post(f"/series/{series.id}/cancellation", data=form)
    assert "Ihre Anfrage ist zurückgezogen." in (await visitor.get(done.headers["location"])).text
    assert {one.status for one in await bookings_in_series(connection, series.id)} == {"cancelled"}


async def test_who_is_no_host_answers_no_series(
    connection: Connection,
    client: httpx.AsyncClient,
    place: Place,
    resident: Person,
    outsider: Person,
    monday: date,
) -> None:
    await with_approval(connection, place.space_id)
    elsewhere = await make_space(connection, name="Rathaus")
    other_host = await make_host(connection, await make_person(connection, "andere@example.org"), elsewhere)
    _series, bookings = await booked_series(connection, resident, weekly(place.desk, monday))
    for person, status in ((None, 401), (resident, 403), (outsider, 403), (other_host, 403)):
        client.cookies.clear()
        if person:
            await sign_in(connection, client, person)
        for verb in ("approval", "refusal"):
            answer = await client.post(f"/host/spaces/{place.space_id}/bookings/{bookings[1].id}/{verb}")
            assert answer.status_code == status, (person, verb)
