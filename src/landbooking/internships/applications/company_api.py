"""A company's side of applications in the JSON API: the same verbs as the pages."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, BigRowId, Id
from landbooking.internships.applications import representations as shown
from landbooking.internships.applications.application import application_of_company, applications_to
from landbooking.internships.applications.cv import cv_for_company
from landbooking.internships.applications.interviews import cancel_interview, propose_times
from landbooking.internships.applications.messages import ApplicationMessage, messages_of, send_message
from landbooking.internships.applications.sending import as_pdf
from landbooking.internships.applications.transitions import move
from landbooking.internships.companies.company import company_for
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.period import Period

Asked = Request[Person, Any, Any]
ROOT = "/companies/{company_id:int}/applications"
ONE = f"{ROOT}/{{application_id:int}}"
TAGS = ["internships"]


@get(
    ROOT,
    guards=[signed_in],
    operation_id="companyApplications",
    summary="Who has applied",
    tags=TAGS,
    security=OWNER,
    responses=problems(404, 422),
)
async def list_of_company(
    request: Asked, reads: Connection, company_id: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[shown.CandidateView]:
    """For who manages the company; the latest first."""
    await company_for(reads, request.user, company_id)
    before = decode_cursor(cursor, BigRowId) if cursor else None
    found = await applications_to(reads, company_id, before, limit + 1)
    return page_of([await shown.candidate_view(reads, one) for one in found], limit, lambda item: item.id)


@get(
    ONE,
    guards=[signed_in],
    operation_id="companyApplication",
    summary="One application to the company",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_application(
    request: Asked, reads: Connection, company_id: Id, application_id: BigId
) -> shown.CandidateView:
    application = await application_of_company(reads, request.user, company_id, application_id)
    return await shown.candidate_view(reads, application)


@get(
    f"{ONE}/cv",
    guards=[signed_in],
    operation_id="companyCv",
    summary="The CV",
    tags=TAGS,
    security=OWNER,
    media_type="application/pdf",
    responses=problems(404),
)
async def get_cv(request: Asked, reads: Connection, company_id: Id, application_id: BigId) -> Response[bytes]:
    """404 during the first look, and again once it has come to nothing."""
    return as_pdf(await cv_for_company(reads, request.user, company_id, application_id))


@post(
    f"{ONE}/shortlisting",
    guards=[signed_in],
    operation_id="shortlistApplication",
    summary="Shortlist",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ApplicationAnswer],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_shortlisting(
    request: Asked,
    connection: Connection,
    company_id: Id,
    application_id: BigId,
    data: JSONBody[shown.ApplicationAnswer],
) -> shown.CandidateView:
    """Ends the first look: the company sees who it is. 409 while a consent is missing."""
    application = await application_of_company(connection, request.user, company_id, application_id)
    moved = await move(connection, application.id, "shortlist", "company", request.user, data.version)
    return await shown.candidate_view(connection, moved)


@post(
    f"{ONE}/offer",
    guards=[signed_in],
    operation_id="offerPlace",
    summary="Offer a place",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ApplicationAnswer],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_offer(
    request: Asked,
    connection: Connection,
    company_id: Id,
    application_id: BigId,
    data: JSONBody[shown.ApplicationAnswer],
) -> shown.CandidateView:
    """Holds the place for 14 days. 409 `no-place-left` where all are held or given."""
    application = await application_of_company(connection, request.user, company_id, application_id)
    moved = await move(connection, application.id, "offer", "company", request.user, data.version)
    return await shown.candidate_view(connection, moved)


@post(
    f"{ONE}/decline",
    guards=[signed_in],
    operation_id="declineApplication",
    summary="Decline",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ApplicationDecline],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_decline(
    request: Asked,
    connection: Connection,
    company_id: Id,
    application_id: BigId,
    data: JSONBody[shown.ApplicationDecline],
) -> shown.CandidateView:
    """With a coded reason, and no words of one's own."""
    application = await application_of_company(connection, request.user, company_id, application_id)
    moved = await move(connection, application.id, "decline", "company", request.user, data.version, data.reason)
    return await shown.candidate_view(connection, moved)


@post(
    f"{ONE}/restoration",
    guards=[signed_in],
    operation_id="restoreApplication",
    summary="Take a decline back",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ApplicationAnswer],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_restoration(
    request: Asked,
    connection: Connection,
    company_id: Id,
    application_id: BigId,
    data: JSONBody[shown.ApplicationAnswer],
) -> shown.CandidateView:
    """Within 48 hours, while a place remains."""
    application = await application_of_company(connection, request.user, company_id, application_id)
    moved = await move(connection, application.id, "restore", "company", request.user, data.version)
    return await shown.candidate_view(connection, moved)


@post(
    f"{ONE}/interview",
    guards=[signed_in],
    operation_id="proposeInterview",
    summary="Propose times for an interview",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.InterviewProposal],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_times(
    request: Asked,
    connection: Connection,
    company_id: Id,
    application_id: BigId,
    data: JSONBody[shown.InterviewProposal],
) -> shown.CandidateView:
    """With oneself; the applicant picks one."""
    application = await application_of_company(connection, request.user, company_id, application_id)
    periods = [Period(time.start, time.end) for time in data.times]
    moved = await propose_times(connection, request.user, application, periods, data.place, data.version)
    return await shown.candidate_view(connection, moved)


@post(
    f"{ONE}/interview/cancellation",
    guards=[signed_in],
    operation_id="cancelCompanyInterview",
    summary="Call the interview off",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409),
)
async def post_interview_cancellation(
    request: Asked, connection: Connection, company_id: Id, application_id: BigId
) -> shown.CandidateView:
    application = await application_of_company(connection, request.user, company_id, application_id)
    await cancel_interview(connection, application, "company")
    return await shown.candidate_view(connection, application)


@get(
    f"{ONE}/messages",
    guards=[signed_in],
    operation_id="companyApplicationMessages",
    summary="Messages of an application",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_messages(
    request: Asked, reads: Connection, company_id: Id, application_id: BigId
) -> list[ApplicationMessage]:
    """The oldest first."""
    application = await application_of_company(reads, request.user, company_id, application_id)
    return list(await messages_of(reads, application.id))


@post(
    f"{ONE}/messages",
    guards=[signed_in],
    operation_id="writeToApplicant",
    summary="Write to the applicant",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[shown.NewApplicationMessage],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422, 429),
)
async def post_message(
    request: Asked,
    connection: Connection,
    company_id: Id,
    application_id: BigId,
    data: JSONBody[shown.NewApplicationMessage],
    idempotency_key: Key = None,
) -> ApplicationMessage:
    application = await application_of_company(connection, request.user, company_id, application_id)
    return await send_message(connection, request.user, application, "company", data.text, idempotency_key)


ROUTES = [
    list_of_company,
    get_application,
    get_cv,
    post_shortlisting,
    post_offer,
    post_decline,
    post_restoration,
    post_times,
    post_interview_cancellation,
    get_messages,
    post_message,
]
