"""The counter over the API: guests are booked for, listed, moved, called off, and get their slip."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.tariffs.prices import set_tariff
from landbooking.spaces.tariffs.tariff import Tariff
from support.hosting import Place
from support.people import bearer, make_person
from support.spaces import day_after, make_desk, make_district, make_host, make_space, period_on

DAY = day_after(4)


def wish(resource_id: int, start: str = "09:00", end: str = "11:00", **more: Any) -> dict[str, Any]:
    period = period_on(DAY, start, end)
    return {"resource_id": resource_id, "start": period.start.isoformat(), "end": period.end.isoformat(), **more}


@pytest.fixture
async def counter(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    """The client with the host's token."""
    client.headers.update({**await bearer(connection, place.host), "Accept-Language": "en"})
    return client


def root(place: Place) -> str:
    return f"/api/v1/spaces/{place.space_id}/guests"


async def test_nothing_is_required_but_the_code(counter: httpx.AsyncClient, place: Place) -> None:
    made = await counter.post(root(place), json=wish(place.desk))
    assert made.status_code == 201
    guest = made.json()
    assert (guest["name"], guest["phone"], guest["status"], len(guest["code"])) == ("", "", "confirmed", 6)
    assert (await counter.get(root(place))).json() == [guest]
    spaced = f"{guest['code'][:3]} {guest['code'][3:]}"
    assert (await counter.get(root(place), params={"code": spaced})).json() == [guest]
    assert (await counter.get(root(place), params={"code": "123"})).status_code == 422
    assert (await counter.get(f"{root(place)}/{guest['id']}")).json() == guest


async def test_a_guest_with_equipment_pays_moves_and_is_called_off(
    connection: Connection, counter: httpx.AsyncClient, place: Place
) -> None:
    projector = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300))
    await set_tariff(connection, place.space_id, Tariff(resource_id=projector, day_cents=500))
    key = {"Idempotency-Key": f"{uuid.uuid4()}"}
    body = wish(place.desk, name=" Nachbarin ", phone="06381 1", with_equipment=[projector])
    first, second = [await counter.post(root(place), json=body, headers=key) for _ in range(2)]
    assert first.json() == second.json()
    guest = first.json()
    assert (guest["name"], guest["equipment"], guest["price_cents"], guest["paid"]) == (
        "Nachbarin", ["Beamer"], 1100, "counter",
    )  # fmt: skip
    assert (await counter.post(root(place), json=wish(place.other_desk), headers=key)).status_code == 422
    taken = await counter.post(root(place), json=wish(place.other_desk, with_equipment=[projector]))
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:landbooking:problem:equipment-taken")
    one = f"{root(place)}/{guest['id']}"
    again = {"Idempotency-Key": f"{uuid.uuid4()}"}
    for _ in range(2):
        moved = await counter.post(f"{one}/move", json=wish(place.other_desk, "13:00", "14:00"), headers=again)
    assert (moved.json()["resource"], moved.json()["version"], moved.json()["price_cents"]) == ("Tisch 2", 2, 800)
    stale = await counter.post(f"{one}/move", json=wish(place.desk, "15:00", "16:00", version=1))
    assert stale.status_code == 409
    slip = await counter.get(f"{one}/slip")
    assert (slip.headers["content-type"], slip.content[:5]) == ("application/pdf", b"%PDF-")
    for _ in range(2):
        ended = await counter.post(f"{one}/cancellation")
        assert (ended.status_code, ended.json()["status"]) == (200, "cancelled")
    assert (await counter.get(f"{one}/slip")).status_code == 404
    assert await connection.fetchval("SELECT sum(cents) FROM charge") == 0
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_the_lists_take_as_many_queries_for_many_as_for_one(
    connection: Connection, counter: httpx.AsyncClient, place: Place
) -> None:
    addresses = (root(place), f"/api/v1/spaces/{place.space_id}/resources")
    for hour in range(9, 17):
        body = wish(place.desk, f"{hour:02}:00", f"{hour + 1:02}:00", name=f"Gast {hour}")
        assert (await counter.post(root(place), json=body)).status_code == 201
        if hour == 9:
            few = [await queries(connection, counter, address) for address in addresses]
    added = {"name": "Tisch", "number": 10}
    made = await counter.post(addresses[1], json=added)
    assert [one["name"] for one in made.json()] == [f"Tisch {number}" for number in range(3, 13)]
    assert [await queries(connection, counter, address) for address in addresses] == few
    listed = [(await counter.get(address)).json() for address in addresses]
    assert [one["name"] for one in listed[0]] == [f"Gast {hour}" for hour in range(9, 17)]
    assert len(listed[1]) == 12


async def queries(connection: Connection, client: httpx.AsyncClient, address: str) -> int:
    """How many statements the answer takes, once asyncpg knows the types."""
    await client.get(address)
    said: list[str] = []
    with connection.query_logger(lambda record: said.append(record.query)):
        await client.get(address)
        await asyncio.sleep(0)
    assert said
    return len(said)


async def test_the_address_names_the_space(connection: Connection, counter: httpx.AsyncClient, place: Place) -> None:
    elsewhere = await make_space(connection, name="Nachbarraum")
    desk = await make_desk(connection, elsewhere)
    await make_host(connection, place.host, elsewhere)
    assert (await counter.post(root(place), json=wish(desk))).status_code == 404
    made = await counter.post(root(place), json=wish(place.desk))
    one = f"{root(place)}/{made.json()['id']}"
    assert (await counter.post(f"{one}/move", json=wish(desk))).status_code == 404
    assert (await counter.get(f"/api/v1/spaces/{elsewhere}/guests/{made.json()['id']}")).status_code == 404


async def test_of_a_guest_in_a_discreet_room_only_the_code_is_told(
    connection: Connection, counter: httpx.AsyncClient, place: Place
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    wrong = await counter.post(root(place), json=wish(room, phone="Knie"))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "phone")
    made = await counter.post(root(place), json=wish(room, name="Kanarienvogel", phone="0171 5550199"))
    assert made.status_code == 201
    told = [made, await counter.get(root(place)), await counter.get(f"{root(place)}/{made.json()['id']}")]
    told.append(await counter.get(f"/api/v1/spaces/{place.space_id}/board", params={"date": f"{DAY}"}))
    assert "taken" in told[-1].text
    for answer in told:
        assert "Kanarienvogel" not in answer.text
        assert "5550199" not in answer.text


async def test_staff_of_the_district_too_and_nobody_else(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    district = await make_district(connection)
    elsewhere = await make_district(connection, key="07335", name="Nachbarkreis")
    other_host = await make_host(connection, outsider, await make_space(connection, name="Nachbarraum"))
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    neighbour = await make_person(connection, "nachbar@example.org", role="staff", district_id=elsewhere)
    assert (await client.post(root(place), json=wish(place.desk))).status_code == 401
    for person, status in ((resident, 403), (other_host, 403), (neighbour, 403), (staff, 201)):
        headers = await bearer(connection, person)
        made = await client.post(root(place), json=wish(place.desk), headers=headers)
        assert made.status_code == status
        assert (await client.get(root(place), headers=headers)).status_code == (200 if status == 201 else 403)
