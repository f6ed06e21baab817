"""Coming and leaving in the JSON API: the same verbs as the pages."""

from typing import Any

from litestar import Request, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.ids import BigId
from landbooking.spaces import representations as shown
from landbooking.spaces.presence.check_in import check_in, leave_early


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
    return shown.booking(await check_in(connection, request.user, booking_id))


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


ROUTES = [post_check_in, post_early_leave]
