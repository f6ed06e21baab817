"""Coming and leaving in the JSON API: the same verbs as the pages."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, RowId
from landbooking.spaces import representations as shown
from landbooking.spaces.presence.check_in import check_in, leave_early
from landbooking.spaces.presence.here import book_here


@post(
    "/bookings/{booking_id:int}/checkin",
    guards=[signed_in],
    status_code=200,
    operation_id="checkIn",
    summary="Check in",
    tags=["bookings"],
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def post_check_in(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> shown.BookingView:
    """Says that one is there, from 15 minutes before the start on; 409 when it is too early or over.

    Where a space wants it, who has not checked in some minutes after the start loses the rest of the time. Sent again,
    it changes nothing and answers the same.
    """
    return shown.booking(await check_in(connection, request.user, booking_id, request.app.state.may_come))


@post(
    "/bookings/{booking_id:int}/early-leave",
    guards=[signed_in],
    status_code=200,
    operation_id="leaveEarly",
    summary="Leave early",
    tags=["bookings"],
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def post_early_leave(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> shown.BookingView:
    """Ends a booking that has begun at the quarter of an hour that has begun, and frees the rest."""
    return shown.booking(await leave_early(connection, request.user, booking_id))


class BookingHere(msgspec.Struct, frozen=True):
    """`end` is an instant: the start is now. `pay_with` is a card of one's own (`GET /cards`), as in booking."""

    resource_id: RowId
    end: Annotated[datetime, msgspec.Meta(tz=True)]
    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


@post(
    "/here/{code:str}/bookings",
    guards=[signed_in],
    operation_id="bookHere",
    summary="Book at the desk, from now on",
    tags=["bookings"],
    security=OWNER,
    dto=FieldByField[BookingHere],
    return_dto=None,
    response_description="It is booked, and its person has checked in.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_booking_here(
    request: Request[Person, Any, Any], connection: Connection, code: FromPath[str], data: JSONBody[BookingHere]
) -> shown.BookingView:
    """Books what the code stands at, or another resource of its space, from the step that has begun. Sent again, it is
    booked once."""
    return shown.booking(await book_here(connection, request.user, code, data.resource_id, data.end, data.pay_with))


ROUTES = [post_booking_here, post_check_in, post_early_leave]
