"""Bookings in the JSON API: the same verbs as the pages, for who shows a token."""

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
from landbooking.ids import BigId, RowId, Version
from landbooking.language import gettext as _
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.spaces import representations as shown
from landbooking.spaces.api import Instant, storable
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_of, bookings_before
from landbooking.spaces.consultations import Consultation, open_consultation
from landbooking.spaces.pools import book_one_of


class NewBooking(msgspec.Struct, frozen=True, kw_only=True):
    """Half-open: `end` is not included. Both lie on a quarter of an hour of the space's clock.

    Resources of the kind `telemedicine` also take a `contact` (a phone number or mail address; without one the
    account's address counts), `equipment` (`large-screen`, `headset`, `hearing-loop`, `document-camera`) and whether
    an `assistant` shall help; there is no field for anything else. All other kinds take pieces of the kind `equipment`
    of the same space along, by their ids in `with_equipment`: all of it is booked, or nothing.
    `pay_with` is a card of one's own (`GET /cards`); 409 `card` where it can't pay. Without it a month pass pays, else
    the price is to be paid at the counter.

    Instead of `resource_id`, `space_id` and `pool` book any free one of alike units, with the equipment or not at all;
    the answer says which.
    """

    resource_id: RowId | None = None
    start: Instant
    end: Instant
    space_id: RowId | None = None
    pool: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    contact: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    equipment: Annotated[list[str], msgspec.Meta(max_length=10)] = []
    assistant: bool = False
    with_equipment: Annotated[list[RowId], msgspec.Meta(max_length=20)] = []
    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None

    def told(self, address: str) -> Consultation | None:
        """For rooms for talking to a doctor only; without a contact the account's address is one."""
        if self.contact is None and not self.equipment and not self.assistant:
            return None
        return Consultation(self.contact or address, tuple(self.equipment), self.assistant)


class BookingMove(msgspec.Struct, frozen=True):
    """Where to; without `resource_id` to another time of the same resource."""

    start: Instant
    end: Instant
    resource_id: RowId | None = None
    version: Version | None = None


@post(
    "/bookings",
    guards=[signed_in],
    operation_id="book",
    summary="Book",
    tags=["bookings"],
    security=OWNER,
    dto=FieldByField[NewBooking],
    return_dto=None,
    response_description="The booking stands.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_booking(
    request: Request[Person, Any, Any], connection: Connection, data: JSONBody[NewBooking], idempotency_key: Key = None
) -> shown.BookingView:
    """Books. 409 when the resource is taken, 422 when a rule forbids it (`type` names which)."""
    person = request.user
    if known := await earlier(connection, person, idempotency_key, "book", data):
        return shown.booking(await booking_of(connection, person, known))
    told = data.told(person.email)
    period = storable(data.start, data.end)
    if data.resource_id is not None and data.pool is None and data.space_id is None:
        booking = await book_resource(
            connection, person, data.resource_id, period, told, data.with_equipment, data.pay_with
        )
    elif data.resource_id is None and data.pool is not None and data.space_id is not None and told is None:
        booking = await book_one_of(
            connection, person, data.space_id, data.pool, period, data.with_equipment, data.pay_with
        )
    else:
        raise InvalidInput({"resource_id": _("Bitte entweder resource_id angeben oder space_id und pool.")}, {})
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, booking.id)
    return shown.booking(booking)


@get(
    "/bookings",
    guards=[signed_in],
    operation_id="bookings",
    summary="One's own bookings",
    tags=["bookings"],
    security=OWNER,
    responses=problems(422),
)
async def list_bookings(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[shown.BookingView]:
    """One's own bookings, the one made last first, cancelled ones too."""
    before = decode_cursor(cursor, shown.RowId) if cursor else None
    found = await bookings_before(reads, request.user, before, limit + 1)
    return page_of([shown.booking(booking) for booking in found], limit, lambda item: item.id)


@get(
    "/bookings/{booking_id:int}",
    guards=[signed_in],
    operation_id="booking",
    summary="A booking",
    tags=["bookings"],
    security=OWNER,
    responses=problems(404),
)
async def get_booking(request: Request[Person, Any, Any], reads: Connection, booking_id: BigId) -> shown.BookingView:
    """One of one's own bookings."""
    return shown.booking(await booking_of(reads, request.user, booking_id))


@get(
    "/bookings/{booking_id:int}/contact",
    guards=[signed_in],
    operation_id="contact",
    summary="What was told with a booking",
    tags=["bookings"],
    security=OWNER,
    responses=problems(404),
)
async def get_contact(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> shown.ConsultationView:
    """Of one's own booking of a resource of the kind `telemedicine`; that it was read is logged."""
    await booking_of(connection, request.user, booking_id)
    told = await open_consultation(connection, request.user, booking_id)
    return shown.ConsultationView(told.contact, told.equipment, told.assistant)


@post(
    "/bookings/{booking_id:int}/move",
    guards=[signed_in],
    status_code=200,
    operation_id="move",
    summary="Move a booking",
    tags=["bookings"],
    security=OWNER,
    dto=FieldByField[BookingMove],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_move(
    request: Request[Person, Any, Any],
    connection: Connection,
    booking_id: BigId,
    data: JSONBody[BookingMove],
    idempotency_key: Key = None,
) -> shown.BookingView:
    """Moves to another period, another resource or both; what stood stays until that has worked."""
    person = request.user
    if known := await earlier(connection, person, idempotency_key, f"move {booking_id}", data):
        return shown.booking(await booking_of(connection, person, known))
    period = storable(data.start, data.end)
    booking = await move_booking(connection, person, booking_id, data.version, data.resource_id, period)
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, booking.id)
    return shown.booking(booking)


@post(
    "/bookings/{booking_id:int}/cancellation",
    guards=[signed_in],
    status_code=200,
    operation_id="cancel",
    summary="Cancel a booking",
    tags=["bookings"],
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def post_cancellation(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> shown.BookingView:
    """Cancels. Sent again, it changes nothing and answers the same."""
    return shown.booking(await cancel_booking(connection, request.user, booking_id))


ROUTES = [post_booking, list_bookings, get_booking, get_contact, post_move, post_cancellation]
