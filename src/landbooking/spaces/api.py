"""Spaces and bookings in the JSON API: the same verbs as the pages."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import FromQuery, HeaderParameter, JSONBody, QueryParameter

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, Id
from landbooking.language import gettext as _
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.spaces import representations as shown
from landbooking.spaces.availability import FreeResource, busy_periods, free_resources, published_spaces
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_of, bookings_before
from landbooking.spaces.period import Period, closing_instant, opening_instant
from landbooking.spaces.space import published_space, resources_of
from landbooking.spaces.week import week_of

Near = Annotated[
    str | None,
    QueryParameter(
        description="A point as LAT,LON in degrees, such as 49.538,7.404.",
        pattern=r"^-?\d{1,2}(\.\d{1,10})?,-?\d{1,3}(\.\d{1,10})?$",
        required=False,
    ),
]
Radius = Annotated[float, QueryParameter(description="Kilometres around `near`.", gt=0, le=20100)]
Ags = Annotated[
    str | None,
    QueryParameter(description="A municipality's official key of eight digits.", pattern=r"^\d{8}$", required=False),
]
Instant = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339, with its offset.")]
Key = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="Chosen by the client; the same request sent again with it acts once and gets the same answer.",
        min_length=1,
        max_length=100,
        pattern=r"^[!-~]+$",
        required=False,
    ),
]


class NewBooking(msgspec.Struct, frozen=True):
    """Half-open: `end` is not included. Both lie on a quarter of an hour of the space's clock."""

    resource_id: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    start: Instant
    end: Instant


class BookingMove(msgspec.Struct, frozen=True):
    """Where to; without `resource_id` to another time of the same resource."""

    start: Instant
    end: Instant
    resource_id: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None


