"""Rides in the JSON API: the same verbs as the pages. Places go by label or official key."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.openapi.spec import SecurityRequirement
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, Id
from landbooking.language import gettext as _
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.changes import change_ride, own_ride
from landbooking.rides.matching import Journey, Match
from landbooking.rides.meeting_points import MeetingPoint, meeting_point_by_id, meeting_points
from landbooking.rides.money import cents_per_km, proposed_share
from landbooking.rides.offering import Offer, PlannedStop, offer_ride
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.reasons import reasons, spoken_miss
from landbooking.rides.ride import Carried, ExactPlace, Ride, ride_by_id, rides_after
from landbooking.rides.routers import configured_router
from landbooking.rides.search import nearest_rides, search_rides
from landbooking.rides.timetable import Days, weekly
from landbooking.rides.wishes import RideWish, leave_wish, tell_wishes, wishes_of, withdraw_wish

OWNER: list[SecurityRequirement] = [{"token": []}]
ANYBODY: list[SecurityRequirement] = [{}, {"token": []}]
RowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
PointId = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=1439)]
Label = Annotated[str, msgspec.Meta(max_length=200)]


class WeekdayTime(msgspec.Struct, frozen=True):
    """Monday is 1; `at` is minutes since local midnight."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    at: Minutes


class NewRide(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    """`from`, `via` and `to` are labels of places ("Altenglan", "Altenglan, Mitfahrbank") or official keys.

    It runs from `first` to `last` (without it: until it is ended) at the `times` of the weekdays; one that runs once
    has one day. Without `share_cents`, the proposed share is taken; 0 is free. `from_exact` and `to_exact` are told to
    accepted riders only.
    """

    start: Label
    to: Label
    via: Annotated[list[Label], msgspec.Meta(max_length=3)] = []
    first: date
    last: date | None = None
    times: Annotated[list[WeekdayTime], msgspec.Meta(min_length=1, max_length=7)]
    not_on_holidays: bool = False
    only_school_days: bool = False
    seats: Annotated[int, msgspec.Meta(ge=1, le=8)] = 3
    flexible_minutes: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    detour_minutes: Annotated[int, msgspec.Meta(ge=0, le=60)] = 10
    instant: bool = False
    share_cents: Annotated[int, msgspec.Meta(ge=0, le=100_00)] | None = None
    carries: Annotated[list[Carried], msgspec.Meta(max_length=5)] = []
    women_only: bool = False
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""
    from_exact: Label = ""
    to_exact: Label = ""
    outward_id: RowId | None = None


class RideChange(NewRide, frozen=True, kw_only=True):
    """All of the ride anew; `version` is the one that was seen."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None


class RideView(msgspec.Struct, frozen=True, kw_only=True):
    """A ride of one's own. `stops` are labels; `routed_by` says who found the way."""

    id: int
    version: int
    outward_id: int | None
    stops: list[str]
    first: date
    last: date | None
    times: list[WeekdayTime]
    not_on_holidays: bool
    only_school_days: bool
    seats: int
    flexible_minutes: int
    detour_minutes: int
    instant: bool
    share_cents: int
    carries: list[Carried]
    women_only: bool
    note: str
    metres: int
    seconds: int
    routed_by: Literal["beeline", "valhalla", "osrm"]
    ended: bool


class MatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a ride that fits a search, or in `nearest` nearly; who drives is told to nobody here.

    `from_m` and `to_m` are metres along the ride's way. One sets out on foot at `leave_at` and is there at `arrive_at`.
    """

    ride_id: int
    day: date
    pick_up: str
    drop_off: str
    leave_at: datetime
    pick_up_at: datetime
    drop_off_at: datetime
    arrive_at: datetime
    walk_m: int
    detour_s: int
    from_m: int
    to_m: int
    share_cents: int
    shift_minutes: int
    reasons: list[str]
    misses: list[str]


class Found(msgspec.Struct, frozen=True):
    """`nearest` is filled only where nothing fits."""

    matches: list[MatchView]
    nearest: list[MatchView]


class NewRideWish(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    """`at` is the latest arrival (`by_arrival`) or the earliest departure, in minutes since local midnight."""

    start: Label
    to: Label
    first: date
    last: date | None = None
    weekdays: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=7)]], msgspec.Meta(min_length=1, max_length=7)]
    by_arrival: bool = True
    at: Minutes
    places: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    needs: Annotated[list[Carried], msgspec.Meta(max_length=5)] = []
    women_only: bool = False


class RideWishView(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    id: int
    start: str
    to: str
    first: date
    last: date | None
    weekdays: list[int]
    by_arrival: bool
    at: int
    places: int
    needs: list[Carried]
    women_only: bool


@get(
    "/rides/search",
    guards=[public],
    operation_id="search-rides",
    summary="Rides for a journey",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(422),
)
async def get_search(
    request: Request[Person | None, Any, Any],
    reads: Connection,
    start: Annotated[str, QueryParameter(name="from", description="A place's label or key.", max_length=200)],
    to: Annotated[str, QueryParameter(description="A place's label or key.", max_length=200)],
    day: Annotated[date, QueryParameter(description="The local day.")],
    at: Annotated[
        int | None, QueryParameter(description="Minutes since midnight.", ge=0, le=1439, required=False)
    ] = None,
    by_arrival: Annotated[bool, QueryParameter(description="Whether `at` is the latest arrival.")] = True,
    places: Annotated[int, QueryParameter(ge=1, le=8)] = 1,
    needs: Annotated[list[Carried] | None, QueryParameter(max_items=5, required=False)] = None,
    women_only: Annotated[bool, QueryParameter()] = False,
) -> Found:
    """What fits, the best first; where nothing does, what comes nearest. Without `at`, any time of the day."""
    known = await gazetteer(reads)
    origin, destination = _ends(known, start, to)
    if not 2020 <= day.year <= 2100:
        raise InvalidInput({"day": _("Bitte einen Tag von 2020 bis 2100 angeben.")}, {})
    journey = Journey(
        origin=origin.place,
        destination=destination.place,
        day=day,
        by_arrival=by_arrival,
        at=at,
        places=places,
        needs=tuple(needs or ()),
        women_only=women_only,
    )
    found = await search_rides(reads, configured_router(request.app.state.settings), known, journey, request.user)
    near = [] if found else await nearest_rides(reads, known, journey, request.user)
    return Found([_match(match) for match in found], [_match(match) for match in near])


@post(
    "/rides",
    guards=[signed_in],
    operation_id="offer-ride",
    summary="Offer a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewRide],
    return_dto=None,
    response_description="The ride is offered.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_ride(
    request: Request[Person, Any, Any], reads: Connection, data: JSONBody[NewRide], idempotency_key: Key = None
) -> RideView:
    """One direction; a return trip is a ride of its own that names this one as its `outward_id`."""
    person = request.user
    offer = await _offer(request, reads, data)
    if data.outward_id is not None:
        await own_ride(reads, person, data.outward_id)
    async with reads.transaction():
        if known := await earlier(reads, person, idempotency_key, "offer ride", data):
            return _view(await ride_by_id(reads, known))
        ride = await offer_ride(reads, person, offer, data.outward_id)
        await tell_wishes(reads, ride)
        if idempotency_key:
            await store_result(reads, person.id, idempotency_key, ride.id)
    return _view(ride)


@get(
    "/rides",
    guards=[signed_in],
    operation_id="rides",
    summary="One's own rides",
    tags=["rides"],
    security=OWNER,
    responses=problems(422),
)
async def list_rides(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[RideView]:
    """What one drives, the first offered first; ended ones too."""
    after = decode_cursor(cursor, RowId) if cursor else 0
    found = await rides_after(reads, request.user.id, after, limit + 1)
    return page_of([_view(ride) for ride in found], limit, lambda item: item.id)


@get(
    "/rides/{ride_id:int}",
    guards=[signed_in],
    operation_id="ride",
    summary="A ride",
    tags=["rides"],
    security=OWNER,
    responses=problems(404),
)
async def get_ride(request: Request[Person, Any, Any], reads: Connection, ride_id: BigId) -> RideView:
    """One of one's own; those of others are found by searching."""
    ride = await ride_by_id(reads, ride_id)
    if ride.driver_id != request.user.id:
        raise NotFound
    return _view(ride)


@post(
    "/rides/{ride_id:int}/change",
    guards=[signed_in],
    status_code=200,
    operation_id="change-ride",
    summary="Change a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[RideChange],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_change(
    request: Request[Person, Any, Any], reads: Connection, ride_id: BigId, data: JSONBody[RideChange]
) -> RideView:
    """Riders for whom that is another time are asked again; 409 `promised` where it breaks what was promised."""
    await own_ride(reads, request.user, ride_id)
    offer = await _offer(request, reads, data)
    async with reads.transaction():
        ride = await change_ride(reads, request.user, ride_id, data.version, offer)
        await tell_wishes(reads, ride)
    return _view(ride)


@get(
    "/ride-wishes",
    guards=[signed_in],
    operation_id="ride-wishes",
    summary="One's own wishes",
    tags=["rides"],
    security=OWNER,
    responses=problems(),
)
async def list_wishes(request: Request[Person, Any, Any], reads: Connection) -> list[RideWishView]:
    """Those that stand."""
    return [_wish(wish) for wish in await wishes_of(reads, request.user, await gazetteer(reads))]


@post(
    "/ride-wishes",
    guards=[signed_in],
    operation_id="leave-ride-wish",
    summary="Leave a wish",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewRideWish],
    return_dto=None,
    response_description="The wish stands.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_wish(
    request: Request[Person, Any, Any], connection: Connection, data: JSONBody[NewRideWish]
) -> RideWishView:
    """A mail tells of each new offer that fits."""
    known = await gazetteer(connection)
    origin, destination = _ends(known, data.start, data.to)
    _check_days(data.first, data.last)
    journey = Journey(
        origin=origin.place,
        destination=destination.place,
        day=data.first,
        by_arrival=data.by_arrival,
        at=data.at,
        places=data.places,
        needs=tuple(data.needs),
        women_only=data.women_only,
    )
    wish_id = await leave_wish(
        connection, request.user, journey, Days(data.first, data.last), sorted(set(data.weekdays))
    )
    standing = await wishes_of(connection, request.user, known)
    return next(_wish(wish) for wish in standing if wish.id == wish_id)


