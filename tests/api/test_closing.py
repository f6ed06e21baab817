"""Closing spaces and blacking them out over the API: by the rules of the pages, and by nobody else."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place, make_second
from support.people import bearer, make_person
from support.spaces import (
    day_after,
    make_booking,
    make_desk,
    make_district,
    make_host,
    make_space,
    period_on,
)

DAY = day_after(6)
CLOSURES = "/api/v1/closures"


@pytest.fixture
async def second(connection: Connection, place: Place) -> int:
    return await make_second(connection, place)


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, place: Place, second: int) -> httpx.AsyncClient:
    """Signs with the token that the owner of both has by now."""
    client.headers.update({**await bearer(connection, place.host), "Accept-Language": "en"})
    return client


def closing(*space_ids: int, **more: Any) -> dict[str, Any]:
    return {"space_ids": list(space_ids), "first": f"{DAY}", "reason": "Kerwe", **more}


async def closed(connection: Connection) -> set[int]:
    return {row["space_id"] for row in await connection.fetch("SELECT space_id FROM closure")}


async def test_several_spaces_are_closed_at_once_and_opened_one_by_one(
    connection: Connection, host: httpx.AsyncClient, place: Place, second: int
) -> None:
    made = await host.post(CLOSURES, json=closing(second, place.space_id, last=f"{day_after(7)}"))
    assert made.status_code == 201, made.text
    here, there = made.json()
    assert [here["space_id"], there["space_id"]] == [place.space_id, second]
    assert (here["first"], here["last"], here["reason"]) == (f"{DAY}", f"{day_after(7)}", "Kerwe")
    again = await host.post(CLOSURES, json=closing(second, place.space_id, last=f"{day_after(7)}"))
    assert again.json() == made.json()  # the same closure twice is one
    root = f"/api/v1/spaces/{place.space_id}/closures"
    assert (await host.get(root)).json() == [here]
    assert (await host.post(f"{root}/{there['id']}/removal")).status_code == 404  # that is the other space's
    assert (await host.post(f"{root}/{here['id']}/removal")).json() == []
    assert (await host.post(f"{root}/{here['id']}/removal")).status_code == 404
    assert await closed(connection) == {second}


async def test_what_it_hits_is_decided_about_together_and_then_all_are_closed(
    connection: Connection, host: httpx.AsyncClient, place: Place, second: int, resident: Person
) -> None:
    kept = await make_booking(connection, resident, place.desk, period_on(DAY))
    called_off = await make_booking(
        connection, resident, await make_desk(connection, second, "Tisch am Gleis"), period_on(DAY)
    )
    hit = await host.post(CLOSURES, json=closing(place.space_id, second))
    problem = hit.json()
    assert (hit.status_code, hit.headers["content-type"]) == (409, "application/problem+json")
    assert problem["type"] == "urn:landbooking:problem:bookings-affected"
    assert [one["resource"] for one in problem["affected"]] == ["Alte Schule, Tisch 1", "Bahnhof, Tisch am Gleis"]
    assert await closed(connection) == set()
    decision = {"seen": problem["seen"], "choices": {f"{kept}": "keep"}}
    half = await host.post(CLOSURES, json=closing(place.space_id, second, decision=decision))
    assert (half.status_code, await closed(connection)) == (409, set())
    decision["choices"] = {f"{kept}": "keep", f"{called_off}": "cancel"}
    done = await host.post(CLOSURES, json=closing(place.space_id, second, decision=decision))
    assert (done.status_code, await closed(connection)) == (201, {place.space_id, second})
    statuses = await connection.fetch("SELECT status FROM booking WHERE id = ANY($1) ORDER BY id", [kept, called_off])
    assert [row["status"] for row in statuses] == ["confirmed", "cancelled"]


async def test_a_key_closes_once_even_where_it_was_opened_again(
    connection: Connection, host: httpx.AsyncClient, place: Place, second: int
) -> None:
    key = {"Idempotency-Key": "kerwe-1"}
    [made] = (await host.post(CLOSURES, json=closing(second), headers=key)).json()
    assert (await host.post(CLOSURES, json=closing(second), headers=key)).json() == [made]
    await host.post(f"/api/v1/spaces/{second}/closures/{made['id']}/removal")
    repeated = await host.post(CLOSURES, json=closing(second), headers=key)
    assert (repeated.status_code, repeated.json(), await closed(connection)) == (201, [], set())
    other = await host.post(CLOSURES, json=closing(place.space_id), headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:landbooking:problem:idempotency-key-reused")
    assert (await host.post(CLOSURES, json=closing(second))).json() != []  # without it, it is a new wish


async def test_a_refused_closure_leaves_its_key_unused(
    connection: Connection, host: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    key = {"Idempotency-Key": "kerwe-2"}
    hit = await host.post(CLOSURES, json=closing(place.space_id), headers=key)
    assert hit.status_code == 409
    decision = {"seen": hit.json()["seen"], "choices": {f"{booking_id}": "keep"}}
    done = await host.post(CLOSURES, json=closing(place.space_id, decision=decision), headers=key)
    assert (done.status_code, await closed(connection)) == (201, {place.space_id})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"space_ids": []}, "space_ids"),
        ({"first": "someday"}, "first"),
        ({"first": "2200-01-01"}, "first"),
        ({"last": f"{day_after(1)}"}, "last"),
        ({"reason": "x" * 201}, "reason"),
        ({"decision": {"seen": 1}}, "decision"),
    ],
)
async def test_every_mistake_names_its_field(
    connection: Connection, host: httpx.AsyncClient, place: Place, wrong: dict[str, Any], field: str
) -> None:
    answer = await host.post(CLOSURES, json={**closing(place.space_id), **wrong})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert await closed(connection) == set()


async def test_nobody_closes_what_they_do_not_answer_for(
    connection: Connection, client: httpx.AsyncClient, place: Place, second: int, resident: Person, outsider: Person
) -> None:
    """Signed out, a resident, another space's owner, somebody at the desk, staff of elsewhere."""
    await client.post(CLOSURES, json=closing(second), headers=await bearer(connection, place.host))
    standing = await connection.fetchval("SELECT id FROM closure")
    elsewhere = await make_district(connection, "07335", name="Landkreis Anderswo")
    staff = await make_person(connection, "anderswo@example.org", role="staff", district_id=elsewhere)
    desk = await make_host(connection, await make_person(connection, "helferin@example.org"), second, role="desk")
    root = f"/api/v1/spaces/{second}"
    for who in (None, resident, outsider, staff, desk):
        keys = await bearer(connection, who) if who else {}
        expected = 403 if who else 401
        for answer in (
            await client.post(CLOSURES, json=closing(second, first=f"{day_after(9)}"), headers=keys),
            await client.get(f"{root}/closures", headers=keys),
            await client.post(f"{root}/closures/{standing}/removal", headers=keys),
        ):
            assert (answer.status_code, answer.headers["content-type"]) == (expected, "application/problem+json")
        if who != desk:
            assert (await client.get(f"{root}/blackouts/usual", headers=keys)).status_code == expected
    mixed = await make_host(connection, outsider, await make_space(connection, name="Fremder Raum"))
    both = closing(second, *mixed.owns, first=f"{day_after(9)}")
    for space_ids in (both["space_ids"], [*mixed.owns, 2**31 - 1]):
        answer = await client.post(
            CLOSURES, json={**both, "space_ids": space_ids}, headers=await bearer(connection, mixed)
        )
        assert answer.status_code == 403
    assert await connection.fetchval("SELECT array_agg(id) FROM closure") == [standing]


