"""The mails of a series, and what calendar programs make of them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.calendar import Event, calendar_message
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.booking import cancel_booking, move_booking
from landbooking.spaces.bookings import Booking, bookings_in_series
from landbooking.spaces.hosting.booking import call_off
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.series.change import Move, Scope, Which, cancel_dates, move_dates
from landbooking.spaces.series.plan import Choice
from landbooking.spaces.series.series import Series
from support.calendar_program import CalendarProgram, Entry
from support.hosting import Place
from support.series import booked_series, weekly
from support.spaces import make_desk, make_space, open_daily, period_on

WEEK = timedelta(days=7)
SENT = "SELECT context FROM outbox WHERE template NOT LIKE '%reminder' ORDER BY id"

Step = Callable[[Connection, Person, Place, Series, list[Booking]], Awaitable[object]]


async def shown(connection: Connection, settings: Settings) -> list[Entry]:
    """What stands in the person's calendar after all mails."""
    program = CalendarProgram()
    for row in await connection.fetch(SENT):
        program.receive(calendar_message(msgspec.convert(row["context"]["event"], Event), settings))
    return sorted(program.entries.values())


async def standing(connection: Connection, series: Series) -> list[Entry]:
    found = await bookings_in_series(connection, series.id)
    return sorted(
        (one.start, one.end, f"{one.space.name}: {one.resource}") for one in found if one.status == "confirmed"
    )


def cancelling(number: int, scope: Scope) -> Step:
    return lambda connection, person, _place, series, bookings: cancel_dates(
        connection, person, Which(series.id, bookings[number].id, scope)
    )


def moving(number: int, scope: Scope, desk: bool = False) -> Step:
    return lambda connection, person, place, series, bookings: move_dates(
        connection,
        person,
        Which(series.id, bookings[number].id, scope),
        Move(time(13), time(14), place.other_desk if desk else None),
    )


def to_another_day(number: int) -> Step:
    return lambda connection, person, _place, _series, bookings: move_booking(
        connection, person, bookings[number].id, None, None, period_on(date(2027, 9, 9), "10:00", "11:00")
    )


def cancelling_alone(number: int) -> Step:
    return lambda connection, person, _place, _series, bookings: cancel_booking(connection, person, bookings[number].id)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [cancelling(1, "one")],
        [cancelling(2, "following")],
        [cancelling(0, "all")],
        [moving(1, "following", desk=True)],
        [moving(0, "all")],
        [to_another_day(1), moving(2, "following"), cancelling_alone(3)],
        [cancelling_alone(0), cancelling_alone(5), to_another_day(3), moving(1, "all"), to_another_day(3)],
        [moving(2, "one"), cancelling(2, "one"), cancelling(3, "following"), cancelling(1, "all")],
    ],
)
async def test_calendars_show_what_stands(
    connection: Connection, place: Place, resident: Person, settings: Settings, monday: date, steps: list[Step]
) -> None:
    choices = {
        monday + WEEK: Choice(None),
        monday + 2 * WEEK: Choice(place.desk, time(15), time(16)),
        monday + 3 * WEEK: Choice(place.other_desk),
    }
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 7, choices=choices))
    assert len(await shown(connection, settings)) == 6
    for step in steps:
        before = await connection.fetchval("SELECT count(*) FROM outbox WHERE template NOT LIKE '%reminder'")
        await step(connection, resident, place, series, bookings)
        assert await shown(connection, settings) == await standing(connection, series)
        assert (
            await connection.fetchval("SELECT count(*) FROM outbox WHERE template NOT LIKE '%reminder'") == before + 1
        )


async def test_a_host_who_calls_off_one_date_takes_that_one_out(
    connection: Connection, place: Place, resident: Person, settings: Settings, monday: date
) -> None:
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday))
    await move_dates(connection, resident, Which(series.id, bookings[0].id, "all"), Move(time(13), time(14)))
    with pytest.raises(Undecided) as undecided:
        await call_off(connection, place.host, place.space_id, bookings[1].id, Decision())
    decision = Decision(mark_of(undecided.value.affected), {bookings[1].id: "cancel"}, "Putztag")
    await call_off(connection, place.host, place.space_id, bookings[1].id, decision)
    assert await shown(connection, settings) == await standing(connection, series)
    assert len(await standing(connection, series)) == 3


@pytest.mark.parametrize(("first", "clock"), [(date(2027, 3, 7), "01:30"), (date(2027, 10, 17), "02:30")])
async def test_calendars_keep_local_times_when_the_clocks_change(
    connection: Connection, resident: Person, settings: Settings, first: date, clock: str
) -> None:
    space_id = await make_space(connection, name="Nachtcafé", horizon_days=730)
    await open_daily(connection, space_id, 0, 24 * 60)
    desk = await make_desk(connection, space_id)
    with time_machine.travel(datetime(2027, 1, 4, tzinfo=UTC), tick=True):
        wish = weekly(desk, first, 6, clock, "05:00", choices={date(2027, 3, 28): Choice(desk)})
        series, bookings = await booked_series(connection, resident, wish)
        assert len(bookings) == 6
        assert await shown(connection, settings) == await standing(connection, series)


async def test_one_mail_lists_all_dates_in_the_persons_language(
    connection: Connection, place: Place, resident: Person, settings: Settings, monday: date
) -> None:
    await connection.execute("UPDATE person SET language = 'en' WHERE id = $1", resident.id)
    english = msgspec.structs.replace(resident, language="en")
    series, bookings = await booked_series(connection, english, weekly(place.desk, monday))
    await cancel_dates(connection, english, Which(series.id, bookings[2].id, "following"))
    rows = await connection.fetch("SELECT * FROM outbox WHERE template NOT LIKE '%reminder' ORDER BY id")
    assert [row["template"].rpartition("/")[2] for row in rows] == ["confirmation", "cancellation"]
    for row, days in zip(rows, (["30 August", "6 September", "20 September"], ["20 September"]), strict=True):
        message = compose(settings, OutboxRow(row["id"], row["recipient"], "en", row["template"], row["context"], 1))
        parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
        for kind in ("text/plain", "text/html"):
            text = parts[kind].get_content()
            assert all(day in text for day in days)
            assert "Alte Schule" in text
            assert f"/series/{series.id}" in text
        assert "method=" in parts["text/calendar"]["Content-Type"] or parts["text/calendar"].get_filename()
    assert "Termine" not in str(message["Subject"])


async def test_the_entry_that_repeats_says_its_rule_and_its_time_zone(
    connection: Connection, place: Place, resident: Person, settings: Settings, monday: date
) -> None:
    wish = weekly(place.desk, monday, 10, weekdays=(1, 3), choices={monday + WEEK: Choice(None)})
    await booked_series(connection, resident, wish)
    [row] = await connection.fetch(SENT)
    text = calendar_message(msgspec.convert(row["context"]["event"], Event), settings).decode()
    for line in (
        "METHOD:REQUEST", "BEGIN:VTIMEZONE", "UID:series-", "SEQUENCE:0", "DTSTART;TZID=Europe/Berlin:20270830T090000",
        "RRULE:FREQ=WEEKLY;UNTIL=20270929T070000Z;BYDAY=MO,WE", "EXDATE;TZID=Europe/Berlin:20270906T090000",
    ):  # fmt: skip
        assert line in text
