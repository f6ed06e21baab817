"""A person's day: desks, rides as a rider and rides with riders, in the order in which they come."""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.seat import Seat, coming_seats, seats_driven
from landbooking.spaces.bookings import Booking, coming_bookings

ZONE = ZoneInfo("Europe/Berlin")  # of the day; each time is said by the clock of its place


class Item(msgspec.Struct, frozen=True):
    """`waits` says that somebody has not answered yet."""

    kind: Literal["desk", "ride", "driving"]
    start: datetime
    end: datetime
    zone: str
    title: str
    where: str
    path: str
    waits: bool


async def day_of(connection: Connection, person: Person, day: date) -> list[Item]:
    """What of that day is not over."""
    items = [
        *map(_desk, await coming_bookings(connection, person)),
        *(_seat("ride", seat) for seat in await coming_seats(connection, person)),
        *(_seat("driving", seat) for seat in await seats_driven(connection, person)),
    ]
    return sorted(
        (item for item in items if item.start.astimezone(ZONE).date() <= day <= item.end.astimezone(ZONE).date()),
        key=lambda item: (item.start, item.end),
    )


def _desk(booking: Booking) -> Item:
    return Item(
        "desk",
        booking.start,
        booking.end,
        booking.space.rules.zone,
        booking.what,
        f"{booking.space.name}, {booking.space.address}",
        f"/bookings/{booking.id}",
        booking.status == "requested",
    )


def _seat(kind: Literal["ride", "driving"], seat: Seat) -> Item:
    way = f"{seat.pick_up.label} – {seat.drop_off.label}"
    return Item(kind, seat.start, seat.end, seat.zone, way, "", f"/rides/seats/{seat.id}", seat.status == "requested")
