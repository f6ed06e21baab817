"""The district's side of rides in the JSON API: reports, who somebody is, and a guardian's consent on paper."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guardians import concerns, consent_of, minor_in_district, record_paper
from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person, person_at
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.rides.consent import RIDING, revoke_on_paper
from landbooking.rides.feedback import RideReport, mark_handled, open_reports
from landbooking.rides.people import confirm, profile_of

Asked = Request[Person, Any, Any]
TAGS = ["district"]


class RiderAddress(msgspec.Struct, frozen=True):
    """By the exact address: there is no list of people."""

    email: Annotated[str, msgspec.Meta(max_length=254)]


class RiderView(msgspec.Struct, frozen=True):
    """`confirmed`: staff have seen who it is. `consent`: whether a guardian's stands; null for who has never said to be
    under age, or neither lives nor rides in the staff's district.
    """

    email: str
    confirmed: bool
    consent: bool | None


@get(
    "/districts/ride-reports",
    guards=[district_staff],
    operation_id="rideReports",
    summary="Open reports on rides",
    tags=TAGS,
    security=OWNER,
    responses=problems(403),
)
async def list_reports(request: Asked, reads: Connection) -> list[RideReport]:
    """Of one's own district, the oldest first; an operator reads those of all."""
    return await open_reports(reads, request.user)


@post(
    "/districts/ride-reports/{report_id:int}/handling",
    guards=[district_staff],
    status_code=200,
    operation_id="handleRideReport",
    summary="Close a report on a ride",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def post_handled(request: Asked, connection: Connection, report_id: BigId) -> list[RideReport]:
    """Kept with who has handled it. Answers with what is still open. 404 for another district's."""
    await mark_handled(connection, request.user, report_id)
    return await open_reports(connection, request.user)


@post(
    "/districts/riders",
    guards=[district_staff],
    status_code=200,
    operation_id="lookUpRider",
    summary="Look somebody up by address",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[RiderAddress],
    return_dto=None,
    responses=problems(400, 403, 413, 422),
)
async def post_look_up(request: Asked, reads: Connection, data: JSONBody[RiderAddress]) -> RiderView:
    """A POST, so that the address stands in no log."""
    return await _view(reads, request.user, await person_at(reads, data.email))


@post(
    "/districts/riders/confirmation",
    guards=[district_staff],
    status_code=200,
    operation_id="confirmRider",
    summary="Confirm who somebody is",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[RiderAddress],
    return_dto=None,
    responses=problems(400, 403, 413, 422),
)
async def post_confirmation(request: Asked, connection: Connection, data: JSONBody[RiderAddress]) -> RiderView:
    """Staff have seen the identity card. Kept with who and when."""
    person = await person_at(connection, data.email)
    await confirm(connection, request.user, person.id)
    return await _view(connection, request.user, person)


@post(
    "/districts/riders/consent",
    guards=[district_staff],
    status_code=200,
    operation_id="recordRideConsent",
    summary="Record that a guardian's consent to rides was seen on paper",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[RiderAddress],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_paper(request: Asked, connection: Connection, data: JSONBody[RiderAddress]) -> RiderView:
    """Kept with who has seen it, and when. 404 for who neither lives nor rides in the staff's district."""
    person = await person_at(connection, data.email)
    minor = await minor_in_district(connection, request.user, RIDING, person.id)
    await record_paper(connection, request.user, RIDING, minor.id)
    return await _view(connection, request.user, minor)


@post(
    "/districts/riders/consent/revocation",
    guards=[district_staff],
    status_code=200,
    operation_id="revokeRideConsent",
    summary="Record that a guardian takes the consent to rides back",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[RiderAddress],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_revocation(request: Asked, connection: Connection, data: JSONBody[RiderAddress]) -> RiderView:
    """What the minor has coming is called off. 404 where no consent stands, and as for recording it."""
    person = await person_at(connection, data.email)
    minor = await minor_in_district(connection, request.user, RIDING, person.id)
    await revoke_on_paper(connection, minor.id)
    return await _view(connection, request.user, minor)


async def _view(connection: Connection, staff: Person, person: Person) -> RiderView:
    """The address that was asked for, and nothing else that the person has not come to show."""
    profile = await profile_of(connection, person.id)
    is_theirs = await concerns(connection, staff, RIDING, person)
    consent = await consent_of(connection, RIDING, person.id)
    return RiderView(
        email=person.email,
        confirmed=profile.confirmed_at is not None,
        consent=(consent is not None and consent.stands) if profile.of_age_on and is_theirs else None,
    )


ROUTES = [list_reports, post_handled, post_look_up, post_confirmation, post_paper, post_revocation]
