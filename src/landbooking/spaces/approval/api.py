"""A host's answers in the JSON API: the same verbs as the pages."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, Version
from landbooking.spaces import representations as shown
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.series.recurrence import MOST_DATES


class Approval(msgspec.Struct, frozen=True):
    """`version` is the one that was seen, for a date of a series that of the series; a later one is refused.

    `except_days` are the dates that a 409 has named in `errors`: refused for that reason; the others are confirmed.
    """

    version: Version | None = None
    except_days: Annotated[list[dt.date], msgspec.Meta(max_length=MOST_DATES)] = []


class RefusalWords(msgspec.Struct, frozen=True):
    """`message` is passed on to the person."""

    version: Version | None = None
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@post(
    "/bookings/{booking_id:int}/approval",
    guards=[signed_in],
    status_code=200,
    operation_id="approve",
    summary="Confirm a request, as a host",
    tags=["bookings"],
    security=OWNER,
    dto=FieldByField[Approval],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_approval(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId, data: JSONBody[Approval]
) -> shown.BookingView:
    """Confirms a booking with status `requested`, and with a date of a series all that are asked for with it.

    404 for who is no host of its space. 409 where it is answered, withdrawn or expired by now, and where it breaks a
    rule by now (`type` names which, and of a series `errors` the dates); then it stays open. Of a series the others can
    be confirmed by naming exactly these dates as `except_days`: one mail tells the person of both.
    """
    return shown.booking(await approve(connection, request.user, booking_id, data.version, data.except_days))


@post(
    "/bookings/{booking_id:int}/refusal",
    guards=[signed_in],
    status_code=200,
    operation_id="refuse",
    summary="Turn a request down, as a host",
    tags=["bookings"],
    security=OWNER,
    dto=FieldByField[RefusalWords],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_refusal(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId, data: JSONBody[RefusalWords]
) -> shown.BookingView:
    """Turns a booking with status `requested` down and frees its time, with a date of a series all of them.

    404 for who is no host of its space.
    """
    return shown.booking(await refuse(connection, request.user, booking_id, data.version, data.message))


ROUTES = [post_approval, post_refusal]
