"""Rides in the JSON API: the same verbs as the pages. Places go by label or official key."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField, check_within_reach
from landbooking.ids import BigId, BigRowId
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.rides import (
    day_api,
    district_api,
    district_organisation_api,
    district_point_api,
    guest_api,
    meeting_point_api,
    organisation_api,
    people_api,
    run_api,
    statistics_api,
    week_pages,
    wish_api,
)
from landbooking.rides import representations as shown
from landbooking.rides.api_fields import check_days, ends_named, stop_at
from landbooking.rides.changes import change_ride, own_ride
from landbooking.rides.journey import Journey
from landbooking.rides.money import cents_per_km, proposed_share
from landbooking.rides.offering import Offer, offer_ride
from landbooking.rides.organisations import Organisation, answers_for, organisations_managed
from landbooking.rides.place import gazetteer
from landbooking.rides.ride import Carried, ride_by_id, rides_after
from landbooking.rides.routers import configured_router
from landbooking.rides.search import nearest_rides, search_rides
from landbooking.rides.timetable import Days, weekly
from landbooking.rides.wishes import tell_wishes


@get(
    "/rides/search",
    guards=[public],
    operation_id="searchRides",
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
) -> shown.Found:
    """What fits, the best first; where nothing does, what comes nearest. Without `at`, any time of the day."""
    known = await gazetteer(reads)
    origin, destination = ends_named(known, start, to)
    check_within_reach(day, "day")
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
    return shown.Found([shown.match_view(match) for match in found], [shown.match_view(match) for match in near])


@post(
    "/rides",
    guards=[signed_in],
    operation_id="offerRide",
    summary="Offer a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.NewRide],
    return_dto=None,
    response_description="The ride is offered.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_ride(
    request: Request[Person, Any, Any], reads: Connection, data: JSONBody[shown.NewRide], idempotency_key: Key = None
) -> shown.RideView:
    """One direction; a return trip is a ride of its own that names this one as its `outward_id`.

    403 for an association that one does not manage.
    """
    person = request.user
    offer = msgspec.structs.replace(await _offer(request, reads, data), organisation_id=data.organisation_id)
    if data.outward_id is not None:
        await own_ride(reads, person, data.outward_id)
    async with reads.transaction():
        if known := await earlier(reads, person, idempotency_key, "offer ride", data):
            return shown.ride_view(await ride_by_id(reads, known))
        ride = await offer_ride(reads, person, offer, data.outward_id)
        await tell_wishes(reads, ride)
        if idempotency_key:
            await store_result(reads, person.id, idempotency_key, ride.id)
    return shown.ride_view(ride)


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
) -> Page[shown.RideView]:
    """What one drives, or an association that one manages offers; the first offered first, ended ones too."""
    after = decode_cursor(cursor, BigRowId) if cursor else 0
    found = await rides_after(reads, request.user.id, after, limit + 1)
    return page_of([shown.ride_view(ride) for ride in found], limit, lambda item: item.id)


@get(
    "/rides/{ride_id:int}",
    guards=[signed_in],
    operation_id="ride",
    summary="A ride",
    tags=["rides"],
    security=OWNER,
    responses=problems(404),
)
async def get_ride(request: Request[Person, Any, Any], reads: Connection, ride_id: BigId) -> shown.RideView:
    """One of one's own, or of an association that one manages; those of others are found by searching."""
    ride = await ride_by_id(reads, ride_id)
    if not await answers_for(reads, request.user, ride):
        raise NotFound
    return shown.ride_view(ride)


@post(
    "/rides/{ride_id:int}/change",
    guards=[signed_in],
    status_code=200,
    operation_id="changeRide",
    summary="Change a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.RideChange],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_change(
    request: Request[Person, Any, Any], reads: Connection, ride_id: BigId, data: JSONBody[shown.RideChange]
) -> shown.RideView:
    """Riders for whom that is another time are asked again; 409 `promised` where it breaks what was promised."""
    await own_ride(reads, request.user, ride_id)
    offer = await _offer(request, reads, data)
    async with reads.transaction():
        ride = await change_ride(reads, request.user, ride_id, data.version, offer)
        await tell_wishes(reads, ride)
    return shown.ride_view(ride)


async def _offer(request: Request[Person, Any, Any], reads: Connection, data: shown.RideTerms) -> Offer:
    """With its way, found before the transaction begins. Raises InvalidInput."""
    known = await gazetteer(reads)
    check_days(data.first, data.last)
    stops = [
        stop_at(known, "from", data.start, data.from_exact),
        *(stop_at(known, "via", where) for where in data.via),
        stop_at(known, "to", data.to, data.to_exact),
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


@get(
    "/ride-organisations",
    guards=[signed_in],
    operation_id="rideOrganisations",
    summary="Associations for which one may offer rides",
    tags=["rides"],
    security=OWNER,
    responses=problems(),
)
async def list_organisations(request: Request[Person, Any, Any], reads: Connection) -> list[Organisation]:
    """Those that one manages; `phone` is public."""
    return await organisations_managed(reads, request.user)


ROUTES = [
    get_search,
    post_ride,
    list_rides,
    get_ride,
    post_change,
    list_organisations,
    *day_api.ROUTES,
    *week_pages.API_ROUTES,
    *wish_api.ROUTES,
    *run_api.ROUTES,
    *meeting_point_api.ROUTES,
    *people_api.ROUTES,
    *organisation_api.ROUTES,
    *guest_api.ROUTES,
    *district_api.ROUTES,
    *district_organisation_api.ROUTES,
    *district_point_api.ROUTES,
    *statistics_api.ROUTES,
]
