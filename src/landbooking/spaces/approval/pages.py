"""The host's pages of requests: what is open, and the two answers."""

import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id, Version
from landbooking.pages import page, redirect
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.refusals import DatesNotAllowedAnyMore
from landbooking.spaces.approval.requests import open_requests
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.hosting.booking_pages import show_booking
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]


class ApprovalForm(msgspec.Struct, frozen=True):
    """`except_days` are the dates of a series of which the page said that they break a rule by now.

    `back` is where the answer was given, if not at the booking.
    """

    version: Version | None = None
    except_days: list[dt.date] = []
    back: Literal["", "today"] = ""


class RefusalForm(msgspec.Struct, frozen=True):
    """`message` is passed on to the person."""

    version: Version | None = None
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    back: Literal["", "today"] = ""


@get("/host/spaces/{space_id:int}/requests", guards=[host_of_space], include_in_schema=False)
async def requests_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return page(
        request,
        "spaces/approval/requests.html",
        space=await space_by_id(reads, space_id),
        requests=await open_requests(reads, space_id),
    )


@post(
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/approval",
    guards=[host_of_space],
    include_in_schema=False,
)
async def post_approval(request: Asked, space_id: Id, booking_id: BigId, connection: Connection) -> Response[Any]:
    booking = await _booking_in(connection, space_id, booking_id)
    form = await parse_form(ApprovalForm, request)
    try:
        await approve(connection, request.user, booking.id, form.version, form.except_days)
    except DatesNotAllowedAnyMore as refused:  # nothing was written yet, so nothing is committed
        return await show_booking(request, connection, booking, errors={"": refused.message}, status=refused.status)
    return redirect(request, _way_on(form, booking), notice="approved")


@post(
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/refusal",
    guards=[host_of_space],
    include_in_schema=False,
)
async def post_refusal(request: Asked, space_id: Id, booking_id: BigId, connection: Connection) -> Response[Any]:
    booking = await _booking_in(connection, space_id, booking_id)
    try:
        form = await parse_form(RefusalForm, request)
    except InvalidInput as invalid:
        return await show_booking(request, connection, booking, text_of(invalid.values, "message"), invalid.errors)
    await refuse(connection, request.user, booking.id, form.version, form.message)
    return redirect(request, _way_on(form, booking), notice="refused")


def _way_on(form: ApprovalForm | RefusalForm, booking: Booking) -> str:
    return "/host" if form.back == "today" else f"/host/spaces/{booking.space.id}/bookings/{booking.id}"


async def _booking_in(connection: Connection, space_id: int, booking_id: int) -> Booking:
    booking = await booking_by_id(connection, booking_id)
    if booking.space.id != space_id:
        raise NotFound
    return booking


ROUTES = [requests_page, post_approval, post_refusal]