@post(
    "/ride-wishes/{ride_wish_id:int}/withdrawal",
    guards=[signed_in],
    status_code=200,
    operation_id="withdraw-ride-wish",
    summary="Take a wish back",
    tags=["rides"],
    security=OWNER,
    responses=problems(404),
)
async def post_withdrawal(
    request: Request[Person, Any, Any], connection: Connection, ride_wish_id: BigId
) -> list[RideWishView]:
    """Answers with those that still stand. Sent again, it changes nothing."""
    await withdraw_wish(connection, request.user, ride_wish_id)
    return [_wish(wish) for wish in await wishes_of(connection, request.user, await gazetteer(connection))]


@get(
    "/meeting-points",
    guards=[public],
    operation_id="meeting-points",
    summary="Meeting points",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(422),
)
async def list_points(reads: Connection, cursor: Cursor = None, limit: Limit = 50) -> Page[MeetingPoint]:
    """Where one gets in and out, made by municipalities."""
    after = decode_cursor(cursor, PointId) if cursor else 0
    return page_of(await meeting_points(reads, after, limit + 1), limit, lambda item: item.id)


@get(
    "/meeting-points/{meeting_point_id:int}",
    guards=[public],
    operation_id="meeting-point",
    summary="A meeting point",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(404),
)
async def get_point(reads: Connection, meeting_point_id: Id) -> MeetingPoint:
    """Its `lat` and `lon` are degrees (WGS 84)."""
    return await meeting_point_by_id(reads, meeting_point_id)


