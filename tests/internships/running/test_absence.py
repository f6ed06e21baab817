"""A desk of a placement is not cancelled among one's bookings: who can't come says so where others count on them."""

from datetime import date, timedelta
from typing import cast

import httpx
import pytest

from conftest import OneConnection
from landbooking.database import Connection, Pool
from landbooking.internships.placements.rounds import move_with_time
from landbooking.spaces.bookings import booking_by_id
from support.applications import subjects_to
from support.people import sign_in
from support.placements import Stage, confirm, make_stage
from support.running import Running, book_today, end, make_running, today

TOLD = "Jemand kommt an einem Tag nicht zum Praktikum"


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    """Confirmed, with a desk for each of its ten days."""
    stage = await make_stage(connection)
    await confirm(connection, stage)
    return stage


@pytest.fixture
async def running(connection: Connection) -> Running:
    return await make_running(connection)


async def first_desk(connection: Connection) -> tuple[int, int, date]:
    """Of the first day: booking, series and day."""
    row = await connection.fetchrow(
        """SELECT booking.id, series_id, day FROM placement_day JOIN booking ON booking.id = booking_id
           ORDER BY day LIMIT 1"""
    )
    assert row
    return row["id"], row["series_id"], row["day"]


async def state_on(client: httpx.AsyncClient, running: Running, day: date) -> str:
    days = (await client.get(f"{running.api}/running")).json()["days"]
    [state] = [one["state"] for one in days if one["day"] == f"{day}"]
    return cast(str, state)


async def test_among_the_bookings_nothing_is_cancelled_or_moved(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    booking, series, _day = await first_desk(connection)
    page = f"/internships/placements/{stage.placement_id}"
    await sign_in(connection, client, stage.intern)
    for path in (f"/bookings/{booking}", f"/series/{series}"):
        shown = await client.get(path)
        assert shown.status_code == 200
        assert f'{page}"' in shown.text
        assert "cancellation" not in shown.text
        assert "/move" not in shown.text
    tries = [
        await client.post(f"/bookings/{booking}/cancellation", data={}),
        await client.get(f"/bookings/{booking}/move"),
        *[
            await client.post(f"/series/{series}/cancellation", data={"booking": f"{booking}", "scope": scope})
            for scope in ("one", "following", "all")
        ],
        await client.post(
            f"/series/{series}/move",
            data={"booking": f"{booking}", "scope": "all", "start": "10:00", "end": "12:00"},
        ),
    ]
    for answer in tries:
        assert answer.status_code == 409
        assert "jemand rechnet mit Ihnen" in answer.text
        assert f'{page}"' in answer.text
    refused = await client.post(f"/api/v1/bookings/{booking}/cancellation")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:landbooking:problem:kept-elsewhere")
    assert (await client.get(f"/api/v1/bookings/{booking}")).json()["kept_by"] == page
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 10


async def test_who_says_so_there_frees_that_desk_and_the_others_know(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    booking, _series, day = await first_desk(connection)
    page = f"/internships/placements/{stage.placement_id}"
    await sign_in(connection, client, stage.intern)
    assert "Ich komme nicht" in (await client.get(f"{page}?week=1")).text
    for _twice in range(2):
        assert (await client.post(f"{page}/absences", data={"day": f"{day}"})).status_code == 303
    assert (await booking_by_id(connection, booking)).status == "cancelled"
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 9
    assert (await subjects_to(connection, stage.manager)).count(TOLD) == 1
    [context] = await connection.fetch("SELECT context FROM outbox WHERE context ->> 'subject' = $1", TOLD)
    assert "6. September 2027" in context["context"]["facts"]["day"]
    assert "Mia" not in f"{context}"
    assert "Abgemeldet" in (await client.get(f"{page}?week=1")).text
    await client.post(f"{page}/absences", data={"day": f"{day + timedelta(days=1)}"})
    assert (await subjects_to(connection, stage.manager)).count(TOLD) == 2


async def test_programs_say_so_too(connection: Connection, client: httpx.AsyncClient, running: Running) -> None:
    tomorrow = today() + timedelta(days=1)
    await sign_in(connection, client, running.intern)
    answer = await client.post(f"{running.api}/absences", json={"day": f"{tomorrow}"})
    assert answer.status_code == 200
    assert await state_on(client, running, tomorrow) == "told"
    for person in (running.mentor, running.manager):
        assert await subjects_to(connection, person) == [TOLD]


async def test_what_is_left_of_a_day_that_has_begun_is_free(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    booking_id = await book_today(connection, running)
    before = await booking_by_id(connection, booking_id)
    await sign_in(connection, client, running.intern)
    assert (await client.post(f"{running.page}/absences", data={"day": f"{today()}"})).status_code == 303
    after = await booking_by_id(connection, booking_id)
    assert after.end < before.end
    assert await state_on(client, running, today()) == "told"


async def test_it_is_too_late_for_what_is_over_or_was_attended(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    booking_id = await book_today(connection, running)
    await sign_in(connection, client, running.intern)
    await client.post(f"/bookings/{booking_id}/checkin")
    for day in (today(), today() - timedelta(days=2), today() + timedelta(days=60)):
        assert (await client.post(f"{running.page}/absences", data={"day": f"{day}"})).status_code == 409
    assert (await client.post(f"{running.page}/absences", data={"day": "morgen"})).status_code == 422
    await end(connection, running, "discontinued")
    tomorrow = today() + timedelta(days=1)
    assert (await client.post(f"{running.page}/absences", data={"day": f"{tomorrow}"})).status_code == 409
    assert await subjects_to(connection, running.mentor) == []


async def test_who_says_so_is_no_no_show(connection: Connection, running: Running) -> None:
    """Two days are over and nobody came; for one of them they said so."""
    pool = cast(Pool, OneConnection(connection))
    await connection.execute("DELETE FROM placement_day WHERE day < $1", today() - timedelta(days=2))
    await connection.execute("UPDATE placement_day SET told_absent_at = now() WHERE day < $1", today())
    await move_with_time(pool)
    assert await connection.fetchval("SELECT status FROM placement") == "active"
    await connection.execute("UPDATE placement_day SET told_absent_at = NULL")
    await move_with_time(pool)
    assert await connection.fetchval("SELECT status FROM placement") == "no_show"
