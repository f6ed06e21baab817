"""The district's card, its vouchers and its settlement in the JSON API, for its staff."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import JSONBody

from landbooking.accounts.districts import check_own_district
from landbooking.accounts.guards import district_staff
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.months import Month, asked_month, next_month
from landbooking.spaces.tariffs.prices import Offer, offer_cards, offer_of
from landbooking.spaces.tariffs.settlement import Line, Taking, settlement, settlement_table, takings
from landbooking.spaces.tariffs.vouchers import Voucher, issue_voucher, voucher_with, vouchers_of

Asked = Request[Person, Any, Any]
Visits = Annotated[int, msgspec.Meta(ge=1, le=100)]


class NewOffer(msgspec.Struct, frozen=True):
    """`cents` for the whole card; each visit must be worth the same."""

    visits: Visits
    cents: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class NewVoucher(msgspec.Struct, frozen=True):
    """Worth `visits`, or an amount in euro `cents`: one of the two."""

    visits: Visits | None = None
    cents: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None


class Settlement(msgspec.Struct, frozen=True):
    """`lines`: visits with cards that one municipality sold and another served, and what they are worth (`sold_by`
    empty: the district, by vouchers). `takings`: what was taken at the counters.
    """

    month: str
    lines: list[Line]
    takings: list[Taking]


@get(
    "/districts/{district_id:int}/card-offer",
    guards=[district_staff],
    operation_id="cardOffer",
    summary="What a card costs",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_offer(request: Asked, reads: Connection, district_id: Id) -> Offer:
    """404 where the district sells none."""
    await check_own_district(reads, request.user, district_id)
    offer = await offer_of(reads, district_id)
    if offer is None:
        raise NotFound
    return offer


@post(
    "/districts/{district_id:int}/card-offer",
    guards=[district_staff],
    status_code=200,
    operation_id="setCardOffer",
    summary="Set what a card costs",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[NewOffer],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_offer(request: Asked, connection: Connection, district_id: Id, data: JSONBody[NewOffer]) -> Offer:
    """From now on; cards that were sold stay what they were."""
    await check_own_district(connection, request.user, district_id)
    if data.cents % data.visits:
        wrong = _("Jeder Besuch muss gleich viel wert sein: Bitte einen Betrag, der sich durch %(visits)s teilt.")
        raise InvalidInput({"cents": wrong % {"visits": data.visits}}, {})
    await offer_cards(connection, district_id, data.visits, data.cents)
    return Offer(district_id, data.visits, data.cents)


@get(
    "/districts/{district_id:int}/vouchers",
    guards=[district_staff],
    operation_id="vouchers",
    summary="A district's vouchers",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_vouchers(request: Asked, reads: Connection, district_id: Id) -> list[Voucher]:
    """The newest first, at most 100."""
    await check_own_district(reads, request.user, district_id)
    return await vouchers_of(reads, district_id)


@post(
    "/districts/{district_id:int}/vouchers",
    guards=[district_staff],
    operation_id="issueVoucher",
    summary="Issue a voucher",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[NewVoucher],
    return_dto=None,
    response_description="The voucher can be redeemed, once.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_voucher(
    request: Asked,
    connection: Connection,
    district_id: Id,
    data: JSONBody[NewVoucher],
    idempotency_key: Key = None,
) -> Voucher:
    """Visits become a card; an amount comes off one booking."""
    await check_own_district(connection, request.user, district_id)
    if (data.visits is None) == (data.cents is None):
        raise InvalidInput({"visits": _("Bitte entweder Besuche oder einen Betrag angeben.")}, {})
    known = await earlier(connection, request.user, idempotency_key, f"voucher {district_id}", data)
    if known is None:
        issued = await issue_voucher(connection, request.user, district_id, data.visits, data.cents)
        if idempotency_key:
            await store_result(connection, request.user.id, idempotency_key, issued.id)
        return issued
    return await voucher_with(connection, known)


@get(
    "/districts/{district_id:int}/settlement",
    guards=[district_staff],
    operation_id="settlement",
    summary="A month's settlement",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def get_settlement(request: Asked, reads: Connection, district_id: Id, month: Month = None) -> Settlement:
    """A month that is over does not change any more."""
    await check_own_district(reads, request.user, district_id)
    first = asked_month(month or "")
    after = next_month(first)
    return Settlement(
        f"{first:%Y-%m}",
        await settlement(reads, district_id, first, after),
        await takings(reads, district_id, first, after),
    )


@get(
    "/districts/{district_id:int}/settlement.csv",
    guards=[district_staff],
    operation_id="settlementFile",
    summary="A month's settlement as a file",
    tags=["district"],
    security=OWNER,
    media_type="text/csv",
    responses=problems(403, 404, 422),
)
async def get_settlement_file(
    request: Asked, reads: Connection, district_id: Id, month: Month = None
) -> Response[bytes]:
    """RFC 4180 with a byte order mark: in English, with commas and decimal points, whatever language is asked for."""
    await check_own_district(reads, request.user, district_id)
    first = asked_month(month or "")
    lines = await settlement(reads, district_id, first, next_month(first))
    with use_language("en"):
        body = settlement_table(f"{first:%Y-%m}", lines)
    return Response(body, headers={"Content-Type": "text/csv; charset=utf-8"})


ROUTES = [
    get_offer, post_offer, list_vouchers, post_voucher, get_settlement, get_settlement_file,
]  # fmt: skip
