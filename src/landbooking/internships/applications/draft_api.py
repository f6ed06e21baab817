"""Drafts in the JSON API: saved in parts, given a CV, sent or discarded."""

from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection, Pool, connection_from
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.internships.applications import representations as shown
from landbooking.internships.applications.application import own_application
from landbooking.internships.applications.applying import discard_draft, save_draft, submit, typed_so_far
from landbooking.internships.applications.cv import keep_cv, own_cv
from landbooking.internships.applications.form import answer_fields, wish_in
from landbooking.internships.applications.opening import opening_for
from landbooking.internships.applications.pdf import pdf_from
from landbooking.internships.applications.sending import as_pdf
from landbooking.internships.applications.upload import LARGEST_UPLOAD, read_upload

Asked = Request[Person, Any, Any]
ONE = "/applications/{application_id:int}"
TAGS = ["internships"]


@put(
    "/internships/{posting_id:int}/application",
    guards=[signed_in],
    operation_id="saveApplicationDraft",
    summary="Save a draft",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[shown.ApplicationDraft],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def put_draft(
    request: Asked, connection: Connection, posting_id: BigId, data: JSONBody[shown.ApplicationDraft]
) -> shown.SavedDraft:
    """In place of what was saved before. Nobody else sees it. 409 once it was sent."""
    opening = await opening_for(connection, request.user, posting_id)
    known = set(answer_fields(opening))
    typed = {name: text for name, text in shown.typed(data).items() if not name.startswith("answer_") or name in known}
    return shown.SavedDraft(await save_draft(connection, request.user, opening, typed))


@put(
    f"{ONE}/cv",
    guards=[signed_in],
    operation_id="uploadCv",
    summary="Add a CV to a draft",
    tags=TAGS,
    security=OWNER,
    status_code=204,
    before_request=read_upload,
    request_max_body_size=LARGEST_UPLOAD,
    responses=problems(404, 413, 422),
)
async def put_cv(request: Asked, application_id: BigId) -> None:
    """The body is the PDF itself, at most 5 MB and 30 pages, without a password. Replaces one that was there."""
    pool: Pool = request.app.state.pool
    async with connection_from(pool) as reads:
        await own_application(reads, request.user, application_id)
    pdf = await pdf_from(await request.body())
    async with connection_from(pool) as connection, connection.transaction():
        await keep_cv(connection, request.user, application_id, pdf)


@get(
    f"{ONE}/cv",
    guards=[signed_in],
    operation_id="ownCv",
    summary="One's own CV",
    tags=TAGS,
    security=OWNER,
    media_type="application/pdf",
    responses=problems(404),
)
async def get_cv(request: Asked, reads: Connection, application_id: BigId) -> Response[bytes]:
    return as_pdf(await own_cv(reads, request.user, application_id))


@post(
    f"{ONE}/submission",
    guards=[signed_in],
    operation_id="submitApplication",
    summary="Send a draft",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409, 422),
)
async def post_submission(request: Asked, connection: Connection, application_id: BigId) -> shown.ApplicationView:
    """422 names every field of the draft that is wrong or missing; 409 after the deadline."""
    draft = await own_application(connection, request.user, application_id)
    opening = await opening_for(connection, request.user, draft.posting_id)
    wish = wish_in(opening, await typed_so_far(connection, request.user, opening.id))
    return await shown.application_view(connection, await submit(connection, request.user, draft.id, wish))


@delete(
    ONE,
    guards=[signed_in],
    operation_id="discardApplicationDraft",
    summary="Discard a draft",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def delete_draft(request: Asked, connection: Connection, application_id: BigId) -> None:
    await discard_draft(connection, request.user, application_id)


ROUTES = [put_draft, put_cv, get_cv, post_submission, delete_draft]
