"""Cards and charges in the JSON API, for who shows a token."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.spaces.bookings import booking_of
from landbooking.spaces.representations import BookingView, RowId
from landbooking.spaces.representations import booking as booking_view
from landbooking.spaces.tariffs.account_pages import VoucherForm
from landbooking.spaces.tariffs.cards import Card, cards_of
from landbooking.spaces.tariffs.charges import Charge, charges_before
from landbooking.spaces.tariffs.vouchers import redeem_for_booking, redeem_for_card


@get(
    "/cards",
    guards=[signed_in],
    operation_id="cards",
    summary="One's own cards",
    tags=["charges"],
    security=OWNER,
    responses=problems(),
)
async def list_cards(request: Request[Person, Any, Any], reads: Connection) -> list[Card]:
    """Cards of visits with what is left, the newest first. A visit is a day in any space of the district."""
    return await cards_of(reads, request.user)


@get(
    "/charges",
    guards=[signed_in],
    operation_id="charges",
    summary="One's own charges",
    tags=["charges"],
    security=OWNER,
    responses=problems(422),
)
async def list_charges(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[Charge]:
    """The ledger's rows, the newest first. None is ever changed: one with `corrects` takes back the row it names."""
    before = decode_cursor(cursor, RowId) if cursor else None
    found = await charges_before(reads, request.user, before, limit + 1)
    return page_of(found, limit, lambda item: item.id)


@post(
    "/cards/vouchers",
    guards=[signed_in],
    operation_id="redeem",
    summary="Redeem a voucher worth visits",
    tags=["charges"],
    security=OWNER,
    dto=FieldByField[VoucherForm],
    return_dto=None,
    response_description="The visits are on a card of one's own.",
    responses=problems(400, 403, 413, 422),
)
async def post_voucher_for_card(
    request: Request[Person, Any, Any],
    connection: Connection,
    data: JSONBody[VoucherForm],
    idempotency_key: Key = None,
) -> Card:
    """It becomes a card. 422 `voucher` where there is no such voucher, or it is redeemed, or worth an amount."""
    person = request.user
    known = await earlier(connection, person, idempotency_key, "redeem", data)
    if known is None:
        known = await redeem_for_card(connection, person, data.code)
        if idempotency_key:
            await store_result(connection, person.id, idempotency_key, known)
    return next(card for card in await cards_of(connection, person) if card.id == known)


@post(
    "/bookings/{booking_id:int}/voucher",
    guards=[signed_in],
    status_code=200,
    operation_id="redeemForBooking",
    summary="Redeem a voucher worth an amount",
    tags=["charges"],
    security=OWNER,
    dto=FieldByField[VoucherForm],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_voucher_for_booking(
    request: Request[Person, Any, Any],
    connection: Connection,
    booking_id: BigId,
    data: JSONBody[VoucherForm],
    idempotency_key: Key = None,
) -> BookingView:
    """Takes its amount off what is to be paid at the counter. It goes where the booking goes; cancelled, it is free."""
    person = request.user
    await booking_of(connection, person, booking_id)
    if await earlier(connection, person, idempotency_key, f"redeem {booking_id}", data) is None:
        await redeem_for_booking(connection, person, booking_id, data.code)
        if idempotency_key:
            await store_result(connection, person.id, idempotency_key, booking_id)
    return booking_view(await booking_of(connection, person, booking_id))


ROUTES = [list_cards, list_charges, post_voucher_for_card, post_voucher_for_booking]
