"""A company's postings: its list, writing one, and what becomes of it."""

import secrets
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import earlier, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.internships.companies.company import Company, company_for
from landbooking.internships.companies.pages import VersionForm
from landbooking.internships.companies.response_rate import response_rate
from landbooking.internships.events import events_of
from landbooking.internships.postings import words
from landbooking.internships.postings.fields import field_options, field_word, kind_options, kind_word
from landbooking.internships.postings.offering import (
    PlacesTaken,
    Plan,
    change_draft,
    change_terms,
    check_running,
    write_posting,
)
from landbooking.internships.postings.posting import Posting, posting_for, postings_of
from landbooking.internships.postings.posting_form import (
    first_values,
    plan_from,
    terms_from,
    typed_values,
    values_of,
)
from landbooking.internships.postings.posting_rules import Ground, ground_of
from landbooking.internships.postings.transitions import StepName, steps_for, take_step
from landbooking.language import weekday_names
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


class StepForm(VersionForm, frozen=True, kw_only=True):
    """`reason` is what staff tell the company."""

    step: StepName
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class NewPosting(msgspec.Struct, frozen=True):
    """All that a repeated request must have in common."""

    company_id: int
    plan: Plan


@get("/companies/{company_id:int}/postings", guards=[signed_in], include_in_schema=False)
async def list_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    company = await company_for(reads, request.user, company_id)
    return page(
        request,
        "internships/company_postings.html",
        company=company,
        rate=await response_rate(reads, company.id),
        postings=await postings_of(reads, company.id),
        words=words,
    )


@get("/companies/{company_id:int}/postings/new", guards=[signed_in], include_in_schema=False)
async def new_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    company = await company_for(reads, request.user, company_id)
    ground = await ground_of(reads, company)
    return _form(request, company, None, ground, first_values(ground), {}, 200)


@post("/companies/{company_id:int}/postings", guards=[signed_in], include_in_schema=False)
async def post_posting(request: Asked, company_id: Id, connection: Connection) -> Response[Any]:
    company = await company_for(connection, request.user, company_id)
    ground = await ground_of(connection, company)
    posted = await request.form()
    try:
        plan = plan_from(posted, ground)
    except InvalidInput as invalid:
        return _form(request, company, None, ground, typed_values(posted), invalid.errors, 422)
    key = text_of(posted, "key")[:100] or None
    known = await earlier(connection, request.user, key, "write posting", NewPosting(company.id, plan))
    posting_id = known or await write_posting(connection, request.user, company, plan)
    if key:
        await store_result(connection, request.user.id, key, posting_id)
    return redirect(request, f"/postings/{posting_id}", notice="posting-saved")


@get("/postings/{posting_id:int}", guards=[signed_in], include_in_schema=False)
async def posting_page(request: Asked, posting_id: BigId, reads: Connection) -> Response[str]:
    return await _posting(request, reads, await posting_for(reads, request.user, posting_id), None, {}, 200)


@get("/postings/{posting_id:int}/change", guards=[signed_in], include_in_schema=False)
async def change_page(request: Asked, posting_id: BigId, reads: Connection) -> Response[Any]:
    posting = await posting_for(reads, request.user, posting_id)
    if posting.status != "draft":
        return redirect(request, f"/postings/{posting_id}")
    ground = await ground_of(reads, posting.company)
    return _form(request, posting.company, posting, ground, values_of(posting), {}, 200)


@post("/postings/{posting_id:int}/change", guards=[signed_in], include_in_schema=False)
async def post_change(request: Asked, posting_id: BigId, connection: Connection) -> Response[Any]:
    posting = await posting_for(connection, request.user, posting_id)
    ground = await ground_of(connection, posting.company)
    posted = await request.form()
    errors: dict[str, str] = {}
    version = None
    try:
        version = (await parse_form(VersionForm, request)).version
    except InvalidInput as invalid:
        errors = dict(invalid.errors)
    try:
        plan = plan_from(posted, ground, errors)
    except InvalidInput as invalid:
        return _form(request, posting.company, posting, ground, typed_values(posted), invalid.errors, 422)
    await change_draft(connection, posting, version, plan)
    return redirect(request, f"/postings/{posting_id}", notice="posting-saved")


@post("/postings/{posting_id:int}/terms", guards=[signed_in], include_in_schema=False)
async def post_terms(request: Asked, posting_id: BigId, connection: Connection) -> Response[Any]:
    """What may be changed while people apply."""
    posting = await posting_for(connection, request.user, posting_id)
    check_running(posting)
    posted = await request.form()
    typed = {name: text_of(posted, name) for name in ("places", "deadline", "mentor")}
    try:
        version = (await parse_form(VersionForm, request)).version
        terms = terms_from(posted, posting, await ground_of(connection, posting.company))
        await change_terms(connection, posting, version, terms.places, terms.deadline, terms.mentor)
    except (InvalidInput, PlacesTaken) as refusal:  # nothing was written, so nothing is committed
        return await _posting(request, connection, posting, typed, refusal.fields, refusal.status)
    return redirect(request, f"/postings/{posting_id}", notice="posting-terms-saved")


@post("/postings/{posting_id:int}/steps", guards=[signed_in], include_in_schema=False)
async def post_step(request: Asked, posting_id: BigId, connection: Connection) -> Response[Any]:
    posting = await posting_for(connection, request.user, posting_id)
    try:
        form = await parse_form(StepForm, request)
        await take_step(connection, posting, form.step, "company", request.user, form.version)
    except Refusal as refusal:  # refused before anything was written
        fields = refusal.fields or {"": refusal.message}
        return await _posting(request, connection, posting, None, fields, refusal.status)
    return redirect(request, f"/postings/{posting_id}", notice="posting-moved")


async def _posting(
    request: Asked,
    connection: Connection,
    posting: Posting,
    typed: dict[str, str] | None,
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    """As it stands now, with what was typed into the fields of its terms."""
    posting = await posting_for(connection, request.user, posting.id)
    terms = {"places": posting.places, "deadline": posting.deadline, "mentor": posting.mentor_id or ""}
    return page(
        request,
        "internships/company_posting.html",
        status,
        posting=posting,
        steps=steps_for(posting, "company"),
        events=await events_of(connection, "posting", posting.id),
        mentors=(await ground_of(connection, posting.company)).mentors,
        terms=typed or terms,
        errors=errors,
        words=words,
        field_word=field_word,
        kind_word=kind_word,
    )


def _form(
    request: Asked,
    company: Company,
    posting: Posting | None,
    ground: Ground,
    values: dict[str, Any],
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    return page(
        request,
        "internships/posting_form.html",
        status,
        company=company,
        posting=posting,
        ground=ground,
        fields=field_options(),
        kinds=kind_options(),
        weekdays=list(enumerate(weekday_names(), 1)),
        values=values,
        errors=errors,
        key=secrets.token_urlsafe(16),
    )


ROUTES = [
    list_page,
    new_page,
    post_posting,
    posting_page,
    change_page,
    post_change,
    post_terms,
    post_step,
]
