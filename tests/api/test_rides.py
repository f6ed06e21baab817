"""Rides over the JSON API: offering once, finding, changing, wishing."""

from typing import Any

import httpx

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import bearer, make_person
from support.rides import make_road, tomorrow

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