async def _offer(request: Request[Person, Any, Any], reads: Connection, data: NewRide) -> Offer:
    """With its way, found before the transaction begins. Raises InvalidInput."""
    known = await gazetteer(reads)
    _check_days(data.first, data.last)
    start, to = _ends(known, data.start, data.to)
    stops = [
        PlannedStop(start.place, ExactPlace(data.from_exact) if data.from_exact else None),
        *(_stop(known, "via", label) for label in data.via),
        PlannedStop(to.place, ExactPlace(data.to_exact) if data.to_exact else None),
    ]
    way = await configured_router(request.app.state.settings).way([stop.place.point for stop in stops])
    rate = await cents_per_km(reads, data.first)
    share = proposed_share(rate, way.metres, data.seats) if data.share_cents is None else data.share_cents
    return Offer(
        stops=tuple(stops),
        way=way,
        days=Days(data.first, data.last),
        departs=weekly({time.weekday: time.at for time in data.times}),
        not_on_holidays=data.not_on_holidays,
        only_school_days=data.only_school_days,
        seats=data.seats,
        flexible_minutes=data.flexible_minutes,
        detour_minutes=data.detour_minutes,
        instant=data.instant,
        share_cents=share,
        carries=tuple(data.carries),
        women_only=data.women_only,
        note=data.note,
    )


