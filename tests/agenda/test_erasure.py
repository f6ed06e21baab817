"""Closing an account takes the person away and leaves the bookings' places."""

import httpx
import msgspec

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource
from support import people, spaces


async def _place(connection: Connection) -> int:
    space_id = await spaces.make_space(connection)
    await spaces.open_daily(connection, space_id)
    return await spaces.make_desk(connection, space_id)


async def test_an_account_is_closed_by_its_person(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    desk = await _place(connection)
    coming = await book_resource(connection, resident, desk, spaces.period_on(spaces.day_after(3)))
    past = await spaces.make_booking(connection, resident, desk, spaces.period_on(spaces.day_after(-3)))
    await people.sign_in(connection, client, resident)

    assert "1 kommende Buchung wird abgesagt" in (await client.get("/profile/erasure")).text
    answer = await client.post("/profile/erasure")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await person_by_email(connection, resident.email) is None
    assert (await client.get("/bookings")).status_code == 303
    rows = await connection.fetch("SELECT id, status, person_id FROM booking ORDER BY id")
    assert [tuple(row) for row in rows] == [(coming.id, "cancelled", None), (past, "confirmed", None)]
    left = await connection.fetch("SELECT template FROM outbox WHERE withdrawn_at IS NULL ORDER BY id")
    assert [row["template"] for row in left] == ["spaces/emails/confirmation", "spaces/emails/cancellation"]


async def test_who_alone_answers_for_a_space_hands_it_over_first_or_leaves_it_to_the_district(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, resident: Person, outsider: Person
) -> None:
    alone, shared = [await spaces.make_space(connection, name=name) for name in ("Alte Schule", "Bahnhof")]
    for space_id in (alone, shared):
        await spaces.make_host(connection, resident, space_id)
    await spaces.make_host(connection, outsider, shared)
    await spaces.make_host(connection, outsider, alone, role="desk")
    districts = [await spaces.make_district(connection, key) for key in ("07336", "07335")]
    for number, district_id in enumerate(districts):
        await people.make_person(connection, f"kreis{number}@example.org", role="staff", district_id=district_id)
    await people.sign_in(connection, client, resident)

    text = (await client.get("/profile/erasure")).text
    assert "Für diesen Raum sind nur Sie verantwortlich" in text
    assert f"/host/spaces/{alone}/team" in text
    assert f"/host/spaces/{shared}/team" not in text
    assert (await client.post("/profile/erasure")).status_code == 303

    [row] = await connection.fetch("SELECT id, recipient, language, template, context, attempts FROM outbox")
    mail = compose(settings, msgspec.convert(dict(row), OutboxRow))
    assert (str(mail["To"]), str(mail["Subject"])) == (
        "kreis0@example.org",
        "Für einen Raum ist niemand mehr verantwortlich",
    )
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Alte Schule" in body
    assert f"/district/spaces/{alone}" in body
    assert resident.email not in mail.as_string()


async def test_who_hosts_nothing_alone_is_told_nothing_of_it(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person
) -> None:
    space_id = await spaces.make_space(connection)
    for person in (resident, outsider):
        await spaces.make_host(connection, person, space_id)
    await people.sign_in(connection, client, resident)
    assert "verantwortlich" not in (await client.get("/profile/erasure")).text
    await client.post("/profile/erasure")
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_nobody_closes_anything_signed_out(connection: Connection, client: httpx.AsyncClient) -> None:
    assert (await client.post("/profile/erasure")).status_code == 401


async def test_other_peoples_bookings_stay(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person
) -> None:
    desk = await _place(connection)
    theirs = await book_resource(connection, resident, desk, spaces.period_on(spaces.day_after(3)))
    await people.sign_in(connection, client, outsider)
    await client.post("/profile/erasure")
    row = await connection.fetchrow("SELECT status, person_id FROM booking WHERE id = $1", theirs.id)
    assert row is not None
    assert tuple(row) == ("confirmed", resident.id)
