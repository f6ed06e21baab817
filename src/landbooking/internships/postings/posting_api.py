"""Postings in the JSON API for the company that offers them."""

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
from landbooking.internships.companies.company import company_for
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
    operation_id="writePosting",
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
    operation_id="changePosting",
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
    operation_id="changePostingTerms",
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
    operation_id="takePostingStep",
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


ROUTES = [list_postings, post_posting, get_posting, post_change, post_terms, post_step]
