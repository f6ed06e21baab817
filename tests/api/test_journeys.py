"""A desk and the rides to it over the JSON API: all of it or nothing, with the part that can't be had by name."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.rides.place import Place
from landbooking.rides.ride import Ride
from landbooking.rides.seats import request_seats
from landbooking.settings import Settings
from support.journeys import MORNING, Village, counted, make_village, wish
from support.people import bearer, client_for
from support.rides import tomorrow
from support.spaces import make_booking

JOURNEYS = "/api/v1/journeys"


@pytest.fixture
async def village(connection: Connection) -> Village:
    return await make_village(connection)


@pytest.fixture
async def api(connection: Connection, client: httpx.AsyncClient, village: Village) -> httpx.AsyncClient:
    """The client with a token of who lives there, speaking English."""
    client.headers.update({**await bearer(connection, village.person), "Accept-Language": "en"})
    return client


def stop(place: Place) -> dict[str, Any]:
    return {"municipality_id": place.municipality_id, "meeting_point_id": place.meeting_point_id}


def seat(ride: Ride, **changes: Any) -> dict[str, Any]:
    ends = {"pick_up": stop(ride.start.place), "drop_off": stop(ride.destination.place)}
    return {"ride_id": ride.id, "day": f"{tomorrow()}", **ends, **changes}


def journey(village: Village, **changes: Any) -> dict[str, Any]:
    desk = {"resource_id": village.desk, "start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    there = seat(village.there, pick_up_place="Am Bach 1")
    return {"desk": desk, "there": there, "back": seat(village.back), **changes}


async def test_desk_and_rides_are_booked_together(
    connection: Connection, api: httpx.AsyncClient, village: Village
) -> None:
    answer = await api.post(JOURNEYS, json=journey(village))
    assert answer.status_code == 201
    booked = answer.json()
    assert (booked["booking"]["resource_id"], booked["booking"]["status"]) == (village.desk, "confirmed")
    assert [one["ride_id"] for one in booked["seats"]] == [village.there.id, village.back.id]
    assert {one["status"] for one in booked["seats"]} == {"accepted"}
    assert len({one["asked_with"] for one in booked["seats"]}) == 1
    assert booked["seats"][0]["contact"]["pick_up_place"] == "Am Bach 1"
    assert (await api.get(f"/api/v1/bookings/{booked['booking']['id']}")).json() == booked["booking"]


@pytest.mark.parametrize("part", ["there", "back"])
async def test_one_way_is_enough(connection: Connection, api: httpx.AsyncClient, village: Village, part: str) -> None:
    body = journey(village)
    other = {"there": "back", "back": "there"}[part]
    answer = await api.post(JOURNEYS, json={name: body[name] for name in ("desk", part)})
    assert (answer.status_code, len(answer.json()["seats"])) == (201, 1)
    neither = await api.post(JOURNEYS, json={**body, part: None, other: None})
    assert neither.status_code == 422
    assert [error["field"] for error in neither.json()["errors"]] == ["there"]


@pytest.mark.parametrize(("part", "code"), [("desk", "taken"), ("there", "ride-full"), ("back", "ride-full")])
async def test_where_one_part_is_gone_nothing_is_kept_and_the_part_is_named(
    connection: Connection, api: httpx.AsyncClient, village: Village, outsider: Person, part: str, code: str
) -> None:
    if part == "desk":
        await make_booking(connection, outsider, village.desk, MORNING)
    else:
        ride = village.there if part == "there" else village.back
        await request_seats(connection, outsider, [wish(village, ride)])
    before = await counted(connection)
    answer = await api.post(JOURNEYS, json=journey(village), headers={"Idempotency-Key": "k"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, f"urn:landbooking:problem:{code}")
    assert (problem["part"], [error["field"] for error in problem["errors"]]) == (part, [part])
    assert await counted(connection) == before
    body = journey(village)
    less = {**body, part: None} if part != "desk" else {**body, "desk": {**body["desk"], "resource_id": 0}}
    again = await api.post(JOURNEYS, json=less, headers={"Idempotency-Key": "k"})
    assert again.status_code == (422 if part == "desk" else 201), "what was refused leaves the key unused"


async def test_the_same_key_books_once_and_is_answered_alike(
    connection: Connection, api: httpx.AsyncClient, village: Village
) -> None:
    headers = {"Idempotency-Key": "k"}
    first = await api.post(JOURNEYS, json=journey(village), headers=headers)
    again = await api.post(JOURNEYS, json=journey(village), headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await api.post(JOURNEYS, json=journey(village, back=None), headers=headers)
    assert other.json()["type"] == "urn:landbooking:problem:idempotency-key-reused"
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 2


@pytest.mark.parametrize(
    ("part", "change", "field"),
    [
        ("there", {"pick_up": {"municipality_id": 2**31 - 1}}, "there.pick_up"),
        ("back", {"drop_off": {"municipality_id": 2**31 - 1}}, "back.drop_off"),
        ("there", {"pick_up_place": "\0"}, "there"),
        ("there", {"ride_id": 0}, "there"),
        ("there", {"day": "tomorrow"}, "there"),
        ("desk", {"start": "2030-01-01T09:00:00"}, "desk"),
        ("desk", {"start": "9999-12-31T23:59:59Z"}, "start"),
    ],
)
async def test_what_is_wrong_is_named(
    connection: Connection, api: httpx.AsyncClient, village: Village, part: str, change: dict[str, Any], field: str
) -> None:
    body = journey(village)
    answer = await api.post(JOURNEYS, json={**body, part: {**body[part], **change}})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await counted(connection) == (0, 0, 0)


@pytest.mark.parametrize("part", ["desk", "there", "back"])
async def test_what_is_not_there_is_named_too(
    connection: Connection, api: httpx.AsyncClient, village: Village, part: str
) -> None:
    body = journey(village)
    number = "resource_id" if part == "desk" else "ride_id"
    answer = await api.post(JOURNEYS, json={**body, part: {**body[part], number: 999_999}})
    assert (answer.status_code, answer.json()["part"]) == (404, part)
    for day in ("0001-01-01", "9999-12-31"):
        answer = await api.post(JOURNEYS, json=journey(village, there=seat(village.there, day=day)))
        assert (answer.status_code, answer.json()["part"]) == (422, "there")
    assert await counted(connection) == (0, 0, 0)


async def test_without_a_token_nothing_is_booked(
    connection: Connection, api: httpx.AsyncClient, village: Village
) -> None:
    api.headers.pop("Authorization")
    assert (await api.post(JOURNEYS, json=journey(village))).status_code == 401
    assert await counted(connection) == (0, 0, 0)


async def twenty_times(settings: Settings, pool: Pool) -> list[httpx.Response]:
    """The same key at once; with room for all, so that nothing but the key holds them back."""
    async with pool.acquire() as connection:
        village = await make_village(connection, seats=8)
        headers = {**await bearer(connection, village.person), "Idempotency-Key": "once"}
    async with client_for(settings, pool) as client:
        sending = (client.post(JOURNEYS, json=journey(village), headers=headers) for _ in range(20))
        return await asyncio.gather(*sending)


async def test_the_same_key_at_once_books_once(settings: Settings, pool: Pool) -> None:
    answers = await twenty_times(settings, pool)
    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({answer.text for answer in answers}) == 1
    assert await pool.fetchval("SELECT count(*) FROM booking") == 1
    assert await pool.fetchval("SELECT count(*) FROM seat_request") == 2


async def test_without_the_unique_key_all_but_one_would_be_refused(settings: Settings, pool: Pool) -> None:
    await pool.execute("ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey")
    answers = await twenty_times(settings, pool)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
