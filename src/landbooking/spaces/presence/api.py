"""Coming and leaving in the JSON API: the same verbs as the pages."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, RowId
from landbooking.spaces import representations as shown
from landbooking.spaces.kinds import Kind
from landbooking.spaces.presence.check_in import check_in, leave_early, may_check_in, may_leave
from landbooking.spaces.presence.here import Offer, book_here, look_around
from landbooking.spaces.space import Space
from landbooking.spaces.tariffs.ledger import price_in


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


class PeriodHere(msgspec.Struct, frozen=True):
    """Half-open; `start` is the step that has begun. `price_cents` as it is now."""

    start: datetime
    end: datetime
    price_cents: int


class OfferHere(msgspec.Struct, frozen=True):
    """What of a resource can be had from now on, the shortest first: nothing where it is taken, closed or a host has to
    agree.
    """

    resource_id: int
    resource: str
    periods: list[PeriodHere]


class HereView(msgspec.Struct, frozen=True):
    """`own` is one's own booking here, now or soon; `may_check_in` and `may_leave` what can be done with it.

    Where one has none: `taken_until` by somebody else, `here` what can be had of what the code stands at, and where
    that is nothing, `others` of its kind in the space.
    """

    space_id: int
    space: str
    kind: Kind
    own: shown.BookingView | None
    may_check_in: bool
    may_leave: bool
    taken_until: datetime | None
    here: OfferHere
    others: list[OfferHere]


@get(
    "/here/{code:str}",
    guards=[public],
    operation_id="here",
    summary="What is free here now",
    tags=["bookings"],
    security=ANYBODY,
    responses=problems(404),
)
async def get_here(request: Request[Person | None, Any, Any], reads: Connection, code: FromPath[str]) -> HereView:
    """By the code at a desk. Of others' bookings it tells no more than until when it is taken. 404 for a code that
    leads nowhere, or no longer.
    """
    now = datetime.now(UTC)
    here = await look_around(reads, code, request.user, now)
    own = here.own
    return HereView(
        space_id=here.space.id,
        space=here.space.name,
        kind=here.resource.kind,
        own=shown.booking(own) if own else None,
        may_check_in=own is not None and may_check_in(own, now),
        may_leave=own is not None and may_leave(own, now),
        taken_until=None if own else here.taken_until,
        here=_offer(here.space, Offer(here.resource, []) if own else here.offer),
        others=[] if own or here.offer.periods else [_offer(here.space, offer) for offer in here.others],
    )


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


def _offer(space: Space, offer: Offer) -> OfferHere:
    resource = offer.resource
    periods = [PeriodHere(one.start, one.end, price_in(space, resource, one)) for one in offer.periods]
    return OfferHere(resource.id, resource.name, periods)


ROUTES = [get_here, post_booking_here, post_check_in, post_early_leave]
