"""What district staff do for rides: open reports, who somebody is, a guardian's paper, organisations of volunteers."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.districts import asked_district, districts_of
from landbooking.accounts.guardians import concerns, consent_of, minor_in_district, record_paper
from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import person_at, person_by_id
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.pages import page, redirect
from landbooking.rides.consent import RIDING, revoke_on_paper
from landbooking.rides.feedback import mark_handled, open_reports
from landbooking.rides.organisations import (
    create_organisation,
    members_of,
    name_member,
    organisation_for,
    organisations_of_district,
    remove_member,
)
from landbooking.rides.people import confirm, profile_of

Asked = Request[Any, Any, Any]


class PersonForm(msgspec.Struct, frozen=True):
    email: Annotated[str, msgspec.Meta(max_length=254)]


class OrganisationForm(msgspec.Struct, frozen=True):
    """`phone` is public."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""


class MemberForm(msgspec.Struct, frozen=True):
    email: Annotated[str, msgspec.Meta(max_length=254)]
    role: Literal["manager", "driver"] = "driver"


@get("/district/rides", guards=[district_staff], include_in_schema=False)
async def rides_page(request: Asked, reads: Connection) -> Response[str]:
    return await _hub(request, reads, {}, {})


@post("/district/rides/reports/{report_id:int}/handling", guards=[district_staff], include_in_schema=False)
async def post_handled(request: Asked, report_id: BigId, connection: Connection) -> Response[None]:
    await mark_handled(connection, request.user, report_id)
    return redirect(request, "/district/rides", notice="report-handled")


@post("/district/rides/people", guards=[district_staff], include_in_schema=False, status_code=200)
async def look_up(request: Asked, connection: Connection) -> Response[Any]:
    """By the exact address, in a form, so that it stands in no address bar; there is no list of people."""
    posted = await request.form()
    typed = {"email": text_of(posted, "email")}
    try:
        form = await parse_form(PersonForm, request)
        person = await person_at(connection, form.email)
    except (InvalidInput, NotAnAddress) as refusal:
        return await _hub(request, connection, typed, refusal.fields)
    return await _person(request, connection, person.id)


@post("/district/rides/people/{person_id:int}/confirmation", guards=[district_staff], include_in_schema=False)
async def post_confirmation(request: Asked, person_id: BigId, connection: Connection) -> Response[None]:
    await confirm(connection, request.user, (await person_by_id(connection, person_id)).id)
    return redirect(request, "/district/rides", notice="person-confirmed")


@post("/district/rides/people/{person_id:int}/consent", guards=[district_staff], include_in_schema=False)
async def post_paper(request: Asked, person_id: BigId, connection: Connection) -> Response[None]:
    minor = await minor_in_district(connection, request.user, RIDING, person_id)
    await record_paper(connection, request.user, RIDING, minor.id)
    return redirect(request, "/district/rides", notice="consent-recorded")


@post("/district/rides/people/{person_id:int}/consent/revocation", guards=[district_staff], include_in_schema=False)
async def post_revocation(request: Asked, person_id: BigId, connection: Connection) -> Response[None]:
    minor = await minor_in_district(connection, request.user, RIDING, person_id)
    await revoke_on_paper(connection, minor.id)
    return redirect(request, "/district/rides", notice="consent-revoked")


@post("/district/rides/organisations", guards=[district_staff], include_in_schema=False)
async def post_organisation(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = await parse_form(OrganisationForm, request)
    except InvalidInput as invalid:
        typed = {name: text_of(posted, name) for name in ("name", "phone", "district")}
        return await _hub(request, connection, typed, invalid.errors)
    district = await asked_district(connection, request.user, text_of(posted, "district"))
    organisation_id = await create_organisation(connection, request.user, district, form.name, form.phone)
    return redirect(request, f"/district/rides/organisations/{organisation_id}", notice="organisation-added")


@get("/district/rides/organisations/{organisation_id:int}", guards=[district_staff], include_in_schema=False)
async def organisation_page(request: Asked, organisation_id: Id, reads: Connection) -> Response[str]:
    return await _organisation(request, reads, organisation_id, "", {})


@post("/district/rides/organisations/{organisation_id:int}/members", guards=[district_staff], include_in_schema=False)
async def post_member(request: Asked, organisation_id: Id, connection: Connection) -> Response[Any]:
    organisation = await organisation_for(connection, request.user, organisation_id)
    posted = await request.form()
    try:
        form = await parse_form(MemberForm, request)
        await name_member(connection, organisation.id, form.email, form.role)
    except (InvalidInput, NotAnAddress) as refusal:  # nothing was written yet, so nothing is committed
        return await _organisation(request, connection, organisation_id, text_of(posted, "email"), refusal.fields)
    return redirect(request, f"/district/rides/organisations/{organisation_id}", notice="driver-named")


@post(
    "/district/rides/organisations/{organisation_id:int}/members/{person_id:int}/removal",
    guards=[district_staff],
    include_in_schema=False,
)
async def post_member_removal(
    request: Asked, organisation_id: Id, person_id: BigId, connection: Connection
) -> Response[None]:
    organisation = await organisation_for(connection, request.user, organisation_id)
    await remove_member(connection, organisation.id, person_id)
    return redirect(request, f"/district/rides/organisations/{organisation_id}", notice="driver-removed")


async def _hub(request: Asked, connection: Connection, typed: dict[str, str], errors: dict[str, str]) -> Response[str]:
    return page(
        request,
        "rides/district.html",
        422 if errors else 200,
        reports=await open_reports(connection, request.user),
        organisations=await organisations_of_district(connection, request.user),
        districts=await districts_of(connection, request.user),
        typed={"email": "", "name": "", "phone": "", "district": "", **typed},
        errors=errors,
    )


async def _person(request: Asked, connection: Connection, person_id: int) -> Response[str]:
    """The address that was asked for, and nothing else that the person has not come to show.

    How a guardian's consent stands is shown to staff of who lives or rides in their district.
    """
    profile, person = await profile_of(connection, person_id), await person_by_id(connection, person_id)
    is_theirs = await concerns(connection, request.user, RIDING, person)
    return page(
        request,
        "rides/district_person.html",
        person=person,
        confirmed_at=profile.confirmed_at,
        of_age_on=profile.of_age_on,
        is_theirs=is_theirs,
        consent=await consent_of(connection, RIDING, person.id) if is_theirs else None,
    )


async def _organisation(
    request: Asked, connection: Connection, organisation_id: int, email: str, errors: dict[str, str]
) -> Response[str]:
    return page(
        request,
        "rides/district_organisation.html",
        422 if errors else 200,
        organisation=await organisation_for(connection, request.user, organisation_id),
        members=await members_of(connection, organisation_id),
        email=email,
        errors=errors,
    )


ROUTES = [
    rides_page,
    post_handled,
    look_up,
    post_confirmation,
    post_paper,
    post_revocation,
    post_organisation,
    organisation_page,
    post_member,
    post_member_removal,
]
