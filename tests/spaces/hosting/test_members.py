"""Who may book what is for members only."""

import httpx
import pytest

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource
from landbooking.spaces.opening_hours import RuleBroken
from support.hosting import Place
from support.spaces import day_after, make_override, make_space, period_on

MEMBERS = "SELECT person_id FROM space_member WHERE space_id = $1"


async def test_a_member_is_named_books_and_is_removed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    path = f"/host/spaces/{place.space_id}/members"
    await make_override(connection, place.space_id, "desk", audience="members")
    assert "Noch niemand" in (await hosting.get(path)).text
    for _ in range(2):
        added = await hosting.post(path, data={"email": f" {resident.email.upper()}"})
        assert added.status_code == 303
    assert [row["person_id"] for row in await connection.fetch(MEMBERS, place.space_id)] == [resident.id]
    await book_resource(connection, resident, place.desk, period_on(day_after(3)))
    for _ in range(2):
        assert (await hosting.post(f"{path}/{resident.id}/removal")).status_code == 303
    with pytest.raises(RuleBroken):
        await book_resource(connection, resident, place.desk, period_on(day_after(4)))
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 1


async def test_nothing_tells_whether_an_address_is_known(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    path = f"/host/spaces/{place.space_id}/members"
    await connection.execute("UPDATE person SET name = 'Anwohnerin' WHERE id = $1", resident.id)
    answers = [await hosting.post(path, data={"email": email}) for email in (resident.email, "neu@example.org")]
    assert len({(answer.status_code, answer.headers["location"], answer.text) for answer in answers}) == 1
    assert await person_by_email(connection, "neu@example.org") is not None
    shown = (await hosting.get(path)).text
    assert "Anwohnerin" not in shown
    assert "neu@<wbr>example.org" in shown


@pytest.mark.parametrize("email", ["", "niemand", "a@b", "x" * 300 + "@example.org"])
async def test_what_is_no_address_is_told(hosting: httpx.AsyncClient, place: Place, email: str) -> None:
    answer = await hosting.post(f"/host/spaces/{place.space_id}/members", data={"email": email})
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.text


async def test_members_of_another_space_stay(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    other = await make_space(connection, name="Dort")
    await connection.execute("INSERT INTO space_member VALUES ($1, $2)", other, resident.id)
    await hosting.post(f"/host/spaces/{place.space_id}/members/{resident.id}/removal")
    assert len(await connection.fetch(MEMBERS, other)) == 1
