"""A desk for each day, all of them or none, by the space's hours and not by what binds residents."""

from datetime import date, timedelta

import httpx
import pytest

from landbooking.database import Connection
from landbooking.internships.placements.desks import other_spaces
from landbooking.internships.placements.placement import placement_by_id
from landbooking.internships.placements.transitions import move
from support.people import make_person, sign_in
from support.placements import Stage, confirm, desks, make_stage, propose, status_of, two_weeks
from support.spaces import make_booking, make_desk, make_space, open_daily, period_on

MONDAY = date(2027, 9, 6)
WEDNESDAY = date(2027, 9, 8)


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    return await make_stage(connection)


async def take(connection: Connection, *resource_ids: int, day: date = WEDNESDAY, end: str = "18:00") -> None:
    stranger = await make_person(connection, f"fremd{resource_ids[0]}-{day}@example.org")
    for resource_id in resource_ids:
        await make_booking(connection, stranger, resource_id, period_on(day, "08:00", end))


async def test_another_desk_where_the_usual_one_is_taken(connection: Connection, stage: Stage) -> None:
    await take(connection, stage.desk)
    await take(connection, stage.other_desk, day=MONDAY)
    await confirm(connection, stage)
    assert await status_of(connection, stage) == "confirmed"
    found = await desks(connection, stage)
    assert len(found) == 10
    assert found[0] == stage.desk
    assert found[2] == stage.other_desk
    assert set(found) == {stage.desk, stage.other_desk}


async def test_the_desk_that_is_free_most_often_is_the_usual_one(connection: Connection, stage: Stage) -> None:
    for number in range(3):
        await take(connection, stage.desk, day=MONDAY + timedelta(days=number))
    await confirm(connection, stage)
    assert await desks(connection, stage) == [stage.other_desk] * 10


