"""Offering in the name of an association: by who manages it; then the rota says who drives."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.organisations import name_member
from support.people import bearer, make_person, sign_in
from support.rides import Road, tomorrow
from support.seats import make_organisation

OFFER = {
    "from": "Adorf", "to": "Dedorf", "repeats": "once", "date": f"{tomorrow()}", "time": "09:00", "seats": "8",
    "with_return": "1", "back_time": "16:30",
}  # fmt: skip
BY_PROGRAM: dict[str, Any] = {
    "from": "Adorf",
    "to": "Dedorf",
    "first": f"{tomorrow()}",
    "times": [{"weekday": tomorrow().isoweekday(), "at": 540}],
}


@pytest.fixture
async def bus(connection: Connection, resident: Person, outsider: Person, road: Road) -> int:
    """The volunteers' bus: the resident manages it, the outsider drives."""
    organisation_id, _ride = await make_organisation(connection, resident, road)
    await name_member(connection, organisation_id, outsider.email, "driver")
    await connection.execute("UPDATE ride SET ended_at = now()")
    return organisation_id


async def test_who_manages_offers_and_the_rota_has_it(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, bus: int
) -> None:
    await sign_in(connection, client, resident)
    rota = f"/rides/organisations/{bus}"
    link = f"/rides/new?organisation={bus}"
    assert f'href="{link}"' in (await client.get(rota)).text
    form = (await client.get(link)).text
    assert f'name="organisation" value="{bus}" checked' in form
    refused = await client.post("/rides/new", data={**OFFER, "organisation": f"{bus}", "seats": "9"})
    assert f'name="organisation" value="{bus}" checked' in refused.text
    answer = await client.post("/rides/new", data={**OFFER, "organisation": f"{bus}"})
    assert (answer.status_code, answer.headers["location"]) == (303, rota)
    rows = await connection.fetch("SELECT id, driver_id, organisation_id FROM ride WHERE ended_at IS NULL ORDER BY id")
    assert [(row["driver_id"], row["organisation_id"]) for row in rows] == [(None, bus)] * 2
    ride_id = rows[0]["id"]
    text = (await client.get(rota)).text
    assert "09:00 Adorf – Dedorf" in text
    assert "16:30 Dedorf – Adorf" in text
    assert f'href="/rides/{ride_id}/change"' in text
    duty = {"ride": f"{ride_id}", "day": f"{tomorrow()}", "person": f"{outsider.id}"}
    assert (await client.post(f"{rota}/duties", data=duty)).status_code == 303
    await sign_in(connection, client, outsider)
    assert "Bürgerbus" in (await client.get("/rides/duties")).text
    query = {"from": "Adorf", "to": "Dedorf", "day": f"{tomorrow()}"}
    assert "Bürgerbus" in (await client.get("/rides/search", params=query)).text


async def test_it_is_changed_and_ended_from_the_rota(
    connection: Connection, client: httpx.AsyncClient, resident: Person, bus: int
) -> None:
    await sign_in(connection, client, resident)
    rota = f"/rides/organisations/{bus}"
    await client.post("/rides/new", data={**OFFER, "organisation": f"{bus}"})
    ride_id = await connection.fetchval("SELECT max(id) FROM ride WHERE outward_id IS NULL")
    form = (await client.get(f"/rides/{ride_id}/change")).text
    assert f'href="{rota}"' in form
    assert 'name="organisation"' not in form
    changed = await client.post(f"/rides/{ride_id}/change", data={**OFFER, "seats": "4"})
    assert (changed.status_code, changed.headers["location"]) == (303, rota)
    row = await connection.fetchrow("SELECT seats, driver_id, organisation_id FROM ride WHERE id = $1", ride_id)
    assert row is not None
    assert tuple(row) == (4, None, bus)
    ended = await client.post(f"/rides/{ride_id}/end", data={})
    assert (ended.status_code, ended.headers["location"]) == (303, rota)
    assert f"/rides/{ride_id}/change" not in (await client.get(rota)).text


async def test_for_oneself_is_the_first_choice(
    connection: Connection, client: httpx.AsyncClient, resident: Person, bus: int
) -> None:
    await sign_in(connection, client, resident)
    assert 'name="organisation" value="" checked' in (await client.get("/rides/new")).text
    answer = await client.post("/rides/new", data={**OFFER, "organisation": ""})
    assert answer.headers["location"] == "/rides/mine"
    drivers = await connection.fetch("SELECT driver_id FROM ride WHERE ended_at IS NULL")
    assert {row["driver_id"] for row in drivers} == {resident.id}


