"""One closure for several spaces: all of them or none, and whatever it hits is asked about together."""

import re

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place, make_second
from support.people import make_person, sign_in
from support.spaces import (
    day_after,
    make_booking,
    make_desk,
    make_host,
    make_municipality,
    make_space,
    period_on,
)

DAY = day_after(6)
ADDRESS = "/host/closures"


@pytest.fixture
async def second(connection: Connection, place: Place) -> int:
    return await make_second(connection, place)


def form(*spaces: int | str) -> dict[str, list[str] | str]:
    return {"space": [str(one) for one in spaces], "first": f"{DAY}", "last": "", "reason": "Kerwe"}


async def closed(connection: Connection) -> set[int]:
    return {row["space_id"] for row in await connection.fetch("SELECT space_id FROM closure")}


async def test_all_chosen_spaces_are_closed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, second: int
) -> None:
    page = (await hosting.get(ADDRESS)).text
    assert "Alte Schule" in page
    assert "Bahnhof" in page
    answer = await hosting.post(ADDRESS, data=form(second, place.space_id))
    assert answer.headers["location"] == "/host"
    assert await closed(connection) == {place.space_id, second}
    await hosting.post(ADDRESS, data=form("all"))
    assert await connection.fetchval("SELECT count(*) FROM closure") == 2  # the same closure twice is one


async def test_what_it_hits_in_all_of_them_is_asked_about_on_one_page(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, second: int, resident: Person
) -> None:
    here = await make_booking(connection, resident, place.desk, period_on(DAY))
    desk = await make_desk(connection, second, "Tisch am Gleis")
    there = await make_booking(connection, resident, desk, period_on(DAY))
    asked = await hosting.post(ADDRESS, data=form("all"))
    assert asked.status_code == 200
    for words in ("2 Räume", "Alte Schule, Tisch 1", "Bahnhof, Tisch am Gleis"):
        assert words in asked.text
    assert await closed(connection) == set()
    carried = dict(re.findall(r'name="(seen|first|reason)" value="([^"]*)"', asked.text))
    decided = {**form("all"), **carried, f"choice-{here}": "keep"}
    half = await hosting.post(ADDRESS, data=decided)
    assert half.status_code == 422
    assert await closed(connection) == set()
    done = await hosting.post(ADDRESS, data={**decided, f"choice-{there}": "cancel", "message": "Das Dach"})
    assert done.status_code == 303
    assert await closed(connection) == {place.space_id, second}
    statuses = await connection.fetch("SELECT id, status FROM booking WHERE id = ANY($1) ORDER BY id", [here, there])
    assert [row["status"] for row in statuses] == ["confirmed", "cancelled"]
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE recipient = $1", resident.email) == 1


async def test_every_mistake_is_told_and_what_was_chosen_stays(
    hosting: httpx.AsyncClient, place: Place, second: int
) -> None:
    nothing = await hosting.post(ADDRESS, data={})
    assert nothing.status_code == 422
    assert "mindestens einen Raum" in nothing.text
    wrong = await hosting.post(ADDRESS, data={**form(second), "first": "irgendwann"})
    assert wrong.status_code == 422
    assert 'value="irgendwann"' in wrong.text
    assert re.search(rf'value="{second}" checked', wrong.text)
    assert (await hosting.post(ADDRESS, data=form("x"))).status_code == 422
    assert (await hosting.post(ADDRESS, data={**form(second), "revise": "1"})).status_code == 200


async def test_nobody_closes_what_they_do_not_answer_for(
    connection: Connection, client: httpx.AsyncClient, hosting: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    foreign = await make_space(connection, name="Fremder Raum")
    assert (await hosting.post(ADDRESS, data=form(place.space_id, foreign))).status_code == 403
    desk = await make_host(connection, outsider, place.space_id, role="desk")
    await sign_in(connection, client, desk)
    assert "für einen Raum verantwortlich" in (await client.get(ADDRESS)).text
    assert (await client.post(ADDRESS, data=form(place.space_id))).status_code == 403
    assert (await client.post(ADDRESS, data=form("all"))).status_code == 422
    await sign_in(connection, client, await make_person(connection, "niemand@example.org"))
    assert (await client.get(ADDRESS)).status_code == 403
    client.cookies.clear()
    assert (await client.post(ADDRESS, data=form(place.space_id))).status_code == 401
    assert await closed(connection) == set()


async def test_staff_close_all_spaces_of_their_district_and_no_others(
    connection: Connection, client: httpx.AsyncClient, place: Place, second: int
) -> None:
    far = await make_municipality(connection, "07335001", name="Bruchmühlbach")
    foreign = await make_space(connection, name="Fremder Raum", municipality_id=far)
    district = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    await sign_in(connection, client, staff)
    assert "Fremder Raum" not in (await client.get(ADDRESS)).text
    assert (await client.post(ADDRESS, data=form(foreign))).status_code == 403
    assert (await client.post(ADDRESS, data=form("all"))).headers["location"] == "/district"
    assert await closed(connection) == {place.space_id, second}
    noted = await connection.fetch("SELECT DISTINCT space_id, for_district FROM space_change")
    assert {tuple(row) for row in noted} == {(place.space_id, True), (second, True)}
    await sign_in(connection, client, await make_person(connection, "betrieb@example.org", role="operator"))
    assert (await client.post(ADDRESS, data=form(foreign))).status_code == 303