async def test_without_a_desk_on_one_day_nothing_is_confirmed_and_the_page_says_what_would_be_possible(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await take(connection, stage.desk, stage.other_desk, end="10:00")
    rathaus = await make_space(connection, name="Rathaus")
    await open_daily(connection, rathaus)
    await make_desk(connection, rathaus)
    full = await make_space(connection, name="Ohne Tisch")
    for space_id in (rathaus, full):
        await connection.execute("INSERT INTO posting_space VALUES ($1, $2)", stage.posting_id, space_id)
    await confirm(connection, stage)
    assert await status_of(connection, stage) == "awaiting_signatures"
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE person_id = $1", stage.intern.id) == 0
    assert await connection.fetchval("SELECT count(*) FROM series") == 0
    told = "SELECT count(*) FROM outbox WHERE context->>'subject' = 'Für ein Praktikum fehlt ein Arbeitsplatz'"
    assert await connection.fetchval(told) == 1
    await sign_in(connection, client, stage.manager)
    shown = await client.get(stage.company)
    assert "Nicht für jeden Tag" in shown.text
    assert shown.text.count("Diesen Tag weglassen") == 1
    assert "Alle Tage nach Rathaus legen" in shown.text
    assert "Ohne Tisch legen" not in shown.text
    assert 'name="start" value="10:00"' in shown.text
    refused = await client.post(f"{stage.company}/confirmation")
    assert refused.status_code == 409
    moved = {"day": f"{WEDNESDAY}", "start": "10:00", "end": "17:30", "break_minutes": "60"}
    assert (await client.post(f"{stage.company}/days", data=moved)).status_code == 303
    for person, root in ((stage.manager, stage.company), (stage.intern, stage.own)):
        await sign_in(connection, client, person)
        assert (await client.post(f"{root}/signature", data={"terms_version": "2"})).status_code == 303
    assert await status_of(connection, stage) == "confirmed"
    assert len(await desks(connection, stage)) == 10


async def test_other_spaces_are_offered_only_with_a_desk_on_every_day(connection: Connection, stage: Stage) -> None:
    other = await make_space(connection, name="Rathaus")
    await open_daily(connection, other)
    await connection.execute("INSERT INTO posting_space VALUES ($1, $2)", stage.posting_id, other)
    placement = await placement_by_id(connection, stage.placement_id)
    assert await other_spaces(connection, placement) == []
    desk = await make_desk(connection, other)
    assert await other_spaces(connection, placement) == [(other, "Rathaus")]
    await take(connection, desk)
    assert await other_spaces(connection, placement) == []


async def test_what_binds_residents_does_not_bind_a_placement(connection: Connection, stage: Stage) -> None:
    await connection.execute(
        """UPDATE space SET horizon_days = 14, weekly_minutes = 60, longest_minutes = 60, shortest_minutes = 60,
                  step_minutes = 60, lead_minutes = 60, audience = 'members', approval = true WHERE id = $1""",
        stage.space_id,
    )
    await confirm(connection, stage)
    assert len(await desks(connection, stage)) == 10


@pytest.mark.parametrize(
    "obstacle",
    [
        "UPDATE opening_hours SET closes = 15 * 60 WHERE weekday = 3",
        "INSERT INTO closure (space_id, days, reason) SELECT id, '[2027-09-08,2027-09-08]', 'Kirmes' FROM space",
        "UPDATE resource SET retired_at = now()",
        "UPDATE space SET audience = 'staff'",
        "UPDATE space SET published = false",
    ],
)
async def test_what_binds_the_space_binds_a_placement_too(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, obstacle: str
) -> None:
    await connection.execute(obstacle)
    await confirm(connection, stage)
    assert await status_of(connection, stage) == "awaiting_signatures"
    await sign_in(connection, client, stage.manager)
    assert "Nicht für jeden Tag" in (await client.get(stage.company)).text
    assert (await client.post(f"{stage.company}/confirmation")).status_code == 409


async def test_where_there_are_prices_the_desk_is_waived(connection: Connection, stage: Stage) -> None:
    await connection.execute("INSERT INTO tariff (space_id, hour_cents) VALUES ($1, 300)", stage.space_id)
    await confirm(connection, stage)
    rows = await connection.fetch("SELECT way, reason, cents FROM charge")
    assert [tuple(row) for row in rows] == [("waived", "training", 0)] * 10


async def test_half_a_year_is_more_than_one_series(connection: Connection) -> None:
    stage = await make_stage(connection, {"days": two_weeks(MONDAY), "weekdays": [1, 2, 3, 4, 5, 6]})
    days = [MONDAY + timedelta(days=number) for number in range(26 * 7) if number % 7 < 6]
    await connection.execute("DELETE FROM placement_day")
    for day in days:
        await connection.execute(
            "INSERT INTO placement_day (placement_id, day, period, breaks) VALUES ($1, $2, $3, $4)",
            stage.placement_id,
            day,
            period_on(day, "09:00", "15:00").range,
            [period_on(day, "12:00", "12:30").range],
        )
    await connection.execute("UPDATE placement SET days = daterange($1, $2, '[]')", days[0], days[-1])
    await connection.execute(
        """INSERT INTO law_override (application_id, rule, reason)
           SELECT application_id, rule, 'Feiertage sind abgesprochen'
           FROM placement, unnest('{L10,L11}'::text[]) AS rule WHERE placement.id = $1""",
        stage.placement_id,
    )
    await confirm(connection, stage)
    assert len(await desks(connection, stage)) == len(days)
    assert await connection.fetchval("SELECT count(*) FROM series") == 2


async def test_what_comes_free_is_offered_to_who_waits(connection: Connection, stage: Stage) -> None:
    await confirm(connection, stage)
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", stage.other_desk)
    waiting = await make_person(connection, "wartet@example.org")
    await connection.execute(
        """INSERT INTO waiting (person_id, space_id, kind, period) VALUES ($1, $2, 'desk', $3)""",
        waiting.id,
        stage.space_id,
        period_on(WEDNESDAY, "09:00", "12:00").range,
    )
    await connection.execute("UPDATE space SET hold_minutes = 30, horizon_days = 365")
    await move(connection, stage.placement_id, "cancel", "company", stage.manager)
    held = await connection.fetchval("SELECT count(*) FROM booking WHERE person_id = $1", waiting.id)
    assert held == 1


async def test_a_draft_books_nothing(connection: Connection, stage: Stage) -> None:
    await propose(connection, stage)
    assert await connection.fetchval("SELECT count(*) FROM booking") == 0
