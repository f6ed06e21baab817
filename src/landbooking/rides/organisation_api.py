"""Volunteers in the JSON API: an organisation's rota, who has which duty, and one's own duties."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput, check_within_reach
from landbooking.ids import BigRowId, Id
from landbooking.rides.organisations import Organisation, members_of, organisation_for
from landbooking.rides.rota import WEEK, NoDriver, Run, duties_of, give_duty, rota, zone_of

Asked = Request[Person, Any, Any]
TAGS = ["rides"]
ONE = "/ride-organisations/{organisation_id:int}"


class RotaRun(msgspec.Struct, frozen=True):
    """`driver_id` is who has the duty, null while nobody has. `riders` are the places that are given away."""

    ride_id: int
    day: date
    start: str
    destination: str
    departure: datetime
    driver_id: int | None
    riders: int


class RotaDriver(msgspec.Struct, frozen=True):
    """`called`: the name or, of who has told none, the address."""

    person_id: int
    called: str


class RotaView(msgspec.Struct, frozen=True):
    """The days from `first` on, seven of them; `drivers` are all who can have a duty."""

    first: date
    runs: list[RotaRun]
    drivers: list[RotaDriver]


class NewDuty(msgspec.Struct, frozen=True):
    """With `person_id` null nobody has the duty any more."""

    ride_id: BigRowId
    day: date
    person_id: BigRowId | None


class DutyView(msgspec.Struct, frozen=True):
    """`organisation` is a name."""

    ride_id: int
    day: date
    start: str
    destination: str
    departure: datetime
    organisation: str


@get(
    "/ride-duties",
    guards=[signed_in],
    operation_id="rideDuties",
    summary="One's own duties",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def list_duties(request: Asked, reads: Connection) -> list[DutyView]:
    """As a driver for associations, those that are still to come; who rides along stands in `GET /rides/week`."""
    return [
        DutyView(
            duty.ride.id,
            duty.day,
            duty.ride.start.place.label,
            duty.ride.destination.place.label,
            duty.departure,
            duty.organisation,
        )
        for duty in await duties_of(reads, request.user)
    ]


@get(
    ONE,
    guards=[signed_in],
    operation_id="rideOrganisation",
    summary="An association",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_organisation(request: Asked, reads: Connection, organisation_id: Id) -> Organisation:
    """For who manages it and its district's staff; `phone` is public."""
    return await organisation_for(reads, request.user, organisation_id)


@get(
    f"{ONE}/rota",
    guards=[signed_in],
    operation_id="rideRota",
    summary="An association's rota",
    tags=TAGS,
    security=OWNER,
    responses=problems(404, 422),
)
async def get_rota(
    request: Asked,
    reads: Connection,
    organisation_id: Id,
    day: Annotated[date | None, QueryParameter(description="The first day; else today.", required=False)] = None,
) -> RotaView:
    """For who manages it and its district's staff: what runs, by departure, and who drives."""
    organisation = await organisation_for(reads, request.user, organisation_id)
    first = day or datetime.now(UTC).astimezone(ZoneInfo(await zone_of(reads, organisation))).date()
    check_within_reach(first, "day")
    return RotaView(
        first,
        [_run_view(run) for run in await rota(reads, organisation.id, first, WEEK)],
        [RotaDriver(one.person_id, one.called) for one in await members_of(reads, organisation.id)],
    )


@post(
    f"{ONE}/duties",
    guards=[signed_in],
    status_code=200,
    operation_id="giveDuty",
    summary="Say who drives on a day",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewDuty],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_duty(request: Asked, connection: Connection, organisation_id: Id, data: JSONBody[NewDuty]) -> RotaRun:
    """By who manages it or its district's staff. 422 for who does not drive for it, or a ride that does not run then.

    Whoever had the duty before has it no more.
    """
    organisation = await organisation_for(connection, request.user, organisation_id)
    check_within_reach(data.day, "day")
    try:
        await give_duty(connection, organisation.id, data.ride_id, data.day, data.person_id)
    except NoDriver as refusal:  # nothing was written yet; the body's field has another name than the form's
        raise InvalidInput({"person_id": refusal.message}, {}) from None
    runs = await rota(connection, organisation.id, data.day, 1)
    return next(_run_view(run) for run in runs if run.ride.id == data.ride_id)


def _run_view(run: Run) -> RotaRun:
    return RotaRun(
        run.ride.id,
        run.day,
        run.ride.start.place.label,
        run.ride.destination.place.label,
        run.departure,
        run.driver_id,
        run.riders,
    )


ROUTES = [list_duties, get_organisation, get_rota, post_duty]
