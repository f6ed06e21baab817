"""Opening the contact of somebody who stays hidden otherwise; and, for the district, who did so."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import district_staff, host_of_space
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_values
from landbooking.ids import BigId, Id
from landbooking.pages import page
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.consultation_form import equipment_names
from landbooking.spaces.consultations import open_consultation, openings_in_district

Asked = Request[Any, Any, Any]

SHOWN = 100  # on one page


class _Query(msgspec.Struct, frozen=True):
    before: Annotated[int, msgspec.Meta(ge=1, le=2**62)] | None = None


@post(
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/contact",
    guards=[host_of_space],
    include_in_schema=False,
    status_code=200,
)
async def contact_page(request: Asked, space_id: Id, booking_id: BigId, connection: Connection) -> Response[str]:
    """Sent by a button, so that nothing opens it by itself: each opening is logged."""
    booking = await booking_by_id(connection, booking_id)
    if booking.space.id != space_id:
        raise NotFound
    told = await open_consultation(connection, request.user, booking_id)
    return page(
        request,
        "spaces/hosting/contact.html",
        space=booking.space,
        booking=booking,
        told=told,
        equipment=equipment_names(told),
    )


@get("/district/openings", guards=[district_staff], include_in_schema=False)
async def openings_page(request: Asked, reads: Connection) -> Response[str]:
    try:
        before = parse_values(_Query, request.query_params).before
    except InvalidInput:
        before = None
    found = await openings_in_district(reads, request.user, before, SHOWN + 1)
    older = found[SHOWN - 1].id if len(found) > SHOWN else None
    return page(request, "spaces/hosting/openings.html", openings=found[:SHOWN], older=older)


ROUTES = [contact_page, openings_page]
