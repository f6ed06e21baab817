"""What is told beside the time: a contact, which is opened by a button, and each opening is logged."""

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.spaces.booking import book_resource
from landbooking.spaces.consultations import Consultation
from support.discretion import CONTACT, DAY, FORM, MAIL, MORNING, NAME, House, book, check_silent
from support.people import bearer, sign_in
from support.spaces import make_host, make_space


async def test_it_is_booked_with_a_warning_and_read_by_its_person(
    connection: Connection, house: House, own: httpx.AsyncClient
) -> None:
    form = await own.get(f"/resources/{house.room}/bookings/new?date={DAY}&start=13:00&end=14:00")
    for word in ("112", "116 117", 'name="contact"', f'value="{MAIL}"', 'name="assistant"'):
        assert word in form.text
    wrong = await own.post(f"/resources/{house.room}/bookings", data={**FORM, "contact": "Knie, dringend"})
    assert wrong.status_code == 422
    assert "Telefonnummer oder eine Mail-Adresse" in wrong.text
    assert "Knie, dringend" in wrong.text
    answer = await own.post(f"/resources/{house.room}/bookings", data=FORM)
    page = await own.get(answer.headers["location"])
    assert "116 117" in page.text
    assert CONTACT not in page.text
    opened = await own.post(f"{answer.headers['location']}/contact")
    assert opened.status_code == 200
    for word in (CONTACT, "Kopfhörer mit Mikrofon", "Niemand."):
        assert word in opened.text
    row = await connection.fetchrow("SELECT person_id FROM access_log")
    assert row
    assert row["person_id"] == house.person.id


async def test_a_host_opens_the_contact_and_everybody_concerned_can_see_that(
    connection: Connection, house: House, own: httpx.AsyncClient, host: httpx.AsyncClient
) -> None:
    booking_id = await book(connection, house)
    page = f"/host/spaces/{house.world.space_id}/bookings/{booking_id}"
    assert "Kontakt öffnen" in (await host.get(page)).text
    opened = await host.post(f"{page}/contact")
    assert CONTACT in opened.text
    assert NAME not in opened.text
    assert "alle-rollen@example.org" in (await own.post(f"/bookings/{booking_id}/contact")).text
    log = (await host.get("/district/openings")).text
    assert log.count("alle-rollen@example.org, ") + log.count(": alle-rollen@example.org") == 1
    assert "Raum 3" in log
    check_silent(log, "the district's log")


async def test_nobody_else_opens_it(
    connection: Connection, house: House, client: httpx.AsyncClient, outsider: Person
) -> None:
    booking_id = await book(connection, house)
    elsewhere = await make_space(connection, name="Nachbarraum")
    addresses = (
        f"/bookings/{booking_id}/contact",
        f"/host/spaces/{house.world.space_id}/bookings/{booking_id}/contact",
        f"/host/spaces/{elsewhere}/bookings/{booking_id}/contact",
    )
    assert [(await client.post(path)).status_code for path in addresses] == [401, 401, 401]
    await sign_in(connection, client, await make_host(connection, outsider, elsewhere))
    assert [(await client.post(path)).status_code for path in addresses] == [404, 403, 404]
    key = await bearer(connection, outsider)
    assert (await client.get(f"/api/v1/bookings/{booking_id}/contact", headers=key)).status_code == 404
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 0


async def test_programs_book_it_too(connection: Connection, house: House, client: httpx.AsyncClient) -> None:
    key = await bearer(connection, house.person)
    start, end = (moment.isoformat() for moment in MORNING)
    wish = {"resource_id": house.room, "start": start, "end": end}
    refused = await client.post("/api/v1/bookings", json={**wish, "equipment": ["scalpel"]}, headers=key)
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, ["equipment"])
    desk = await client.post(
        "/api/v1/bookings", json={**wish, "resource_id": house.world.other_desk, "contact": CONTACT}, headers=key
    )
    assert desk.status_code == 422
    made = await client.post("/api/v1/bookings", json={**wish, "assistant": True}, headers=key)
    assert made.status_code == 201
    told = await client.get(f"/api/v1/bookings/{made.json()['id']}/contact", headers=key)
    assert told.json() == {"contact": MAIL, "equipment": [], "assistant": True}
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 1


@pytest.mark.parametrize(
    "contact",
    ["", "Rückenschmerzen", "0171 5550199 Knie", "dr-a@b", "a b@example.org", "1" * 40, "x" * 95 + "@a.example"],
)
async def test_a_contact_is_a_number_or_an_address_and_nothing_more(
    connection: Connection, house: House, contact: str
) -> None:
    with pytest.raises(InvalidInput) as invalid:
        await book_resource(connection, house.person, house.room, MORNING, Consultation(contact))
    assert list(invalid.value.fields) == ["contact"]
