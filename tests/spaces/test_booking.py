"""Booking, moving and cancelling: what works, and every refusal."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.period import Period
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import Booking
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.refusals import BookingCancelled, BookingOver, DeskTaken
from support.hosting import Place
from support.spaces import BERLIN, day_after, period_on

DAY = day_after(5)
MORNING = period_on(DAY)
AFTERNOON = period_on(DAY, "13:00", "16:00")


@pytest.fixture
async def booking(connection: Connection, place: Place, resident: Person) -> Booking:
    return await book_resource(connection, resident, place.desk, MORNING)


async def test_a_booking_is_what_was_asked_for(connection: Connection, place: Place, resident: Person) -> None:
    booking = await book_resource(connection, resident, place.desk, MORNING)
    assert (booking.resource, booking.space.name) == ("Tisch 1", "Alte Schule")
    assert (booking.start, booking.end, booking.status, booking.version) == (*MORNING, "confirmed", 1)
    stored = await connection.fetchrow("SELECT person_id, lower(blocked), upper(blocked) FROM booking")
    assert tuple(stored or ()) == (resident.id, *MORNING)


async def test_a_taken_desk_is_refused_with_a_way_on(
    connection: Connection, place: Place, booking: Booking, outsider: Person
) -> None:
    for start, end in (("09:00", "12:00"), ("08:00", "09:15"), ("11:45", "13:00"), ("10:00", "11:00")):
        with pytest.raises(DeskTaken) as taken:
            await book_resource(connection, outsider, place.desk, period_on(DAY, start, end))
        assert taken.value.way_on == f"/spaces/{place.space_id}/days/{DAY}?kind=desk&start={start}&end={end}"
    await book_resource(connection, outsider, place.other_desk, MORNING)
    await book_resource(connection, outsider, place.desk, period_on(DAY, "12:00", "13:00"))  # half-open: no overlap
    await book_resource(connection, outsider, place.desk, period_on(DAY, "08:00", "09:00"))


@pytest.mark.parametrize(
    ("rule", "start", "end"),
    [
        ("order", "12:00", "09:00"),
        ("order", "09:00", "09:00"),
        ("step", "09:05", "12:00"),
        ("step", "09:00", "11:59"),
        ("shortest", "09:00", "09:15"),
        ("longest", "07:00", "18:00"),
        ("opening-hours", "07:00", "09:00"),
        ("opening-hours", "17:00", "18:15"),
    ],
)
async def test_each_rule_is_named(
    connection: Connection, place: Place, resident: Person, rule: str, start: str, end: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        await book_resource(connection, resident, place.desk, period_on(DAY, start, end))
    assert broken.value.code == f"rule-{rule}"
    assert set(broken.value.fields) <= {"start", "end"}
    assert await connection.fetchval("SELECT count(*) FROM booking") == 0


async def test_the_past_the_lead_time_and_the_horizon(connection: Connection, place: Place, resident: Person) -> None:
    await connection.execute("UPDATE space SET lead_minutes = 120, horizon_days = 10")
    with time_machine.travel(MORNING.start, tick=False):
        for rule, period in (
            ("past", period_on(DAY, "08:45", "12:00")),
            ("lead", MORNING),
            ("lead", period_on(DAY, "10:45", "12:00")),
            ("horizon", period_on(DAY + timedelta(days=11))),
        ):
            with pytest.raises(RuleBroken) as broken:
                await book_resource(connection, resident, place.desk, period)
            assert broken.value.code == f"rule-{rule}"
        await book_resource(connection, resident, place.desk, period_on(DAY, "11:00", "12:00"))
        await book_resource(connection, resident, place.desk, period_on(DAY + timedelta(days=10)))


async def test_a_closure_and_a_blackout_are_refused(connection: Connection, place: Place, resident: Person) -> None:
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kerwe')",
        place.space_id,
        DAY,
    )
    with pytest.raises(RuleBroken, match="Kerwe"):
        await book_resource(connection, resident, place.desk, MORNING)


@pytest.mark.parametrize(
    "change", ["UPDATE space SET published = false", "UPDATE resource SET retired_at = now()", "DELETE FROM resource"]
)
async def test_what_can_not_be_booked_is_not_found(
    connection: Connection, place: Place, resident: Person, change: str
) -> None:
    await connection.execute(change)
    with pytest.raises(NotFound):
        await book_resource(connection, resident, place.desk, MORNING)


async def test_a_move_to_another_time_and_desk(
    connection: Connection, place: Place, resident: Person, booking: Booking, outsider: Person
) -> None:
    moved = await move_booking(connection, resident, booking.id, 1, place.other_desk, AFTERNOON)
    assert (moved.id, moved.resource_id, moved.start, moved.end) == (booking.id, place.other_desk, *AFTERNOON)
    assert moved.version == 2
    await book_resource(connection, outsider, place.desk, MORNING)  # the old place is free at once


async def test_a_move_may_overlap_what_it_leaves(connection: Connection, resident: Person, booking: Booking) -> None:
    moved = await move_booking(connection, resident, booking.id, 1, None, period_on(DAY, "10:00", "13:00"))
    assert (moved.resource_id, moved.version) == (booking.resource_id, 2)


async def test_a_move_to_where_it_stands_changes_nothing(
    connection: Connection, resident: Person, booking: Booking
) -> None:
    moved = await move_booking(connection, resident, booking.id, 1, None, MORNING)
    assert moved.version == 1
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%change'") == 0


async def test_a_move_that_is_refused_leaves_everything(
    connection: Connection, place: Place, resident: Person, outsider: Person, booking: Booking
) -> None:
    await book_resource(connection, outsider, place.desk, AFTERNOON)
    before = await connection.fetch("SELECT * FROM booking ORDER BY id")
    for refusal, version, desk, period in (
        (DeskTaken, 1, None, period_on(DAY, "12:00", "14:00")),
        (RuleBroken, 1, None, period_on(DAY, "06:00", "07:00")),
        (Stale, 2, None, period_on(DAY, "08:00", "09:00")),
        (NotFound, 1, 2**31 - 1, MORNING),
    ):
        with pytest.raises(refusal):
            async with connection.transaction():
                await move_booking(connection, resident, booking.id, version, desk, period)
    assert await connection.fetch("SELECT * FROM booking ORDER BY id") == before


@pytest.mark.parametrize("change", ["UPDATE space SET published = false", "UPDATE resource SET retired_at = now()"])
async def test_no_move_into_what_can_not_be_booked_but_a_way_out(
    connection: Connection, place: Place, resident: Person, booking: Booking, change: str
) -> None:
    await connection.execute(change)
    with pytest.raises(NotFound):
        await move_booking(connection, resident, booking.id, 1, place.other_desk, AFTERNOON)
    assert (await cancel_booking(connection, resident, booking.id, 1)).status == "cancelled"


async def test_others_bookings_do_not_exist(
    connection: Connection, place: Place, outsider: Person, booking: Booking
) -> None:
    for person in (outsider, place.host):  # a host has verbs of their own
        with pytest.raises(NotFound):
            await move_booking(connection, person, booking.id, 1, None, AFTERNOON)
        with pytest.raises(NotFound):
            await cancel_booking(connection, person, booking.id)
        with pytest.raises(NotFound):
            await cancel_booking(connection, person, 2**62)


async def test_what_has_begun_can_not_be_changed(connection: Connection, resident: Person, booking: Booking) -> None:
    for now in (MORNING.start, MORNING.end - timedelta(minutes=1), MORNING.end + timedelta(days=3)):
        with time_machine.travel(now, tick=False):
            with pytest.raises(BookingOver):
                await move_booking(connection, resident, booking.id, 1, None, AFTERNOON)
            with pytest.raises(BookingOver):
                await cancel_booking(connection, resident, booking.id)
    with time_machine.travel(MORNING.start - timedelta(seconds=1), tick=False):
        await cancel_booking(connection, resident, booking.id)


async def test_cancelling_frees_the_desk_and_twice_is_once(
    connection: Connection, place: Place, resident: Person, outsider: Person, booking: Booking
) -> None:
    cancelled = await cancel_booking(connection, resident, booking.id, 1)
    assert (cancelled.status, cancelled.version) == ("cancelled", 2)
    assert (await cancel_booking(connection, resident, booking.id)).version == 2
    assert await connection.fetchval("SELECT cancelled_by FROM booking") == resident.id
    await book_resource(connection, outsider, place.desk, MORNING)


async def test_a_cancelled_booking_can_not_be_moved(connection: Connection, resident: Person, booking: Booking) -> None:
    await cancel_booking(connection, resident, booking.id)
    with pytest.raises(BookingCancelled):
        await move_booking(connection, resident, booking.id, None, None, AFTERNOON)


async def test_a_stale_click_changes_nothing(connection: Connection, resident: Person, booking: Booking) -> None:
    await move_booking(connection, resident, booking.id, 1, None, AFTERNOON)
    with pytest.raises(Stale):
        await cancel_booking(connection, resident, booking.id, 1)
    with pytest.raises(Stale):
        await move_booking(connection, resident, booking.id, 1, None, MORNING)
    assert await connection.fetchval("SELECT (status, version) FROM booking") == ("confirmed", 2)


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25)], ids=["an hour less", "an hour more"]
)
async def test_a_whole_day_in_which_the_clock_is_changed(
    connection: Connection, place: Place, resident: Person, day: str, hours: int
) -> None:
    """Open round the clock: from midnight to midnight it is 23 or 25 hours, and the day is booked out."""
    await connection.execute("UPDATE opening_hours SET opens = 0, closes = 1440")
    await connection.execute("UPDATE space SET longest_minutes = 1500")
    midnight = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    whole = Period(midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC))
    assert whole.length == timedelta(hours=hours)
    with time_machine.travel(midnight - timedelta(days=3), tick=False):
        await book_resource(connection, resident, place.desk, whole)
        for number in range(hours):
            start = whole.start + timedelta(hours=number)
            with pytest.raises(DeskTaken):
                await book_resource(connection, resident, place.desk, Period(start, start + timedelta(hours=1)))
        for start in (whole.start - timedelta(hours=1), whole.end):
            await book_resource(connection, resident, place.desk, Period(start, start + timedelta(hours=1)))


@pytest.mark.parametrize("how", ["move", "cancel"])
async def test_a_blackout_takes_what_a_kept_booking_leaves(
    connection: Connection, place: Place, resident: Person, outsider: Person, booking: Booking, how: str
) -> None:
    keep = Decision(f"{booking.id}:1", {booking.id: "keep"})
    wish = Wish((place.desk,), period_on(DAY, "08:00", "13:00"), "Umbau")
    await add_blackout(connection, place.host, place.space_id, wish, keep)
    if how == "move":
        await move_booking(connection, resident, booking.id, 1, place.other_desk, MORNING)
    else:
        await cancel_booking(connection, resident, booking.id, 1)
    with pytest.raises(DeskTaken):
        await book_resource(connection, outsider, place.desk, MORNING)
