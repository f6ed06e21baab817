"""Presence is noted where the intern checks in at the desk, and waits for the instruction of who is under 18."""

from datetime import date, timedelta

import httpx
import pytest

from conftest import OneConnection
from landbooking.database import Connection
from landbooking.spaces.bookings import booking_by_id
from landbooking.worker import free
from support.applications import grant
from support.people import sign_in
from support.presence import let_pass, with_check_in
from support.running import Running, book_today, make_running, today


@pytest.fixture
async def running(connection: Connection) -> Running:
    return await make_running(connection)


async def came(connection: Connection) -> list[date]:
    rows = await connection.fetch("SELECT day FROM placement_day WHERE checked_in_at IS NOT NULL")
    return [row["day"] for row in rows]


async def test_checking_in_at_the_desk_is_presence(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    """Though the space asks nobody to check in."""
    booking_id = await book_today(connection, running)
    code = await connection.fetchval(
        "SELECT code FROM resource JOIN booking ON resource_id = resource.id WHERE booking.id = $1", booking_id
    )
    await sign_in(connection, client, running.intern)
    assert f"/bookings/{booking_id}/checkin" in (await client.get(f"/here/{code}")).text
    assert (await client.post(f"/bookings/{booking_id}/checkin")).status_code == 303
    assert await came(connection) == [today()]
    for person in (running.mentor, running.staff):
        await sign_in(connection, client, person)
        assert "Da seit" in (await client.get(running.page)).text
        seen = (await client.get(f"{running.api}/running")).json()
        assert [day["day"] for day in seen["days"] if day["came_at"]] == [f"{today()}"]


async def test_leaving_early_is_noted_with_it(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    booking_id = await book_today(connection, running)
    await sign_in(connection, client, running.intern)
    assert (await client.post(f"/bookings/{booking_id}/checkin")).status_code == 303
    assert (await client.get(f"{running.api}/running")).json()["days"][3]["left_at"] is None
    assert (await client.post(f"/bookings/{booking_id}/early-leave")).status_code == 303
    assert await connection.fetchval("SELECT left_at = now() FROM placement_day WHERE day = $1", today())
    assert "Da von" in (await client.get(running.page)).text
    seen = (await client.get(f"{running.api}/running")).json()
    assert [day["day"] for day in seen["days"] if day["left_at"]] == [f"{today()}"]


async def test_who_is_cut_short_without_having_come_has_not_left(connection: Connection, running: Running) -> None:
    booking_id = await book_today(connection, running)
    shorter = "UPDATE booking SET period = tstzrange(lower(period), upper(period) - interval '1 hour') WHERE id = $1"
    await connection.execute(shorter, booking_id)
    assert await connection.fetchval("SELECT count(*) FROM placement_day WHERE left_at IS NOT NULL") == 0
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE id = $1", booking_id)
    cancelled = "UPDATE booking SET status = 'cancelled', cancelled_at = now(), ended_because = 'host' WHERE id = $1"
    await connection.execute(cancelled, booking_id)
    assert await connection.fetchval("SELECT count(*) FROM placement_day WHERE left_at IS NOT NULL") == 1


async def test_other_bookings_are_none_of_it(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    booking_id = await book_today(connection, running)
    await connection.execute("UPDATE placement_day SET booking_id = NULL")
    await connection.execute("UPDATE booking SET kept_by = NULL WHERE id = $1", booking_id)
    await sign_in(connection, client, running.intern)
    answer = await client.post(f"/bookings/{booking_id}/checkin")
    assert answer.status_code == 409
    assert "Hier muss man nicht einchecken" in answer.text
    assert await came(connection) == []


async def book_uninstructed(connection: Connection, running: Running) -> int:
    """The desk of today, of somebody who is 17 and to whom nobody has explained the dangers yet."""
    booking_id = await book_today(connection, running)
    await grant(connection, running.intern)
    seventeen = today().replace(day=1) - timedelta(days=17 * 365 + 40)
    await connection.execute("UPDATE placement SET birthday = $1, schooling_until = NULL", seventeen)
    await connection.execute(
        """INSERT INTO placement_signature (placement_id, signatory, email, terms_version, signed_at, channel)
           SELECT $1, signatory, signatory, 1, now() - interval '9 days', 'paper'
           FROM unnest('{applicant, guardian, company}'::text[]) AS signatory""",
        running.placement_id,
    )
    return booking_id


async def test_who_is_under_18_is_instructed_first(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    booking_id = await book_uninstructed(connection, running)
    await sign_in(connection, client, running.intern)
    for answer in (
        await client.post(f"/bookings/{booking_id}/checkin"),
        await client.post(f"/api/v1/bookings/{booking_id}/checkin", json={}),
    ):
        assert answer.status_code == 409
        assert "Sie können noch nicht einchecken" in answer.text
        assert "§ 29" in answer.text
    assert await came(connection) == []
    await connection.execute("UPDATE placement SET instructed_on = lower(days)")
    after = await client.post(f"/bookings/{booking_id}/checkin")
    assert after.status_code == 303, after.text
    assert await came(connection) == [today()]


async def test_who_may_not_check_in_yet_loses_no_desk(connection: Connection, running: Running) -> None:
    """What the company has not seen to is not their absence; once it has, the rule is as for everybody."""
    booking_id = await book_uninstructed(connection, running)
    await with_check_in(connection, minutes=20)
    await let_pass(connection, booking_id, 2)
    turn = {"pool": OneConnection(connection)}
    end = (await booking_by_id(connection, booking_id)).end
    await free(turn)
    assert await connection.fetchval("SELECT asked_at FROM booking WHERE id = $1", booking_id) is None
    await connection.execute("UPDATE booking SET asked_at = now() WHERE id = $1", booking_id)  # while it was open
    await let_pass(connection, booking_id, 30)
    await free(turn)
    assert (await booking_by_id(connection, booking_id)).end == end
    await connection.execute("UPDATE placement SET instructed_on = lower(days)")
    await free(turn)
    released = await booking_by_id(connection, booking_id)
    assert released.end < end
    assert released.ended_because == "no_show"


async def test_who_may_check_in_is_asked(connection: Connection, running: Running) -> None:
    booking_id = await book_uninstructed(connection, running)
    await connection.execute("UPDATE placement SET instructed_on = lower(days)")
    await with_check_in(connection, minutes=20)
    await let_pass(connection, booking_id, 2)
    await free({"pool": OneConnection(connection)})
    assert await connection.fetchval("SELECT asked_at IS NOT NULL FROM booking WHERE id = $1", booking_id)
