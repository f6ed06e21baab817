"""Associations of volunteer drivers and who is in them, in the JSON API, for the district's staff."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.districts import asked_district, check_own_district
from landbooking.accounts.guards import district_staff
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, Id, RowId
from landbooking.rides.organisations import (
    MemberRole,
    Organisation,
    Volunteer,
    create_organisation,
    members_of,
    name_member,
    organisation_for,
    organisations_of_district,
    remove_member,
)

Asked = Request[Person, Any, Any]
TAGS = ["district"]
ROOT = "/districts/ride-organisations"
MEMBERS = f"{ROOT}/{{organisation_id:int}}/members"


class NewOrganisation(msgspec.Struct, frozen=True):
    """`phone` is public. Without a `district_id` in the district that one works for; an operator works for all."""

    name: Annotated[str, msgspec.Meta(max_length=100, pattern=r"\S")]
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    district_id: RowId | None = None


class NewVolunteer(msgspec.Struct, frozen=True):
    """Whoever has this address. A `manager` keeps the rota and the telephone, and drives too."""

    email: Annotated[str, msgspec.Meta(max_length=254)]
    role: MemberRole = "driver"


@get(
    ROOT,
    guards=[district_staff],
    operation_id="districtRideOrganisations",
    summary="Associations of one's own district",
    tags=TAGS,
    security=OWNER,
    responses=problems(403),
)
async def list_organisations(request: Asked, reads: Connection) -> list[Organisation]:
    """By name; an operator's are all."""
    return await organisations_of_district(reads, request.user)


@post(
    ROOT,
    guards=[district_staff],
    operation_id="createRideOrganisation",
    summary="Create an association",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewOrganisation],
    return_dto=None,
    response_description="The association is there; name who manages it next.",
    responses=problems(400, 403, 404, 413, 422),
)
async def post_organisation(
    request: Asked, connection: Connection, data: JSONBody[NewOrganisation], idempotency_key: Key = None
) -> Organisation:
    """403 for a district that one does not work for."""
    staff = request.user
    district_id = data.district_id or await asked_district(connection, staff, "")
    await check_own_district(connection, staff, district_id)
    known = await earlier(connection, staff, idempotency_key, "ride organisation", data)
    if known is None:
        known = await create_organisation(connection, staff, district_id, data.name.strip(), data.phone.strip())
        if idempotency_key:
            await store_result(connection, staff.id, idempotency_key, known)
    return await organisation_for(connection, staff, known)


@get(
    MEMBERS,
    guards=[district_staff],
    operation_id="rideOrganisationMembers",
    summary="Who manages an association and who drives",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def list_members(request: Asked, reads: Connection, organisation_id: Id) -> list[Volunteer]:
    """Managers first. 404 for another district's."""
    organisation = await organisation_for(reads, request.user, organisation_id)
    return await members_of(reads, organisation.id)


@post(
    MEMBERS,
    guards=[district_staff],
    status_code=200,
    operation_id="nameRideOrganisationMember",
    summary="Name somebody who manages or drives",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewVolunteer],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_member(
    request: Asked, connection: Connection, organisation_id: Id, data: JSONBody[NewVolunteer]
) -> list[Volunteer]:
    """Or gives them another role. Who has no account yet gets one at the first sign-in. Answers with all."""
    organisation = await organisation_for(connection, request.user, organisation_id)
    await name_member(connection, organisation.id, data.email, data.role)
    return await members_of(connection, organisation.id)


@post(
    f"{MEMBERS}/{{person_id:int}}/removal",
    guards=[district_staff],
    status_code=200,
    operation_id="removeRideOrganisationMember",
    summary="Remove somebody from an association",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def post_removal(
    request: Asked, connection: Connection, organisation_id: Id, person_id: BigId
) -> list[Volunteer]:
    """Their duties that are still to come are open again. Answers with who is left. Sent again, it changes nothing."""
    organisation = await organisation_for(connection, request.user, organisation_id)
    await remove_member(connection, organisation.id, person_id)
    return await members_of(connection, organisation.id)


ROUTES = [list_organisations, post_organisation, list_members, post_member, post_removal]
