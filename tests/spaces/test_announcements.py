"""The mails of a booking: written in its transaction, at the right instants, withdrawn and moved with it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import icalendar
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.agenda.feed import create_feed
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.period import Period
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from support.clock import clock_change
from support.people import make_person, sign_in
from support.spaces import BERLIN, day_after, make_desk, make_space, open_daily, period_on

DAY = day_after(5)
MORNING = period_on(DAY)
AFTERNOON = period_on(DAY, "13:00", "16:00")
SPRING, AUTUMN = clock_change(3), clock_change(10)
A_DAY = timedelta(days=1)


@pytest.fixture
async def desk(connection: Connection) -> int:
    space_id = await make_space(connection)
    await open_daily(connection, space_id, 0, 1440)
    return await make_desk(connection, space_id)


async def mails(connection: Connection, waiting: bool = True) -> list[tuple[str, datetime]]:
    """Template and due time of all that is still to be sent, or of what was withdrawn."""
    condition = "withdrawn_at IS NULL" if waiting else "withdrawn_at IS NOT NULL"
    rows = await connection.fetch(f"SELECT template, due_at FROM outbox WHERE {condition} ORDER BY due_at, id")  # noqa: S608
    return [(row["template"].rpartition("/")[2], row["due_at"]) for row in rows]


async def reminders(connection: Connection) -> list[datetime]:
    return [due for template, due in await mails(connection) if template == "reminder"]


async def newest(connection: Connection, settings: Settings, template: str) -> tuple[Any, icalendar.Calendar]:
    """The mail as it would leave now, and the calendar in it."""
    row = await connection.fetchrow(
        """SELECT id, recipient, language, template, context, attempts FROM outbox
           WHERE template LIKE '%/' || $1 ORDER BY id DESC LIMIT 1""",
        template,
    )
    message = compose(settings, OutboxRow(**dict(row or {})))
    [part] = [part for part in message.walk() if part.get_param("method")]
    return message, icalendar.Calendar.from_ical(part.get_content())


def evening_before(moment: datetime) -> datetime:
    return (moment.astimezone(BERLIN) - timedelta(days=1)).replace(hour=18, minute=0)


async def test_a_booking_is_confirmed_now_and_reminded_of_twice(
    connection: Connection, resident: Person, desk: int
) -> None:
    await book_resource(connection, resident, desk, MORNING)
    (first, due), *later = await mails(connection)
    assert first == "confirmation"
    assert due <= datetime.now(UTC)
    assert later == [
        ("reminder", evening_before(MORNING.start)),
        ("reminder", MORNING.start - timedelta(hours=1)),
    ]
    useless = "SELECT DISTINCT useless_after FROM outbox WHERE template LIKE '%reminder'"
    assert await connection.fetchval(useless) == MORNING.start


@pytest.mark.parametrize(
    ("now", "left"),
    [("17:59", 2), ("18:00", 1), ("23:00", 1)],
)
async def test_a_reminder_whose_time_is_over_is_not_written(
    connection: Connection, resident: Person, desk: int, now: str, left: int
) -> None:
    with time_machine.travel(period_on(DAY - timedelta(days=1), now, "23:59").start, tick=False):
        await book_resource(connection, resident, desk, MORNING)
    assert len(await reminders(connection)) == left


async def test_who_books_at_the_last_minute_is_not_reminded(
    connection: Connection, resident: Person, desk: int
) -> None:
    with time_machine.travel(MORNING.start - timedelta(minutes=30), tick=False):
        await book_resource(connection, resident, desk, MORNING)
    assert await reminders(connection) == []


@pytest.mark.parametrize(("day", "hour"), [(True, False), (False, True), (False, False)])
async def test_each_person_chooses(connection: Connection, desk: int, day: bool, hour: bool) -> None:
    person = await make_person(
        connection, "praktikant@example.org", remind_day_before=day, remind_hour_before=hour, language="en"
    )
    await book_resource(connection, person, desk, MORNING)
    expected = [evening_before(MORNING.start)] * day + [MORNING.start - timedelta(hours=1)] * hour
    assert await reminders(connection) == expected
    assert await connection.fetchval("SELECT DISTINCT language FROM outbox") == "en"


async def test_a_new_choice_holds_for_what_stands_already(
    connection: Connection, client: httpx.AsyncClient, resident: Person, desk: int
) -> None:
    await book_resource(connection, resident, desk, MORNING)
    await sign_in(connection, client, resident)
    evening, hour = evening_before(MORNING.start), MORNING.start - timedelta(hours=1)
    for form, expected in (
        ({"hour_before": "1"}, [hour]),
        ({}, []),
        ({"day_before": "1", "hour_before": "1"}, [evening, hour]),
        ({"day_before": "1"}, [evening]),
    ):
        assert (await client.post("/bookings/reminders", data=form)).status_code == 303
        assert await reminders(connection) == expected


async def test_cancelling_withdraws_the_reminders(
    connection: Connection, settings: Settings, resident: Person, desk: int
) -> None:
    booking = await book_resource(connection, resident, desk, MORNING)
    await cancel_booking(connection, resident, booking.id)
    assert [template for template, _ in await mails(connection)] == ["confirmation", "cancellation"]
    assert [template for template, _ in await mails(connection, waiting=False)] == ["reminder", "reminder"]
    assert await connection.fetchval("SELECT bool_and(context = '{}') FROM outbox WHERE withdrawn_at IS NOT NULL")


async def test_what_is_rolled_back_mails_nobody(connection: Connection, resident: Person, desk: int) -> None:
    booking = await book_resource(connection, resident, desk, MORNING)
    before = await mails(connection)

    class Late(Refusal):
        """Something goes wrong at the very end of the request."""

    async def cancel_and_fail() -> None:
        async with connection.transaction():
            await cancel_booking(connection, resident, booking.id)
            assert await reminders(connection) == []
            raise Late("")

    with pytest.raises(Late):
        await cancel_and_fail()
    assert await mails(connection) == before


async def test_moving_moves_the_reminders(
    connection: Connection, settings: Settings, resident: Person, desk: int
) -> None:
    booking = await book_resource(connection, resident, desk, MORNING)
    later = period_on(DAY + timedelta(days=2), "10:00", "11:00")
    await move_booking(connection, resident, booking.id, 1, None, later)
    assert await reminders(connection) == [evening_before(later.start), later.start - timedelta(hours=1)]
    assert len(await mails(connection, waiting=False)) == 2
    message, _calendar = await newest(connection, settings, "change")
    text = message.get_body(("plain",)).get_content()
    assert "09:00 bis 12:00" in text
    assert "10:00 bis 11:00" in text


async def test_there_and_back_again_is_announced_each_time(connection: Connection, resident: Person, desk: int) -> None:
    booking = await book_resource(connection, resident, desk, MORNING)
    await move_booking(connection, resident, booking.id, 1, None, AFTERNOON)
    await move_booking(connection, resident, booking.id, 2, None, MORNING)
    assert [template for template, _ in await mails(connection)].count("change") == 2
    assert await reminders(connection) == [evening_before(MORNING.start), MORNING.start - timedelta(hours=1)]


async def test_the_calendar_entry_is_added_moved_and_removed(
    connection: Connection, settings: Settings, resident: Person, desk: int
) -> None:
    booking = await book_resource(connection, resident, desk, MORNING)
    found = [await newest(connection, settings, "confirmation")]
    await move_booking(connection, resident, booking.id, 1, None, AFTERNOON)
    found.append(await newest(connection, settings, "change"))
    await cancel_booking(connection, resident, booking.id)
    found.append(await newest(connection, settings, "cancellation"))
    calendars = [calendar for _message, calendar in found]
    events = [calendar.events[0] for calendar in calendars]
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event.start for event in events] == [MORNING.start, AFTERNOON.start, AFTERNOON.start]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert len({message["Message-ID"] for message, _calendar in found}) == 3


def on(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


@pytest.mark.parametrize(
    ("start", "evening", "hour"),
    [
        # 3:30 is the first half hour after the skipped one: an hour before it is 1:30 by the clock.
        (on(SPRING, "01:30"), on(SPRING - A_DAY, "17:00"), on(SPRING, "00:30")),
        (on(SPRING, "10:00"), on(SPRING - A_DAY, "17:00"), on(SPRING, "09:00")),
        (on(SPRING + A_DAY, "07:00"), on(SPRING, "16:00"), on(SPRING + A_DAY, "06:00")),
        # The second 2:30: an hour before it is 2:30 as well.
        (on(AUTUMN, "01:30"), on(AUTUMN - A_DAY, "16:00"), on(AUTUMN, "00:30")),
        (on(AUTUMN + A_DAY, "08:00"), on(AUTUMN, "17:00"), on(AUTUMN + A_DAY, "07:00")),
    ],
)
async def test_reminders_around_the_change_of_clocks(
    connection: Connection,
    client: httpx.AsyncClient,
    resident: Person,
    desk: int,
    start: datetime,
    evening: datetime,
    hour: datetime,
) -> None:
    period = Period(start, start + timedelta(hours=1))
    with time_machine.travel(period.start - timedelta(days=4), tick=False):
        await book_resource(connection, resident, desk, period)
        assert await reminders(connection) == [evening, hour]
    feed = await client.get(f"/calendar/{await create_feed(connection, resident)}.ics")
    [event] = icalendar.Calendar.from_ical(feed.content).events
    assert (event.start, event.end) == period


@pytest.mark.parametrize(("day", "hours"), [(f"{SPRING}", 1), (f"{AUTUMN}", 3)])
async def test_pages_book_by_the_clock_in_such_a_night(
    connection: Connection, client: httpx.AsyncClient, resident: Person, desk: int, day: str, hours: int
) -> None:
    """From half past one to half past three is one hour in spring and three in autumn; day and week are shown."""
    night = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    await connection.execute("UPDATE opening_hours SET opens = 90, closes = 210")
    await sign_in(connection, client, resident)
    with time_machine.travel(night - timedelta(days=3), tick=False):
        space_id = await connection.fetchval("SELECT id FROM space")
        for page in (f"/spaces/{space_id}?date={day}", f"/spaces/{space_id}/days/{day}?start=01:30&end=03:30"):
            answer = await client.get(page)
            assert answer.status_code == 200
            assert "01:30–03:30" in answer.text
        form = {"date": day, "start": "01:30", "end": "03:30"}
        answer = await client.post(f"/resources/{desk}/bookings", data=form)
        assert answer.status_code == 303, answer.text
    length = await connection.fetchval("SELECT upper(period) - lower(period) FROM booking")
    assert length == timedelta(hours=hours)
