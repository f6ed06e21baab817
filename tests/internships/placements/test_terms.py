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
    shown = {"break_minutes": "", "break_from_1": "12:00", "break_to_1": "13:00"}  # as the form has it
    assert (await client.post(f"{stage.company}/terms", data=terms(stage, **shown))).status_code == 303
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


async def breaks(connection: Connection, day: str) -> list[str]:
    """By the local clock."""
    return [
        row["clocks"]
        for row in await connection.fetch(
            """SELECT to_char(lower(pause) AT TIME ZONE 'Europe/Berlin', 'HH24:MI-')
                      || to_char(upper(pause) AT TIME ZONE 'Europe/Berlin', 'HH24:MI') AS clocks
               FROM placement_day, unnest(breaks) AS pause WHERE day = $1 ORDER BY pause""",
            date.fromisoformat(day),
        )
    ]


PIECES = {"break_from_1": "13:00", "break_to_1": "13:30", "break_from_3": "10:30", "break_to_3": "11:00"}


async def test_a_day_has_several_breaks(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    """§ 11 JArbSchG and § 4 ArbZG: in pieces of at least a quarter of an hour."""
    day = {"day": "2027-09-06", "start": "09:00", "end": "16:00", "break_minutes": "45", **PIECES}
    assert (await client.post(f"{stage.company}/days", data=day)).status_code == 303
    assert await breaks(connection, "2027-09-06") == ["10:30-11:00", "13:00-13:30"]
    assert await breaks(connection, "2027-09-07") == ["12:00-13:00"]
    shown = (await client.get(stage.company)).text
    assert "Pause: 10:30 bis 11:00 Uhr" in shown
    assert 'name="break_from_2" value="13:00"' in shown  # the first day's stand in the form, in their order
    version = await terms_version(connection, stage)
    assert (await client.post(f"{stage.company}/days", data=day)).status_code == 303
    assert await terms_version(connection, stage) == version  # the same again is no change
    one = {**day, "break_from_1": "", "break_to_1": "", "break_from_3": "", "break_to_3": ""}
    assert (await client.post(f"{stage.company}/days", data=one)).status_code == 303
    assert len(await breaks(connection, "2027-09-06")) == 1


async def test_all_days_have_several_breaks(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    changed = {**terms(stage, break_minutes=""), **PIECES}
    assert (await client.post(f"{stage.company}/terms", data=changed)).status_code == 303
    for day in ("2027-09-06", "2027-09-17"):
        assert await breaks(connection, day) == ["10:30-11:00", "13:00-13:30"]


@pytest.mark.parametrize("way", ["days", "terms"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"break_from_1": "12:00"}, "break_to_1"),
        ({"break_to_2": "12:00"}, "break_from_2"),
        ({"break_from_4": "mittags", "break_to_4": "12:00"}, "break_from_4"),
        ({"break_from_1": "08:00", "break_to_1": "08:45"}, "break_minutes"),  # before work begins
        ({"break_from_1": "12:00", "break_to_1": "11:00"}, "break_minutes"),
        ({**PIECES, "break_from_2": "10:45", "break_to_2": "11:15"}, "break_minutes"),  # two at once
    ],
)
async def test_breaks_that_can_not_be_are_told_with_all_that_was_typed(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, way: str, change: dict[str, str], field: str
) -> None:
    day = {"day": "2027-09-06", "start": "08:30", "end": "16:00", "break_minutes": ""}
    wrong = {**(day if way == "days" else terms(stage, break_minutes="")), **change}
    answer = await client.post(f"{stage.company}/{way}", data=wrong)
    assert answer.status_code == 422
    prefix = "one_" if way == "days" else ""
    assert f'href="#field-{prefix}{field}"' in answer.text
    assert f'id="error-{prefix}{field}"' in answer.text
    for name, typed in change.items():
        assert f'id="field-{prefix}{name}" name="{name}" value="{typed}"' in answer.text
    assert await breaks(connection, "2027-09-06") == ["12:00-13:00"]


async def test_what_is_too_short_for_a_break_is_refused_by_the_law(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    """§ 4 Satz 2 ArbZG: ten minutes are none, so half an hour is missing."""
    day = {"day": "2027-09-06", "start": "08:30", "end": "16:00"}
    short = {
        **{f"break_from_{number}": f"{9 + number}:00" for number in (1, 2, 3)},
        **{f"break_to_{number}": f"{9 + number}:10" for number in (1, 2, 3)},
    }
    answer = await client.post(f"{stage.company}/days", data={**day, **short})
    assert answer.status_code == 409
    assert "mindestens 15 Minuten" in answer.text
    assert await breaks(connection, "2027-09-06") == ["12:00-13:00"]


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
