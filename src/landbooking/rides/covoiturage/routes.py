"""The standard's addresses. Errors have its form, {"error": "…"}, and 400 is what elsewhere here is 422."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, patch, post
from litestar.params import FromPath

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal, answer
from landbooking.forms import NotJson, parse_json, parse_values
from landbooking.rides.covoiturage.bookings import NewBooking, book, change_status, query_status, seat_of, shown
from landbooking.rides.covoiturage.drivers import driver_journeys, driver_regular_trips
from landbooking.rides.covoiturage.passengers import passenger_journeys, passenger_regular_trips
from landbooking.rides.covoiturage.queries import PunctualQuery, RegularQuery
from landbooking.rides.place import gazetteer

Asked = Request[Any, Any, Any]


@get("/driver_journeys", guards=[public], include_in_schema=False)
async def driver_journeys_route(request: Asked, reads: Connection) -> Response[bytes]:
    query = parse_values(PunctualQuery, request.query_params)
    places = await gazetteer(reads)
    return _json(await driver_journeys(reads, places, query, request.app.state.settings))


@get("/passenger_journeys", guards=[public], include_in_schema=False)
async def passenger_journeys_route(request: Asked, reads: Connection) -> Response[bytes]:
    query = parse_values(PunctualQuery, request.query_params)
    places = await gazetteer(reads)
    return _json(await passenger_journeys(reads, places, query, request.app.state.settings))


@get("/driver_regular_trips", guards=[public], include_in_schema=False)
async def driver_regular_trips_route(request: Asked, reads: Connection) -> Response[bytes]:
    query = parse_values(RegularQuery, request.query_params)
    places = await gazetteer(reads)
    return _json(await driver_regular_trips(reads, places, query, request.app.state.settings))


@get("/passenger_regular_trips", guards=[public], include_in_schema=False)
async def passenger_regular_trips_route(request: Asked, reads: Connection) -> Response[bytes]:
    query = parse_values(RegularQuery, request.query_params)
    places = await gazetteer(reads)
    return _json(await passenger_regular_trips(reads, places, query, request.app.state.settings))


@post("/bookings", guards=[signed_in], include_in_schema=False)
async def post_booking(request: Request[Person, Any, Any], connection: Connection) -> Response[bytes]:
    """By another operator, with a token of its account here."""
    try:
        body = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotJson from None
    known = {field.encode_name for field in msgspec.structs.fields(NewBooking)}
    given = {name: value for name, value in body.items() if name in known} if isinstance(body, dict) else body
    new = parse_json(NewBooking, given)
    seat = await book(connection, request.user, new, await gazetteer(connection))
    return _json(await shown(connection, seat, request.app.state.settings), 201)


@get("/bookings/{number:uuid}", guards=[signed_in], include_in_schema=False)
async def get_booking(request: Request[Person, Any, Any], reads: Connection, number: FromPath[UUID]) -> Response[bytes]:
    seat = await seat_of(reads, request.user, number)
    return _json(await shown(reads, seat, request.app.state.settings))


@patch("/bookings/{number:uuid}", guards=[signed_in], include_in_schema=False)
async def patch_booking(
    request: Request[Person, Any, Any], connection: Connection, number: FromPath[UUID]
) -> Response[bytes]:
    await seat_of(connection, request.user, number)  # whose it is not, hears nothing of what was wrong
    await change_status(connection, request.user, number, query_status(request.query_params.get("status")))
    return _json({})


@get("/status", guards=[public], include_in_schema=False)
async def status(request: Asked, reads: Connection) -> Response[bytes]:
    """200 where the database answers, too."""
    await reads.fetchval("SELECT 1")
    return _json({"status": "OK"})


def _json(body: object, status_code: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(body), status_code=status_code, media_type="application/json")


def _error(request: Asked, error: Exception) -> Response[Any]:
    """What was wrong, field by field, in the standard's form."""
    if not isinstance(error, Refusal):
        return answer(request, error)
    blamed = "; ".join(f"{field}: {sentence}" for field, sentence in error.fields.items())
    status_code = 400 if error.status == 422 else error.status
    return Response(
        msgspec.json.encode({"error": blamed or error.message}), status_code=status_code, media_type="application/json"
    )


ROUTES = [
    Router(
        "/covoiturage",
        route_handlers=[
            driver_journeys_route,
            passenger_journeys_route,
            driver_regular_trips_route,
            passenger_regular_trips_route,
            post_booking,
            get_booking,
            patch_booking,
            status,
        ],
        exception_handlers={Exception: _error},
    )
]
