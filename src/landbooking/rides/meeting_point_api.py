"""At a meeting point, in the JSON API: what passes there next, and telling drivers that one stands there."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import Id
from landbooking.rides.api_fields import stop_at
from landbooking.rides.calls import call_drivers, passing_rides, point_among
from landbooking.rides.place import gazetteer
from landbooking.rides.representations import Label, MatchView, match_view


class NewRideCall(msgspec.Struct, frozen=True):
    """`to` is the label or key of a place."""

    to: Label


class RideCallView(msgspec.Struct, frozen=True):
    """`told`: whether anybody was, now or by the same call before."""

    told: bool


@get(
    "/meeting-points/{meeting_point_id:int}/rides",
    guards=[public],
    operation_id="passingRides",
    summary="The next rides from a meeting point",
    tags=["rides"],
    security=ANYBODY,
    responses=problems(404),
)
async def list_passing(
    request: Request[Person | None, Any, Any], reads: Connection, meeting_point_id: Id
) -> list[MatchView]:
    """Within three hours, wherever they lead: each as far as its last stop."""
    places = await gazetteer(reads)
    point = point_among(places, meeting_point_id)
    found = await passing_rides(reads, places, point, request.user, datetime.now(UTC))
    return [match_view(match) for match in found]


@post(
    "/meeting-points/{meeting_point_id:int}/calls",
    guards=[signed_in],
    status_code=200,
    operation_id="callDrivers",
    summary="Tell drivers that one stands there",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[NewRideCall],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422, 429),
)
async def post_call(
    request: Request[Person, Any, Any], connection: Connection, meeting_point_id: Id, data: JSONBody[NewRideCall]
) -> RideCallView:
    """Who passes within the hour in that direction gets a mail: where somebody stands and where to, not who it is.

    Sent again within the hour, it tells nobody twice.
    """
    places = await gazetteer(connection)
    point = point_among(places, meeting_point_id)
    to = stop_at(places, "to", data.to).place
    return RideCallView(told=await call_drivers(connection, places, request.user, point, to) > 0)


ROUTES = [list_passing, post_call]
