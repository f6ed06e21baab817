"""The counter in the JSON API: booking for people without an account, by the same verbs as the pages."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import at_counter
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, Id, RowId
from landbooking.spaces.api import Instant, storable
from landbooking.spaces.booking_api import BookingMove
from landbooking.spaces.bookings import Booking, Status, bookings_by_id
from landbooking.spaces.guests import counter
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest, move_for_guest
from landbooking.spaces.guests.codes import code_in, not_a_code
from landbooking.spaces.guests.slip import slip_answer
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.representations import Paid
from landbooking.spaces.space import resources_of

Asked = Request[Person, Any, Any]
Code = Annotated[
    str | None,
    QueryParameter(description="A pick-up code: six digits, with or without gaps.", max_length=20, required=False),
]


class NewGuestBooking(msgspec.Struct, frozen=True):
    """`name` and `phone` are what the guest wants to say; the pick-up code is enough. Half-open, like a booking.

    Of a resource of the kind `telemedicine` the `phone` is kept apart, and the `name` not at all.
    """

    resource_id: RowId
    start: Instant
    end: Instant
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    with_equipment: Annotated[list[RowId], msgspec.Meta(max_length=20)] = []


class GuestBookingView(msgspec.Struct, frozen=True):
    """`code` is what the guest shows or says; `code`, `name` and `phone` are empty once forgotten, after four weeks.

    `price_cents` are to be paid at the counter (euro cents).
    """

    id: int
    code: str
    name: str
    phone: str
    resource_id: int
    resource: str
    equipment: tuple[str, ...]
    start: datetime
    end: datetime
    status: Status
    version: int
    price_cents: int
    paid: Paid


@post(
    "/spaces/{space_id:int}/guests",
    guards=[at_counter],
    operation_id="bookForGuest",
    summary="Book for a guest",
    tags=["counter"],
    security=OWNER,
    dto=FieldByField[NewGuestBooking],
    return_dto=None,
    response_description="The booking stands.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_guest(
    request: Asked,
    connection: Connection,
    space_id: Id,
    data: JSONBody[NewGuestBooking],
    idempotency_key: Key = None,
) -> GuestBookingView:
    """For hosts of the space and staff of its district. No mail goes out: the code and the slip stand in for it.

    Rules about the person (members, quota, approval) and the lead time don't hold.
    """
    staff = request.user
    await counter.space_at_counter(connection, staff, space_id)
    if known := await earlier(connection, staff, idempotency_key, f"guest {space_id}", data):
        return await _view(connection, await counter.guests_booking(connection, staff, space_id, known))
    await _check_here(connection, space_id, data.resource_id)
    try:
        booking = await book_for_guest(
            connection,
            staff,
            data.resource_id,
            storable(data.start, data.end),
            data.name.strip(),
            data.phone.strip(),
            data.with_equipment,
        )
    except InvalidInput as invalid:  # of a room for talking to a doctor, where a phone number is nothing but one
        raise InvalidInput({"phone": invalid.errors["contact"]}, {}) from None
    if idempotency_key:
        await store_result(connection, staff.id, idempotency_key, booking.id)
    return await _view(connection, booking)


@get(
    "/spaces/{space_id:int}/guests",
    guards=[at_counter],
    operation_id="guests",
    summary="Guests who come",
    tags=["counter"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def list_guests(request: Asked, reads: Connection, space_id: Id, code: Code = None) -> list[GuestBookingView]:
    """Guests' bookings that are not over, the next one first, at most 100; with a `code` the one that has it.

    422 for what can't be a code: its last digit finds out slips of the tongue.
    """
    await counter.space_at_counter(reads, request.user, space_id)
    if code is None:
        found: list[int] = [line.booking_id for line in await counter.coming_guests(reads, space_id)]
    else:
        known = code_in(code)
        if known is None:
            raise InvalidInput({"code": not_a_code()}, {})
        booking_id = await counter.booking_with_code(reads, request.user, space_id, known)
        found = [] if booking_id is None else [booking_id]
    bookings = await bookings_by_id(reads, found)
    guests = await counter.guests_of(reads, bookings)
    return [_shown(booking, guests.get(booking.id)) for booking in bookings]


@get(
    "/spaces/{space_id:int}/guests/{guest_booking_id:int}",
    guards=[at_counter],
    operation_id="guest",
    summary="A guest's booking",
    tags=["counter"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_guest(request: Asked, reads: Connection, space_id: Id, guest_booking_id: BigId) -> GuestBookingView:
    return await _view(reads, await counter.guests_booking(reads, request.user, space_id, guest_booking_id))


@get(
    "/spaces/{space_id:int}/guests/{guest_booking_id:int}/slip",
    guards=[at_counter],
    operation_id="slip",
    summary="A guest's slip",
    tags=["counter"],
    security=OWNER,
    media_type="application/pdf",
    responses=problems(403, 404),
)
async def get_slip(request: Asked, reads: Connection, space_id: Id, guest_booking_id: BigId) -> Response[bytes]:
    """One tagged page (PDF/UA-1) in the language of the request, with the code; 404 once cancelled or forgotten."""
    booking = await counter.guests_booking(reads, request.user, space_id, guest_booking_id)
    return await slip_answer(reads, booking)


@post(
    "/spaces/{space_id:int}/guests/{guest_booking_id:int}/move",
    guards=[at_counter],
    status_code=200,
    operation_id="moveForGuest",
    summary="Move a guest's booking",
    tags=["counter"],
    security=OWNER,
    dto=FieldByField[BookingMove],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_guest_move(
    request: Asked,
    connection: Connection,
    space_id: Id,
    guest_booking_id: BigId,
    data: JSONBody[BookingMove],
    idempotency_key: Key = None,
) -> GuestBookingView:
    """Within the space; the equipment goes along, and the code stays the same."""
    staff = request.user
    booking = await counter.guests_booking(connection, staff, space_id, guest_booking_id)
    if not await earlier(connection, staff, idempotency_key, f"guest move {guest_booking_id}", data):
        target = data.resource_id or booking.resource_id
        await _check_here(connection, space_id, target)
        period = storable(data.start, data.end)
        booking = await move_for_guest(connection, staff, space_id, booking.id, data.version, target, period)
        if idempotency_key:
            await store_result(connection, staff.id, idempotency_key, booking.id)
    return await _view(connection, booking)


@post(
    "/spaces/{space_id:int}/guests/{guest_booking_id:int}/cancellation",
    guards=[at_counter],
    status_code=200,
    operation_id="cancelForGuest",
    summary="Cancel a guest's booking",
    tags=["counter"],
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def post_guest_cancellation(
    request: Asked, connection: Connection, space_id: Id, guest_booking_id: BigId
) -> GuestBookingView:
    """Cancels, also what has begun. Sent again, it changes nothing and answers the same."""
    return await _view(connection, await call_off_for_guest(connection, request.user, space_id, guest_booking_id, None))


async def _check_here(connection: Connection, space_id: int, resource_id: int) -> None:
    """The address names the space, so nothing else is booked by it. Raises DeskGone."""
    if resource_id not in {one.id for one in await resources_of(connection, space_id)}:
        raise DeskGone


async def _view(connection: Connection, booking: Booking) -> GuestBookingView:
    return _shown(booking, await counter.guest_of(connection, booking))


def _shown(booking: Booking, guest: counter.Guest | None) -> GuestBookingView:
    return GuestBookingView(
        id=booking.id,
        code=guest.code if guest else "",
        name=guest.name if guest else "",
        phone=guest.phone if guest else "",
        resource_id=booking.resource_id,
        resource=booking.resource,
        equipment=booking.equipment,
        start=booking.start,
        end=booking.end,
        status=booking.status,
        version=booking.version,
        price_cents=booking.cost.cents if booking.cost else 0,
        paid=booking.cost.way if booking.cost else "free",
    )


ROUTES = [post_guest, list_guests, get_guest, get_slip, post_guest_move, post_guest_cancellation]
