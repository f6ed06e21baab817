"""What a driver changes of a ride's days over the JSON API, and what those who ride along hear of it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.organisations import name_member
from landbooking.rides.ride import Ride
from landbooking.rides.seat import seat_by_id
from landbooking.rides.timetable import Days
from support.people import bearer, make_person
from support.rides import Road, make_ride, tomorrow
from support.seats import ask, mails_to, make_organisation

DAY = tomorrow()
VERBS: list[tuple[str, dict[str, Any]]] = [
    ("exceptions", {"day": f"{DAY}"}),
    ("pauses", {"first": f"{DAY}", "last": f"{DAY}"}),
    ("pauses/removal", {"first": f"{DAY}"}),
    ("end", {}),
]


@pytest.fixture
async def ride(connection: Connection, resident: Person, road: Road) -> Ride:
    """The resident's own, daily at seven."""
    daily = {"days": Days(DAY), "departs": (420,) * 7}
    return await make_ride(connection, resident, road, "Adorf", "Dedorf", instant=True, **daily)


async def post(api: httpx.AsyncClient, ride: Ride, verb: str, **body: Any) -> httpx.Response:
    return await api.post(f"/api/v1/rides/{ride.id}/{verb}", json=body)


async def test_a_day_is_left_out_and_put_elsewhere_and_taken_back(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, road: Road, ride: Ride
) -> None:
    seat = await ask(connection, outsider, ride, road)
    skipped = await post(api, ride, "exceptions", day=f"{DAY}", message="Werkstatt")
    assert (skipped.status_code, skipped.json()["exceptions"]) == (200, [{"day": f"{DAY}", "at": None}])
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    assert (await mails_to(connection, outsider))[-1] == "cancellation_by_driver"
    told = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%cancellation_by_driver'")
    assert "Werkstatt" in f"{told}"
    later = await post(api, ride, "exceptions", day=f"{DAY}", at=480)
    assert later.json()["exceptions"] == [{"day": f"{DAY}", "at": 480}]
    usual = await post(api, ride, "exceptions", day=f"{DAY}", at=420)
    assert usual.json()["exceptions"] == []
    assert usual.json()["version"] > later.json()["version"] > skipped.json()["version"]


async def test_a_pause_is_made_once_and_lifted(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, road: Road, ride: Ride
) -> None:
    seat = await ask(connection, outsider, ride, road)
    week = {"first": f"{DAY}", "last": f"{DAY + timedelta(days=6)}"}
    paused = await post(api, ride, "pauses", **week)
    assert (paused.status_code, paused.json()["pauses"]) == (200, [week])
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    again = await post(api, ride, "pauses", **week)
    assert (again.status_code, again.json()["type"]) == (409, "urn:landbooking:problem:pause")
    assert (await post(api, ride, "pauses/removal", first=f"{DAY}")).json()["pauses"] == []
    assert (await post(api, ride, "pauses/removal", first=f"{DAY}")).status_code == 200
    read = await api.get(f"/api/v1/rides/{ride.id}")
    assert read.json()["pauses"] == []


async def test_what_is_ended_stays_to_be_read_and_changes_no_more(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, road: Road, ride: Ride
) -> None:
    seat = await ask(connection, outsider, ride, road)
    ended = await post(api, ride, "end", message="Danke")
    assert (ended.status_code, ended.json()["ended"]) == (200, True)
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    assert (await api.get(f"/api/v1/rides/{ride.id}")).json()["ended"]
    for verb, body in VERBS:
        assert (await post(api, ride, verb, **body)).status_code == 404, verb


@pytest.mark.parametrize(("verb", "body"), VERBS)
async def test_nobody_else_changes_them(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, ride: Ride, verb: str, body: dict[str, Any]
) -> None:
    api.headers.pop("Authorization")
    assert (await post(api, ride, verb, **body)).status_code == 401
    api.headers.update(await bearer(connection, outsider))
    assert (await post(api, ride, verb, **body)).status_code == 403
    assert await connection.fetchval("SELECT version FROM ride WHERE id = $1", ride.id) == 1


@pytest.mark.parametrize(("verb", "body"), VERBS)
async def test_who_manages_an_association_changes_its_rides_and_its_drivers_do_not(
    connection: Connection,
    client: httpx.AsyncClient,
    resident: Person,
    outsider: Person,
    road: Road,
    verb: str,
    body: dict[str, Any],
) -> None:
    organisation_id, bus = await make_organisation(connection, resident, road)
    await name_member(connection, organisation_id, outsider.email, "driver")
    client.headers.update(await bearer(connection, outsider))
    assert (await client.get(f"/api/v1/rides/{bus.id}")).status_code == 404
    assert (await post(client, bus, verb, **body)).status_code == 403
    client.headers.update(await bearer(connection, resident))
    assert (await client.get(f"/api/v1/rides/{bus.id}")).status_code == 200
    assert (await post(client, bus, verb, **body)).status_code == 200


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("exceptions", {}, "day"),
        ("exceptions", {"day": "1999-01-01"}, "day"),
        ("exceptions", {"day": f"{DAY}", "at": 1440}, "at"),
        ("pauses", {"first": f"{DAY}", "last": f"{DAY - timedelta(days=1)}"}, "last"),
        ("pauses", {"first": f"{DAY}", "last": "2999-01-01"}, "last"),
        ("pauses/removal", {}, "first"),
        ("end", {"message": "x" * 1001}, "message"),
        ("end", {"why": ""}, "why"),
    ],
)
async def test_what_is_wrong_is_named(
    connection: Connection, api: httpx.AsyncClient, ride: Ride, verb: str, body: dict[str, Any], field: str
) -> None:
    answer = await post(api, ride, verb, **body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await connection.fetchval("SELECT version FROM ride WHERE id = $1", ride.id) == 1


async def test_a_ride_that_is_not_there(connection: Connection, api: httpx.AsyncClient) -> None:
    await make_person(connection, "fahrerin@example.org")
    for number in ("0", "999999", "9223372036854775808"):
        assert (await api.post(f"/api/v1/rides/{number}/end", json={})).status_code == 404
