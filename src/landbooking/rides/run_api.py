"""A ride on one day in the JSON API, as everybody sees it: villages and times, and nobody's name."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath, QueryParameter

from landbooking.accounts.guards import public
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import InvalidInput
from landbooking.ids import BigId
from landbooking.language import gettext as _
from landbooking.rides.api_fields import stop_at
from landbooking.rides.journey import Journey
from landbooking.rides.offers import offered, visible_ride
from landbooking.rides.place import gazetteer
from landbooking.rides.representations import MatchView, RoutedBy, match_view
from landbooking.rides.reputation import Reputation
from landbooking.rides.ride import Carried
from landbooking.rides.routers import configured_router
from landbooking.rides.search import match_on_run
from landbooking.rides.seat_form import return_of

FAR = timedelta(days=366)
Named = Annotated[str | None, QueryParameter(description="A place's label or key.", max_length=200, required=False)]


class OfferedRun(msgspec.Struct, frozen=True, kw_only=True):
    """`match` is the asked part of the way. `organisation` is the name of the association that offers it, else empty;
    `reputation` is what was said of who drives, never who it is. `stops` are labels; `has_return`: a way back was
    offered with it.
    """

    match: MatchView
    organisation: str
    reputation: Reputation
    stops: list[str]
    metres: int
    routed_by: RoutedBy
    seats: int
    flexible_minutes: int
    detour_minutes: int
    instant: bool
    carries: list[Carried]
    women_only: bool
    note: str
    has_return: bool


@get(
    "/rides/{ride_id:int}/runs/{day:date}",
    guards=[public],
    operation_id="rideRun",
    summary="A ride on a day, as others see it",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(404, 422),
)
async def get_run(
    request: Request[Person | None, Any, Any],
    reads: Connection,
    ride_id: BigId,
    day: FromPath[date],
    start: Annotated[
        str | None,
        QueryParameter(name="from", description="A place's label or key.", max_length=200, required=False),
    ] = None,
    to: Named = None,
    places: Annotated[int, QueryParameter(ge=1, le=8)] = 1,
    needs: Annotated[list[Carried] | None, QueryParameter(max_items=5, required=False)] = None,
) -> OfferedRun:
    """What stands against it is in the match's `misses`. Without `from` or `to`, from its start or to its end.

    404 for a day on which it does not run, and for who can't ride along.
    """
    if not abs(day - datetime.now(UTC).date()) < FAR:
        raise NotFound
    ride = await visible_ride(reads, ride_id, request.user, day)
    known = await gazetteer(reads)
    origin = stop_at(known, "from", start).place if start else ride.start.place
    destination = stop_at(known, "to", to).place if to else ride.destination.place
    if origin == destination:
        raise InvalidInput({"to": _("Start und Ziel sind derselbe Ort.")}, {})
    journey = Journey(origin=origin, destination=destination, day=day, places=places, needs=tuple(needs or ()))
    router = configured_router(request.app.state.settings)
    match = await match_on_run(reads, router, known, ride, day, journey)
    if match is None:
        raise NotFound
    [shown] = await offered(reads, [match])
    return OfferedRun(
        match=match_view(match),
        organisation=shown.organisation,
        reputation=shown.reputation,
        stops=[stop.place.label for stop in ride.stops],
        metres=int(ride.way.metres),
        routed_by=ride.way.routed_by,  # type: ignore[arg-type]
        seats=ride.seats,
        flexible_minutes=ride.flexible_minutes,
        detour_minutes=ride.detour_minutes,
        instant=ride.instant,
        carries=list(ride.carries),
        women_only=ride.women_only,
        note=ride.note,
        has_return=await return_of(reads, ride) is not None,
    )


ROUTES = [get_run]
