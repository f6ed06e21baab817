"""Who comes, who leaves early, who stays away; and what the code at a desk leads to."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import icalendar
import pytest
import time_machine

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.period import STEP, Period
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.presence.check_in import NotNow, check_in, leave_early
from landbooking.spaces.presence.here import book_here, look_around
from landbooking.spaces.refusals import BookingCancelled, DeskTaken
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.presence import PATIENCE, let_pass, make_begun, open_all_day, quarter, with_check_in
from support.spaces import day_after, make_booking, make_override, period_on
from support.waiting import make_wish, offer_to

DAY = day_after(5)
MORNING = period_on(DAY)  # 9 to 12


@pytest.fixture(autouse=True)
async def _check_in(connection: Connection, place: Place) -> None:
    await with_check_in(connection)


def at(clock: str) -> Any:
    return time_machine.travel(period_on(DAY, clock, "23:59").start, tick=False)


async def code_of(connection: Connection, resource_id: int) -> str:
    code: str = await connection.fetchval("SELECT code FROM resource WHERE id = $1", resource_id)
    return code


async def mails(connection: Connection) -> list[str]:
    rows = await connection.fetch("SELECT template FROM outbox WHERE withdrawn_at IS NULL ORDER BY id")
    return [row["template"].rpartition("/")[2] for row in rows]


async def newest_mail(connection: Connection, settings: Settings) -> Any:
    row = await connection.fetchrow(
        "SELECT id, recipient, language, template, context, attempts FROM outbox ORDER BY id DESC LIMIT 1"
    )
    return compose(settings, OutboxRow(**dict(row or {})))


# Checking in.


@pytest.mark.parametrize(("clock", "works"), [("08:44", False), ("08:45", True), ("09:10", True), ("12:00", False)])
async def test_one_checks_in_from_a_quarter_of_an_hour_before_to_the_end(
    connection: Connection, place: Place, resident: Person, clock: str, works: bool
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    with at(clock):
        if works:
            assert (await check_in(connection, resident, booking_id)).checked_in_at
            assert (await check_in(connection, resident, booking_id)).version == 1
        else:
            with pytest.raises(NotNow):
                await check_in(connection, resident, booking_id)


async def test_who_else_and_what_else_is_not_checked_in(
    connection: Connection, place: Place, resident: Person, outsider: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    with at("09:00"):
        for verb in (check_in, leave_early):
            with pytest.raises(NotFound):
                await verb(connection, outsider, booking_id)
        await connection.execute("UPDATE space SET checkin_minutes = NULL")
        with pytest.raises(NotNow, match="nicht einchecken"):
            await check_in(connection, resident, booking_id)
    await with_check_in(connection)
    await cancel_booking(connection, resident, booking_id)
    with at("09:00"):
        for verb in (check_in, leave_early):
            with pytest.raises(BookingCancelled):
                await verb(connection, resident, booking_id)


async def test_who_checked_in_early_and_moves_has_to_check_in_again(
    connection: Connection, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    with at("08:50"):
        await check_in(connection, resident, booking_id)
        moved = await move_booking(connection, resident, booking_id, None, None, period_on(DAY, "13:00", "14:00"))
    assert moved.checked_in_at is None


# Leaving early.


async def test_who_leaves_early_frees_the_rest_and_the_calendar_says_so(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person
) -> None:
    await make_override(connection, place.space_id, "desk", buffer_after_minutes=30)
    booking = await book_resource(connection, resident, place.desk, MORNING)
    with at("10:07"):
        left = await leave_early(connection, resident, booking.id)
        assert (left.start, left.end) == period_on(DAY, "09:00", "10:00")
        assert (left.status, left.version) == ("confirmed", 2)
        assert await leave_early(connection, resident, booking.id) == left
        with pytest.raises(DeskTaken):  # its buffer has moved along
            await book_resource(connection, outsider, place.desk, period_on(DAY, "10:15", "11:00"))
        await book_resource(connection, outsider, place.desk, period_on(DAY, "10:30", "11:30"))
    assert (await mails(connection)).count("early_leave") == 1
    row = await connection.fetchrow(
        "SELECT id, recipient, language, template, context, attempts FROM outbox WHERE template LIKE '%early_leave'"
    )
    [part] = [one for one in compose(settings, OutboxRow(**dict(row or {}))).walk() if one.get_param("method")]
    [event] = icalendar.Calendar.from_ical(part.get_content()).events
    assert (event.start, event.end, event["SEQUENCE"]) == (*period_on(DAY, "09:00", "10:00"), 1)


@pytest.mark.parametrize(("clock", "end"), [("09:00", "09:15"), ("09:14", "09:15"), ("11:46", "11:45")])
async def test_at_least_a_quarter_of_an_hour_stays(
    connection: Connection, place: Place, resident: Person, clock: str, end: str
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    with at(clock):
        assert (await leave_early(connection, resident, booking_id)).end == period_on(DAY, "08:00", end).end


async def test_before_it_begins_there_is_nothing_to_leave(
    connection: Connection, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    with at("08:59"), pytest.raises(NotNow, match="absagen"):
        await leave_early(connection, resident, booking_id)


# Staying away. The worker's queries go by the database's clock, so here it is the bookings that are shifted.


async def work(connection: Connection) -> tuple[int, int]:
    pool: Any = OneConnection(connection)
    return await ask_absent(pool), await release_absent(pool)


async def test_who_stays_away_is_asked_once_and_then_loses_the_rest(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person
) -> None:
    await open_all_day(connection)
    booking_id = await make_begun(connection, resident, place.desk, PATIENCE // 2 - 1)
    await make_booking(connection, outsider, place.other_desk, (await _period(connection, booking_id)))
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE person_id = $1", outsider.id)
    assert await work(connection) == (0, 0)
    await let_pass(connection, booking_id, 2)
    assert [await work(connection), await work(connection)] == [(1, 0), (0, 0)]
    assert await mails(connection) == ["absent"]
    message = await newest_mail(connection, settings)
    assert f"/bookings/{booking_id}" in message.get_body(("plain",)).get_content()
    assert [part for part in message.walk() if part.get_param("method")] == []
    later = quarter(datetime.now(UTC)) + timedelta(hours=1)
    wanted = Period(later, later + timedelta(hours=1))
    somebody = await make_person(connection, "wartet@example.org")
    wish = await make_wish(connection, somebody, wanted, place.space_id, place.desk)
    await let_pass(connection, booking_id, PATIENCE)
    assert [await work(connection), await work(connection)] == [(0, 1), (0, 0)]
    released = await booking_by_id(connection, booking_id)
    assert (released.status, released.ended_because, released.version) == ("confirmed", "no_show", 2)
    assert released.end <= datetime.now(UTC)
    assert (await mails(connection))[-1] == "release"
    offered = await offer_to(connection, somebody, wish)
    assert offered is not None
    assert offered.start == later
    with pytest.raises(NotNow, match="wieder frei"):
        await check_in(connection, resident, booking_id)


async def test_an_answer_keeps_the_place(connection: Connection, place: Place, resident: Person) -> None:
    booking_id = await make_begun(connection, resident, place.desk, PATIENCE // 2 + 1)
    assert await work(connection) == (1, 0)
    await check_in(connection, resident, booking_id)
    assert await mails(connection) == []  # nobody needs to be asked any more
    await let_pass(connection, booking_id, PATIENCE)
    assert await work(connection) == (0, 0)


async def test_who_could_not_be_asked_in_time_keeps_the_place(
    connection: Connection, place: Place, resident: Person
) -> None:
    """No worker ran, or the host has just switched it on: nobody loses anything unwarned."""
    await make_begun(connection, resident, place.desk, PATIENCE + 1)
    assert await work(connection) == (0, 0)


@pytest.mark.parametrize("state", ["switched off", "too short", "requested", "without a person"])
async def test_who_is_not_expected_is_not_asked(
    connection: Connection, place: Place, resident: Person, state: str
) -> None:
    booking_id = await make_begun(connection, resident, place.desk, PATIENCE // 2 + 1)
    match state:
        case "switched off":
            await connection.execute("UPDATE space SET checkin_minutes = NULL")
        case "too short":
            await connection.execute(
                "UPDATE booking SET period = tstzrange(lower(period), now() + interval '5 minutes')"
            )
        case "requested":
            await connection.execute("UPDATE booking SET status = 'requested', until_at = now() + interval '1 hour'")
        case _:
            await connection.execute("UPDATE booking SET person_id = NULL WHERE id = $1", booking_id)
    assert await work(connection) == (0, 0)


# The code at the desk.


async def test_a_free_desk_is_booked_from_now_by_one_tap(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    code = await code_of(connection, place.desk)
    await make_booking(connection, place.host, place.desk, period_on(DAY, "14:00", "15:00"))
    with at("10:07"):
        offered = await client.get(f"/here/{code}")
        assert "frei bis 14:00 Uhr" in offered.text
        assert f"next=%2Fhere%2F{code}" in offered.text
        assert 'name="end"' not in offered.text
        await sign_in(connection, client, resident)
        page = (await client.get(f"/here/{code}")).text
        ends = re.findall(r'name="end" value="([^"]+)"', page)
        assert [datetime.fromisoformat(end) for end in ends] == [
            period_on(DAY, "09:00", clock).end for clock in ("11:00", "12:00", "14:00")
        ]
        form = {"resource": place.desk, "end": ends[0]}
        first, again = [await client.post(f"/here/{code}/bookings", data=form) for _ in range(2)]
        assert first.status_code == 303
        assert first.headers["location"] == again.headers["location"]
        page = (await client.get(f"/here/{code}")).text
        assert "Sie sind eingecheckt" in page
        assert "Ich gehe jetzt" in page
    booking = await booking_by_id(connection, int(first.headers["location"].rpartition("/")[2]))
    assert (booking.start, booking.end) == period_on(DAY, "10:00", "11:00")
    assert booking.checked_in_at


async def test_ones_own_booking_is_one_tap_too(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    await sign_in(connection, client, resident)
    with at("08:50"):
        assert "Ich bin da" in (await client.get(f"/here/{await code_of(connection, place.desk)}")).text
        assert "Ich bin da" in (await client.get(f"/bookings/{booking_id}")).text
        answer = await client.post(f"/bookings/{booking_id}/checkin")
        assert answer.headers["location"] == f"/bookings/{booking_id}"
        assert "Sie sind eingecheckt" in (await client.get(f"/bookings/{booking_id}")).text
    with at("10:00"):
        assert (await client.post(f"/bookings/{booking_id}/early-leave")).status_code == 303
        assert "früher gegangen" in (await client.get(f"/bookings/{booking_id}")).text


async def test_who_finds_it_taken_learns_until_when_and_what_is_free(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, MORNING)
    code = await code_of(connection, place.desk)
    await sign_in(connection, client, resident)
    with at("10:07"):
        page = (await client.get(f"/here/{code}")).text
        assert "belegt bis 12:00 Uhr" in page
        assert outsider.email not in page
        assert "Tisch 2" in page
        assert await code_of(connection, place.other_desk) not in page
        end = period_on(DAY, "09:00", "11:00").end
        taken = await client.post(f"/here/{code}/bookings", data={"resource": place.desk, "end": end.isoformat()})
        assert taken.status_code == 409
        other = await client.post(f"/here/{code}/bookings", data={"resource": place.other_desk, "end": end.isoformat()})
        assert other.status_code == 303


async def test_what_can_not_be_booked_on_the_spot(
    connection: Connection, place: Place, resident: Person, outsider: Person
) -> None:
    code = await code_of(connection, place.desk)
    end = period_on(DAY, "09:00", "11:00").end
    await make_override(connection, place.space_id, "desk", approval=True, lead_minutes=120)
    with at("10:07"):
        now = datetime.now(UTC)
        assert (await look_around(connection, code, resident, now)).offer.periods == []
        with pytest.raises(RuleBroken, match=r"jede Buchung.*fragen Sie an") as asked:
            await book_here(connection, resident, code, place.desk, end)
        assert asked.value.code == "rule-approval"
        assert (await look_around(connection, code, place.host, now)).offer.periods  # hosts need not ask
        await connection.execute("UPDATE rule_override SET approval = false")
        for wrong in (now, now - timedelta(hours=1), now + timedelta(minutes=7), end + timedelta(days=1)):
            with pytest.raises(RuleBroken):
                await book_here(connection, resident, code, place.desk, wrong)
        await book_here(connection, resident, code, place.desk, end)  # who stands there is in time
    with at("19:00"):
        assert (await look_around(connection, code, resident, datetime.now(UTC))).offer.periods == []
    with pytest.raises(NotFound):
        await book_here(connection, outsider, "0123456789ab", place.desk, end)


async def test_whole_days_and_hours_are_offered_as_they_are_booked(
    connection: Connection, place: Place, resident: Person
) -> None:
    code = await code_of(connection, place.desk)
    rule = await make_override(connection, place.space_id, "desk", unit="half_day")
    with at("10:07"):
        found = (await look_around(connection, code, resident, datetime.now(UTC))).offer.periods
        assert found == [period_on(DAY, "08:00", "13:00"), period_on(DAY, "08:00", "18:00")]
        await connection.execute("UPDATE rule_override SET unit = 'time', step_minutes = 60 WHERE id = $1", rule)
        found = (await look_around(connection, code, resident, datetime.now(UTC))).offer.periods
        assert found[0] == period_on(DAY, "10:00", "11:00")
        booked = await book_here(connection, resident, code, place.desk, found[0].end)
        assert (booked.start, booked.end) == found[0]


async def test_a_retired_or_unknown_code_leads_nowhere(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    code = await code_of(connection, place.desk)
    await connection.execute("UPDATE resource SET retired_at = now()")
    for path in (code, "0123456789ab", "'", "%00"):
        assert (await client.get(f"/here/{path}")).status_code == 404


# The host, and programs.


async def test_a_host_sets_the_patience_and_prints_the_codes(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await sign_in(connection, client, place.host)
    address = f"/host/spaces/{place.space_id}"
    assert "Ja, frei nach 20 Minuten" in (await client.get(f"{address}/checkin")).text
    seen = await connection.fetchval("SELECT version FROM space WHERE id = $1", place.space_id)
    assert (await client.post(f"{address}/checkin", data={"patience": "30", "version": seen})).status_code == 303
    assert (await client.post(f"{address}/checkin", data={"patience": "10", "version": seen})).status_code == 409
    assert (await client.post(f"{address}/checkin", data={"patience": "7"})).status_code == 422
    assert await connection.fetchval("SELECT checkin_minutes FROM space WHERE id = $1", place.space_id) == 30
    await client.post(f"{address}/checkin", data={"patience": "0"})
    assert await connection.fetchval("SELECT checkin_minutes FROM space WHERE id = $1", place.space_id) is None
    sheet = (await client.get(f"{address}/codes")).text
    assert sheet.count("<svg") >= 2
    for desk in (place.desk, place.other_desk):
        assert f"http://landbooking.test/here/{await code_of(connection, desk)}" in sheet


async def test_over_the_api(connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    headers, address = await bearer(connection, resident), f"/api/v1/bookings/{booking_id}"
    early = await client.post(f"{address}/checkin", headers=headers)
    assert (early.status_code, early.json()["type"]) == (409, "urn:landbooking:problem:not-now")
    with at("09:20"):
        done = await client.post(f"{address}/checkin", headers=headers)
        assert (done.status_code, bool(done.json()["checked_in_at"])) == (200, True)
        left = await client.post(f"{address}/early-leave", headers=headers)
        assert datetime.fromisoformat(left.json()["end"]) == MORNING.start + STEP


async def _period(connection: Connection, booking_id: int) -> Period:
    booking = await booking_by_id(connection, booking_id)
    return Period(booking.start, booking.end)