@pytest.mark.parametrize("who", ["outsider", "stranger", "staff", "after retiring"])
async def test_nobody_else_offers_in_its_name(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, bus: int, who: str
) -> None:
    person = {"outsider": outsider, "after retiring": resident}.get(who)
    if person is None:
        role = {"role": "staff", "district_id": await connection.fetchval("SELECT id FROM district")}
        person = await make_person(connection, "andere@example.org", **(role if who == "staff" else {}))
    if who == "after retiring":
        await connection.execute("UPDATE ride_organisation SET retired_at = now()")
    await sign_in(connection, client, person)
    assert 'name="organisation"' not in (await client.get(f"/rides/new?organisation={bus}")).text
    assert (await client.post("/rides/new", data={**OFFER, "organisation": f"{bus}"})).status_code == 403
    headers = await bearer(connection, person)
    answer = await client.post("/api/v1/rides", json={**BY_PROGRAM, "organisation_id": bus}, headers=headers)
    assert answer.status_code == 403
    assert (await client.get("/api/v1/ride-organisations", headers=headers)).json() == []
    assert await connection.fetchval("SELECT count(*) FROM ride WHERE ended_at IS NULL") == 0
    if who == "staff":
        assert "/rides/new?organisation=" not in (await client.get(f"/rides/organisations/{bus}")).text


async def test_programs_offer_in_its_name_too(
    connection: Connection, client: httpx.AsyncClient, resident: Person, bus: int
) -> None:
    headers = await bearer(connection, resident)
    known = (await client.get("/api/v1/ride-organisations", headers=headers)).json()
    assert [(one["id"], one["name"]) for one in known] == [(bus, "Bürgerbus")]
    offered = await client.post("/api/v1/rides", json={**BY_PROGRAM, "organisation_id": bus}, headers=headers)
    assert (offered.status_code, offered.json()["organisation_id"]) == (201, bus)
    listed = (await client.get("/api/v1/rides", headers=headers)).json()["items"]
    assert offered.json()["id"] in [one["id"] for one in listed]
    path = f"/api/v1/rides/{offered.json()['id']}"
    assert (await client.get(path, headers=headers)).json() == offered.json()
    moved = await client.post(f"{path}/change", json={**BY_PROGRAM, "organisation_id": None}, headers=headers)
    assert [error["field"] for error in moved.json()["errors"]] == ["organisation_id"], "a ride keeps whose it is"
    changed = await client.post(f"{path}/change", json={**BY_PROGRAM, "seats": 5}, headers=headers)
    assert (changed.json()["seats"], changed.json()["organisation_id"]) == (5, bus)


async def test_nonsense_is_named(connection: Connection, client: httpx.AsyncClient, resident: Person, bus: int) -> None:
    await sign_in(connection, client, resident)
    answer = await client.post("/rides/new", data={**OFFER, "organisation": "x"})
    assert answer.status_code == 422
    assert 'href="#field-organisation"' in answer.text


async def test_an_operator_says_in_which_district_a_new_association_is(
    connection: Connection, client: httpx.AsyncClient, road: Road
) -> None:
    here = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    there = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07333', 'Donnersbergkreis', 'RP') RETURNING id"
    )
    made = "SELECT district_id FROM ride_organisation ORDER BY id DESC LIMIT 1"
    await sign_in(connection, client, await make_person(connection, "betrieb@example.org", role="operator"))
    form = (await client.get("/district/rides")).text
    assert "Donnersbergkreis" in form
    assert "Landkreis Kusel" in form
    for district in (there, here):
        new = {"name": "Bürgerbus", "district": f"{district}"}
        assert (await client.post("/district/rides/organisations", data=new)).status_code == 303
        assert await connection.fetchval(made) == district
    wrong = await client.post("/district/rides/organisations", data={"name": "", "district": f"{there}"})
    assert f'value="{there}" selected' in wrong.text
    assert (
        await client.post("/district/rides/organisations", data={"name": "N", "district": "999"})
    ).status_code == 403
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=here)
    await sign_in(connection, client, staff)
    assert 'name="district"' not in (await client.get("/district/rides")).text
    foreign = {"name": "Bürgerbus", "district": f"{there}"}
    assert (await client.post("/district/rides/organisations", data=foreign)).status_code == 403
    assert (await client.post("/district/rides/organisations", data={"name": "Verein"})).status_code == 303
    assert await connection.fetchval(made) == here
