"""A desk and the rides to it, for tests of what is asked for together."""

from typing import Any, NamedTuple

from landbooking.accounts.person import Person
from landbooking.agenda.basket import Basket
from landbooking.database import Connection
from landbooking.rides.fitting import SeatWish
from landbooking.rides.ride import Ride
from support.people import make_person
from support.rides import Road, make_ride, make_road, tomorrow
from support.spaces import make_desk, make_space, open_daily, period_on

MORNING = period_on(tomorrow(), "09:00", "12:00")


class Village(NamedTuple):
    """Somebody who lives in Adorf; a desk in Dedorf; a ride there at 7:30 and one back at 13:00, one seat each."""

    person: Person
    space_id: int
    desk: int
    there: Ride
    back: Ride
    road: Road


async def make_village(connection: Connection, **terms: Any) -> Village:
    road = await make_road(connection)
    adorf, dedorf = road.places.named("Adorf"), road.places.named("Dedorf")
    space_id = await make_space(connection, municipality_id=dedorf.municipality_id, name="Alte Mühle")
    await open_daily(connection, space_id)
    desk = await make_desk(connection, space_id)
    driver = await make_person(connection, "fahrerin@example.org")
    there = await make_ride(connection, driver, road, "Adorf", "Dedorf", minutes=450, instant=True, **terms)
    back = await make_ride(connection, driver, road, "Dedorf", "Adorf", minutes=780, instant=True, **terms)
    person = await make_person(connection, "anwohnerin@example.org", home_id=adorf.municipality_id)
    return Village(person, space_id, desk, there, back, road)


def wish(village: Village, ride: Ride) -> SeatWish:
    return SeatWish(ride_id=ride.id, day=tomorrow(), start=ride.start.place, destination=ride.destination.place)


def basket(village: Village) -> Basket:
    return Basket(village.desk, MORNING, wish(village, village.there), wish(village, village.back))


async def counted(connection: Connection) -> tuple[int, int, int]:
    """Bookings, seats and mails."""
    row = await connection.fetchrow(
        """SELECT (SELECT count(*) FROM booking), (SELECT count(*) FROM seat_request), (SELECT count(*) FROM outbox)"""
    )
    assert row is not None
    return tuple(row)
