"""One booking as the host sees it: whom to call, and calling it off."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import host_of_space
from landbooking.accounts.person import person_by_id
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.ids import BigId, Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.approval.judgement import faults_of
from landbooking.spaces.approval.refusals import day_of
from landbooking.spaces.approval.requests import asked_together, is_open, version_of
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.consultations import is_discreet
from landbooking.spaces.hosting.booking import booker_of, call_off
from landbooking.spaces.hosting.consequence_pages import ask_host, decision_from
from landbooking.spaces.hosting.consequences import Undecided
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/bookings/{booking_id:int}", guards=[host_of_space], include_in_schema=False)
async def booking_page(request: Asked, space_id: Id, booking_id: BigId, reads: Connection) -> Response[Any]:
    booking = await booking_by_id(reads, booking_id)
    if booking.space.id != space_id:
        raise NotFound
    if booking.guest_id is not None:
        return redirect(request, f"/counter/spaces/{space_id}/bookings/{booking_id}")
    return await show_booking(request, reads, booking)


async def show_booking(
    request: Asked,
    connection: Connection,
    booking: Booking,
    message: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response[str]:
    """`message` is what the host has typed to the person, where there were errors in it.

    Of a series that is asked for it shows all dates, and what stands against which.
    """
    now = datetime.now(UTC)
    together = await asked_together(connection, booking) if is_open(booking) and booking.series else []
    asking = await person_by_id(connection, booking.person_id) if together and booking.person_id else None
    faults = await faults_of(connection, asking, together) if asking else {}
    return page(
        request,
        "spaces/hosting/booking.html",
        status if errors else 200,
        space=booking.space,
        booking=booking,
        booker=await booker_of(connection, booking),
        discreet=await is_discreet(connection, booking.id),
        over=booking.end <= now,
        open_request=is_open(booking),
        request_version=version_of(booking),
        together=together,
        faults=faults,
        broken_days=[day_of(one) for one in together if one.id in faults],
        shown=booking.start.astimezone(booking.space.rules.time_zone).date(),
        message=message,
        errors=errors or {},
    )


@post(
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/cancellation",
    guards=[host_of_space],
    include_in_schema=False,
)
async def cancel(request: Asked, space_id: Id, booking_id: BigId, connection: Connection) -> Response[Any]:
    """Asks in the same way as a change that hits bookings does."""
    posted = await request.form()
    way_back = f"/host/spaces/{space_id}/bookings/{booking_id}"
    try:
        await call_off(connection, request.user, space_id, booking_id, decision_from(posted))
    except Undecided as undecided:  # nothing was written yet, so nothing is committed
        return ask_host(
            request,
            posted,
            await space_by_id(connection, space_id),
            undecided,
            question=_("Diese Buchung absagen?"),
            action=_("Entscheidung speichern"),
            way_back=way_back,
        )
    return redirect(request, way_back, notice="decided")


ROUTES = [booking_page, cancel]
