"""Answers that come too late, twice, from nobody who may, or to what the rules forbid by now."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.refusals import AlreadyAnswered, NotAllowedAnyMore
from landbooking.spaces.booking import cancel_booking
from landbooking.spaces.bookings import booking_by_id
from support.approval import API, DAY, MORNING, ask_for, black_out_first_desk, let_it_expire, mails, retire_first_desk
from support.hosting import Place
from support.people import bearer

Change = Callable[[Connection, Person, Place], Awaitable[Any]]


@pytest.mark.parametrize("answer", ["approve", "refuse"])
@pytest.mark.parametrize("before", ["approved", "refused", "withdrawn", "expired"])
async def test_a_late_or_double_answer_changes_nothing(
    connection: Connection, place: Place, resident: Person, before: str, answer: str
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    match before:
        case "approved":
            await approve(connection, place.host, asked.id, 1)
        case "refused":
            await refuse(connection, place.host, asked.id, 1, "")
        case "withdrawn":
            await cancel_booking(connection, resident, asked.id)
        case _:
            await let_it_expire(connection, asked.id)
    found, mailed = await booking_by_id(connection, asked.id), await mails(connection)
    became = {"approved": "schon bestätigt", "refused": "schon abgelehnt", "withdrawn": "zurückgezogen"}
    with pytest.raises(AlreadyAnswered, match=became.get(before, "abgelaufen")):
        await _answer(connection, place.host, asked.id, 1, answer)
    assert await booking_by_id(connection, asked.id) == found
    assert await mails(connection) == mailed


async def test_an_answer_to_what_was_changed_meanwhile_is_stale(
    connection: Connection, place: Place, resident: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    for answer in ("approve", "refuse"):
        with pytest.raises(Stale):
            await _answer(connection, place.host, asked.id, 7, answer)


async def _answer(connection: Connection, host: Person, booking_id: int, version: int, answer: str) -> None:
    if answer == "approve":
        await approve(connection, host, booking_id, version)
    else:
        await refuse(connection, host, booking_id, version, "")


async def _close(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kerwe')",
        place.space_id,
        DAY,
    )


async def _shorten_hours(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE opening_hours SET opens = 660")


async def _spend_quota(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE rule_override SET weekly_minutes = 120")


async def _for_members(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE rule_override SET audience = 'members'")


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (_close, "rule-opening-hours", "Kerwe"),
        (_shorten_hours, "rule-opening-hours", "11:00–18:00"),
        (black_out_first_desk, "blackout", "gesperrt"),
        (_spend_quota, "rule-quota", "Woche"),
        (retire_first_desk, "not-found", "nicht mehr buchen"),
        (_for_members, "rule-audience", "gehört nicht zu denen"),
    ],
)
async def test_what_breaks_a_rule_by_now_is_not_approved_and_stays_open(
    connection: Connection, place: Place, resident: Person, change: Change, code: str, said: str
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    await change(connection, resident, place)
    with pytest.raises(NotAllowedAnyMore) as refusal:
        await approve(connection, place.host, asked.id, None)
    assert refusal.value.code == code
    assert said in refusal.value.message
    assert (await booking_by_id(connection, asked.id)).status == "requested"
    assert (await refuse(connection, place.host, asked.id, None, "")).status == "cancelled"


async def test_who_asked_in_time_is_not_late_when_the_answer_comes(
    connection: Connection, place: Place, resident: Person
) -> None:
    await connection.execute("UPDATE rule_override SET lead_minutes = 1440")
    asked = await ask_for(connection, resident, place, MORNING)
    await connection.execute(
        "UPDATE booking SET changed_at = $1, until_at = $2", MORNING.start - timedelta(days=1), MORNING.start
    )
    assert (await approve(connection, place.host, asked.id, None)).status == "confirmed"


async def test_only_hosts_of_the_space_answer(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    for somebody in (resident, outsider):
        with pytest.raises(NotFound):
            await approve(connection, somebody, asked.id, None)
        headers = await bearer(connection, somebody)
        for verb in ("approval", "refusal"):
            assert (await client.post(f"{API}/{asked.id}/{verb}", json={}, headers=headers)).status_code == 404
    assert (await booking_by_id(connection, asked.id)).status == "requested"
