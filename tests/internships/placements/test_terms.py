"""Changing what is agreed: nothing that was signed is signed any more, and everybody hears."""

from datetime import date

import httpx
import pytest

from landbooking.database import Connection
from support.applications import subjects_to
from support.internships import make_application, make_placement, make_posting
from support.people import sign_in
from support.placements import Stage, confirm, desks, make_stage, propose, signed, status_of, terms_version, two_weeks
from support.spaces import make_desk, make_space, open_daily

TERMS = {
    "tasks": "Sie bauen mit uns eine Webseite.", "first": "2027-09-06", "last": "2027-09-17", "start": "08:30",
    "end": "16:00", "break_minutes": "60",
}  # fmt: skip


@pytest.fixture
async def stage(connection: Connection, client: httpx.AsyncClient) -> Stage:
    stage = await make_stage(connection)
    await sign_in(connection, client, stage.manager)
    return stage


def terms(stage: Stage, **changes: str) -> dict[str, str]:
    return {**TERMS, "space": f"{stage.space_id}", **changes}


async def days(connection: Connection) -> list[date]:
    return [row["day"] for row in await connection.fetch("SELECT day FROM placement_day ORDER BY day")]


@pytest.mark.parametrize(
    "change", [{"tasks": "Etwas anderes."}, {"last": "2027-09-10"}, {"end": "15:30"}, {"break_minutes": "45"}]
)
async def test_every_change_resets_the_signatures_and_frees_the_desks(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, change: dict[str, str]
) -> None:
    await confirm(connection, stage)
    assert (await client.post(f"{stage.company}/terms", data=terms(stage, **change))).status_code == 303
    assert await status_of(connection, stage) == "awaiting_signatures"
    assert await terms_version(connection, stage) == "2"
    assert await signed(connection, stage) == set()
    assert await desks(connection, stage) == []
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 0
    assert "Ihre Vereinbarung ist geändert" in await subjects_to(connection, stage.intern)
    assert "Eine Vereinbarung ist geändert" in await subjects_to(connection, stage.manager)
    old = await client.post(f"{stage.company}/signature", data={"terms_version": "1"})
    assert old.status_code == 409
    assert "neue Fassung" in old.text
    assert (await client.post(f"{stage.company}/signature", data={"terms_version": "2"})).status_code == 303
    await sign_in(connection, client, stage.intern)
    assert (await client.post(f"{stage.own}/signature", data={"terms_version": "2"})).status_code == 303
    assert await status_of(connection, stage) == "confirmed"
    assert len(await desks(connection, stage)) == len(await days(connection))


async def test_what_stays_as_it_is_changes_nothing(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await confirm(connection, stage)
    assert (await client.post(f"{stage.company}/terms", data=terms(stage))).status_code == 303
    assert await status_of(connection, stage) == "confirmed"
    assert await signed(connection, stage) == {"applicant", "company"}


async def test_a_draft_stays_a_draft(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    assert (await client.post(f"{stage.company}/terms", data=terms(stage, last="2027-09-10"))).status_code == 303
    assert await status_of(connection, stage) == "agreement_draft"
    assert await days(connection) == [date(2027, 9, day) for day in range(6, 11)]
    assert await connection.fetchval("SELECT upper(days) FROM placement") == date(2027, 9, 11)
    assert await subjects_to(connection, stage.intern) == []


async def test_one_day_is_moved_added_and_left_out(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    day = {"day": "2027-09-08", "start": "09:00", "end": "15:00", "break_minutes": "30"}
    assert (await client.post(f"{stage.company}/days", data=day)).status_code == 303
    period = await connection.fetchval("SELECT period FROM placement_day WHERE day = '2027-09-08'")
    assert (period.upper - period.lower).total_seconds() == 6 * 3600
    more = {**day, "day": "2027-09-18"}
    assert (await client.post(f"{stage.company}/days", data=more)).status_code == 303
    assert (await days(connection))[-1] == date(2027, 9, 18)
    assert (await client.post(f"{stage.company}/days", data={"day": "2027-09-18"})).status_code == 303
    assert (await days(connection))[-1] == date(2027, 9, 17)
    wrong = await client.post(f"{stage.company}/days", data={**day, "end": "08:00"})
    assert wrong.status_code == 422
    assert 'href="#field-one_end"' in wrong.text
    assert 'value="08:00"' in wrong.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tasks": ""}, "tasks"),
        ({"first": "bald"}, "first"),
        ({"last": "2027-09-01"}, "first"),
        ({"last": "2029-09-01"}, "first"),
        ({"end": "08:00"}, "end"),
        ({"break_minutes": "900"}, "break_minutes"),
        ({"space": "999999"}, "space"),
    ],
)
async def test_wrong_terms_are_told_with_all_that_was_typed(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, change: dict[str, str], field: str
) -> None:
    answer = await client.post(f"{stage.company}/terms", data=terms(stage, **{"start": "08:45", **change}))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert 'value="08:45"' in answer.text
    assert await terms_version(connection, stage) == "1"


async def test_terms_against_the_law_are_refused_and_nothing_changes(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await confirm(connection, stage)
    answer = await client.post(f"{stage.company}/terms", data=terms(stage, end="18:30", break_minutes="30"))
    assert answer.status_code == 409
    assert "§ 3 Satz 1 ArbZG" in answer.text
    assert await status_of(connection, stage) == "confirmed"
    assert len(await desks(connection, stage)) == 10


async def test_a_stale_version_is_refused(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    changed = terms(stage, last="2027-09-10", version="1")
    assert (await client.post(f"{stage.company}/terms", data=changed)).status_code == 303
    answer = await client.post(f"{stage.company}/terms", data={**changed, "last": "2027-09-09"})
    assert answer.status_code == 409


async def test_nobody_is_moved_into_two_placements_at_once(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    later = two_weeks(date(2027, 10, 4))
    posting = await make_posting(connection, stage.company_id, stage.space_id, days=later)
    await make_placement(connection, await make_application(connection, posting, stage.intern), stage.space_id)
    answer = await client.post(f"{stage.company}/terms", data=terms(stage, first="2027-10-11", last="2027-10-15"))
    assert answer.status_code == 409
    assert "schon ein anderes Praktikum" in answer.text


async def test_to_another_space_of_the_posting_only(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    other = await make_space(connection, name="Rathaus")
    await open_daily(connection, other)
    await make_desk(connection, other)
    assert (await client.post(f"{stage.company}/place", data={"space": f"{other}"})).status_code == 422
    await connection.execute("INSERT INTO posting_space VALUES ($1, $2)", stage.posting_id, other)
    await propose(connection, stage)
    assert (await client.post(f"{stage.company}/place", data={"space": f"{other}"})).status_code == 303
    assert await connection.fetchval("SELECT space_id FROM placement") == other
