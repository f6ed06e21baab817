"""What hosts do, over the API: members, resources, rules, blackouts, calling off; each with its guard elsewhere."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.approval.answers import approve
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.eligibility import is_member
from landbooking.spaces.space import space_by_id
from support.approval import ask_for, with_approval
from support.hosting import Place
from support.people import bearer
from support.spaces import day_after, make_booking, make_desk, period_on

DAY = day_after(4)
MORNING = period_on(DAY)


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    """The client with the host's token, at the space's address."""
    client.headers.update({**await bearer(connection, place.host), "Accept-Language": "en"})
    client.base_url = httpx.URL(f"{client.base_url}/api/v1/spaces/{place.space_id}/")
    return client


async def test_members_come_and_go(
    connection: Connection, host: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    for _ in range(2):
        added = await host.post("members", json={"email": resident.email.upper()})
        assert added.json() == [{"person_id": resident.id, "email": resident.email}]
    assert await is_member(connection, resident, await space_by_id(connection, place.space_id))
    wrong = await host.post("members", json={"email": "nobody"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "email")
    assert (await host.get("members")).json() == added.json()
    for _ in range(2):
        assert (await host.post(f"members/{resident.id}/removal")).json() == []


async def test_resources_and_pools_are_added_named_retired_and_brought_back(
    connection: Connection, host: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    pool = await host.post(
        "resources", json={"name": "Kabine", "kind": "phone_booth", "number": 2, "features": ["quiet"]}
    )
    assert (pool.status_code, [one["name"] for one in pool.json()]) == (201, ["Kabine 1", "Kabine 2"])
    assert {one["pool"] for one in pool.json()} == {"Kabine"}
    for wrong in (
        {"name": " "},
        {"name": "Tisch 1"},
        {"name": "Neu", "features": ["sauna"]},
        {"name": "Telemedizin", "kind": "telemedicine"},
    ):
        assert (await host.post("resources", json=wrong)).status_code == 422
    booth = pool.json()[0]
    renamed = {"name": "Zelle", "features": [], "pool": "Kabine", "version": booth["version"]}
    assert (await host.post(f"resources/{booth['id']}/change", json=renamed)).json()["name"] == "Zelle"
    assert (await host.post(f"resources/{booth['id']}/change", json={**renamed, "name": "Klause"})).status_code == 409
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    hit = await host.post(f"resources/{place.desk}/retirement", json={})
    problem = hit.json()
    assert (hit.status_code, problem["type"]) == (409, "urn:landbooking:problem:bookings-affected")
    assert [(one["booking_id"], one["email"]) for one in problem["affected"]] == [(booking_id, resident.email)]
    decision: dict[str, Any] = {"seen": problem["seen"], "choices": {f"{booking_id}": "keep"}}
    retired = await host.post(f"resources/{place.desk}/retirement", json={"decision": decision})
    assert retired.json()["retired_at"] is not None
    assert (await booking_by_id(connection, booking_id)).status == "confirmed"
    assert (await host.get("resources")).json()[-1]["id"] == place.desk
    assert (await host.post(f"resources/{place.desk}/return")).json()["retired_at"] is None


async def test_vehicles_are_described(connection: Connection, host: httpx.AsyncClient, place: Place) -> None:
    car = await make_desk(connection, place.space_id, "E-Auto", kind="vehicle")
    assert (await host.get(f"vehicles/{car}")).status_code == 404
    told = {"form_factor": "car", "propulsion": "electric", "equipment": ["winter_tires"], "max_range": 300, "doors": 5}
    assert (await host.post(f"vehicles/{car}", json={**told, "doors": None})).status_code == 422
    made = await host.post(f"vehicles/{car}", json=told)
    assert made.json()["max_range_metres"] == 300_000
    assert (await host.get(f"vehicles/{car}")).json() == made.json()
    assert (await host.post(f"vehicles/{place.desk}", json=told)).status_code == 404


async def test_rules_are_set_and_inherited(connection: Connection, host: httpx.AsyncClient, place: Place) -> None:
    before = (await host.get("rules")).json()
    assert (before["rules"]["step_minutes"], before["kinds"], before["resources"]) == (15, {}, {})
    changed = await host.post("rules", json={"rules": {"step_minutes": 30}, "version": before["version"]})
    assert changed.json()["rules"] == {**before["rules"], "step_minutes": 30}
    stale = await host.post("rules", json={"rules": {"step_minutes": 60}, "version": before["version"]})
    assert stale.status_code == 409
    kind = await host.post("rules/desk", json={"rules": {"approval": True, "audience": "members"}})
    assert kind.json()["kinds"]["desk"]["approval"] is True
    own = await host.post(f"resources/{place.desk}/rules", json={"rules": {"approval": False}})
    assert own.json()["resources"][f"{place.desk}"]["approval"] is False
    rules = (await space_by_id(connection, place.space_id)).rules_of("desk", place.desk)
    assert (rules.approval, rules.audience, rules.step_minutes) == (False, "members", 30)
    for wrong in ({"rules": {"step_minutes": 7}}, {"rules": {"colour": 1}}, {"rules": {"longest_minutes": 15}}, {}):
        assert (await host.post("rules", json=wrong)).status_code == 422
    assert (await host.post("rules/castle", json={"rules": {}})).status_code == 404
    assert (await host.post("rules/telemedicine", json={"rules": {"approval": True}})).status_code == 422
    assert (await host.post(f"resources/{place.desk}/rules", json={"rules": {}})).json()["resources"] == {}
    assert (await host.post("checkin", json={"minutes": 15})).json()["checkin_minutes"] == 15
    assert (await host.post("checkin", json={"minutes": 0})).json()["checkin_minutes"] is None


async def test_time_is_blocked_and_freed(
    connection: Connection, host: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking = await book_resource(connection, resident, place.desk, MORNING)
    wish = {"start": MORNING.start.isoformat(), "end": MORNING.end.isoformat(), "reason": "Fest"}
    hit = await host.post("blackouts", json=wish)
    assert hit.status_code == 409
    decision = {"seen": hit.json()["seen"], "choices": {f"{booking.id}": "cancel"}, "message": "Leider"}
    assert (await host.post("blackouts", json={**wish, "decision": {**decision, "seen": "1:1"}})).status_code == 409
    made = await host.post("blackouts", json={**wish, "decision": decision})
    assert (made.status_code, made.json()["whole_space"]) == (201, True)
    assert (await booking_by_id(connection, booking.id)).status == "cancelled"
    assert (await host.post("blackouts", json=wish)).json()["id"] == made.json()["id"]
    assert [one["id"] for one in (await host.get("blackouts")).json()] == [made.json()["id"]]
    board = (await host.get("board", params={"date": f"{DAY}"})).json()
    assert {(one["kind"], one["text"]) for one in board} == {("blackout", "Fest")}
    for _ in range(2):
        assert (await host.post(f"blackouts/{made.json()['id']}/lifting")).json() == []
    for wrong in (
        {**wish, "end": wish["start"]},
        {**wish, "resource_ids": []},
        {**wish, "end": "2200-01-01T00:00:00Z"},
    ):
        assert (await host.post("blackouts", json=wrong)).status_code == 422
    assert (await host.post("blackouts", json={**wish, "resource_ids": [1]})).status_code == 404
    past = {"start": "2026-01-01T09:00:00Z", "end": "2026-01-01T10:00:00Z"}
    assert datetime.fromisoformat(past["end"]) < datetime.now(UTC)
    assert (await host.post("blackouts", json=past)).status_code == 422


async def test_a_booking_is_called_off_and_a_request_listed(
    connection: Connection, host: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await with_approval(connection, place.space_id)
    request = await ask_for(connection, resident, place, MORNING)
    [waiting] = (await host.get("requests")).json()
    assert (waiting["booking_id"], waiting["asking"]) == (request.id, resident.email)
    await approve(connection, place.host, request.id, None)
    path = f"bookings/{request.id}/cancellation"
    hit = await host.post(path, json={})
    assert hit.status_code == 409
    decision = {"seen": hit.json()["seen"], "choices": {f"{request.id}": "cancel"}}
    assert (await host.post(path, json={"decision": decision})).json() == []
    assert (await booking_by_id(connection, request.id)).status == "cancelled"
    assert (await host.post("bookings/999999/cancellation", json={})).status_code == 404
