"""Companies in the JSON API for who runs them: registering one, its profile, its people."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, Id
from landbooking.internships.companies.company import companies_of, company_for, members_of
from landbooking.internships.companies.company_form import mistakes_in, profile_of
from landbooking.internships.companies.districts import asked_home
from landbooking.internships.companies.registering import (
    CompanyProfile,
    change_company,
    name_member,
    register_company,
    remove_member,
)
from landbooking.internships.postings import representations as shown

Caller = Request[Person, Any, Any]


@get(
    "/companies",
    guards=[signed_in],
    operation_id="companies",
    summary="Companies that one manages",
    tags=["internships"],
    security=OWNER,
    responses=problems(),
)
async def list_companies(request: Caller, reads: Connection) -> list[shown.CompanyView]:
    """Verified or not."""
    return [shown.company_view(one) for one, role in await companies_of(reads, request.user) if role == "manager"]


@post(
    "/companies",
    guards=[signed_in],
    operation_id="registerCompany",
    summary="Register a company",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.NewCompany],
    return_dto=None,
    response_description="The company waits for verification.",
    responses=problems(400, 404, 409, 413, 422),
)
async def post_company(
    request: Caller, connection: Connection, data: JSONBody[shown.NewCompany], idempotency_key: Key = None
) -> shown.CompanyView:
    """Staff of the district verify it; until then its postings can't be published."""
    district_id, errors = await asked_home(connection, f"{data.district_id or ''}")
    profile = _profile(data, {"district_id": errors["district"]} if errors else {})
    known = await earlier(connection, request.user, idempotency_key, "register company", data)
    company_id = known or await register_company(connection, request.user, district_id, profile)
    if idempotency_key:
        await store_result(connection, request.user.id, idempotency_key, company_id)
    return shown.company_view(await company_for(connection, request.user, company_id))


@post(
    "/companies/{company_id:int}/change",
    guards=[signed_in],
    status_code=200,
    operation_id="changeCompany",
    summary="Change a company's profile",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.CompanyChange],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_company_change(
    request: Caller, connection: Connection, company_id: Id, data: JSONBody[shown.CompanyChange]
) -> shown.CompanyView:
    """A verified company's new name or register number waits for staff, as `asked_name` and `asked_register_number`."""
    company = await company_for(connection, request.user, company_id)
    await change_company(connection, company, data.version, _profile(data, {}))
    return shown.company_view(await company_for(connection, request.user, company_id))


@get(
    "/companies/{company_id:int}/members",
    guards=[signed_in],
    operation_id="companyMembers",
    summary="Who belongs to a company",
    tags=["internships"],
    security=OWNER,
    responses=problems(404),
)
async def list_members(request: Caller, reads: Connection, company_id: Id) -> list[shown.CompanyMemberView]:
    """Managers first."""
    company = await company_for(reads, request.user, company_id)
    return shown.member_views(await members_of(reads, company.id))


@post(
    "/companies/{company_id:int}/members",
    guards=[signed_in],
    status_code=200,
    operation_id="nameCompanyMember",
    summary="Name a manager or mentor",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.NewCompanyMember],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_member(
    request: Caller, connection: Connection, company_id: Id, data: JSONBody[shown.NewCompanyMember]
) -> list[shown.CompanyMemberView]:
    """By mail address; who is new there gets a mail."""
    company = await company_for(connection, request.user, company_id)
    await name_member(connection, request.user, company, data.email, data.role)
    return shown.member_views(await members_of(connection, company.id))


@post(
    "/companies/{company_id:int}/members/{person_id:int}/removal",
    guards=[signed_in],
    status_code=200,
    operation_id="removeCompanyMember",
    summary="Remove a member",
    tags=["internships"],
    security=OWNER,
    responses=problems(404, 409),
)
async def post_removal(
    request: Caller, connection: Connection, company_id: Id, person_id: BigId
) -> list[shown.CompanyMemberView]:
    """409 `last-manager` for the only one who manages."""
    company = await company_for(connection, request.user, company_id)
    await remove_member(connection, company, person_id)
    return shown.member_views(await members_of(connection, company.id))


def _profile(data: shown.NewCompany | shown.CompanyChange, errors: dict[str, str]) -> CompanyProfile:
    """Raises InvalidInput."""
    if mistakes := {**errors, **mistakes_in(data.postal_code, data.website)}:
        raise InvalidInput(mistakes, {})
    return profile_of(data)


ROUTES = [list_companies, post_company, post_company_change, list_members, post_member, post_removal]
