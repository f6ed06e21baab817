"""Looking for a ride, and a ride's page: strangers see villages and times of it, and nobody's name."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import BigId
from landbooking.pages import page
from landbooking.rides.carried import carried_options, carried_words
from landbooking.rides.journey import Journey
from landbooking.rides.map import drawn_ride
from landbooking.rides.offers import offered, visible_ride
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.reasons import reasons, routed_in_words, spoken_miss
from landbooking.rides.ride import Ride
from landbooking.rides.routers import configured_router
from landbooking.rides.search import match_on_run, nearest_rides, search_rides
from landbooking.rides.search_form import asked_of, ends_from, journey_from, match_path, shown_values
from landbooking.rides.seat_form import return_of
from landbooking.rides.timetable import ZONE

Asked = Request[Person | None, Any, Any]
FAR = timedelta(days=366)


class RunQuery(msgspec.Struct, frozen=True):
    day: date | None = None
    places: int = 1


@get("/rides", guards=[public], include_in_schema=False)
async def home(request: Asked, reads: Connection) -> Response[str]:
    places = await gazetteer(reads)
    values = shown_values(request.query_params)
    if not values["from"] and request.user and request.user.home_id:
        values["from"] = places.municipality(request.user.home_id).label
    return _form(request, places, values, {}, 200)


@get("/rides/search", guards=[public], include_in_schema=False)
async def search(request: Asked, reads: Connection) -> Response[str]:
    places = await gazetteer(reads)
    try:
        journey = journey_from(request.query_params, places)
    except InvalidInput as invalid:
        return _form(request, places, shown_values(request.query_params), dict(invalid.errors), 422)
    router = configured_router(request.app.state.settings)
    found = await search_rides(reads, router, places, journey, request.user)
    near = [] if found else await nearest_rides(reads, places, journey, request.user)
    return page(
        request,
        "rides/results.html",
        journey=journey,
        places=[place.label for place in places.places],
        values=shown_values(dict(asked_of(journey)) | {"needs": list(journey.needs)}),
        errors={},
        needs_options=carried_options(),
        found=await offered(reads, found),
        near=await offered(reads, near),
        wish=asked_of(journey),
        **_words(journey),
    )


@get("/rides/{ride_id:int}", guards=[public], include_in_schema=False)
async def ride_page(request: Asked, reads: Connection, ride_id: BigId) -> Response[str]:
    places = await gazetteer(reads)
    query = _run_query(request.query_params)
    today = datetime.now(UTC).date()
    ride = await visible_ride(reads, ride_id, request.user, query.day or today)
    day = _run_day(ride, query.day, today)
    journey = _journey(request.query_params, places, ride, day, query.places)
    match = await match_on_run(reads, configured_router(request.app.state.settings), places, ride, day, journey)
    if match is None:
        raise NotFound
    [shown] = await offered(reads, [match])
    over = match.pick_up_at <= datetime.now(UTC)
    values = {
        "day": f"{day}",
        "from": match.pick_up.place.label,
        "to": match.drop_off.place.label,
        "places": journey.places,
        "pick_up_place": "",
        "drop_off_place": "",
        "with_return": False,
    }
    return page(
        request,
        "rides/ride.html",
        shown=shown,
        ride=ride,
        own=request.user is not None and ride.driver_id == request.user.id,
        over=over,
        carried=carried_words(ride.carries),
        drawing=drawn_ride(places.municipalities, ride, match),
        values=values,
        errors={},
        chosen_needs=list(journey.needs),
        needs_options=[option for option in carried_options() if option[0] in ride.carries],
        places=[place.label for place in places.places],
        return_ride=await return_of(reads, ride),
        key=secrets.token_urlsafe(16),
        here=match_path(match, journey),
        **_words(journey),
    )


def _run_query(asked: Mapping[str, Any]) -> RunQuery:
    """Raises NotFound: nobody types this address."""
    try:
        query = parse_values(RunQuery, asked)
    except InvalidInput:
        raise NotFound from None
    if not 1 <= query.places <= 8 or (query.day and not abs(query.day - datetime.now(UTC).date()) < FAR):
        raise NotFound
    return query


def _run_day(ride: Ride, asked: date | None, today: date) -> date:
    """The day of the run: the next one, where none is named. Raises NotFound."""
    if asked:
        return asked
    for day, _departure in ride.timetable.runs(today, 62):
        return day
    raise NotFound


def _journey(asked: Mapping[str, Any], places: Gazetteer, ride: Ride, day: date, seats: int) -> Journey:
    """The part of the way that is asked about; else all of it."""
    origin, destination = ride.start.place, ride.destination.place
    if text_of(asked, "from") or text_of(asked, "to"):
        named = ends_from(asked, places, {})
        if named[0] is None or named[1] is None:
            raise NotFound
        origin, destination = named[0], named[1]
    getall = getattr(asked, "getall", None)
    needs = tuple(need for need, _word in carried_options() if getall and need in getall("needs", []))
    return Journey(origin=origin, destination=destination, day=day, places=seats, needs=needs)


def _words(journey: Journey) -> dict[str, Any]:
    """What the templates say about a match."""
    return {
        "reasons": reasons,
        "spoken_miss": spoken_miss,
        "routed_in_words": routed_in_words,
        "match_path": lambda match: match_path(match, journey),
        "zone": ZONE.key,
    }


def _form(
    request: Asked, places: Gazetteer, values: dict[str, Any], errors: dict[str, str], status: int
) -> Response[str]:
    return page(
        request,
        "rides/home.html",
        status,
        places=[place.label for place in places.places],
        values=values,
        errors=errors,
        needs_options=carried_options(),
    )


ROUTES = [home, search, ride_page]
