"""Several seats in one request over the JSON API: on several days, there and back; all of them or none."""

from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.blocks import block
from landbooking.rides.offering import offer_ride
from landbooking.rides.ride import Ride
from landbooking.rides.timetable import Days
from support.people import bearer, make_person
from support.rides import Road, make_ride, make_road, plan, tomorrow
from support.seats import ask, mails_to

SEATS = "/api/v1/seat-requests"
DAYS = [tomorrow() + timedelta(days=number) for number in range(3)]


class Daily(NamedTuple):
    """A ride there at seven and its way back at five, every day, two seats each."""

    driver: Person
    road: Road
    there: Ride
    back: Ride


@pytest.fixture
async def daily(connection: Connection) -> Daily:
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org")
    terms: dict[str, Any] = {"days": Days(DAYS[0]), "instant": True, "seats": 2}
    there = await make_ride(connection, driver, road, "Adorf", "Dedorf", departs=(420,) * 7, **terms)
    back = await offer_ride(
        connection, driver, plan(road, "Dedorf", "Adorf", departs=(1020,) * 7, **terms), outward_id=there.id
    )
    return Daily(driver, road, there, back)


def wanted(daily: Daily, **changes: Any) -> dict[str, Any]:
    adorf, dedorf = (daily.road.places.named(name).municipality_id for name in ("Adorf", "Dedorf"))
    return {
        "ride_id": daily.there.id,
        "days": [f"{day}" for day in DAYS],
        "pick_up": {"municipality_id": adorf},
        "drop_off": {"municipality_id": dedorf},
        "pick_up_place": "Am Bach 1",
        **changes,
    }


async def test_several_days_there_and_back_are_one_request(
    connection: Connection, api: httpx.AsyncClient, resident: Person, daily: Daily
) -> None:
    days = [f"{day}" for day in reversed(DAYS)] * 2  # in any order, and each once
    answer = await api.post(SEATS, json=wanted(daily, days=days, with_return=True))
    assert answer.status_code == 201
    seats = answer.json()
    assert [(one["day"], one["ride_id"]) for one in seats] == [
        (f"{day}", ride.id) for day in DAYS for ride in (daily.there, daily.back)
    ]
    assert {one["status"] for one in seats} == {"accepted"}
    assert len({one["asked_with"] for one in seats}) == 1
    assert (seats[1]["pick_up"]["label"], seats[1]["drop_off"]["label"]) == ("Dedorf", "Adorf")
    places = await connection.fetch("SELECT pick_up_place, drop_off_place FROM seat_request ORDER BY id LIMIT 2")
    assert [tuple(row) for row in places] == [("Am Bach 1", ""), ("", "Am Bach 1")]
    assert await mails_to(connection, resident) == ["acceptance"] * 6


@pytest.mark.parametrize(("way", "number"), [("there", 1), ("back", 2)])
async def test_where_one_is_full_none_is_asked_for_and_it_is_named(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, daily: Daily, way: str, number: int
) -> None:
    ride: Ride = getattr(daily, way)
    ends = (ride.start.place.label, ride.destination.place.label)
    await ask(connection, outsider, ride, daily.road, *ends, day=DAYS[number], places=2)
    before = await connection.fetchval("SELECT count(*) FROM outbox")
    answer = await api.post(SEATS, json=wanted(daily, with_return=True), headers={"Idempotency-Key": "k"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:landbooking:problem:ride-full")
    assert (problem["ride_id"], problem["day"]) == (ride.id, f"{DAYS[number]}")
    assert problem["detail"].startswith(f"{ends[0]} – {ends[1]}, ")
    assert "nothing has been asked for" in problem["detail"]
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 1
    assert await connection.fetchval("SELECT count(*) FROM outbox") == before
    fewer = await api.post(SEATS, json=wanted(daily, days=[f"{DAYS[0]}"]), headers={"Idempotency-Key": "k"})
    assert fewer.status_code == 201, "what was refused leaves the key unused"


async def test_what_the_rules_forbid_on_one_day_is_named_too(
    connection: Connection, api: httpx.AsyncClient, daily: Daily
) -> None:
    far = tomorrow() + timedelta(days=400)
    answer = await api.post(SEATS, json=wanted(daily, days=[f"{DAYS[0]}", f"{far}"]))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:landbooking:problem:too-far-ahead")
    assert answer.json()["day"] == f"{far}"
    assert [error["field"] for error in answer.json()["errors"]] == ["day"]
    alone = await api.post(SEATS, json=wanted(daily, days=[f"{far}"]))
    assert "day" not in alone.json(), "of one alone there is nothing to tell apart"


async def test_the_same_key_asks_once_and_is_answered_alike(
    connection: Connection, api: httpx.AsyncClient, daily: Daily
) -> None:
    headers = {"Idempotency-Key": "k"}
    first = await api.post(SEATS, json=wanted(daily, with_return=True), headers=headers)
    again = await api.post(SEATS, json=wanted(daily, with_return=True), headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 6
    other = await api.post(SEATS, json=wanted(daily), headers=headers)
    assert other.json()["type"] == "urn:landbooking:problem:idempotency-key-reused"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": []}, "days"),
        ({"days": [f"{tomorrow() + timedelta(days=number)}" for number in range(32)]}, "days"),
        ({"days": ["yesterday"]}, "days"),
        ({"pick_up": {"municipality_id": 2**31 - 1}}, "pick_up"),
        ({"ride_id": 0}, "ride_id"),
        ({"day": f"{tomorrow()}"}, "day"),
    ],
)
async def test_what_is_wrong_is_named(
    connection: Connection, api: httpx.AsyncClient, daily: Daily, changes: dict[str, Any], field: str
) -> None:
    answer = await api.post(SEATS, json=wanted(daily, **changes))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 0


async def test_a_ride_without_a_way_back_says_so(connection: Connection, api: httpx.AsyncClient, daily: Daily) -> None:
    answer = await api.post(SEATS, json=wanted(daily, ride_id=daily.back.id, with_return=True))
    assert [error["field"] for error in answer.json()["errors"]] == ["with_return"]


async def test_who_may_not_ride_learns_nothing(
    connection: Connection, api: httpx.AsyncClient, resident: Person, daily: Daily
) -> None:
    await block(connection, daily.driver, resident.id)
    for ride_id in (daily.there.id, daily.back.id, 999_999):
        answer = await api.post(SEATS, json=wanted(daily, ride_id=ride_id, with_return=True))
        assert answer.status_code == 404
    api.headers.update(await bearer(connection, daily.driver))
    assert (await api.post(SEATS, json=wanted(daily))).json()["type"] == "urn:landbooking:problem:own-ride"
    api.headers.pop("Authorization")
    assert (await api.post(SEATS, json=wanted(daily))).status_code == 401
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 0
