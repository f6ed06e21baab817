"""Requests: asked for, answered, withdrawn, expired."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.settings import Settings
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_by_id, bookings_since
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.refusals import DeskTaken, NeedsApproval
from support.approval import (
    DAY,
    MORNING,
    ask_for,
    black_out_first_desk,
    composed,
    let_it_expire,
    mails,
)
from support.hosting import Place
from support.people import make_person
from support.spaces import day_after, make_host, period_on


async def test_a_request_holds_the_time_and_tells_the_person_and_every_host(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person
) -> None:
    await make_host(connection, await make_person(connection, "hausmeister@example.org", language="en"), place.space_id)
    booking = await ask_for(connection, resident, place, MORNING)
    assert booking.until_at is not None
    assert timedelta(hours=47) < booking.until_at - datetime.now(UTC) <= timedelta(hours=48)
    with pytest.raises(DeskTaken):
        await book_resource(connection, outsider, place.desk, MORNING)
    assert await mails(connection) == [
        ("request", resident.email),
        ("request_to_host", place.host.email),
        ("request_to_host", "hausmeister@example.org"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/reminder'") == 0
    assert await bookings_since(connection, resident, 90) == []  # nothing in the calendar before it is confirmed
    for template in ("request", "request_to_host"):
        message = await composed(connection, settings, template)
        assert [part for part in message.walk() if part.get_param("method")] == []
    assert f"/host/spaces/{place.space_id}/bookings/{booking.id}" in message.get_body(("plain",)).get_content()
    assert await connection.fetchval("SELECT bool_and(useless_after = $1) FROM outbox WHERE useless_after IS NOT NULL",
                                     booking.until_at)  # fmt: skip


async def test_there_is_no_more_time_to_answer_than_until_the_start(
    connection: Connection, place: Place, resident: Person
) -> None:
    tomorrow = period_on(day_after(1))
    assert (await ask_for(connection, resident, place, tomorrow)).until_at == tomorrow.start


async def test_hosts_book_straight(connection: Connection, place: Place) -> None:
    booking = await book_resource(connection, place.host, place.desk, MORNING)
    assert (booking.status, booking.until_at) == ("confirmed", None)


async def test_what_is_approved_is_a_booking_like_any_other(
    connection: Connection, settings: Settings, place: Place, resident: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    booking = await approve(connection, place.host, asked.id, asked.version)
    assert (booking.status, booking.until_at, booking.version) == ("confirmed", None, 2)
    assert (await mails(connection))[-1] == ("confirmation", resident.email)
    [part] = [one for one in (await composed(connection, settings, "confirmation")).walk() if one.get_param("method")]
    assert "METHOD:REQUEST" in part.get_content()
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/reminder'") == 2
    assert [one.id for one in await bookings_since(connection, resident, 90)] == [asked.id]
    assert (await cancel_booking(connection, resident, asked.id)).ended_because == "person"
    assert (await mails(connection))[-1] == ("cancellation", resident.email)


async def test_who_is_refused_hears_why_and_the_time_is_free(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    refused = await refuse(connection, place.host, asked.id, asked.version, "Da tagt der Rat.\nNachmittags geht es.")
    assert (refused.status, refused.ended_because) == ("cancelled", "declined")
    text = (await composed(connection, settings, "refusal")).get_body(("plain",)).get_content()
    assert "  Da tagt der Rat.\n  Nachmittags geht es." in text.replace("\r", "")
    await book_resource(connection, outsider, place.desk, MORNING)


async def test_an_unanswered_request_expires_once(
    connection: Connection, place: Place, resident: Person, outsider: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    open_one = await book_resource(connection, resident, place.other_desk, MORNING)
    await let_it_expire(connection, asked.id)
    pool: Any = OneConnection(connection)
    assert [await expire_requests(pool), await expire_requests(pool)] == [1, 0]
    expired = await booking_by_id(connection, asked.id)
    assert (expired.status, expired.ended_because) == ("cancelled", "expired")
    assert (await mails(connection))[-1] == ("expiry", resident.email)
    assert (await booking_by_id(connection, open_one.id)).status == "requested"
    await book_resource(connection, outsider, place.desk, MORNING)


async def test_a_blackout_gets_what_a_request_held(connection: Connection, place: Place, resident: Person) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    await black_out_first_desk(connection, resident, place)
    await refuse(connection, place.host, asked.id, None, "")
    held = "SELECT range_agg(period) @> $1::tstzrange FROM booking WHERE blackout_id IS NOT NULL AND resource_id = $2"
    assert await connection.fetchval(held, MORNING.range, place.desk)


async def test_the_person_may_withdraw_however_late(connection: Connection, place: Place, resident: Person) -> None:
    await connection.execute("UPDATE rule_override SET cancel_minutes = 20160")
    asked = await ask_for(connection, resident, place, MORNING)
    assert (await cancel_booking(connection, resident, asked.id)).status == "cancelled"
    assert await mails(connection) == [("request", resident.email), ("withdrawal", resident.email)]


async def test_who_leaves_takes_the_requests_along(connection: Connection, place: Place, resident: Person) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    await erase_account(connection, resident)
    assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", asked.id) == "cancelled"


async def test_moving_needs_a_new_request_and_takes_nothing_away(
    connection: Connection, place: Place, resident: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    later = period_on(DAY, "13:00", "16:00")
    for answer in (None, approve):
        booking = await answer(connection, place.host, asked.id, None) if answer else asked
        with pytest.raises(NeedsApproval):
            await move_booking(connection, resident, booking.id, None, None, later)
        found = await booking_by_id(connection, booking.id)
        assert (found.start, found.status, found.version) == (MORNING.start, booking.status, booking.version)


async def test_calling_a_request_off_is_refusing_it(connection: Connection, place: Place, resident: Person) -> None:
    await ask_for(connection, resident, place, MORNING)
    wish = Wish(None, MORNING, "Umbau")
    with pytest.raises(Undecided) as undecided:
        await add_blackout(connection, place.host, place.space_id, wish, Decision())
    [hit] = undecided.value.affected
    decision = Decision(mark_of([hit]), {hit.booking_id: "cancel"}, "Wir bauen um.")
    await add_blackout(connection, place.host, place.space_id, wish, decision)
    assert (await booking_by_id(connection, hit.booking_id)).ended_because == "declined"
    assert (await mails(connection))[-1] == ("refusal", resident.email)
