"""An applicant's side in the JSON API: the same verbs as the pages."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, BigRowId
from landbooking.internships.applications import representations as shown
from landbooking.internships.applications.application import applications_of, own_application
from landbooking.internships.applications.exceptions import ask_for_exception
from landbooking.internships.applications.interviews import cancel_interview, pick_time
from landbooking.internships.applications.messages import ApplicationMessage, messages_of, send_message
from landbooking.internships.applications.transitions import move
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of

Asked = Request[Person, Any, Any]
ONE = "/applications/{application_id:int}"
TAGS = ["internships"]


@get(
    "/applications",
    guards=[signed_in],
    operation_id="applications",
    summary="One's own applications",
    tags=TAGS,
    security=OWNER,
    responses=problems(422),
)
async def list_own(
    request: Asked, reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[shown.ApplicationView]:
    """Drafts too, the latest first."""
    before = decode_cursor(cursor, BigRowId) if cursor else None
    found = await applications_of(reads, request.user, before, limit + 1)
    return page_of([await shown.application_view(reads, one) for one in found], limit, lambda item: item.id)


@get(
    ONE,
    guards=[signed_in],
    operation_id="application",
    summary="One of one's own applications",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_application(request: Asked, reads: Connection, application_id: BigId) -> shown.ApplicationView:
    return await shown.application_view(reads, await own_application(reads, request.user, application_id))


@post(
    f"{ONE}/withdrawal",
    guards=[signed_in],
    operation_id="withdrawApplication",
    summary="Withdraw",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409),
)
async def post_withdrawal(request: Asked, connection: Connection, application_id: BigId) -> shown.ApplicationView:
    """Without a reason, as long as it is open."""
    application = await own_application(connection, request.user, application_id)
    moved = await move(connection, application.id, "withdraw", "applicant", request.user)
    return await shown.application_view(connection, moved)


@post(
    f"{ONE}/acceptance",
    guards=[signed_in],
    operation_id="acceptOffer",
    summary="Accept the offer",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ApplicationAnswer],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_acceptance(
    request: Asked, connection: Connection, application_id: BigId, data: JSONBody[shown.ApplicationAnswer]
) -> shown.ApplicationView:
    """Makes the placement, and withdraws one's other applications for the same days."""
    application = await own_application(connection, request.user, application_id)
    moved = await move(connection, application.id, "accept", "applicant", request.user, data.version)
    return await shown.application_view(connection, moved)


@post(
    f"{ONE}/exception",
    guards=[signed_in],
    operation_id="askForException",
    summary="Ask the district for an exception to the law",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409),
)
async def post_exception(request: Asked, connection: Connection, application_id: BigId) -> shown.ApplicationView:
    """Where the law refuses the offer as it is (409 `law-refuses` when accepting). Staff are told once."""
    application = await own_application(connection, request.user, application_id)
    return await shown.application_view(connection, await ask_for_exception(connection, application.id))


@post(
    f"{ONE}/refusal",
    guards=[signed_in],
    operation_id="refuseOffer",
    summary="Refuse the offer",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.ApplicationAnswer],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_refusal(
    request: Asked, connection: Connection, application_id: BigId, data: JSONBody[shown.ApplicationAnswer]
) -> shown.ApplicationView:
    """Frees the place."""
    application = await own_application(connection, request.user, application_id)
    moved = await move(connection, application.id, "refuse", "applicant", request.user, data.version)
    return await shown.application_view(connection, moved)


@post(
    f"{ONE}/interview",
    guards=[signed_in],
    operation_id="pickInterview",
    summary="Pick a time for the interview",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.InterviewPick],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_pick(
    request: Asked, connection: Connection, application_id: BigId, data: JSONBody[shown.InterviewPick]
) -> shown.ApplicationView:
    """409 `interview-taken` where somebody else has just got it."""
    application = await own_application(connection, request.user, application_id)
    await pick_time(connection, application, data.time_id)
    return await shown.application_view(connection, application)


@post(
    f"{ONE}/interview/cancellation",
    guards=[signed_in],
    operation_id="cancelInterview",
    summary="Call the interview off",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409),
)
async def post_interview_cancellation(
    request: Asked, connection: Connection, application_id: BigId
) -> shown.ApplicationView:
    application = await own_application(connection, request.user, application_id)
    await cancel_interview(connection, application, "applicant")
    return await shown.application_view(connection, application)


@get(
    f"{ONE}/messages",
    guards=[signed_in],
    operation_id="applicationMessages",
    summary="Messages of an application",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_messages(request: Asked, reads: Connection, application_id: BigId) -> list[ApplicationMessage]:
    """The oldest first."""
    application = await own_application(reads, request.user, application_id)
    return list(await messages_of(reads, application.id))


@post(
    f"{ONE}/messages",
    guards=[signed_in],
    operation_id="writeToCompany",
    summary="Write to the company",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[shown.NewApplicationMessage],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422, 429),
)
async def post_message(
    request: Asked,
    connection: Connection,
    application_id: BigId,
    data: JSONBody[shown.NewApplicationMessage],
    idempotency_key: Key = None,
) -> ApplicationMessage:
    application = await own_application(connection, request.user, application_id)
    return await send_message(connection, request.user, application, "applicant", data.text, idempotency_key)


ROUTES = [
    list_own,
    get_application,
    post_withdrawal,
    post_acceptance,
    post_exception,
    post_refusal,
    post_pick,
    post_interview_cancellation,
    get_messages,
    post_message,
]
