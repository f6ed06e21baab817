"""Seats for passengers of other operators, by the standard."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.answers import accept
from landbooking.rides.ride import Ride
from support.people import bearer, make_person
from support.rides import VILLAGES, instant, make_ride, make_road, tomorrow
from support.seats import mails_to


@pytest.fixture
async def driver(connection: Connection) -> Person:
    return await make_person(connection, "fahrerin@example.org")


@pytest.fixture
async def ride(connection: Connection, driver: Person) -> Ride:
    return await make_ride(connection, driver, await make_road(connection), "Adorf", "Dedorf", share_cents=200)


@pytest.fixture
async def operator(connection: Connection, resident: Person) -> dict[str, str]:
    return await bearer(connection, resident)


def booking(ride: Ride, number: UUID, **changed: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "driver": {"id": "x", "operator": "landbooking.test", "alias": "x"},
        "passenger": {"id": "p7", "operator": "covoit.example", "alias": "Camille"},
        "status": "WAITING_CONFIRMATION",
        "price": {"type": "FREE"},
        "passengerPickupDate": int(instant(tomorrow(), 7).timestamp()),
        "passengerPickupLat": 49.501,
        "passengerPickupLng": VILLAGES["Adorf"],
        "passengerDropLat": 49.5,
        "passengerDropLng": VILLAGES["Dedorf"],
        "driverJourneyId": f"{ride.id}-{tomorrow()}",
        **changed,
    }


async def test_from_request_to_call_off(
    client: httpx.AsyncClient, connection: Connection, driver: Person, ride: Ride, operator: dict[str, str]
) -> None:
    number = uuid4()
    answer = await client.post("/covoiturage/bookings", json=booking(ride, number), headers=operator)
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "WAITING_CONFIRMATION"
    assert answer.json()["price"] == {"type": "PAYING", "amount": 2.0, "currency": "EUR"}
    again = await client.post("/covoiturage/bookings", json=booking(ride, number), headers=operator)
    assert (again.status_code, again.json()) == (201, answer.json())
    assert await mails_to(connection, driver) == ["request"]

    seat_id = await connection.fetchval("SELECT id FROM seat_request")
    await accept(connection, driver, seat_id, None)
    address = f"/covoiturage/bookings/{number}"
    assert (await client.get(address, headers=operator)).json()["status"] == "CONFIRMED"
    called_off = await client.patch(f"{address}?status=CANCELLED", headers=operator)
    assert called_off.status_code == 200, called_off.text
    assert (await client.get(address, headers=operator)).json()["status"] == "CANCELLED"
    twice = await client.patch(f"{address}?status=CANCELLED", headers=operator)
    assert (twice.status_code, twice.json()["error"]) == (409, "status_already_set")
    assert (await mails_to(connection, driver))[-1] == "cancellation_by_rider"


async def test_only_who_booked_sees_it(
    client: httpx.AsyncClient, connection: Connection, ride: Ride, operator: dict[str, str], outsider: Person
) -> None:
    number = uuid4()
    assert (await client.post("/covoiturage/bookings", json=booking(ride, number))).status_code == 401
    await client.post("/covoiturage/bookings", json=booking(ride, number), headers=operator)
    stranger = await bearer(connection, outsider)
    address = f"/covoiturage/bookings/{number}"
    assert (await client.get(address)).status_code == 401
    assert (await client.get(address, headers=stranger)).status_code == 404
    assert (await client.patch(f"{address}?status=CANCELLED", headers=stranger)).status_code == 404
    assert (await client.get(address, headers={"Authorization": "Bearer lb_wrong"})).status_code == 401


@pytest.mark.parametrize(
    ("changed", "blamed"),
    [
        ({"id": "seven"}, "id"),
        ({"status": "CONFIRMED"}, "status"),
        ({"driverJourneyId": "x"}, "driverJourneyId"),
        ({"driverJourneyId": "1-2026-13-40"}, "driverJourneyId"),
        ({"passengerPickupLat": 48.0}, "passengerPickupLat"),
        ({"passenger": {"id": "p"}}, "passenger"),
        ({"passengerPickupDate": "soon"}, "passengerPickupDate"),
    ],
)
async def test_nonsense_is_a_bad_request(
    client: httpx.AsyncClient, ride: Ride, operator: dict[str, str], changed: dict[str, Any], blamed: str
) -> None:
    answer = await client.post("/covoiturage/bookings", json=booking(ride, uuid4(), **changed), headers=operator)
    assert answer.status_code == 400
    assert blamed in answer.json()["error"]


async def test_what_is_no_json_and_no_status(client: httpx.AsyncClient, ride: Ride, operator: dict[str, str]) -> None:
    for content in (b"{", b"[]", b"\xff"):
        answer = await client.post("/covoiturage/bookings", content=content, headers=operator)
        assert answer.status_code == 400
        assert answer.json()["error"]
    number = uuid4()
    await client.post("/covoiturage/bookings", json=booking(ride, number), headers=operator)
    for status in ("", "?status=GONE", "?status=CONFIRMED"):
        assert (await client.patch(f"/covoiturage/bookings/{number}{status}", headers=operator)).status_code == 400


async def test_a_full_car_is_a_conflict(
    client: httpx.AsyncClient, connection: Connection, driver: Person, ride: Ride, operator: dict[str, str]
) -> None:
    await client.post("/covoiturage/bookings", json=booking(ride, uuid4()), headers=operator)
    await accept(connection, driver, await connection.fetchval("SELECT id FROM seat_request"), None)
    answer = await client.post("/covoiturage/bookings", json=booking(ride, uuid4()), headers=operator)
    assert answer.status_code == 409
