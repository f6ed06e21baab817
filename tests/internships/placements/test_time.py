"""What time does to placements, what a closed account takes along, and what is forgotten after the end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from asyncpg import Range

from conftest import OneConnection
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection, Pool
from landbooking.internships.placements.forgetting import forget_ended_placements
from landbooking.internships.placements.rounds import move_with_time
from support.applications import subjects_to, taken
from support.placements import GUARDIAN, Stage, confirm, desks, make_stage, propose, status_of
from support.spaces import BERLIN, period_on

TODAY = datetime.now(BERLIN).date()


@pytest.fixture
def pool(connection: Connection) -> Pool:
    return cast(Pool, OneConnection(connection))


async def stage_on(connection: Connection, first: int, count: int = 3, status: str = "active", **columns: Any) -> Stage:
    """With so many days on end, the first of them so many days from today."""
    days = [TODAY + timedelta(days=first + number) for number in range(count)]
    stage = await make_stage(connection, status=status, days=Range(days[0], days[-1] + timedelta(days=1)), **columns)
    await connection.execute("DELETE FROM placement_day")
    for day in days:
        await connection.execute(
            "INSERT INTO placement_day (placement_id, day, period) VALUES ($1, $2, $3)",
            stage.placement_id,
            day,
            period_on(day, "09:00", "13:00").range,
        )
    return stage


async def check_in(connection: Connection, day: int) -> None:
    await connection.execute(
        "UPDATE placement_day SET checked_in_at = now() WHERE day = $1", TODAY + timedelta(days=day)
    )


@pytest.mark.parametrize(("first", "after"), [(1, "confirmed"), (0, "active"), (-1, "active")])
async def test_it_begins_on_its_first_day(connection: Connection, pool: Pool, first: int, after: str) -> None:
    stage = await stage_on(connection, first, status="confirmed")
    moved = await move_with_time(pool)
    assert (moved, await status_of(connection, stage)) == (int(after == "active"), after)
    assert await subjects_to(connection, stage.intern) == ["Ihr Praktikum beginnt heute"] * moved
    assert await move_with_time(pool) == 0


@pytest.mark.parametrize(("first", "after"), [(-2, "active"), (-3, "completed")])
async def test_it_is_completed_after_its_last_day(connection: Connection, pool: Pool, first: int, after: str) -> None:
    stage = await stage_on(connection, first)
    await check_in(connection, first)
    await move_with_time(pool)
    assert await status_of(connection, stage) == after
    ended = await connection.fetchval("SELECT ended_at FROM placement")
    assert (ended is not None) == (after == "completed")
    assert len(await subjects_to(connection, stage.manager)) == int(after == "completed")


@pytest.mark.parametrize(
    ("first", "count", "came", "after"),
    [
        (-1, 3, None, "active"),  # one day missed
        (-2, 3, None, "no_show"),  # both first days missed
        (-2, 3, -1, "active"),  # came on the second
        (-1, 1, None, "no_show"),  # there was but one
        (0, 1, None, "active"),
    ],
)
async def test_who_misses_the_first_two_days_is_not_coming(
    connection: Connection, pool: Pool, first: int, count: int, came: int | None, after: str
) -> None:
    stage = await stage_on(connection, first, count)
    if came is not None:
        await check_in(connection, came)
    await move_with_time(pool)
    assert await status_of(connection, stage) == after


async def test_whom_nobody_has_instructed_has_not_missed_anything(connection: Connection, pool: Pool) -> None:
    """The check-in was locked; after the last day it is over without a verdict on who did not come."""
    minor = TODAY - timedelta(days=17 * 366)
    stage = await stage_on(connection, -2, birthday=minor)
    assert await move_with_time(pool) == 0
    await connection.execute("UPDATE placement SET days = daterange($1, $2)", TODAY - timedelta(days=2), TODAY)
    await move_with_time(pool)
    assert await status_of(connection, stage) == "discontinued"


async def test_a_closed_account_cancels_what_lies_ahead(connection: Connection) -> None:
    stage = await make_stage(connection)
    await confirm(connection, stage)
    await erase_account(connection, stage.intern)
    assert await status_of(connection, stage) == "cancelled"
    assert await taken(connection, stage.posting_id) == 0
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 0
    row = await connection.fetchrow("SELECT person_id, birthday FROM placement")
    assert row
    assert tuple(row) == (None, None)
    assert (await subjects_to(connection, stage.manager))[-1] == "Ein Praktikum ist abgesagt"
    assert await connection.fetchval("SELECT count(*) FROM placement_signature WHERE email LIKE 'mia@%'") == 0


async def test_a_closed_account_ends_what_is_under_way(connection: Connection) -> None:
    stage = await make_stage(connection)
    await confirm(connection, stage)
    await connection.execute("UPDATE placement SET status = 'active'")
    await erase_account(connection, stage.intern)
    assert await status_of(connection, stage) == "discontinued"
    assert await desks(connection, stage) == []


async def ended(connection: Connection, at: datetime) -> Stage:
    stage = await make_stage(connection, school="Schule", school_email="schule@example.org")
    await propose(connection, stage)
    await connection.execute(
        """INSERT INTO placement_signature (placement_id, signatory, email, name, terms_version, signed_at, channel)
           VALUES ($1, 'guardian', $2, 'Maria Muster', 1, now(), 'link')""",
        stage.placement_id,
        GUARDIAN,
    )
    await connection.execute("UPDATE placement SET status = 'completed', ended_at = $1", at)
    await connection.execute(
        """INSERT INTO certificate (placement_id, code, issued_on, stands_on_it)
           VALUES ($1, 'abcdefghijkl', current_date, '{}')""",
        stage.placement_id,
    )
    await connection.execute(
        "INSERT INTO diary_entry (placement_id, day, text) VALUES ($1, current_date, 'Viel gelernt')",
        stage.placement_id,
    )
    await connection.execute(
        """INSERT INTO law_override (application_id, rule, reason)
           SELECT application_id, 'night', 'Der Betrieb liegt nebenan.' FROM placement WHERE id = $1""",
        stage.placement_id,
    )
    return stage


async def left(connection: Connection) -> dict[str, object]:
    row = await connection.fetchrow(
        """SELECT birthday IS NOT NULL AS birthday, school <> '' AS school, school_email <> '' AS address,
                  EXISTS (SELECT FROM diary_entry) AS diary,
                  EXISTS (SELECT FROM law_override) AS let_pass, EXISTS (SELECT FROM certificate) AS certificate,
                  (SELECT count(*) FROM placement_signature) AS signatures,
                  EXISTS (SELECT FROM placement_signature WHERE email LIKE '%@%') AS addresses FROM placement"""
    )
    return dict(row or {})


async def test_after_six_months_only_the_proof_is_left_and_after_three_years_none(connection: Connection) -> None:
    now = datetime.now(UTC)
    await ended(connection, now - timedelta(days=170))
    before = await left(connection)
    assert all(before.values())
    await forget_ended_placements(connection)
    assert await left(connection) == before
    await connection.execute("UPDATE placement SET ended_at = $1", now - timedelta(days=190))
    await forget_ended_placements(connection)
    proof = {
        "birthday": False,
        "school": False,
        "address": False,
        "diary": False,
        "addresses": False,
        "let_pass": False,
    }
    assert await left(connection) == {**proof, "certificate": True, "signatures": before["signatures"]}
    await connection.execute("UPDATE placement SET ended_at = $1", datetime(now.year - 3, 1, 2, tzinfo=UTC))
    await forget_ended_placements(connection)
    assert (await left(connection))["certificate"]
    await connection.execute("UPDATE placement SET ended_at = $1", datetime(now.year - 4, 12, 30, tzinfo=UTC))
    await forget_ended_placements(connection)
    assert await left(connection) == {**proof, "certificate": False, "signatures": 0}


async def test_what_is_not_over_is_kept(connection: Connection) -> None:
    stage = await make_stage(connection)
    await connection.execute("UPDATE placement SET changed_at = now() - interval '9 years'")
    await forget_ended_placements(connection)
    assert await connection.fetchval("SELECT birthday FROM placement") == date(2000, 5, 1)
    assert await status_of(connection, stage) == "agreement_draft"