async def test_staff_close_the_spaces_of_their_district(
    connection: Connection, client: httpx.AsyncClient, place: Place, second: int
) -> None:
    district_id = await connection.fetchval("SELECT id FROM district LIMIT 1")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district_id)
    keys = await bearer(connection, staff)
    assert (await client.post(CLOSURES, json=closing(place.space_id, second), headers=keys)).status_code == 201
    by = await connection.fetch("SELECT DISTINCT person_id FROM space_change WHERE subject = 'closure'")
    assert [row["person_id"] for row in by] == [staff.id]


async def test_two_calls_black_out_what_two_taps_do(
    connection: Connection, host: httpx.AsyncClient, place: Place
) -> None:
    root = f"/api/v1/spaces/{place.space_id}/blackouts"
    usual = (await host.get(f"{root}/usual")).json()
    assert len(usual) in (2, 3)  # on a Sunday the week has no rest
    assert "Tomorrow, all day" in usual[1]["words"] or "tomorrow" in usual[1]["words"].lower()
    wish = {"start": usual[1]["start"], "end": usual[1]["end"], "reason": "Kerwe"}
    key = {"Idempotency-Key": "tap"}
    made = await host.post(root, json=wish, headers=key)
    assert (made.status_code, made.json()["whole_space"]) == (201, True)
    assert (await host.post(root, json=wish, headers=key)).json() == made.json()
    await host.post(f"{root}/{made.json()['id']}/lifting")
    gone = await host.post(root, json=wish, headers=key)
    assert (gone.status_code, (await host.get(root)).json()) == (404, [])
    other = await host.post(root, json={**wish, "reason": "Umbau"}, headers=key)
    assert other.json()["type"] == "urn:landbooking:problem:idempotency-key-reused"


async def test_the_description_tells_of_them(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    post = paths["/api/v1/closures"]["post"]
    assert post["operationId"] == "close"
    assert {"403", "404", "409", "413", "422"} <= post["responses"].keys()
    for described in (post, paths["/api/v1/spaces/{space_id}/blackouts"]["post"]):
        assert "Idempotency-Key" in {one["name"] for one in described["parameters"]}
