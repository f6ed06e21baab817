"""Rides over the JSON API: offering once, finding, changing, wishing."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.answers import accept
from landbooking.rides.ride import ride_by_id
from support.people import bearer, make_person
from support.rides import make_road, tomorrow
from support.seats import ask

API = "/api/v1"


def new_ride(**changes: Any) -> dict[str, Any]:
    day = tomorrow()
    times = [{"weekday": day.isoweekday(), "at": 420}]
    return {"from": "Adorf", "to": "Dedorf", "first": f"{day}", "last": f"{day}", "times": times, **changes}


async def test_the_same_offer_sent_twice_is_one_ride(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    await make_road(connection)
    headers = await bearer(connection, resident) | {"Idempotency-Key": "k-1"}
    first = await client.post(f"{API}/rides", json=new_ride(), headers=headers)
    again = await client.post(f"{API}/rides", json=new_ride(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await client.post(f"{API}/rides", json=new_ride(seats=1), headers=headers)
    assert other.json()["type"] == "urn:landbooking:problem:idempotency-key-reused"
    listed = (await client.get(f"{API}/rides", headers=headers)).json()["items"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    assert listed[0]["routed_by"] == "beeline"


async def test_what_is_offered_is_found_and_says_nobodys_name(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    await make_road(connection)
    headers = await bearer(connection, resident)
    offered = await client.post(f"{API}/rides", json=new_ride(from_exact="Ahornweg 7"), headers=headers)
    query: dict[str, str | int] = {"from": "Bedorf", "to": "Cedorf", "day": f"{tomorrow()}", "at": 480}
    found = (await client.get(f"{API}/rides/search", params=query)).json()
    [match] = found["matches"]
    assert match["ride_id"] == offered.json()["id"]
    assert match["from_m"] < match["to_m"]
    assert found["nearest"] == []
    assert "driver" not in f"{found}"
    assert "Ahornweg" not in f"{found}"
    late = (await client.get(f"{API}/rides/search", params={**query, "at": 60})).json()
    assert late["matches"] == []
    assert late["nearest"][0]["misses"] == ["zu einer anderen Zeit"]


async def test_only_the_driver_reads_and_changes_it(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    await make_road(connection)
    headers = await bearer(connection, resident)
    ride = (await client.post(f"{API}/rides", json=new_ride(), headers=headers)).json()
    other = await bearer(connection, await make_person(connection, "andere@example.org"))
    assert (await client.get(f"{API}/rides/{ride['id']}", headers=other)).status_code == 404
    path = f"{API}/rides/{ride['id']}/change"
    assert (await client.post(path, json=new_ride(), headers=other)).status_code == 403
    changed = await client.post(path, json=new_ride(seats=1, version=ride["version"]), headers=headers)
    assert (changed.status_code, changed.json()["seats"]) == (200, 1)
    stale = await client.post(path, json=new_ride(version=ride["version"]), headers=headers)
    assert stale.status_code == 409
    wrong = await client.post(path, json=new_ride(to="Nirgends"), headers=headers)
    assert [error["field"] for error in wrong.json()["errors"]] == ["to"]


async def test_a_wish_is_left_and_taken_back(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    road = await make_road(connection)
    headers = await bearer(connection, resident)
    wish = {"from": "Adorf", "to": "Dedorf", "first": f"{tomorrow()}", "weekdays": [1, 2], "at": 480}
    left = await client.post(f"{API}/ride-wishes", json=wish, headers=headers)
    assert (left.status_code, left.json()["from"]) == (201, "Adorf")
    path = f"{API}/ride-wishes/{left.json()['id']}/withdrawal"
    assert (await client.post(path, headers=headers)).json() == []
    assert (await client.get(f"{API}/ride-wishes", headers=headers)).json() == []
    points = (await client.get(f"{API}/meeting-points")).json()["items"]
    assert [point["id"] for point in points] == [road.bench]


async def test_stops_may_be_points_of_which_others_see_the_place_nearby(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    await make_road(connection)
    headers = await bearer(connection, resident)
    points = {"from": {"lat": 49.5123451, "lon": 7.312345}, "via": ["Bedorf", {"lat": 49.49, "lon": 7.47}]}
    ride = (await client.post(f"{API}/rides", json=new_ride(**points, from_exact="Ahornweg 7"), headers=headers)).json()
    assert ride["stops"] == ["Adorf", "Bedorf", "Cedorf", "Dedorf"]
    stops = await connection.fetch("SELECT exact_place, exact_lat, exact_lon FROM ride_stop ORDER BY position")
    assert [tuple(stop) for stop in stops] == [
        ("Ahornweg 7", 49.512345, 7.312345), ("", None, None), ("", 49.49, 7.47), ("", None, None),
    ]  # fmt: skip
    query: dict[str, str] = {"from": "Adorf", "to": "Dedorf", "day": f"{tomorrow()}"}
    found = await client.get(f"{API}/rides/search", params=query)
    assert found.json()["matches"][0]["pick_up"] == "Adorf"
    assert "49.51" not in found.text

    change = new_ride(to={"lat": 49.501, "lon": 7.5801}, version=ride["version"])
    changed = await client.post(f"{API}/rides/{ride['id']}/change", json=change, headers=headers)
    assert (changed.status_code, changed.json()["stops"]) == (200, ["Adorf", "Dedorf"])
    stops = await connection.fetch("SELECT exact_place, exact_lat, exact_lon FROM ride_stop ORDER BY position")
    assert [tuple(stop) for stop in stops] == [("", None, None), ("", 49.501, 7.5801)]


async def test_the_two_alone_are_told_the_point(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person
) -> None:
    road = await make_road(connection)
    body = new_ride(**{"from": {"lat": 49.5123, "lon": 7.3123}})
    ride_id = (await client.post(f"{API}/rides", json=body, headers=await bearer(connection, resident))).json()["id"]
    seat = await ask(connection, outsider, await ride_by_id(connection, ride_id), road)
    headers = await bearer(connection, outsider)
    path = f"{API}/seat-requests/{seat.id}"
    assert (await client.get(path, headers=headers)).json()["contact"] is None
    await accept(connection, resident, seat.id, None)
    contact = (await client.get(path, headers=headers)).json()["contact"]
    assert contact["start_point"] == {"lat": 49.5123, "lon": 7.3123}
    assert contact["destination_point"] is None


@pytest.mark.parametrize(
    ("field", "point"),
    [
        ("from", {"lat": 52.52, "lon": 13.405}),
        ("from", {"lat": 91, "lon": 7.3}),
        ("from", {"lat": "49.5", "lon": 7.3}),
        ("to", {"lat": 49.5}),
        ("to", [49.5, 7.58]),
        ("to", 49.5),
        ("to", None),
        ("via", [{"lat": 49.5, "lon": 181}]),
        ("via", [{"lat": 7.38, "lon": 49.5}]),
    ],
)
async def test_what_is_no_point_is_told_by_its_field(
    connection: Connection, client: httpx.AsyncClient, resident: Person, field: str, point: Any
) -> None:
    await make_road(connection)
    answer = await client.post(
        f"{API}/rides", json=new_ride(**{field: point}), headers=await bearer(connection, resident)
    )
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert wrong["field"] == field
    assert "Zeichen" not in wrong["message"]
    assert await connection.fetchval("SELECT count(*) FROM ride") == 0


async def test_points_are_described(client: httpx.AsyncClient) -> None:
    schemas = (await client.get(f"{API}/openapi.json")).json()["components"]["schemas"]
    for name in ("NewRide", "RideChange"):
        for field in ("from", "to"):
            assert "#/components/schemas/MapPoint" in f"{schemas[name]['properties'][field]}", (name, field)
    assert schemas["MapPoint"]["properties"]["lat"]["maximum"] == 90
