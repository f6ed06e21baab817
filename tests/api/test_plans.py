"""Floor plans in the JSON API."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import bearer, make_person
from support.spaces import make_host, make_space


def plan_with(*elements: Any, version: int | None = None, **floor: Any) -> dict[str, Any]:
    here = {"name": "Erdgeschoss", "width": 120, "height": 80, "elements": list(elements), **floor}
    return {"floors": [here], **({} if version is None else {"version": version})}


def desk(resource_id: int, **fields: Any) -> dict[str, Any]:
    return {"kind": "place", "x": 10, "y": 10, "width": 14, "height": 12, "resource_id": resource_id, **fields}


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    client.headers.update({**await bearer(connection, place.host), "Accept-Language": "en"})
    return client


async def test_a_plan_is_set_and_read_by_anybody(connection: Connection, host: httpx.AsyncClient, place: Place) -> None:
    path = f"/api/v1/spaces/{place.space_id}/plan"
    assert (await host.get(path)).json() == {"version": 0, "floors": []}
    wall = {"kind": "wall", "x": 0, "y": 0, "width": 30, "height": 2}
    made = await host.put(path, json=plan_with(wall, desk(place.desk, rotation=90), version=0))
    assert (made.status_code, made.json()["version"]) == (200, 1)
    del host.headers["Authorization"]
    shown = (await host.get(path)).json()
    assert shown == made.json()
    assert shown["floors"][0]["elements"] == [
        {**wall, "rotation": 0, "label": "", "resource_id": None},
        {**desk(place.desk), "rotation": 90, "label": ""},
    ]
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", place.desk)
    assert [one["kind"] for one in (await host.get(path)).json()["floors"][0]["elements"]] == ["wall"]
    await connection.execute("UPDATE space SET published = false WHERE id = $1", place.space_id)
    assert (await host.get(path)).status_code == 404


async def test_an_older_version_is_refused_and_a_repetition_acts_once(host: httpx.AsyncClient, place: Place) -> None:
    path, key = f"/api/v1/spaces/{place.space_id}/plan", {"Idempotency-Key": "one"}
    body = plan_with(desk(place.desk), version=0)
    for _ in range(2):
        answer = await host.put(path, json=body, headers=key)
        assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert (await host.put(path, json=plan_with(version=0), headers=key)).status_code == 422
    stale = await host.put(path, json=body)
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:landbooking:problem:changed-meanwhile")
    assert (await host.put(path, json=plan_with())).json()["version"] == 2


async def test_every_mistake_says_where_it_is(host: httpx.AsyncClient, place: Place) -> None:
    other = "floors.0.elements.1"
    tried: list[tuple[Any, set[str]]] = [
        (plan_with(desk(place.desk), desk(place.desk)), {f"{other}.resource_id"}),
        (plan_with(desk(2**31 - 1)), {"floors.0.elements.0.resource_id"}),
        (plan_with(desk(place.desk), desk(place.other_desk, x=110, y=70)), {f"{other}.x", f"{other}.y"}),
        (plan_with(desk(place.desk), {"kind": "castle", "x": "1", "y": -1}), {
            f"{other}.{name}" for name in ("kind", "x", "y", "width", "height")
        }),
        (plan_with(desk(place.desk, rotation=45, colour=1)), {
            "floors.0.elements.0.rotation", "floors.0.elements.0.colour"
        }),
        (plan_with(width=19, height=401, name=" "), {"floors.0.width", "floors.0.height", "floors.0.name"}),
        (plan_with(*[desk(1)] * 151), {"floors.0.elements"}),
        (plan_with(3), {"floors.0.elements.0"}),
        ({"floors": plan_with()["floors"] * 6}, {"floors"}),
        ({"floors": {}}, {"floors"}),
        ({"floors": [3]}, {"floors.0"}),
        ({}, {"floors"}),
        ({"floors": [], "version": -1}, {"version"}),
        (plan_with({**desk(place.desk), "kind": "wall"}), {"floors.0.elements.0.resource_id"}),
        (plan_with({**desk(place.desk), "label": "x\x00"}), {"floors.0.elements.0.label"}),
    ]  # fmt: skip
    for body, fields in tried:
        answer = await host.put(f"/api/v1/spaces/{place.space_id}/plan", json=body)
        assert answer.status_code == 422, body
        assert {one["field"] for one in answer.json()["errors"]} == fields
        assert all(one["message"] for one in answer.json()["errors"])
    for broken in (b"", b"{", b"[]", b"[" * 100_000, b"\xff"):
        assert (await host.put(f"/api/v1/spaces/{place.space_id}/plan", content=broken)).status_code in (400, 422)


async def test_a_desk_of_two_floors_is_named_on_the_second(host: httpx.AsyncClient, place: Place) -> None:
    body = {"floors": plan_with(desk(place.desk))["floors"] * 2}
    answer = await host.put(f"/api/v1/spaces/{place.space_id}/plan", json=body)
    assert [one["field"] for one in answer.json()["errors"]] == ["floors.1.elements.0.resource_id"]


async def test_others_change_nothing(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    path, body = f"/api/v1/spaces/{place.space_id}/plan", plan_with()
    assert (await client.put(path, json=body)).status_code == 401
    neighbour = await make_person(connection, "nachbarin@example.org")
    neighbour = await make_host(connection, neighbour, await make_space(connection, name="Nachbar"))
    for person in (resident, neighbour):
        assert (await client.put(path, json=body, headers=await bearer(connection, person))).status_code == 403
    assert (await client.get(path)).json()["version"] == 0
