"""Owners invite and dismiss who runs a space with them."""

import httpx
import msgspec
import pytest

from landbooking.accounts.person import Person, person_by_email
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.hosting.hosts import hosts_of
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.spaces import make_host


async def team(connection: Connection, place: Place) -> dict[str, str]:
    return {host.email: host.role for host in await hosts_of(connection, place.space_id)}


def root(place: Place) -> str:
    return f"/host/spaces/{place.space_id}/team"


async def test_who_is_invited_finds_the_space_at_their_first_sign_in(
    connection: Connection, client: httpx.AsyncClient, hosting: httpx.AsyncClient, place: Place, settings: Settings
) -> None:
    answer = await hosting.post(root(place), data={"email": "Neu@Example.org", "role": "desk"})
    assert answer.headers["location"] == root(place)
    assert await team(connection, place) == {place.host.email: "owner", "neu@example.org": "desk"}
    [row] = await connection.fetch("SELECT id, recipient, language, template, context, attempts FROM outbox")
    mail = compose(settings, msgspec.convert(dict(row), OutboxRow))
    assert str(mail["To"]) == "neu@example.org"
    assert "beantworten Anfragen" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    page = (await hosting.get(root(place))).text
    assert "Team vor Ort" in page
    assert "neu@example.org" in page
    invited = await person_by_email(connection, "neu@example.org")
    assert invited is not None
    await sign_in(connection, client, invited)
    assert "Alte Schule" in (await client.get("/host")).text
    assert (await client.get(root(place))).status_code == 403


async def test_an_invitation_changes_the_role_of_who_is_there(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    for role, mails in (("desk", 1), ("desk", 1), ("owner", 2), ("desk", 3)):
        await hosting.post(root(place), data={"email": resident.email, "role": role})
        assert (await team(connection, place))[resident.email] == role
        assert await connection.fetchval("SELECT count(*) FROM outbox") == mails


async def test_every_mistake_is_told_and_nothing_typed_is_lost(hosting: httpx.AsyncClient, place: Place) -> None:
    answer = await hosting.post(root(place), data={"email": "kein Mensch", "role": "king"})
    assert answer.status_code == 422
    assert 'value="kein Mensch"' in answer.text
    assert 'id="error-role"' in answer.text
    answer = await hosting.post(root(place), data={"email": "kein Mensch", "role": "desk"})
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.text


async def test_who_is_dismissed_is_told_and_has_nothing_left(
    connection: Connection, client: httpx.AsyncClient, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_host(connection, resident, place.space_id, role="desk")
    for _ in range(2):
        assert (await hosting.post(f"{root(place)}/{resident.id}/removal")).status_code == 303
    assert await team(connection, place) == {place.host.email: "owner"}
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE recipient = $1", resident.email) == 1
    await sign_in(connection, client, resident)
    assert (await client.get(f"/host/spaces/{place.space_id}")).status_code == 403


async def test_the_last_owner_stays(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_host(connection, resident, place.space_id, role="desk")
    gone = await hosting.post(f"{root(place)}/{place.host.id}/removal")
    lowered = await hosting.post(root(place), data={"email": place.host.email, "role": "desk"})
    for answer in (gone, lowered):
        assert answer.status_code == 409
        assert "verantwortlich bleiben" in answer.text
        assert root(place) in answer.text
    assert (await team(connection, place))[place.host.email] == "owner"
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_an_owner_may_go_where_another_stays(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_host(connection, resident, place.space_id)
    answer = await hosting.post(f"{root(place)}/{place.host.id}/removal")
    assert answer.headers["location"] == "/bookings"
    assert await team(connection, place) == {resident.email: "owner"}


async def test_who_closes_their_account_goes_even_as_the_last(connection: Connection, place: Place) -> None:
    """Nobody is kept against their will; the district is told (tests/agenda/test_erasure.py)."""
    await erase_account(connection, place.host)
    assert await team(connection, place) == {}


async def test_only_owners_decide_over_the_team(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await make_host(connection, resident, place.space_id, role="desk")
    staff = await make_person(connection, "betrieb@example.org", role="operator")
    for person in (resident, outsider, staff):
        await sign_in(connection, client, person)
        assert (await client.post(root(place), data={"email": "x@example.org", "role": "owner"})).status_code == 403
        assert (await client.post(f"{root(place)}/{place.host.id}/removal")).status_code == 403
    assert await team(connection, place) == {place.host.email: "owner", resident.email: "desk"}


async def test_programs_do_the_same(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    client.headers.update({**await bearer(connection, place.host), "Accept-Language": "en"})
    address = f"/api/v1/spaces/{place.space_id}/hosts"
    for _ in range(2):
        answer = await client.post(address, json={"email": resident.email, "role": "desk"})
        assert [(one["email"], one["role"]) for one in answer.json()] == [
            (place.host.email, "owner"),
            (resident.email, "desk"),
        ]
    assert (await client.get(address)).json() == answer.json()
    wrong = await client.post(address, json={"email": "x", "role": "king"})
    assert {error["field"] for error in wrong.json()["errors"]} >= {"role"}
    last = await client.post(f"{address}/{place.host.id}/removal")
    assert (last.status_code, last.json()["type"]) == (409, "urn:landbooking:problem:last-owner")
    left = await client.post(f"{address}/{resident.id}/removal")
    assert [one["email"] for one in left.json()] == [place.host.email]


@pytest.mark.parametrize("role", ["owner", "desk"])
async def test_the_district_still_names_owners_and_removes_anybody(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, role: str
) -> None:
    await make_host(connection, resident, place.space_id, role=role)
    district = await connection.fetchval("SELECT min(id) FROM district")
    await sign_in(
        connection, client, await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    )
    address = f"/district/spaces/{place.space_id}/hosts"
    await client.post(address, data={"email": resident.email})
    assert (await team(connection, place))[resident.email] == "owner"
    for person in (place.host, resident):
        assert (await client.post(f"{address}/{person.id}/removal")).status_code == 303
    assert await team(connection, place) == {}


async def test_who_was_a_host_before_there_were_roles_is_an_owner(
    connection: Connection, place: Place, resident: Person
) -> None:
    await connection.execute(
        "INSERT INTO space_host (space_id, person_id) VALUES ($1, $2)", place.space_id, resident.id
    )
    assert (await team(connection, place))[resident.email] == "owner"
