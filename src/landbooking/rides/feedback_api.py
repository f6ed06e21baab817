"""What both sides say after a ride in the JSON API: how it was, and what only the district's staff shall know."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.rides.feedback import report, say_how_it_was
from landbooking.rides.seat_views import NewFeedback, SeatView, seat_view

Asked = Request[Person, Any, Any]


class NewRideReport(msgspec.Struct, frozen=True):
    """Read by the district's staff alone."""

    text: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"\S")]


@post(
    "/seat-requests/{seat_id:int}/feedback",
    guards=[signed_in],
    status_code=200,
    operation_id="sayHowItWas",
    summary="Say how it was",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewFeedback],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_feedback(
    request: Asked, connection: Connection, seat_id: BigId, data: JSONBody[NewFeedback]
) -> SeatView:
    """Once, after the ride. 409 before it, and where it is said already."""
    thumb = data.thumb_up if data.ridden else None
    seat = await say_how_it_was(connection, request.user, seat_id, data.ridden, thumb)
    return await seat_view(connection, request.user, seat)


@post(
    "/seat-requests/{seat_id:int}/report",
    guards=[signed_in],
    status_code=204,
    operation_id="reportRide",
    summary="Report to the district",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewRideReport],
    return_dto=None,
    response_description="The district's staff read it.",
    responses=problems(400, 403, 404, 413, 422),
)
async def post_report(
    request: Asked,
    connection: Connection,
    seat_id: BigId,
    data: JSONBody[NewRideReport],
    idempotency_key: Key = None,
) -> None:
    """By either side, at any time. The other side does not hear of it."""
    person = request.user
    if await earlier(connection, person, idempotency_key, f"report {seat_id}", data) is None:
        report_id = await report(connection, person, seat_id, data.text.strip())
        if idempotency_key:
            await store_result(connection, person.id, idempotency_key, report_id)


ROUTES = [post_feedback, post_report]
