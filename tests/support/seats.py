"""Seats for tests: asked for as their riders would, along the road of support/rides.py."""

from datetime import date
from typing import Any

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.feedback import report
from landbooking.rides.offering import offer_ride
from landbooking.rides.organisations import create_organisation, name_member
from landbooking.rides.ride import Ride
from landbooking.rides.seat import Seat
from landbooking.rides.seats import request_seat
from support.rides import Road, make_ride, make_road, plan, tomorrow


async def ask(
    connection: Connection,
    rider: Person,
    ride: Ride,
    road: Road,
    start: str = "Adorf",
    destination: str = "Dedorf",
    day: date | None = None,
    **wish: Any,
) -> Seat:
    """In that ride tomorrow, from village to village; `wish` as `request_seat` takes it."""
    places = (road.places.named(start), road.places.named(destination))
    return await request_seat(connection, rider, ride.id, day or tomorrow(), *places, **wish)


async def over(connection: Connection, seat: Seat) -> None:
    """As if it had been given, and the ride had ended an hour ago."""
    await connection.execute(
        """UPDATE seat_request SET status = 'accepted', until_at = NULL,
           period = tstzrange(now() - interval '2 hours', now() - interval '1 hour') WHERE id = $1""",
        seat.id,
    )


async def mails_to(connection: Connection, person: Person) -> list[str]:
    """The names of the mails that wait for this person or were sent, reminders aside, in their order."""
    rows = await connection.fetch(
        "SELECT template FROM outbox WHERE recipient = $1 AND template NOT LIKE '%reminder%' ORDER BY id", person.email
    )
    return [row["template"].rpartition("/")[2] for row in rows]


async def reminders_to(connection: Connection, person: Person) -> int:
    """How many wait for their time."""
    count: int = await connection.fetchval(
        """SELECT count(*) FROM outbox WHERE recipient = $1 AND template LIKE '%reminder%' AND withdrawn_at IS NULL""",
        person.email,
    )
    return count


async def make_organisation(connection: Connection, manager: Person, road: Road) -> tuple[int, Ride]:
    """The volunteers' bus, which runs from Adorf to Dedorf tomorrow, and who manages it."""
    district = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    organisation_id = await create_organisation(connection, manager, district, "Bürgerbus", "06381 55")
    await name_member(connection, organisation_id, manager.email, "manager")
    offer = plan(road, "Adorf", "Dedorf", seats=8, carries=("luggage",), organisation_id=organisation_id)
    return organisation_id, await offer_ride(connection, manager, offer)


async def make_riding(connection: Connection, owner: Person, helper: Person) -> dict[str, int | str]:
    """One row of everything about seats, for tests that walk the app: `owner` answers the seat and manages the bus."""
    road = await make_road(connection)
    own = await make_ride(connection, owner, road, "Adorf", "Dedorf", seats=2)
    other = await make_ride(connection, helper, road, "Adorf", "Dedorf", seats=8, carries=("luggage",))
    seat = await ask(connection, helper, own, road)
    await report(connection, helper, seat.id, "Zu spät")
    organisation_id, _bus = await make_organisation(connection, owner, road)
    return {
        "ride_id": other.id,
        "seat_id": seat.id,
        "organisation_id": organisation_id,
        "report_id": await connection.fetchval("SELECT id FROM ride_report"),
    }
