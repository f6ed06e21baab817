"""The waiting list in the JSON API: the same verbs as the pages, for who shows a token."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER, BodyOptional
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, RowId
from landbooking.language import gettext as _
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.places.degrees import Latitude, Longitude
from landbooking.spaces import representations as shown
from landbooking.spaces.api import Instant, storable
from landbooking.spaces.kinds import Kind
from landbooking.spaces.waiting.answers import accept_offer, withdraw_wish
from landbooking.spaces.waiting.joining import Sought, join_line, sought_resource
from landbooking.spaces.waiting.wishes import State, Wish, wish_of, wishes_before

FURTHEST_KM = 50.0


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In degrees (WGS 84)."""

    lat: Latitude
    lon: Longitude


class NewWish(msgspec.Struct, frozen=True):
    """Exactly one of `resource_id`, `space_id` and `near`; the last two with the `kind`. Half-open, like a booking."""

    start: Instant
    end: Instant
    resource_id: RowId | None = None
    space_id: RowId | None = None
    near: Point | None = None
    radius_km: Annotated[float, msgspec.Meta(gt=0, le=FURTHEST_KM)] = 30.0
    kind: Kind = "desk"


class Acceptance(msgspec.Struct, frozen=True):
    """`pay_with` is a card of one's own (`GET /cards`), as in booking; 409 `card` where it can't pay."""

    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


NO_CARD = Acceptance()


class WishView(msgspec.Struct, frozen=True):
    """`position` in the line is 1 for the first, null for who does not wait any more. `booking_id` is what is held
    until `held_until` where `state` is "offered", and the booking where it is "accepted"."""

    id: int
    kind: Kind
    resource_id: int | None
    space_id: int | None
    near: Point | None
    radius_km: float | None
    start: datetime
    end: datetime
    state: State
    position: int | None
    booking_id: int | None
    held_until: datetime | None
    version: int


@post(
    "/waiting",
    guards=[signed_in],
    operation_id="wait",
    summary="Join the waiting list",
    tags=["waiting"],
    security=OWNER,
    dto=FieldByField[NewWish],
    return_dto=None,
    response_description="The wish stands in the line.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_wish(request: Request[Person, Any, Any], connection: Connection, data: JSONBody[NewWish]) -> WishView:
    """Joins the waiting list. 409 when something is free at once. Sent again, it keeps its place in the line."""
    sought = await _sought(connection, data)
    return _view(await join_line(connection, request.user, sought, storable(data.start, data.end)))


@get(
    "/waiting",
    guards=[signed_in],
    operation_id="wishes",
    summary="One's own wishes",
    tags=["waiting"],
    security=OWNER,
    responses=problems(422),
)
async def list_wishes(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[WishView]:
    """One's own wishes, the one made last first, those that have ended too."""
    before = decode_cursor(cursor, shown.RowId) if cursor else None
    found = await wishes_before(reads, request.user, before, limit + 1)
    return page_of([_view(wish) for wish in found], limit, lambda item: item.id)


@get(
    "/waiting/{wish_id:int}",
    guards=[signed_in],
    operation_id="wish",
    summary="A wish",
    tags=["waiting"],
    security=OWNER,
    responses=problems(404),
)
async def get_wish(request: Request[Person, Any, Any], reads: Connection, wish_id: BigId) -> WishView:
    """One of one's own wishes, with its place in the line."""
    return _view(await wish_of(reads, request.user, wish_id))


@post(
    "/waiting/{wish_id:int}/acceptance",
    guards=[signed_in],
    status_code=200,
    operation_class=BodyOptional,
    operation_id="accept",
    summary="Accept what is held",
    tags=["waiting"],
    security=OWNER,
    dto=FieldByField[Acceptance],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_acceptance(
    request: Request[Person, Any, Any],
    connection: Connection,
    wish_id: BigId,
    data: JSONBody[Acceptance] = NO_CARD,
) -> WishView:
    """Books what is held. 409 when nothing is (any more), 422 when a rule forbids it by now. Needs no body."""
    await accept_offer(connection, request.user, wish_id, data.pay_with)
    return _view(await wish_of(connection, request.user, wish_id))


@post(
    "/waiting/{wish_id:int}/withdrawal",
    guards=[signed_in],
    status_code=200,
    operation_id="withdraw",
    summary="Withdraw a wish, or decline what is held",
    tags=["waiting"],
    security=OWNER,
    responses=problems(403, 404),
)
async def post_withdrawal(request: Request[Person, Any, Any], connection: Connection, wish_id: BigId) -> WishView:
    """Leaves the line; what is held goes to the next. Sent again, it changes nothing and answers the same."""
    return _view(await withdraw_wish(connection, request.user, wish_id))


async def _sought(connection: Connection, data: NewWish) -> Sought:
    given = [value for value in (data.resource_id, data.space_id, data.near) if value is not None]
    if len(given) != 1:
        raise InvalidInput({"": _("Bitte genau eines von resource_id, space_id und near angeben.")}, {})
    if data.resource_id is not None:
        return await sought_resource(connection, data.resource_id)
    if data.near is None:
        return Sought(data.kind, None, data.space_id)
    point = round(data.near.lat, 6), round(data.near.lon, 6)
    return Sought(data.kind, None, None, point, data.radius_km)


def _view(wish: Wish) -> WishView:
    return WishView(
        id=wish.id,
        kind=wish.kind,
        resource_id=wish.resource_id,
        space_id=wish.space_id,
        near=Point(wish.lat, wish.lon) if wish.lat is not None and wish.lon is not None else None,
        radius_km=wish.radius_km,
        start=wish.start,
        end=wish.end,
        state=wish.state,
        position=wish.position,
        booking_id=wish.booking_id,
        held_until=wish.until_at,
        version=wish.version,
    )


ROUTES = [post_wish, list_wishes, get_wish, post_acceptance, post_withdrawal]
