"""What riders hear when who drives changes a ride, ends it, or closes the account."""

from datetime import timedelta

import msgspec
import pytest

from landbooking.accounts.person import Person
from landbooking.accounts.reminders import choose_reminders
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.rides.announcements import reschedule_ride_reminders
from landbooking.rides.answers import accept, decline
from landbooking.rides.changes import change_ride
from landbooking.rides.consequences import tell_riders
from landbooking.rides.offering import Offer, offer_ride
from landbooking.rides.ride import ExactPlace, Ride
from landbooking.rides.seat import seat_by_id
from landbooking.rides.timetable import Days
from support.people import make_person
from support.rides import Road, instant, make_ride, plan, tomorrow
from support.seats import ask, mails_to, reminders_to


@pytest.fixture
async def driver(connection: Connection) -> Person:
    return await make_person(connection, "fahrerin@example.org")


@pytest.fixture
async def ride(connection: Connection, driver: Person, road: Road) -> Ride:
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=3, instant=True)


LATER = "UPDATE ride SET departs = array_replace(departs, 420::smallint, 480::smallint)"


async def test_another_time_asks_the_riders_again(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    await connection.execute(LATER)
    await tell_riders(connection, driver, ride.id)
    asked = await seat_by_id(connection, seat.id)
    assert (asked.status, asked.waits_for_rider, asked.start) == ("requested", True, instant(tomorrow(), 8))
    assert await mails_to(connection, resident) == ["acceptance", "change"]
    assert await reminders_to(connection, resident) == 0
    with pytest.raises(NotFound):
        await accept(connection, driver, seat.id, None)
    assert (await accept(connection, resident, seat.id, asked.version)).status == "accepted"
    assert (await mails_to(connection, driver))[-1] == "rider"
    assert await reminders_to(connection, resident) >= 1


async def test_who_says_no_to_the_new_time_is_free(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    await connection.execute(LATER)
    await tell_riders(connection, driver, ride.id)
    assert (await decline(connection, resident, seat.id, None, "")).status == "declined"
    assert (await mails_to(connection, driver))[-1] == "cancellation_by_rider"
    methods = await connection.fetch(
        "SELECT context->'event'->>'method' AS method, context->'event'->>'sequence' AS sequence FROM outbox "
        "WHERE recipient = $1 AND context ? 'event' AND template NOT LIKE '%reminder%' ORDER BY id",
        driver.email,
    )
    assert [row["method"] for row in methods] == ["REQUEST", "CANCEL"]
    assert [int(row["sequence"]) for row in methods] == sorted(int(row["sequence"]) for row in methods)


async def test_an_open_request_moves_along(
    connection: Connection, resident: Person, driver: Person, road: Road
) -> None:
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf")
    seat = await ask(connection, resident, ride, road)
    await connection.execute(LATER)
    await tell_riders(connection, driver, ride.id)
    moved = await seat_by_id(connection, seat.id)
    assert (moved.waits_for_rider, moved.start) == (False, instant(tomorrow(), 8))
    assert await mails_to(connection, resident) == ["change"]


async def test_what_changes_nothing_for_riders_tells_them_nothing(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    await connection.execute("UPDATE ride SET note = 'Radio', version = version + 1")
    await tell_riders(connection, driver, ride.id)
    assert await seat_by_id(connection, seat.id) == seat
    assert await mails_to(connection, resident) == ["acceptance"]


def starting(road: Road, place: str) -> Offer:
    """Every day; where exactly it begins is this, or not said."""
    offer = plan(road, "Adorf", "Dedorf", days=Days(tomorrow()), departs=(420,) * 7, seats=3, instant=True)
    start = msgspec.structs.replace(offer.stops[0], exact=ExactPlace(place) if place else None)
    return msgspec.structs.replace(offer, stops=(start, *offer.stops[1:]))


async def test_of_another_exact_place_one_hears_once_for_all_days_and_also_that_it_is_not_said_any_more(
    connection: Connection, resident: Person, driver: Person, road: Road
) -> None:
    ride = await offer_ride(connection, driver, starting(road, "Rathaus"))
    seats = [await ask(connection, resident, ride, road, day=tomorrow() + timedelta(days=more)) for more in range(3)]
    for place in ("Kirche", ""):
        await change_ride(connection, driver, ride.id, None, starting(road, place))
    moved, gone = [
        row["context"]
        for row in await connection.fetch("SELECT context FROM outbox WHERE template LIKE '%/place' ORDER BY id")
    ]
    assert [one["path"] for one in moved["rides"]] == [f"/rides/seats/{seat.id}" for seat in seats]
    assert (moved["contact"]["start_place"], moved["start_gone"]) == ("Kirche", False)
    assert (gone["contact"], gone["start_gone"], gone["destination_gone"]) == (None, True, False)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ride SET ended_at = now()",
        "INSERT INTO ride_exception (ride_id, day) SELECT ride_id, day FROM seat_request",
        "INSERT INTO ride_pause (ride_id, days) SELECT ride_id, daterange(day, day + 3) FROM seat_request",
        "UPDATE ride SET way = ARRAY[ARRAY[way[2][1], way[2][2], 0, 0], ARRAY[way[1][1], way[1][2], way_m, way_s]]",
    ],
)
async def test_what_does_not_run_is_cancelled_at_once(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road, change: str
) -> None:
    seat = await ask(connection, resident, ride, road)
    await connection.execute(change)
    await tell_riders(connection, driver, ride.id, "Ich bin krank.")
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    assert await mails_to(connection, resident) == ["acceptance", "cancellation_by_driver"]
    assert await reminders_to(connection, driver) == await reminders_to(connection, resident) == 0


async def test_the_drivers_reminder_names_all_who_ride_along_once(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    in_three_days = tomorrow() + timedelta(days=2)
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=3, instant=True, day=in_three_days)
    await ask(connection, resident, ride, road, day=in_three_days)
    await ask(connection, outsider, ride, road, "Bedorf", day=in_three_days)
    rows = await connection.fetch(
        "SELECT context FROM outbox WHERE template LIKE '%reminder_to_driver' AND withdrawn_at IS NULL"
    )
    assert [[one["pick_up"] for one in row["context"]["riders"]] for row in rows] == [["Adorf", "Bedorf"]] * 2
    less = await choose_reminders(connection, driver, day_before=False, hour_before=True)
    await reschedule_ride_reminders(connection, less)
    assert await reminders_to(connection, driver) == 1
    less = await choose_reminders(connection, resident, day_before=False, hour_before=False)
    await reschedule_ride_reminders(connection, less)
    assert await reminders_to(connection, resident) == 0


async def test_a_closed_account_cancels_what_is_to_come_and_ends_the_rides(
    connection: Connection, resident: Person, outsider: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road, pick_up_place="Hauptstraße 7")
    other = await ask(connection, outsider, ride, road)
    await erase_account(connection, resident)
    left = await seat_by_id(connection, seat.id)
    assert (left.status, left.rider_id) == ("cancelled", None)
    assert await connection.fetchval("SELECT count(*) FROM seat_request WHERE pick_up_place <> ''") == 0
    assert (await mails_to(connection, driver))[-1] == "cancellation_by_rider"
    await erase_account(connection, driver)
    assert (await seat_by_id(connection, other.id)).status == "cancelled"
    assert await connection.fetchval("SELECT ended_at IS NOT NULL AND driver_id IS NULL FROM ride") is True
    assert (await mails_to(connection, outsider))[-1] == "cancellation_by_driver"
