"""Asking for seats in the JSON API: one, or several that are given together or not at all."""

from typing import Any

from litestar import Request, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.rides.place import gazetteer
from landbooking.rides.seat import asked_together, seat_seen_by
from landbooking.rides.seat_form import open_ride, there_and_back
from landbooking.rides.seat_views import NewSeatRequest, NewSeatRequests, SeatView, seat_view
from landbooking.rides.seats import request_seats

Asked = Request[Person, Any, Any]


@post(
    "/rides/{ride_id:int}/seat-requests",
    guards=[signed_in],
    operation_id="requestSeat",
    summary="Ask for a seat",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewSeatRequest],
    return_dto=None,
    response_description="The seat is asked for, or given at once.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_seat_request(
    request: Asked,
    connection: Connection,
    ride_id: BigId,
    data: JSONBody[NewSeatRequest],
    idempotency_key: Key = None,
) -> SeatView:
    """Accepted at once in an instant ride, else `requested` until the driver answers, `until_at` at the latest.

    404 for a ride that is gone; 409 when it is full on that part of its way or the detour is too long; 422 when a rule
    forbids it (`type` names which).
    """
    person = request.user
    if known := await earlier(connection, person, idempotency_key, f"seat {ride_id}", data):
        return await seat_view(connection, person, await seat_seen_by(connection, person, known))
    wish = data.wish(await gazetteer(connection), ride_id, data.day)
    seat = (await request_seats(connection, person, [wish]))[0]
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, seat.id)
    return await seat_view(connection, person, seat)


@post(
    "/seat-requests",
    guards=[signed_in],
    operation_id="requestSeats",
    summary="Ask for several seats at once",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewSeatRequests],
    return_dto=None,
    response_description="All seats are asked for, or given at once.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_seat_requests(
    request: Asked, connection: Connection, data: JSONBody[NewSeatRequests], idempotency_key: Key = None
) -> list[SeatView]:
    """On several days, there and back: all of them, by time, or none. They have one `asked_with`.

    Where one can't be had, the refusal is that of a single one, and its `ride_id` and `day` name which.
    """
    person = request.user
    if known := await earlier(connection, person, idempotency_key, "seats", data):
        first = await seat_seen_by(connection, person, known)
        seats = [first, *await asked_together(connection, first)]
    else:
        ride = await open_ride(connection, person, data.ride_id)
        places = await gazetteer(connection)
        wishes = [data.wish(places, ride.id, day) for day in sorted(set(data.days))]
        if data.with_return:
            wishes = await there_and_back(connection, ride, wishes)
        seats = await request_seats(connection, person, wishes)
        if idempotency_key:
            await store_result(connection, person.id, idempotency_key, seats[0].id)
    in_order = sorted(seats, key=lambda seat: (seat.start, seat.id))
    return [await seat_view(connection, person, seat) for seat in in_order]


ROUTES = [post_seat_request, post_seat_requests]
