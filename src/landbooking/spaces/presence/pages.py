"""The page behind the code at a desk, and the buttons of who is there."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.forms import parse_form
from landbooking.ids import BigId, RowId
from landbooking.pages import page, redirect
from landbooking.spaces.presence.check_in import check_in, leave_early, may_check_in, may_leave
from landbooking.spaces.presence.here import book_here, look_around
from landbooking.spaces.tariffs.cards import CardRefused, cards_for
from landbooking.spaces.tariffs.ledger import price_in


class HereForm(msgspec.Struct, frozen=True):
    """`end` is an instant with its offset: the start is now. `pay_with` is a card, else a pass or the counter."""

    resource: RowId
    end: Annotated[datetime, msgspec.Meta(tz=True)]
    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


@get("/here/{code:str}", guards=[public], include_in_schema=False)
async def here_page(request: Request[Any, Any, Any], reads: Connection, code: FromPath[str]) -> Response[str]:
    """Signing in leads back here. Of others' bookings it tells no more than until when it is taken."""
    return await _here_page(request, reads, code)


async def _here_page(
    request: Request[Any, Any, Any],
    reads: Connection,
    code: str,
    pay_with: int | None = None,
    refused: Refusal | None = None,
) -> Response[str]:
    now = datetime.now(UTC)
    here = await look_around(reads, code, request.user, now)
    return page(
        request,
        "spaces/presence/here.html",
        refused.status if refused else 200,
        code=code,
        cards=await cards_for(reads, request.user, here.space.id) if request.user and here.space.tariffs else [],
        pay_with=pay_with,
        errors=refused.fields if refused else {},
        here=here,
        space=here.space,
        price_in=price_in,
        may_check_in=bool(here.own and may_check_in(here.own, now)),
        may_leave=bool(here.own and may_leave(here.own, now)),
    )


@post("/here/{code:str}/bookings", guards=[signed_in], include_in_schema=False)
async def post_here(request: Request[Person, Any, Any], connection: Connection, code: FromPath[str]) -> Response[Any]:
    form = await parse_form(HereForm, request)
    try:
        # A savepoint: what the card can't pay is not booked.
        async with connection.transaction():
            booking = await book_here(connection, request.user, code, form.resource, form.end, form.pay_with)
    except CardRefused as refused:
        return await _here_page(request, connection, code, form.pay_with, refused)
    return redirect(request, f"/bookings/{booking.id}", notice="booked")


@post("/bookings/{booking_id:int}/checkin", guards=[signed_in], include_in_schema=False)
async def post_check_in(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> Response[None]:
    await check_in(connection, request.user, booking_id, request.app.state.may_come)
    return redirect(request, f"/bookings/{booking_id}", notice="checked-in")


@post("/bookings/{booking_id:int}/early-leave", guards=[signed_in], include_in_schema=False)
async def post_early_leave(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> Response[None]:
    await leave_early(connection, request.user, booking_id)
    return redirect(request, f"/bookings/{booking_id}", notice="left")


ROUTES = [here_page, post_here, post_check_in, post_early_leave]
