"""What others see of a ride on a day, of wishes along one's way, and of what passes a meeting point, over the API."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.blocks import block
from landbooking.rides.calls import PER_DAY
from landbooking.rides.journey import Journey
from landbooking.rides.ride import Ride
from landbooking.rides.timetable import Days
from landbooking.rides.wishes import leave_wish
from support.people import bearer
from support.rides import Road, instant, make_ride, tomorrow
from support.seats import make_organisation

API = "/api/v1"
DAY = tomorrow()


@pytest.fixture
async def ride(connection: Connection, driver: Person, road: Road) -> Ride:
    return await make_ride(
        connection, driver, road, "Adorf", "Bedorf, Mitfahrbank", "Dedorf", seats=2, carries=("pets",), note="Kombi"
    )


def run(ride: Ride, day: object = DAY) -> str:
    return f"{API}/rides/{ride.id}/runs/{day}"


async def test_a_run_is_seen_by_everybody_and_names_nobody(
    connection: Connection, client: httpx.AsyncClient, ride: Ride
) -> None:
    seen = await client.get(run(ride), params={"from": "Bedorf, Mitfahrbank", "places": 2, "needs": "pets"})
    told = seen.json()
    assert seen.status_code == 200
    assert (told["match"]["pick_up"], told["match"]["drop_off"]) == ("Bedorf, Mitfahrbank", "Dedorf")
    assert (told["match"]["misses"], told["note"], told["carries"]) == ([], "Kombi", ["pets"])
    assert told["stops"] == ["Adorf", "Bedorf, Mitfahrbank", "Dedorf"]
    assert (told["organisation"], told["has_return"]) == ("", False)
    assert told["reputation"] == {"confirmed": False, "sums": None}
    assert "Frieda" not in seen.text
    part = {"day": f"{DAY}", "from": "Bedorf, Mitfahrbank", "to": "Dedorf"}
    assert "Kombi" in (await client.get(f"/rides/{ride.id}", params=part)).text, "as the page does"
    crowded = await client.get(run(ride), params={"places": 3})
    assert crowded.json()["match"]["misses"] != []


async def test_an_associations_run_says_whose_it_is(
    connection: Connection, client: httpx.AsyncClient, resident: Person, road: Road
) -> None:
    _organisation_id, bus = await make_organisation(connection, resident, road)
    assert (await client.get(run(bus))).json()["organisation"] == "Bürgerbus"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "Nirgends"}, "from"),
        ({"to": "Nirgends"}, "to"),
        ({"to": "Adorf"}, "to"),
        ({"places": 9}, "places"),
    ],
)
async def test_a_part_of_the_way_that_is_none_is_named(
    client: httpx.AsyncClient, ride: Ride, query: dict[str, Any], field: str
) -> None:
    answer = await client.get(run(ride), params=query)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


async def test_a_run_that_is_none_is_not_there(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, ride: Ride
) -> None:
    for day in (DAY + timedelta(days=1), DAY + timedelta(days=400), "9999-12-31", "tomorrow"):
        assert (await client.get(run(ride, day))).status_code == 404, day
    headers = await bearer(connection, resident)
    assert (await client.get(run(ride), headers=headers)).status_code == 200
    await block(connection, driver, resident.id)
    assert (await client.get(run(ride), headers=headers)).status_code == 404
    await connection.execute("UPDATE ride SET ended_at = now()")
    assert (await client.get(run(ride))).status_code == 404


async def test_who_drives_reads_what_others_wish_along_the_way(
    connection: Connection, api: httpx.AsyncClient, driver: Person, resident: Person, road: Road, ride: Ride
) -> None:
    journey = Journey(
        origin=road.places.named("Adorf"), destination=road.places.named("Dedorf"), day=DAY, by_arrival=True, at=480
    )
    await leave_wish(connection, resident, journey, Days(DAY, DAY), range(1, 8))
    along = f"{API}/ride-wishes/along"
    assert (await api.get(along)).json() == [], "one's own, and one drives nowhere"
    theirs = await api.get(along, headers=await bearer(connection, driver))
    wish = {"from": "Adorf", "to": "Dedorf", "day": f"{DAY}", "weekdays": [], "by_arrival": True, "at": 480}
    assert theirs.json() == [{**wish, "needs": []}]
    api.headers.pop("Authorization")
    assert (await api.get(along)).status_code == 401


async def test_what_passes_a_meeting_point_next(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road, ride: Ride
) -> None:
    path = f"{API}/meeting-points/{road.bench}/rides"
    with time_machine.travel(instant(DAY, 6), tick=False):
        [passing] = (await client.get(path)).json()
        assert (passing["ride_id"], passing["pick_up"], passing["drop_off"]) == (
            ride.id,
            "Bedorf, Mitfahrbank",
            "Dedorf",
        )
        await block(connection, driver, resident.id)
        assert (await client.get(path, headers=await bearer(connection, resident))).json() == []
    with time_machine.travel(instant(DAY, 12), tick=False):
        assert (await client.get(path)).json() == []
    assert (await client.get(f"{API}/meeting-points/{road.bench + 1}/rides")).status_code == 404


async def test_drivers_hear_that_somebody_stands_there_once(
    connection: Connection, api: httpx.AsyncClient, driver: Person, resident: Person, road: Road, ride: Ride
) -> None:
    path = f"{API}/meeting-points/{road.bench}/calls"
    with time_machine.travel(instant(DAY, 6, 30), tick=False):
        for _ in range(2):
            called = await api.post(path, json={"to": "Dedorf"})
            assert (called.status_code, called.json()) == (200, {"told": True})
    mails = await connection.fetch("SELECT context FROM outbox WHERE recipient = $1", driver.email)
    assert len(mails) == 1
    assert resident.email not in f"{mails[0]['context']}"


async def test_a_call_that_leads_nowhere(
    connection: Connection, api: httpx.AsyncClient, road: Road, resident: Person
) -> None:
    path = f"{API}/meeting-points/{road.bench}/calls"
    for to in ("Nirgends", "Bedorf", ""):
        refused = await api.post(path, json={"to": to})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "to"), to
    assert (await api.post(path, json={"to": "Adorf"})).json() == {"told": False}
    await connection.execute(
        """INSERT INTO ride_call (meeting_point_id, person_id, to_municipality, until_at)
           SELECT $1, $2, id, now() - interval '1 hour' FROM municipality, generate_series(1, $3) LIMIT $3""",
        road.bench,
        resident.id,
        PER_DAY,
    )
    many = await api.post(path, json={"to": "Cedorf"})
    assert (many.status_code, many.headers["retry-after"]) == (429, "86400")
    assert (await api.post(f"{API}/meeting-points/{road.bench + 1}/calls", json={"to": "Adorf"})).status_code == 404
    api.headers.pop("Authorization")
    assert (await api.post(path, json={"to": "Adorf"})).status_code == 401
