"""Who comes checks in, and who leaves early frees the rest."""

from datetime import datetime

import httpx
import icalendar
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.period import STEP
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.presence.check_in import NotNow, check_in, leave_early
from landbooking.spaces.refusals import BookingCancelled, DeskTaken
from support.hosting import Place
from support.people import bearer
from support.presence import DAY, MORNING, at, mails, with_check_in
from support.spaces import make_booking, make_override, period_on


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
