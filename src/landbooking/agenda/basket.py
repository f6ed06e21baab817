"""A desk and the rides to it and back, asked for together: all of it, or nothing and which part stood in the way."""

from typing import Any, Literal
from uuid import uuid4

import msgspec

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import mark
from landbooking.period import Period
from landbooking.rides.fitting import SeatWish
from landbooking.rides.seat import Seat, lock_rides
from landbooking.rides.seats import request_seats
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import Booking

Part = Literal["desk", "there", "back"]
_NAMES: dict[Part, str] = {"desk": mark("Der Platz"), "there": mark("Die Hinfahrt"), "back": mark("Die Rückfahrt")}


class PartRefused(Refusal):
    """One part can't be had, so nothing is kept; `part` is also the field of the form, and programs read it by name."""

    def __init__(self, part: Part, cause: Refusal) -> None:
        sentence = _("%(part)s geht nicht: %(reason)s Deshalb ist noch nichts gebucht.")
        super().__init__(sentence % {"part": _(_NAMES[part]), "reason": cause.message}, cause.way_on)
        self.part = part
        self.status = cause.status  # type: ignore[misc]
        self.code = cause.code  # type: ignore[misc]

    @property
    def fields(self) -> dict[str, str]:
        return {self.part: self.message}

    @property
    def more(self) -> dict[str, Any]:
        return {"part": self.part}


class Basket(msgspec.Struct, frozen=True):
    """A resource in a period, and at least one ride."""

    resource_id: int
    period: Period
    there: SeatWish | None = None
    back: SeatWish | None = None


async def book_together(connection: Connection, person: Person, basket: Basket) -> tuple[Booking, list[Seat]]:
    """The booking, and the seats: given at once, or waiting for their drivers. Raises PartRefused.

    Locks go person, rides, space, so that two who want the same desk and seat wait for one another in the same order.
    """
    asked: list[tuple[Part, SeatWish | None]] = [("there", basket.there), ("back", basket.back)]
    wishes = [(part, wish) for part, wish in asked if wish]
    await lock_person(connection, person.id)
    await lock_rides(connection, [wish.ride_id for _part, wish in wishes])
    together, seats = uuid4(), []
    for part, wish in wishes:
        try:
            seats += await request_seats(connection, person, [wish], together)
        except Refusal as refused:
            raise PartRefused(part, refused) from None
    try:
        booking = await book_resource(connection, person, basket.resource_id, basket.period)
    except Refusal as refused:
        raise PartRefused("desk", refused) from None
    return booking, seats
