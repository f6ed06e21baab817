"""Prices and the till in the JSON API, for a space's hosts."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import host_of_space, owner_of_space
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, Id, RowId
from landbooking.language import gettext as _
from landbooking.spaces import representations as shown
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.space import resources_of, space_by_id
from landbooking.spaces.tariffs import sales
from landbooking.spaces.tariffs.charges import Due, Sale, due_on, sold_on
from landbooking.spaces.tariffs.prices import set_tariff
from landbooking.spaces.tariffs.sales import Reason
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.tariffs.till_pages import check_first

Asked = Request[Person, Any, Any]
Cents = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Email = Annotated[str, msgspec.Meta(max_length=254)]


class NewTariff(msgspec.Struct, frozen=True):
    """In euro cents; of the whole space, of a `kind` in it, or of one resource. Null inherits, and is not offered
    where nobody sets it; all of them null take the tariff away. Equipment does not inherit from the space.

    `month_cents` is what a pass for the whole space costs.
    """

    kind: Kind | None = None
    resource_id: RowId | None = None
    hour_cents: Cents | None = None
    half_day_cents: Cents | None = None
    day_cents: Cents | None = None
    month_cents: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None


class CardSale(msgspec.Struct, frozen=True):
    """To whoever has this address."""

    email: Email


class PassSale(msgspec.Struct, frozen=True):
    """A month from `first` on."""

    email: Email
    first: date


class Waiver(msgspec.Struct, frozen=True):
    """Why nothing is to be paid; no reason says anything about health."""

    reason: Reason


class Sold(msgspec.Struct, frozen=True):
    """The number of the card or pass."""

    id: int


class Till(msgspec.Struct, frozen=True):
    """Today's charges that stand, and what was sold; `total_cents` together."""

    date: date
    due: list[Due]
    sold: list[Sale]
    total_cents: int


@get(
    "/spaces/{space_id:int}/tariffs",
    guards=[host_of_space],
    operation_id="tariffs",
    summary="A space's prices",
    tags=["till"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_tariffs(request: Asked, reads: Connection, space_id: Id) -> list[Tariff]:
    """As hosts have set them. What a resource costs in the end stands in `GET /spaces/{space_id}`."""
    return list((await space_by_id(reads, space_id)).tariffs)


@post(
    "/spaces/{space_id:int}/tariffs",
    guards=[owner_of_space],
    status_code=200,
    operation_id="setTariff",
    summary="Set a price",
    tags=["till"],
    security=OWNER,
    dto=FieldByField[NewTariff],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_tariff(request: Asked, connection: Connection, space_id: Id, data: JSONBody[NewTariff]) -> list[Tariff]:
    """For new bookings; what stands keeps its price. The answer is all of the space's prices."""
    if data.kind is not None and data.resource_id is not None:
        raise InvalidInput({"resource_id": _("Bitte entweder kind oder resource_id angeben, nicht beides.")}, {})
    if data.month_cents is not None and (data.kind or data.resource_id):
        raise InvalidInput({"month_cents": _("Ein Monatspass gilt für den ganzen Raum.")}, {})
    resources = {one.id: one.kind for one in await resources_of(connection, space_id)}
    if data.resource_id is not None and data.resource_id not in resources:
        raise NotFound
    if DISCREET in (data.kind, resources.get(data.resource_id or 0)):
        raise InvalidInput({"kind": _("Räume für Videotermine sind kostenlos.")}, {})
    await set_tariff(connection, space_id, Tariff(**msgspec.structs.asdict(data)))
    return list((await space_by_id(connection, space_id)).tariffs)


@get(
    "/spaces/{space_id:int}/till",
    guards=[host_of_space],
    operation_id="till",
    summary="Today's till",
    tags=["till"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_till(request: Asked, reads: Connection, space_id: Id) -> Till:
    """What is to be paid today, and what was sold."""
    space = await space_by_id(reads, space_id)
    today = datetime.now(UTC).astimezone(space.rules.time_zone).date()
    due, sold = await due_on(reads, space_id, today), await sold_on(reads, space_id, today)
    return Till(today, due, sold, sum(one.cents for one in due) + sum(one.cents for one in sold))


@post(
    "/spaces/{space_id:int}/cards",
    guards=[host_of_space],
    operation_id="sellCard",
    summary="Sell a card",
    tags=["till"],
    security=OWNER,
    dto=FieldByField[CardSale],
    return_dto=None,
    response_description="The card is sold.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_card(
    request: Asked,
    connection: Connection,
    space_id: Id,
    data: JSONBody[CardSale],
    idempotency_key: Key = None,
) -> Sold:
    """At the district's price, paid at the counter; 409 where it has none."""
    known = await earlier(connection, request.user, idempotency_key, f"card {space_id}", data)
    if known is None:
        space = await space_by_id(connection, space_id)
        known = await sales.sell_card(connection, request.user, space, data.email)
        if idempotency_key:
            await store_result(connection, request.user.id, idempotency_key, known)
    return Sold(known)


@post(
    "/spaces/{space_id:int}/cards/{card_id:int}/removal",
    guards=[host_of_space],
    status_code=200,
    operation_id="takeCardBack",
    summary="Take a card back",
    tags=["till"],
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def post_card_removal(request: Asked, connection: Connection, space_id: Id, card_id: BigId) -> Sold:
    """A sale by mistake in this space, as long as nothing was used of it."""
    await sales.take_card_back(connection, request.user, await space_by_id(connection, space_id), card_id)
    return Sold(card_id)


@post(
    "/spaces/{space_id:int}/passes",
    guards=[host_of_space],
    operation_id="sellPass",
    summary="Sell a month pass",
    tags=["till"],
    security=OWNER,
    dto=FieldByField[PassSale],
    return_dto=None,
    response_description="The pass is sold.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_pass(
    request: Asked,
    connection: Connection,
    space_id: Id,
    data: JSONBody[PassSale],
    idempotency_key: Key = None,
) -> Sold:
    """Covers the person's bookings in this space for a month, paid at the counter."""
    known = await earlier(connection, request.user, idempotency_key, f"pass {space_id}", data)
    if known is None:
        space = await space_by_id(connection, space_id)
        check_first(data.first, space)
        known = await sales.sell_pass(connection, request.user, space, data.email, data.first)
        if idempotency_key:
            await store_result(connection, request.user.id, idempotency_key, known)
    return Sold(known)


@post(
    "/spaces/{space_id:int}/bookings/{booking_id:int}/waiver",
    guards=[host_of_space],
    status_code=200,
    operation_id="waive",
    summary="Waive what a booking costs",
    tags=["till"],
    security=OWNER,
    dto=FieldByField[Waiver],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_waiver(
    request: Asked, connection: Connection, space_id: Id, booking_id: BigId, data: JSONBody[Waiver]
) -> shown.BookingView:
    """The charge is taken back, and stands as waived."""
    await sales.waive(connection, request.user, space_id, booking_id, data.reason)
    return shown.booking(await booking_by_id(connection, booking_id))


ROUTES = [
    list_tariffs, post_tariff, get_till, post_card, post_card_removal, post_pass, post_waiver,
]  # fmt: skip
