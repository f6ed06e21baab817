"""Seats in the JSON API: the same verbs as the pages, for who shows a token."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, BigRowId
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.rides import ask_api, feedback_api
from landbooking.rides.answers import accept, decline
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.organisations import answers_for
from landbooking.rides.ride import ride_by_id
from landbooking.rides.seat import seat_seen_by, seats_driven, seats_of
from landbooking.rides.seat_views import (
    Answer,
    RefusalWithWords,
    SeatCancellation,
    SeatDetail,
    SeatView,
    seat_detail,
    seat_view,
)


@get(
    "/rides/{ride_id:int}/seat-requests",
    guards=[signed_in],
    operation_id="seatRequestsOfRide",
    summary="Who rides along or asks to",
    tags=["rides"],
    security=OWNER,
    responses=problems(404, 422),
)
async def list_of_ride(
    request: Request[Person, Any, Any],
    reads: Connection,
    ride_id: BigId,
    day: Annotated[date | None, QueryParameter(description="Only this day's.", required=False)] = None,
) -> list[SeatView]:
    """For who drives or answers: all that stand and are not over, by time. 404 for anybody else."""
    person, ride = request.user, await ride_by_id(reads, ride_id)
    seats = [seat for seat in await seats_driven(reads, person) if seat.ride_id == ride_id]
    if not seats and not await answers_for(reads, person, ride):
        raise NotFound
    return [await seat_view(reads, person, seat) for seat in seats if day in (None, seat.day)]


@get(
    "/seat-requests",
    guards=[signed_in],
    operation_id="seatRequests",
    summary="One's own seats",
    tags=["rides"],
    security=OWNER,
    responses=problems(422),
)
async def list_own(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[SeatView]:
    """As a rider, the one asked for last first, those called off too."""
    before = decode_cursor(cursor, BigRowId) if cursor else None
    found = await seats_of(reads, request.user, before, limit + 1)
    views = [await seat_view(reads, request.user, seat) for seat in found]
    return page_of(views, limit, lambda item: item.id)


@get(
    "/seat-requests/driven",
    guards=[signed_in],
    operation_id="seatsDriven",
    summary="Who rides along or asks to, in all of one's rides",
    tags=["rides"],
    security=OWNER,
    responses=problems(),
)
async def list_driven(request: Request[Person, Any, Any], reads: Connection) -> list[SeatView]:
    """Of rides that one drives or answers for, also on duty for an association: all that stand and are not over, by
    time.
    """
    return [await seat_view(reads, request.user, seat) for seat in await seats_driven(reads, request.user)]


@get(
    "/seat-requests/{seat_id:int}",
    guards=[signed_in],
    operation_id="seatRequest",
    summary="A seat",
    tags=["rides"],
    security=OWNER,
    responses=problems(404),
)
async def get_seat(request: Request[Person, Any, Any], reads: Connection, seat_id: BigId) -> SeatDetail:
    """One that one asked for, or answers."""
    return await seat_detail(reads, request.user, await seat_seen_by(reads, request.user, seat_id))


@post(
    "/seat-requests/{seat_id:int}/acceptance",
    guards=[signed_in],
    status_code=200,
    operation_id="acceptSeat",
    summary="Say yes",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[Answer],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_acceptance(
    request: Request[Person, Any, Any], connection: Connection, seat_id: BigId, data: JSONBody[Answer]
) -> SeatView:
    """As the driver to a request, or as the rider to a new time. 404 for who is not asked."""
    return await seat_view(connection, request.user, await accept(connection, request.user, seat_id, data.version))


@post(
    "/seat-requests/{seat_id:int}/refusal",
    guards=[signed_in],
    status_code=200,
    operation_id="refuseSeat",
    summary="Say no",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[RefusalWithWords],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_refusal(
    request: Request[Person, Any, Any], connection: Connection, seat_id: BigId, data: JSONBody[RefusalWithWords]
) -> SeatView:
    """As the driver to a request, or as the rider to a new time. 404 for who is not asked."""
    seat = await decline(connection, request.user, seat_id, data.version, data.message)
    return await seat_view(connection, request.user, seat)


@post(
    "/seat-requests/{seat_id:int}/cancellation",
    guards=[signed_in],
    status_code=200,
    operation_id="cancelSeat",
    summary="Call a seat off",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[SeatCancellation],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_cancellation(
    request: Request[Person, Any, Any], connection: Connection, seat_id: BigId, data: JSONBody[SeatCancellation]
) -> SeatView:
    """By the rider or the driver, before the ride. Sent again, it changes nothing and answers the same."""
    seat = await cancel_seat(connection, request.user, seat_id, data.version, data.scope, data.message)
    return await seat_view(connection, request.user, seat)


ROUTES = [
    *ask_api.ROUTES,
    *feedback_api.ROUTES,
    list_of_ride,
    list_own,
    list_driven,
    get_seat,
    post_acceptance,
    post_refusal,
    post_cancellation,
]
