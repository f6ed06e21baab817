"""An organisation's telephone in the JSON API: booking for who has no account, by the same verbs as the pages."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, BigRowId, Id
from landbooking.rides.cancelling import cancel_for_guest
from landbooking.rides.contact import GuestSeat, guests_of
from landbooking.rides.organisations import no_such_ride, organisation_for, ride_of_organisation
from landbooking.rides.place import gazetteer
from landbooking.rides.seat import seat_by_id
from landbooking.rides.seat_views import Answer, NewSeatRequest, SeatView, seat_view
from landbooking.rides.seats import Guest, book_for_guest

Asked = Request[Person, Any, Any]
TAGS = ["rides"]
ROOT = "/ride-organisations/{organisation_id:int}/bookings"


class NewGuestSeat(NewSeatRequest, frozen=True, kw_only=True):
    """For who called: in a ride of the association (`GET …/rota`), under the `name` that they gave.

    The driver is told name, phone and exact places. Phone and places are forgotten a day after the ride, the name
    after four weeks.
    """

    ride_id: BigRowId
    name: Annotated[str, msgspec.Meta(max_length=100, pattern=r"\S")]
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""


@get(
    ROOT,
    guards=[signed_in],
    operation_id="rideGuests",
    summary="Who has called an association",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def list_guests(request: Asked, reads: Connection, organisation_id: Id) -> list[GuestSeat]:
    """For who manages it and its district's staff: who is coming, the next one first."""
    organisation = await organisation_for(reads, request.user, organisation_id)
    return await guests_of(reads, organisation.id)


@post(
    ROOT,
    guards=[signed_in],
    operation_id="bookRideForGuest",
    summary="Book a seat for who has called",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewGuestSeat],
    return_dto=None,
    response_description="The seat is given.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_guest(
    request: Asked,
    connection: Connection,
    organisation_id: Id,
    data: JSONBody[NewGuestSeat],
    idempotency_key: Key = None,
) -> SeatView:
    """By who manages it or its district's staff; given at once. It is refused as any other seat."""
    staff = request.user
    organisation = await organisation_for(connection, staff, organisation_id)
    known = await earlier(connection, staff, idempotency_key, f"ride guest {organisation.id}", data)
    if known is None:
        if await ride_of_organisation(connection, organisation.id, data.ride_id) is None:
            raise InvalidInput({"ride_id": no_such_ride()}, {})
        wish = data.wish(await gazetteer(connection), data.ride_id, data.day)
        seat = await book_for_guest(connection, staff, wish, Guest(data.name.strip(), data.phone.strip()))
        if idempotency_key:
            await store_result(connection, staff.id, idempotency_key, seat.id)
        known = seat.id
    return await seat_view(connection, staff, await seat_by_id(connection, known))


@post(
    f"{ROOT}/{{seat_id:int}}/cancellation",
    guards=[signed_in],
    status_code=200,
    operation_id="cancelRideForGuest",
    summary="Call a seat off for who has called",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[Answer],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_guest_cancellation(
    request: Asked, connection: Connection, organisation_id: Id, seat_id: BigId, data: JSONBody[Answer]
) -> SeatView:
    """Before the ride, of one that was booked by telephone. Sent again, it changes nothing and answers the same."""
    organisation = await organisation_for(connection, request.user, organisation_id)
    await cancel_for_guest(connection, request.user, organisation.id, seat_id, data.version)
    return await seat_view(connection, request.user, await seat_by_id(connection, seat_id))


ROUTES = [list_guests, post_guest, post_guest_cancellation]