def _ends(known: Gazetteer, start: str, to: str) -> tuple[PlannedStop, PlannedStop]:
    ends = _stop(known, "from", start), _stop(known, "to", to)
    if ends[0] == ends[1]:
        raise InvalidInput({"to": _("Start und Ziel sind derselbe Ort.")}, {})
    return ends


def _stop(known: Gazetteer, field: str, label: str) -> PlannedStop:
    try:
        return PlannedStop(known.named(label))
    except UnknownPlace as unknown:
        raise InvalidInput({field: unknown.message}, {}) from None


def _check_days(first: date, last: date | None) -> None:
    if not all(2020 <= day.year <= 2100 for day in (first, last) if day):
        raise InvalidInput({"first": _("Bitte einen Tag von 2020 bis 2100 angeben.")}, {})
    if last and last < first:
        raise InvalidInput({"last": _("Der letzte Tag muss nach dem ersten liegen.")}, {})


def _view(ride: Ride) -> RideView:
    timetable = ride.timetable
    return RideView(
        id=ride.id,
        version=ride.version,
        outward_id=ride.outward_id,
        stops=[stop.place.label for stop in ride.stops],
        first=timetable.days.first,
        last=timetable.days.last,
        times=[WeekdayTime(number, at) for number, at in enumerate(timetable.departs, 1) if at is not None],
        not_on_holidays=timetable.not_on_holidays,
        only_school_days=timetable.only_school_days,
        seats=ride.seats,
        flexible_minutes=ride.flexible_minutes,
        detour_minutes=ride.detour_minutes,
        instant=ride.instant,
        share_cents=ride.share_cents,
        carries=list(ride.carries),
        women_only=ride.women_only,
        note=ride.note,
        metres=int(ride.way.metres),
        seconds=int(ride.way.seconds),
        routed_by=ride.way.routed_by,  # type: ignore[arg-type]
        ended=ride.ended_at is not None,
    )


def _match(match: Match) -> MatchView:
    return MatchView(
        ride_id=match.ride_id,
        day=match.day,
        pick_up=match.pick_up.place.label,
        drop_off=match.drop_off.place.label,
        leave_at=match.leave_at,
        pick_up_at=match.pick_up_at,
        drop_off_at=match.drop_off_at,
        arrive_at=match.arrive_at,
        walk_m=match.pick_up.walk_m + match.drop_off.walk_m,
        detour_s=match.detour_s,
        from_m=match.from_m,
        to_m=match.to_m,
        share_cents=match.share_cents,
        shift_minutes=match.shift_minutes,
        reasons=[] if match.misses else list(reasons(match)),
        misses=[spoken_miss(miss) for miss in match.misses],
    )


def _wish(wish: RideWish) -> RideWishView:
    return RideWishView(
        id=wish.id,
        start=wish.origin.label,
        to=wish.destination.label,
        first=wish.days.first,
        last=wish.days.last,
        weekdays=list(wish.weekdays),
        by_arrival=wish.by_arrival,
        at=wish.at,
        places=wish.places,
        needs=list(wish.needs),
        women_only=wish.women_only,
    )


ROUTES = [
    get_search, post_ride, list_rides, get_ride, post_change, list_wishes, post_wish, post_withdrawal, list_points,
    get_point,
]  # fmt: skip
