"""Seats for tests: asked for as their riders would, along the road of support/rides.py."""

from datetime import date
from typing import Any

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.ride import Ride
from landbooking.rides.seat import Seat
from landbooking.rides.seats import request_seat
from support.rides import Road, tomorrow


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
