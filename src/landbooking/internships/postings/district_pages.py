"""What district staff do for internships: verify or suspend companies, and look at postings before they are shown."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.forms import parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.internships.applications.application import asked_exceptions
from landbooking.internships.companies.company import (
    Company,
    companies_of_district,
    company_of_district,
    members_of,
)
from landbooking.internships.companies.history import company_history
from landbooking.internships.companies.pages import VersionForm
from landbooking.internships.companies.renaming import refuse_name, rename_company
from landbooking.internships.companies.response_rate import response_rate
from landbooking.internships.companies.verification import verify_company
from landbooking.internships.events import events_of
from landbooking.internships.postings import words
from landbooking.internships.postings.company_pages import StepForm
from landbooking.internships.postings.fields import field_word, kind_word
from landbooking.internships.postings.posting import Posting, posting_of_district, postings_of, postings_to_review
from landbooking.internships.postings.suspension import suspend_company
from landbooking.internships.postings.transitions import steps_for, take_step
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


class VerificationForm(VersionForm, frozen=True):
    proof: Literal["register", "letter"] = "register"


class ReasonForm(VersionForm, frozen=True):
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@get("/district/internships", guards=[district_staff], include_in_schema=False)
async def hub_page(request: Asked, reads: Connection) -> Response[str]:
    return page(
        request,
        "internships/district.html",
        companies=await companies_of_district(reads, request.user),
        postings=await postings_to_review(reads, request.user),
        exceptions=await asked_exceptions(reads, request.user),
        words=words,
    )


@get("/district/internships/companies/{company_id:int}", guards=[district_staff], include_in_schema=False)
async def company_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    return await _company(request, reads, await company_of_district(reads, request.user, company_id), {}, {}, 200)


@post("/district/internships/companies/{company_id:int}/verification", guards=[district_staff], include_in_schema=False)
async def post_verification(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_of_district(connection, request.user, company_id)
    try:
        form = await parse_form(VerificationForm, request)
        await verify_company(connection, request.user, company.id, form.version, form.proof)
    except Refusal as refusal:  # refused before anything was written
        return await _company(request, connection, company, {}, _said(refusal), refusal.status)
    return redirect(request, f"/district/internships/companies/{company_id}", notice="company-verified")


@post("/district/internships/companies/{company_id:int}/suspension", guards=[district_staff], include_in_schema=False)
async def post_suspension(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_of_district(connection, request.user, company_id)
    typed = {"reason": text_of(await request.form(), "reason")}
    try:
        form = await parse_form(ReasonForm, request)
        await suspend_company(connection, request.user, company.id, form.version, form.reason)
    except Refusal as refusal:  # refused before anything was written
        return await _company(request, connection, company, typed, _said(refusal), refusal.status)
    return redirect(request, f"/district/internships/companies/{company_id}", notice="company-suspended")


@post("/district/internships/companies/{company_id:int}/name", guards=[district_staff], include_in_schema=False)
async def post_name(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_of_district(connection, request.user, company_id)
    try:
        form = await parse_form(VerificationForm, request)
        await rename_company(connection, request.user, company.id, form.version, form.proof)
    except Refusal as refusal:  # refused before anything was written
        return await _company(request, connection, company, {}, _said(refusal), refusal.status)
    return redirect(request, f"/district/internships/companies/{company_id}", notice="company-renamed")


@post("/district/internships/companies/{company_id:int}/name/refusal", guards=[district_staff], include_in_schema=False)
async def post_name_refusal(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_of_district(connection, request.user, company_id)
    typed = {"name_reason": text_of(await request.form(), "reason")}
    try:
        form = await parse_form(ReasonForm, request)
        await refuse_name(connection, request.user, company.id, form.version, form.reason)
    except Refusal as refusal:  # refused before anything was written
        said = {"name_reason" if field == "reason" else field: told for field, told in _said(refusal).items()}
        return await _company(request, connection, company, typed, said, refusal.status)
    return redirect(request, f"/district/internships/companies/{company_id}", notice="company-name-refused")


@get("/district/internships/postings/{posting_id:int}", guards=[district_staff], include_in_schema=False)
async def posting_page(request: Asked, posting_id: BigId, reads: Connection) -> Response[str]:
    return await _posting(request, reads, await posting_of_district(reads, request.user, posting_id), "", {}, 200)


@post("/district/internships/postings/{posting_id:int}/steps", guards=[district_staff], include_in_schema=False)
async def post_step(request: Asked, posting_id: BigId, connection: Connection) -> Response[Any]:
    posting = await posting_of_district(connection, request.user, posting_id)
    typed = text_of(await request.form(), "reason")
    try:
        form = await parse_form(StepForm, request)
        await take_step(connection, posting, form.step, "staff", request.user, form.version, form.reason)
    except Refusal as refusal:  # refused before anything was written
        return await _posting(request, connection, posting, typed, _said(refusal), refusal.status)
    return redirect(request, "/district/internships", notice="posting-reviewed")


def _said(refusal: Refusal) -> dict[str, str]:
    return refusal.fields or {"": refusal.message}


async def _company(
    request: Asked,
    connection: Connection,
    company: Company,
    typed: dict[str, str],
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    """`typed` are reasons: that of its suspension, and why it may not be called as it wants."""
    return page(
        request,
        "internships/district_company.html",
        status,
        company=company,
        members=await members_of(connection, company.id),
        rate=await response_rate(connection, company.id),
        postings=[one for one in await postings_of(connection, company.id) if one.status != "draft"],
        events=await company_history(connection, company.id),
        typed=typed,
        errors=errors,
        words=words,
    )


async def _posting(
    request: Asked, connection: Connection, posting: Posting, reason: str, errors: dict[str, str], status: int
) -> Response[str]:
    """`reason` is what was typed for giving it back."""
    return page(
        request,
        "internships/district_posting.html",
        status,
        posting=posting,
        steps=steps_for(posting, "staff"),
        events=await events_of(connection, "posting", posting.id),
        reason=reason,
        errors=errors,
        words=words,
        field_word=field_word,
        kind_word=kind_word,
    )


ROUTES = [
    hub_page,
    company_page,
    post_verification,
    post_suspension,
    post_name,
    post_name_refusal,
    posting_page,
    post_step,
]
