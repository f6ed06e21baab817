"""What a person has: cards with what is left on them, and every charge."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.pages import page, redirect
from landbooking.spaces.booking_routes import show_booking
from landbooking.spaces.bookings import booking_of
from landbooking.spaces.tariffs.cards import cards_of
from landbooking.spaces.tariffs.charges import charges_before, spoken_charge
from landbooking.spaces.tariffs.vouchers import VoucherRefused, redeem_for_booking, redeem_for_card

SHOWN = 100  # rows on the page; older ones are in the API


class VoucherForm(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(max_length=40)]


@get("/cards", guards=[signed_in], include_in_schema=False)
async def cards_page(request: Request[Person, Any, Any], reads: Connection) -> Response[str]:
    return await _cards(request, reads, "", {})


@post("/cards/vouchers", guards=[signed_in], include_in_schema=False)
async def redeem(request: Request[Person, Any, Any], connection: Connection) -> Response[Any]:
    """A voucher worth visits becomes a card."""
    try:
        form = await parse_form(VoucherForm, request)
        await redeem_for_card(connection, request.user, form.code)
    except (InvalidInput, VoucherRefused) as refusal:  # nothing was written yet, so nothing is committed
        return await _cards(request, connection, text_of(await request.form(), "code"), refusal.fields)
    return redirect(request, "/cards", notice="voucher-redeemed")


@post("/bookings/{booking_id:int}/voucher", guards=[signed_in], include_in_schema=False)
async def redeem_here(request: Request[Person, Any, Any], booking_id: BigId, connection: Connection) -> Response[Any]:
    """A voucher worth an amount takes it off one booking."""
    booking = await booking_of(connection, request.user, booking_id)  # whose it is, before what was typed
    try:
        form = await parse_form(VoucherForm, request)
        await redeem_for_booking(connection, request.user, booking_id, form.code)
    except (InvalidInput, VoucherRefused) as refusal:  # nothing was written yet, so nothing is committed
        return show_booking(request, booking, text_of(await request.form(), "code"), refusal.fields)
    return redirect(request, f"/bookings/{booking_id}", notice="voucher-redeemed")


async def _cards(
    request: Request[Person, Any, Any], reads: Connection, code: str, errors: dict[str, str]
) -> Response[str]:
    rows = await charges_before(reads, request.user, None, SHOWN)
    return page(
        request,
        "spaces/tariffs/cards.html",
        422 if errors else 200,
        code=code,
        errors=errors,
        cards=await cards_of(reads, request.user),
        charges=[(row, spoken_charge(row)) for row in rows],
    )


ROUTES = [cards_page, redeem, redeem_here]
