"""Internships in the JSON API for staff: companies to verify, postings to look at."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.districts import asked_district
from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, Id
from landbooking.internships.companies.company import companies_of_district, company_of_district
from landbooking.internships.companies.renaming import refuse_name, rename_company
from landbooking.internships.companies.verification import verify_company
from landbooking.internships.postings import representations as shown
from landbooking.internships.postings.posting import posting_of_district, postings_to_review
from landbooking.internships.postings.suspension import suspend_company
from landbooking.internships.postings.transitions import take_step

Caller = Request[Person, Any, Any]


@get(
    "/districts/{district_id:int}/companies",
    guards=[district_staff],
    operation_id="districtCompanies",
    summary="Companies of a district",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_companies(request: Caller, reads: Connection, district_id: Id) -> list[shown.CompanyView]:
    """Those that wait for verification first."""
    await asked_district(reads, request.user, f"{district_id}")
    companies = await companies_of_district(reads, request.user)
    return [shown.company_view(company) for company in companies if company.district_id == district_id]


@post(
    "/districts/{district_id:int}/companies/{company_id:int}/verification",
    guards=[district_staff],
    status_code=200,
    operation_id="verifyCompany",
    summary="Verify a company",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[shown.Verification],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_verification(
    request: Caller, connection: Connection, district_id: Id, company_id: Id, data: JSONBody[shown.Verification]
) -> shown.CompanyView:
    """By its register number or a letter; lifts a suspension too."""
    await _check_company(connection, request.user, district_id, company_id)
    return shown.company_view(await verify_company(connection, request.user, company_id, data.version, data.proof))


@post(
    "/districts/{district_id:int}/companies/{company_id:int}/suspension",
    guards=[district_staff],
    status_code=200,
    operation_id="suspendCompany",
    summary="Suspend a company",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[shown.CompanyReason],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_suspension(
    request: Caller, connection: Connection, district_id: Id, company_id: Id, data: JSONBody[shown.CompanyReason]
) -> shown.CompanyView:
    """What it has published is paused; its managers are told why."""
    await _check_company(connection, request.user, district_id, company_id)
    reason = data.reason.strip()
    return shown.company_view(await suspend_company(connection, request.user, company_id, data.version, reason))


@post(
    "/districts/{district_id:int}/companies/{company_id:int}/name",
    guards=[district_staff],
    status_code=200,
    operation_id="renameCompany",
    summary="Verify a company's new name",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[shown.Verification],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_name(
    request: Caller, connection: Connection, district_id: Id, company_id: Id, data: JSONBody[shown.Verification]
) -> shown.CompanyView:
    """Name and register number become those that it has asked for."""
    await _check_company(connection, request.user, district_id, company_id)
    return shown.company_view(await rename_company(connection, request.user, company_id, data.version, data.proof))


@post(
    "/districts/{district_id:int}/companies/{company_id:int}/name/refusal",
    guards=[district_staff],
    status_code=200,
    operation_id="refuseCompanyName",
    summary="Refuse a company's new name",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[shown.CompanyReason],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_name_refusal(
    request: Caller, connection: Connection, district_id: Id, company_id: Id, data: JSONBody[shown.CompanyReason]
) -> shown.CompanyView:
    """It keeps the name that was verified; its managers are told why."""
    await _check_company(connection, request.user, district_id, company_id)
    reason = data.reason.strip()
    return shown.company_view(await refuse_name(connection, request.user, company_id, data.version, reason))


@get(
    "/districts/{district_id:int}/postings",
    guards=[district_staff],
    operation_id="districtPostings",
    summary="Postings to look at",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_postings(request: Caller, reads: Connection, district_id: Id) -> list[shown.PostingView]:
    """Those that companies have submitted, the oldest first."""
    await asked_district(reads, request.user, f"{district_id}")
    postings = await postings_to_review(reads, request.user)
    return [shown.posting_view(one, "staff") for one in postings if one.company.district_id == district_id]


@post(
    "/districts/{district_id:int}/postings/{posting_id:int}/steps",
    guards=[district_staff],
    status_code=200,
    operation_id="reviewPosting",
    summary="Publish a posting, give it back or take it down",
    tags=["district"],
    security=OWNER,
    dto=FieldByField[shown.NewStep],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_step(
    request: Caller, connection: Connection, district_id: Id, posting_id: BigId, data: JSONBody[shown.NewStep]
) -> shown.PostingView:
    """Giving it back or taking it down takes a `reason`, which the company is told."""
    posting = await posting_of_district(connection, request.user, posting_id)
    if posting.company.district_id != district_id:
        raise NotFound
    reason = data.reason.strip()
    moved = await take_step(connection, posting, data.step, "staff", request.user, data.version, reason)
    return shown.posting_view(moved, "staff")


async def _check_company(connection: Connection, staff: Person, district_id: int, company_id: int) -> None:
    """Raises NotFound where the company is of another district."""
    company = await company_of_district(connection, staff, company_id)
    if company.district_id != district_id:
        raise NotFound


ROUTES = [
    list_companies,
    post_verification,
    post_suspension,
    post_name,
    post_name_refusal,
    list_postings,
    post_step,
]
