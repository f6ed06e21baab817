"""What a driver changes of a ride's days over the JSON API: one day, a pause, its end."""

from typing import Any

from litestar import Request, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, check_within_reach
from landbooking.ids import BigId
from landbooking.rides import representations as shown
from landbooking.rides.api_fields import check_days
from landbooking.rides.changes import change_day, end_ride, lift_pause, pause_ride
from landbooking.rides.ride import ride_by_id
from landbooking.rides.timetable import Days

Asked = Request[Person, Any, Any]


@post(
    "/rides/{ride_id:int}/exceptions",
    guards=[signed_in],
    status_code=200,
    operation_id="exceptDay",
    summary="Change one day of a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.NewException],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_exception(
    request: Asked, connection: Connection, ride_id: BigId, data: JSONBody[shown.NewException]
) -> shown.RideView:
    """Riders are asked whether the new time suits them; where it does not run, they are told so at once."""
    check_within_reach(data.day, "day")
    await change_day(connection, request.user, ride_id, data.day, data.at, data.message)
    return shown.ride_view(await ride_by_id(connection, ride_id))


@post(
    "/rides/{ride_id:int}/pauses",
    guards=[signed_in],
    status_code=200,
    operation_id="pauseRide",
    summary="Pause a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.NewPause],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_pause(
    request: Asked, connection: Connection, ride_id: BigId, data: JSONBody[shown.NewPause]
) -> shown.RideView:
    """Seats on these days are called off. 409 `pause` where it pauses already."""
    check_days(data.first, data.last)
    await pause_ride(connection, request.user, ride_id, Days(data.first, data.last), data.message)
    return shown.ride_view(await ride_by_id(connection, ride_id))


@post(
    "/rides/{ride_id:int}/pauses/removal",
    guards=[signed_in],
    status_code=200,
    operation_id="liftPause",
    summary="Lift a pause",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.PauseRemoval],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_lifting(
    request: Asked, connection: Connection, ride_id: BigId, data: JSONBody[shown.PauseRemoval]
) -> shown.RideView:
    """What was called off for the pause stays so. Sent again, it changes nothing."""
    await lift_pause(connection, request.user, ride_id, data.first)
    return shown.ride_view(await ride_by_id(connection, ride_id))


@post(
    "/rides/{ride_id:int}/end",
    guards=[signed_in],
    status_code=200,
    operation_id="endRide",
    summary="End a ride",
    tags=["rides"],
    security=OWNER,
    dto=FieldByField[shown.RideEnd],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_end(
    request: Asked, connection: Connection, ride_id: BigId, data: JSONBody[shown.RideEnd]
) -> shown.RideView:
    """For good; all seats in it that are still to come are called off. 404 for one that has ended already."""
    await end_ride(connection, request.user, ride_id, data.message)
    return shown.ride_view(await ride_by_id(connection, ride_id))


ROUTES = [post_exception, post_pause, post_lifting, post_end]
