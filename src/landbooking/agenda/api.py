"""A desk and the rides to it and back in the JSON API: by the same verb as the page."""

from typing import Any, Literal

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.agenda.basket import Basket, book_together
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigRowId, RowId
from landbooking.language import gettext as _
from landbooking.rides.fitting import SeatWish
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.seat import Seat, asked_together, seat_seen_by
from landbooking.rides.seat_views import NewSeatRequest, SeatView, seat_view
from landbooking.spaces import representations as shown
from landbooking.spaces.api import Instant, storable
from landbooking.spaces.bookings import Booking, booking_of

Asked = Request[Person, Any, Any]


class JourneyDesk(msgspec.Struct, frozen=True):
    """Half-open: `end` is not included. Both lie on a quarter of an hour of the space's clock."""

    resource_id: RowId
    start: Instant
    end: Instant


class JourneySeat(NewSeatRequest, frozen=True, kw_only=True):
    """A seat in a ride (`GET /rides/search`). The exact places are told to the driver alone, after acceptance."""

    ride_id: BigRowId


class NewJourney(msgspec.Struct, frozen=True, kw_only=True):
    """A desk, or any other resource, with at least one ride: `there`, `back` or both."""

    desk: JourneyDesk
    there: JourneySeat | None = None
    back: JourneySeat | None = None


class JourneyView(msgspec.Struct, frozen=True):
    """The booking, and the seats by time. A seat that is `requested` still waits for its driver."""

    booking: shown.BookingView
    seats: list[SeatView]


@post(
    "/journeys",
    guards=[signed_in],
    operation_id="bookJourney",
    summary="Book a desk and the rides to it",
    tags=["bookings", "rides"],
    security=OWNER,
    dto=FieldByField[NewJourney],
    return_dto=None,
    response_description="The desk is booked, and the seats are asked for or given.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_journey(
    request: Asked, connection: Connection, data: JSONBody[NewJourney], idempotency_key: Key = None
) -> JourneyView:
    """All of it, or nothing: then `part` names what can't be had (`desk`, `there` or `back`), and `type` says why."""
    person = request.user
    if known := await _earlier(connection, person, idempotency_key, data):
        return await _shown(connection, person, *known)
    places = await gazetteer(connection)
    there, back = _wish(places, data.there, "there"), _wish(places, data.back, "back")
    if there is None and back is None:
        raise InvalidInput({"there": _("Bitte mindestens eine Fahrt angeben: there oder back.")}, {})
    basket = Basket(data.desk.resource_id, storable(data.desk.start, data.desk.end), there, back)
    booking, seats = await book_together(connection, person, basket)
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, booking.id)
        await store_result(connection, person.id, _key_of_seats(idempotency_key), seats[0].id)
    return await _shown(connection, person, booking, seats)


async def _earlier(
    connection: Connection, person: Person, key: str | None, data: NewJourney
) -> tuple[Booking, list[Seat]] | None:
    """What came of the same request before: a booking and its seats, so two things are kept of one key."""
    if key is None:
        return None
    booking_id = await earlier(connection, person, key, "journey", data)
    seat_id = await earlier(connection, person, _key_of_seats(key), "journey", data)
    if booking_id is None or seat_id is None:
        return None
    first = await seat_seen_by(connection, person, seat_id)
    return await booking_of(connection, person, booking_id), [first, *await asked_together(connection, first)]


def _key_of_seats(key: str) -> str:
    """No client's own: those have no spaces."""
    return f"{key} seats"


def _wish(places: Gazetteer, asked: JourneySeat | None, part: Literal["there", "back"]) -> SeatWish | None:
    """Raises InvalidInput for a place that is not there."""
    if asked is None:
        return None
    try:
        return asked.wish(places, asked.ride_id, asked.day)
    except InvalidInput as invalid:
        raise InvalidInput({f"{part}.{name}": told for name, told in invalid.errors.items()}, {}) from None


async def _shown(connection: Connection, person: Person, booking: Booking, seats: list[Seat]) -> JourneyView:
    in_order = sorted(seats, key=lambda seat: (seat.start, seat.id))
    return JourneyView(shown.booking(booking), [await seat_view(connection, person, seat) for seat in in_order])


ROUTES = [post_journey]
