"""A company's own pages: registering it, its profile, who belongs to it."""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import earlier, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id, Version
from landbooking.internships.companies.company import Company, companies_of, company_for, members_of
from landbooking.internships.companies.company_form import profile_from, typed_values, values_of
from landbooking.internships.companies.districts import asked_home, districts
from landbooking.internships.companies.registering import (
    CompanyProfile,
    LastManager,
    change_company,
    name_member,
    register_company,
    remove_member,
)
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


class MemberForm(msgspec.Struct, frozen=True):
    email: Annotated[str, msgspec.Meta(max_length=254)]
    role: Literal["manager", "mentor"] = "mentor"


class VersionForm(msgspec.Struct, frozen=True):
    """Without a version, the thing as it stands now."""

    version: Version | None = None


class Registration(msgspec.Struct, frozen=True):
    """All that a repeated request must have in common."""

    district_id: int
    profile: CompanyProfile


@get("/companies/mine", guards=[signed_in], include_in_schema=False)
async def mine_page(request: Asked, reads: Connection) -> Response[str]:
    return page(request, "internships/companies.html", companies=await companies_of(reads, request.user))


@get("/companies/new", guards=[signed_in], include_in_schema=False)
async def new_page(request: Asked, reads: Connection) -> Response[str]:
    return await _form(request, reads, None, {**typed_values({}), "contact_name": request.user.name}, {}, 200)


@post("/companies", guards=[signed_in], include_in_schema=False)
async def post_company(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    district_id, errors = await asked_home(connection, text_of(posted, "district"))
    try:
        registration = Registration(district_id, profile_from(posted, errors))
    except InvalidInput as invalid:
        return await _form(request, connection, None, typed_values(posted), invalid.errors, 422)
    key = text_of(posted, "key")[:100] or None
    known = await earlier(connection, request.user, key, "register company", registration)
    company_id = known or await register_company(
        connection, request.user, registration.district_id, registration.profile
    )
    if key:
        await store_result(connection, request.user.id, key, company_id)
    return redirect(request, f"/companies/{company_id}/postings", notice="company-registered")


@get("/companies/{company_id:int}/profile", guards=[signed_in], include_in_schema=False)
async def profile_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    company = await company_for(reads, request.user, company_id)
    return await _form(request, reads, company, values_of(company), {}, 200)


@post("/companies/{company_id:int}/profile", guards=[signed_in], include_in_schema=False)
async def post_profile(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_for(connection, request.user, company_id)
    posted = await request.form()
    errors: dict[str, str] = {}
    version = None
    try:
        version = (await parse_form(VersionForm, request)).version
    except InvalidInput as invalid:
        errors = dict(invalid.errors)
    try:
        await change_company(connection, company, version, profile_from(posted, errors))
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return await _form(request, connection, company, typed_values(posted), invalid.errors, 422)
    return redirect(request, f"/companies/{company_id}/postings", notice="company-saved")


@get("/companies/{company_id:int}/members", guards=[signed_in], include_in_schema=False)
async def members_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    return await _members(request, reads, await company_for(reads, request.user, company_id), "", {}, 200)


@post("/companies/{company_id:int}/members", guards=[signed_in], include_in_schema=False)
async def post_member(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_for(connection, request.user, company_id)
    posted = await request.form()
    try:
        form = await parse_form(MemberForm, request)
        await name_member(connection, request.user, company, form.email, form.role)
    except (InvalidInput, NotAnAddress, LastManager) as refusal:  # nothing was written that would matter
        fields = refusal.fields or {"email": refusal.message}
        return await _members(request, connection, company, text_of(posted, "email"), fields, refusal.status)
    return redirect(request, f"/companies/{company_id}/members", notice="company-member-named")


@post("/companies/{company_id:int}/members/{person_id:int}/removal", guards=[signed_in], include_in_schema=False)
async def post_removal(request: Asked, company_id: Id, person_id: BigId, connection: Connection) -> Response[Any]:
    company = await company_for(connection, request.user, company_id)
    try:
        await remove_member(connection, company, person_id)
    except LastManager as refusal:
        return await _members(request, connection, company, "", {"": refusal.message}, refusal.status)
    after = "/companies/mine" if person_id == request.user.id else f"/companies/{company_id}/members"
    return redirect(request, after, notice="company-member-removed")


async def _form(
    request: Asked,
    connection: Connection,
    company: Company | None,
    values: dict[str, str],
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    return page(
        request,
        "internships/company_form.html",
        status,
        company=company,
        districts=await districts(connection),
        values=values,
        errors=errors,
        key=secrets.token_urlsafe(16),
    )


async def _members(
    request: Asked, connection: Connection, company: Company, email: str, errors: dict[str, str], status: int
) -> Response[str]:
    return page(
        request,
        "internships/company_members.html",
        status,
        company=company,
        members=await members_of(connection, company.id),
        email=email,
        errors=errors,
    )


ROUTES = [
    mine_page,
    new_page,
    post_company,
    profile_page,
    post_profile,
    members_page,
    post_member,
    post_removal,
]
