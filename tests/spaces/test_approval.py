"""Requests: asked for, answered, withdrawn, expired; and every answer that comes too late."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.approval.answers import AlreadyAnswered, NotAllowedAnyMore, approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_by_id, bookings_since
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.refusals import DeskTaken, NeedsApproval
from support.approval import ask_for, let_it_expire, with_approval
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.spaces import day_after, make_host, period_on

DAY = day_after(5)
MORNING = period_on(DAY)
API = "/api/v1/bookings"
Change = Callable[[Connection, Person, Place], Awaitable[Any]]


@pytest.fixture(autouse=True)
async def _approval(connection: Connection, place: Place) -> None:
    await with_approval(connection, place.space_id)


async def mails(connection: Connection) -> list[tuple[str, str]]:
    """Template and recipient of all that is to be sent, reminders left out."""
    rows = await connection.fetch(
        """SELECT template, recipient FROM outbox
           WHERE withdrawn_at IS NULL AND template NOT LIKE '%/reminder' ORDER BY id"""
    )
    return [(row["template"].rpartition("/")[2], row["recipient"]) for row in rows]


async def composed(connection: Connection, settings: Settings, template: str) -> Any:
    row = await connection.fetchrow(
        "SELECT id, recipient, language, template, context, attempts FROM outbox WHERE template LIKE '%/' || $1",
        template,
    )
    return compose(settings, OutboxRow(**dict(row or {})))


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
    await _black_out(connection, resident, place)
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
    with pytest.raises(AlreadyAnswered):
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


async def _black_out(connection: Connection, resident: Person, place: Place) -> None:
    """The request in its way is kept, for the host to answer."""
    wish = Wish(None, period_on(DAY, "08:00", "18:00"), "Umbau")
    try:
        await add_blackout(connection, place.host, place.space_id, wish, Decision())
    except Undecided as undecided:
        hit = [one.booking_id for one in undecided.affected]
        decision = Decision(mark_of(undecided.affected), dict.fromkeys(hit, "keep"))
        await add_blackout(connection, place.host, place.space_id, wish, decision)


async def _spend_quota(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE rule_override SET weekly_minutes = 120")


async def _retire(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE resource SET retired_at = now()")


async def _for_members(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE rule_override SET audience = 'members'")


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (_close, "rule-opening-hours", "Kerwe"),
        (_shorten_hours, "rule-opening-hours", "11:00–18:00"),
        (_black_out, "blackout", "gesperrt"),
        (_spend_quota, "rule-quota", "Woche"),
        (_retire, "not-found", "nicht mehr buchen"),
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


async def test_over_the_api(connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person) -> None:
    person, host = await bearer(connection, resident), await bearer(connection, place.host)
    wish = {"resource_id": place.desk, "start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    made = await client.post(API, json=wish, headers=person)
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    assert datetime.fromisoformat(made.json()["until_at"]) > datetime.now(UTC)
    address = f"{API}/{made.json()['id']}"
    later = wish | {"end": (MORNING.end + timedelta(hours=1)).isoformat()}
    moved = await client.post(f"{address}/move", json=later, headers=person)
    assert (moved.status_code, moved.json()["type"]) == (409, "urn:landbooking:problem:needs-approval")
    approved = await client.post(f"{address}/approval", json={"version": 1}, headers=host)
    assert (approved.status_code, approved.json()["status"], approved.json()["until_at"]) == (200, "confirmed", None)
    again = await client.post(f"{address}/refusal", json={"message": "Doch nicht."}, headers=host)
    assert (again.status_code, again.json()["type"]) == (409, "urn:landbooking:problem:answered")


async def test_on_the_pages(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await sign_in(connection, client, resident)
    form = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}
    assert "Platz anfragen" in (await client.get(f"/resources/{place.desk}/bookings/new", params=form)).text
    made = await client.post(f"/resources/{place.desk}/bookings", data=form)
    address = made.headers["location"]
    shown = (await client.get(address)).text
    assert "Ihre Anfrage ist angekommen" in shown
    assert "Noch nicht bestätigt" in shown
    assert "Verschieben" not in shown
    assert "angefragt, noch nicht bestätigt" in (await client.get("/bookings")).text

    await sign_in(connection, client, place.host)
    hosted = f"/host/spaces/{place.space_id}"
    assert "1 Anfrage wartet" in (await client.get(hosted)).text
    assert "kind-request" in (await client.get(f"{hosted}?date={DAY}")).text
    assert "(angefragt)" in (await client.get(f"{hosted}/week?date={DAY}")).text
    assert hosted + address in (await client.get(f"{hosted}/requests")).text
    asked = (await client.get(hosted + address)).text
    assert "Anfrage bestätigen" in asked
    wrong = await client.post(f"{hosted}{address}/refusal", data={"message": "x" * 1001})
    assert wrong.status_code == 422
    assert "x" * 1001 in wrong.text
    await _retire(connection, resident, place)
    broken = await client.post(f"{hosted}{address}/approval", data={"version": "1"})
    assert (broken.status_code, "nicht mehr buchen" in broken.text) == (409, True)
    done = await client.post(f"{hosted}{address}/refusal", data={"version": "1", "message": "Umbau"})
    assert done.headers["location"] == hosted + address
    assert "Die Anfrage ist abgelehnt" in (await client.get(hosted + address)).text
    assert (await client.post(f"{hosted}{address}/approval", data={"version": "1"})).status_code == 409

    await sign_in(connection, client, resident)
    assert "haben diese Anfrage abgelehnt" in (await client.get(address)).text


async def test_a_booking_that_needs_approval_has_no_form_to_move_it(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    await approve(connection, place.host, asked.id, None)
    await sign_in(connection, client, resident)
    assert "Verschieben" not in (await client.get(f"/bookings/{asked.id}")).text
    answer = await client.get(f"/bookings/{asked.id}/move")
    assert (answer.status_code, "neue Anfrage" in answer.text) == (409, True)
