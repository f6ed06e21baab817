"""The standard's addresses. Errors have its form, {"error": "…"}, and 400 is what elsewhere here is 422."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import Refusal, answer
from landbooking.forms import parse_values
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


@get("/status", guards=[public], include_in_schema=False)
async def status(request: Asked, reads: Connection) -> Response[bytes]:
    """200 where the database answers, too."""
    await reads.fetchval("SELECT 1")
    return _json({"status": "OK"})


def _json(body: object) -> Response[bytes]:
    return Response(msgspec.json.encode(body), media_type="application/json")


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
            status,
        ],
        exception_handlers={Exception: _error},
    )
]
