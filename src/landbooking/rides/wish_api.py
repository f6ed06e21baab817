"""Wishes and meeting points in the JSON API."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, Id, RowId
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.rides import representations as shown
from landbooking.rides.api_fields import check_days, ends_named
from landbooking.rides.journey import Journey
from landbooking.rides.meeting_points import MeetingPoint, meeting_point_by_id, meeting_points
from landbooking.rides.place import gazetteer
from landbooking.rides.ride import rides_of
from landbooking.rides.timetable import Days
from landbooking.rides.wishes import leave_wish, wishes_along, wishes_of, withdraw_wish


@get(
    "/ride-wishes",
    guards=[signed_in],
    operation_id="rideWishes",
    summary="One's own wishes",
    tags=["rides"],
    security=OWNER,
    responses=problems(),
)
async def list_wishes(request: Request[Person, Any, Any], reads: Connection) -> list[shown.RideWishView]:
    """Those that stand."""
    return [shown.wish_view(wish) for wish in await wishes_of(reads, request.user, await gazetteer(reads))]


@post(
    "/ride-wishes",
    guards=[signed_in],
    operation_id="leaveRideWish",
    summary="Leave a wish",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.NewRideWish],
    return_dto=None,
    response_description="The wish stands.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_wish(
    request: Request[Person, Any, Any], connection: Connection, data: JSONBody[shown.NewRideWish]
) -> shown.RideWishView:
    """A mail tells of each new offer that fits."""
    known = await gazetteer(connection)
    origin, destination = ends_named(known, data.start, data.to)
    check_days(data.first, data.last)
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
    return next(shown.wish_view(wish) for wish in standing if wish.id == wish_id)


@get(
    "/ride-wishes/along",
    guards=[signed_in],
    operation_id="rideWishesAlong",
    summary="Others' wishes along one's way",
    tags=["rides"],
    security=OWNER,
    responses=problems(),
)
async def list_along(request: Request[Person, Any, Any], reads: Connection) -> list[shown.WishAlongView]:
    """What others look for that one's rides could serve; who it is, one learns when they ask for a seat."""
    rides = await rides_of(reads, request.user.id)
    found = await wishes_along(reads, request.user, rides, await gazetteer(reads)) if rides else []
    return [shown.wish_along_view(wish) for wish in found]


@post(
    "/ride-wishes/{ride_wish_id:int}/withdrawal",
    guards=[signed_in],
    status_code=200,
    operation_id="withdrawRideWish",
    summary="Take a wish back",
    tags=["rides"],
    security=OWNER,
    responses=problems(404),
)
async def post_withdrawal(
    request: Request[Person, Any, Any], connection: Connection, ride_wish_id: BigId
) -> list[shown.RideWishView]:
    """Answers with those that still stand. Sent again, it changes nothing."""
    await withdraw_wish(connection, request.user, ride_wish_id)
    return [shown.wish_view(wish) for wish in await wishes_of(connection, request.user, await gazetteer(connection))]


@get(
    "/meeting-points",
    guards=[public],
    operation_id="meetingPoints",
    summary="Meeting points",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(422),
)
async def list_points(reads: Connection, cursor: Cursor = None, limit: Limit = 50) -> Page[MeetingPoint]:
    """Where one gets in and out, made by municipalities."""
    after = decode_cursor(cursor, RowId) if cursor else 0
    return page_of(await meeting_points(reads, after, limit + 1), limit, lambda item: item.id)


@get(
    "/meeting-points/{meeting_point_id:int}",
    guards=[public],
    operation_id="meetingPoint",
    summary="A meeting point",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(404),
)
async def get_point(reads: Connection, meeting_point_id: Id) -> MeetingPoint:
    """Its `lat` and `lon` are degrees (WGS 84)."""
    return await meeting_point_by_id(reads, meeting_point_id)


ROUTES = [list_wishes, post_wish, list_along, post_withdrawal, list_points, get_point]