@get("/spaces", guards=[public], operation_id="spaces", tags=["spaces"], security=[{}], responses=problems(422))
async def list_spaces(
    reads: Connection,
    near: Near = None,
    radius_km: Radius = 50.0,
    municipality: Ags = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[shown.SpaceSummary]:
    """Spaces, nearest first where `near` is given, else in the order in which they were added."""
    after = decode_cursor(cursor, tuple[float, shown.RowId]) if cursor else None
    found = await published_spaces(reads, _point(near), radius_km, municipality, after, limit + 1)
    return page_of([shown.summary(*row) for row in found], limit, lambda item: (item.distance_km or 0.0, item.id))


@get(
    "/spaces/{space_id:int}",
    guards=[public],
    operation_id="space",
    tags=["spaces"],
    security=[{}],
    responses=problems(404),
)
async def get_space(reads: Connection, space_id: Id) -> shown.SpaceDetail:
    """A space with its hours, rules and resources."""
    space = await published_space(reads, space_id)
    return shown.detail(space, await resources_of(reads, space_id))


@get(
    "/spaces/{space_id:int}/week",
    guards=[public],
    operation_id="week",
    tags=["spaces"],
    security=[{}],
    responses=problems(404, 422),
)
async def get_week(
    reads: Connection,
    space_id: Id,
    day: Annotated[
        date | None, QueryParameter(name="date", description="Any day of the week; today where absent.", required=False)
    ] = None,
) -> shown.WeekView:
    """How many resources are free in each hour of the week, Monday to Sunday."""
    space = await published_space(reads, space_id)
    zone = space.rules.time_zone
    now = datetime.now(UTC)
    asked = day or now.astimezone(zone).date()
    if not 2020 <= asked.year <= 2100:
        raise InvalidInput({"date": _("Bitte einen Tag von 2020 bis 2100 angeben.")}, {})
    monday = asked - timedelta(days=asked.weekday())
    whole = Period(opening_instant(monday, 0, zone), closing_instant(monday + timedelta(days=6), 24 * 60, zone))
    busy = await busy_periods(reads, [space_id], whole)
    return shown.week_view(week_of(space_id, space.rules, list(busy[space_id].values()), monday, now))


@get("/free", guards=[public], operation_id="free", tags=["spaces"], security=[{}], responses=problems(422))
async def get_free(
    reads: Connection,
    start: Annotated[Instant, QueryParameter(description="RFC 3339, with its offset.")],
    end: Annotated[Instant, QueryParameter(description="RFC 3339, with its offset; not included.")],
    near: Near = None,
    radius_km: Radius = 50.0,
    kind: FromQuery[Literal["desk"]] = "desk",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[FreeResource]:
    """Resources that are free for the whole period and that the rules let be booked, nearest first."""
    if end <= start:
        raise InvalidInput({"end": _("Das Ende muss nach dem Anfang liegen.")}, {})
    after = decode_cursor(cursor, tuple[float, shown.RowId]) if cursor else None
    period = _storable(start, end)
    found = await free_resources(reads, period, kind, _point(near), radius_km, after, limit + 1)
    return page_of(found, limit, lambda item: (item.distance_km or 0.0, item.id))


@post(
    "/bookings",
    guards=[signed_in],
    operation_id="book",
    tags=["bookings"],
    dto=FieldByField[NewBooking],
    return_dto=None,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
)
async def post_booking(
    request: Request[Person, Any, Any], connection: Connection, data: JSONBody[NewBooking], idempotency_key: Key = None
) -> shown.BookingView:
    """Books. 409 when the resource is taken, 422 when a rule forbids it (`type` names which)."""
    person = request.user
    if earlier := await _earlier(connection, person, idempotency_key, "book", data):
        return shown.booking(await booking_of(connection, person, earlier))
    booking = await book_resource(connection, person, data.resource_id, _storable(data.start, data.end))
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, booking.id)
    return shown.booking(booking)


@get("/bookings", guards=[signed_in], operation_id="bookings", tags=["bookings"], responses=problems(401, 422))
async def list_bookings(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[shown.BookingView]:
    """One's own bookings, the one made last first, cancelled ones too."""
    before = decode_cursor(cursor, shown.RowId) if cursor else None
    found = await bookings_before(reads, request.user, before, limit + 1)
    return page_of([shown.booking(booking) for booking in found], limit, lambda item: item.id)


@get(
    "/bookings/{booking_id:int}",
    guards=[signed_in],
    operation_id="booking",
    tags=["bookings"],
    responses=problems(401, 404),
)
async def get_booking(request: Request[Person, Any, Any], reads: Connection, booking_id: BigId) -> shown.BookingView:
    """One of one's own bookings."""
    return shown.booking(await booking_of(reads, request.user, booking_id))


@post(
    "/bookings/{booking_id:int}/move",
    guards=[signed_in],
    status_code=200,
    operation_id="move",
    tags=["bookings"],
    dto=FieldByField[BookingMove],
    return_dto=None,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
)
async def post_move(
    request: Request[Person, Any, Any],
    connection: Connection,
    booking_id: BigId,
    data: JSONBody[BookingMove],
    idempotency_key: Key = None,
) -> shown.BookingView:
    """Moves to another period, another resource or both; what stood stays until that has worked."""
    person = request.user
    if earlier := await _earlier(connection, person, idempotency_key, f"move {booking_id}", data):
        return shown.booking(await booking_of(connection, person, earlier))
    period = _storable(data.start, data.end)
    booking = await move_booking(connection, person, booking_id, data.version, data.resource_id, period)
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, booking.id)
    return shown.booking(booking)


@post(
    "/bookings/{booking_id:int}/cancellation",
    guards=[signed_in],
    status_code=200,
    operation_id="cancel",
    tags=["bookings"],
    responses=problems(401, 403, 404, 409),
)
async def post_cancellation(
    request: Request[Person, Any, Any], connection: Connection, booking_id: BigId
) -> shown.BookingView:
    """Cancels. Sent again, it changes nothing and answers the same."""
    return shown.booking(await cancel_booking(connection, request.user, booking_id))


async def _earlier(
    connection: Connection, person: Person, key: str | None, verb: str, data: msgspec.Struct
) -> int | None:
    """What came of the same request before, by its booking's id; None without a key or the first time."""
    if key is None:
        return None
    fingerprint = hashlib.sha256(verb.encode() + msgspec.json.encode(data)).digest()
    return await earlier_result(connection, person.id, key, fingerprint)


def _point(near: str | None) -> tuple[float, float] | None:
    """Raises InvalidInput for a point that is not on earth."""
    if near is None:
        return None
    lat, lon = (round(float(part), 6) for part in near.split(","))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise InvalidInput({"near": _("Bitte einen Punkt als Breite,Länge in Grad angeben, wie 49.538,7.404.")}, {})
    return lat, lon


def _storable(start: datetime, end: datetime) -> Period:
    """In UTC. Raises InvalidInput for instants at the very ends of the calendar, which no clock here will show."""
    if not (1970 <= start.year <= 9000 and 1970 <= end.year <= 9000):
        raise InvalidInput({"start": _("Bitte einen Zeitpunkt nach 1970 angeben.")}, {})
    return Period(start.astimezone(UTC), end.astimezone(UTC))


ROUTES = [
    list_spaces,
    get_space,
    get_week,
    get_free,
    post_booking,
    list_bookings,
    get_booking,
    post_move,
    post_cancellation,
]
