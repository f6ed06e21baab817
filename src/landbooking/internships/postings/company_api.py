"""Internships in the JSON API for who offers them: a company, its people, its postings."""

from typing import Any

import msgspec
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
from landbooking.internships.companies.company_form import mistakes_in as wrong_profile
from landbooking.internships.companies.company_form import profile_of
from landbooking.internships.companies.districts import asked_home
from landbooking.internships.companies.registering import (
    CompanyProfile,
    change_company,
    name_member,
    register_company,
    remove_member,
)
from landbooking.internships.postings import representations as shown
from landbooking.internships.postings.offering import Plan, change_draft, change_terms, write_posting
from landbooking.internships.postings.posting import posting_for, postings_of
from landbooking.internships.postings.posting_rules import (
    Changed,
    Days,
    Ground,
    Hours,
    Terms,
    What,
    Young,
    ground_of,
    mistakes_in,
    plan_of,
    wrong_changes,
)
from landbooking.internships.postings.transitions import take_step

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
    operation_id="register-company",
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
    operation_id="change-company",
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
    """What staff have verified, name and register number, stays."""
    company = await company_for(connection, request.user, company_id)
    await change_company(connection, company, data.version, _profile(data, {}))
    return shown.company_view(await company_for(connection, request.user, company_id))


@get(
    "/companies/{company_id:int}/members",
    guards=[signed_in],
    operation_id="company-members",
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
    operation_id="name-company-member",
    summary="Name a manager or mentor",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.NewMember],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_member(
    request: Caller, connection: Connection, company_id: Id, data: JSONBody[shown.NewMember]
) -> list[shown.CompanyMemberView]:
    """By mail address; who is new there gets a mail."""
    company = await company_for(connection, request.user, company_id)
    await name_member(connection, request.user, company, data.email, data.role)
    return shown.member_views(await members_of(connection, company.id))


@post(
    "/companies/{company_id:int}/members/{person_id:int}/removal",
    guards=[signed_in],
    status_code=200,
    operation_id="remove-company-member",
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


@get(
    "/companies/{company_id:int}/postings",
    guards=[signed_in],
    operation_id="postings",
    summary="A company's postings",
    tags=["internships"],
    security=OWNER,
    responses=problems(404),
)
async def list_postings(request: Caller, reads: Connection, company_id: Id) -> list[shown.PostingView]:
    """All but archived ones."""
    company = await company_for(reads, request.user, company_id)
    return [shown.posting_view(posting, "company") for posting in await postings_of(reads, company.id)]


@post(
    "/companies/{company_id:int}/postings",
    guards=[signed_in],
    operation_id="write-posting",
    summary="Write a posting",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.NewPosting],
    return_dto=None,
    response_description="A draft.",
    responses=problems(400, 404, 409, 413, 422),
)
async def post_posting(
    request: Caller,
    connection: Connection,
    company_id: Id,
    data: JSONBody[shown.NewPosting],
    idempotency_key: Key = None,
) -> shown.PostingView:
    """It is shown after `submit`, by the company, and `publish`, by staff."""
    company = await company_for(connection, request.user, company_id)
    plan = _plan(data, await ground_of(connection, company))
    known = await earlier(connection, request.user, idempotency_key, f"write posting {company.id}", data)
    posting_id = known or await write_posting(connection, request.user, company, plan)
    if idempotency_key:
        await store_result(connection, request.user.id, idempotency_key, posting_id)
    return shown.posting_view(await posting_for(connection, request.user, posting_id), "company")


@get(
    "/postings/{posting_id:int}",
    guards=[signed_in],
    operation_id="posting",
    summary="A posting of one's company",
    tags=["internships"],
    security=OWNER,
    responses=problems(404),
)
async def get_posting(request: Caller, reads: Connection, posting_id: BigId) -> shown.PostingView:
    """In whatever state; everybody else reads `/internships/{posting_id}`."""
    return shown.posting_view(await posting_for(reads, request.user, posting_id), "company")


@post(
    "/postings/{posting_id:int}/change",
    guards=[signed_in],
    status_code=200,
    operation_id="change-posting",
    summary="Change a draft",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.PostingChange],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_change(
    request: Caller, connection: Connection, posting_id: BigId, data: JSONBody[shown.PostingChange]
) -> shown.PostingView:
    """409 once it is no draft any more."""
    posting = await posting_for(connection, request.user, posting_id)
    plan = _plan(data, await ground_of(connection, posting.company))
    await change_draft(connection, posting, data.version, plan)
    return shown.posting_view(await posting_for(connection, request.user, posting_id), "company")


@post(
    "/postings/{posting_id:int}/terms",
    guards=[signed_in],
    status_code=200,
    operation_id="change-posting-terms",
    summary="Change places, deadline and mentor",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.TermsChange],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_terms(
    request: Caller, connection: Connection, posting_id: BigId, data: JSONBody[shown.TermsChange]
) -> shown.PostingView:
    """While people apply. 409 `places-taken` for fewer places than are promised."""
    posting = await posting_for(connection, request.user, posting_id)
    wanted = Changed(places=data.places, deadline=data.deadline, mentor=data.mentor)
    if mistakes := wrong_changes(wanted, posting, await ground_of(connection, posting.company)):
        raise InvalidInput(mistakes, {})
    await change_terms(connection, posting, data.version, data.places, data.deadline, data.mentor)
    return shown.posting_view(await posting_for(connection, request.user, posting_id), "company")


@post(
    "/postings/{posting_id:int}/steps",
    guards=[signed_in],
    status_code=200,
    operation_id="take-posting-step",
    summary="Submit, pause, resume or withdraw a posting",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.NewStep],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_step(
    request: Caller, connection: Connection, posting_id: BigId, data: JSONBody[shown.NewStep]
) -> shown.PostingView:
    """Its `steps` say which are open to the company."""
    posting = await posting_for(connection, request.user, posting_id)
    moved = await take_step(connection, posting, data.step, "company", request.user, data.version)
    return shown.posting_view(moved, "company")


def _profile(data: shown.NewCompany | shown.CompanyChange, errors: dict[str, str]) -> CompanyProfile:
    """Raises InvalidInput."""
    if mistakes := {**errors, **wrong_profile(data.postal_code, data.website)}:
        raise InvalidInput(mistakes, {})
    return profile_of(data)


def _plan(data: shown.NewPosting, ground: Ground) -> Plan:
    """Raises InvalidInput."""
    what, days, hours, young, terms = (
        msgspec.convert(data, What, from_attributes=True),
        msgspec.convert(data, Days, from_attributes=True),
        msgspec.convert(data, Hours, from_attributes=True),
        msgspec.convert(data, Young, from_attributes=True),
        msgspec.convert(data, Terms, from_attributes=True),
    )
    questions = [question.strip() for question in data.questions if question.strip()]
    if mistakes := mistakes_in(ground, what, days, hours, young, terms, questions, data.pay_cents_hour, {}):
        names = {"pay": "pay_cents_hour"}
        raise InvalidInput({names.get(name, name): sentence for name, sentence in mistakes.items()}, {})
    return plan_of(what, days, hours, young, terms, questions, data.pay_cents_hour)


ROUTES = [
    list_companies,
    post_company,
    post_company_change,
    list_members,
    post_member,
    post_removal,
    list_postings,
    post_posting,
    get_posting,
    post_change,
    post_terms,
    post_step,
]
