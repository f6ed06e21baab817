"""The form by which one applies: saved while it is typed, sent when it is complete."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool, connection_from
from landbooking.errors import Refusal
from landbooking.forms import Fields, InvalidInput, text_of
from landbooking.ids import BigId
from landbooking.internships.applications.application import active_application
from landbooking.internships.applications.applying import save_draft, submit, typed_so_far
from landbooking.internships.applications.cv import keep_cv, remove_cv
from landbooking.internships.applications.form import (
    FIELDS,
    LONGEST_ANSWER,
    LONGEST_LETTER,
    Typed,
    answer_fields,
    too_long,
    typed_in,
    wish_in,
)
from landbooking.internships.applications.opening import Opening, opening_for
from landbooking.internships.applications.pdf import Pdf, WrongPdf
from landbooking.internships.applications.refusals import NotOpen
from landbooking.internships.applications.upload import LARGEST_UPLOAD, pdf_in, posted_form, read_upload
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


@get("/internships/{posting_id:int}/application", guards=[signed_in], include_in_schema=False)
async def form_page(request: Asked, posting_id: BigId, reads: Connection) -> Response[Any]:
    standing = await active_application(reads, request.user, posting_id)
    if standing is not None and standing.status != "draft":
        return redirect(request, f"/applications/{standing.id}")
    opening = await opening_for(reads, request.user, posting_id)
    return await _form(request, reads, opening, await typed_so_far(reads, request.user, posting_id), {})


@post("/internships/{posting_id:int}/application/draft", guards=[signed_in], include_in_schema=False, status_code=204)
async def post_draft(request: Asked, posting_id: BigId, connection: Connection) -> None:
    """In the background, by app.js, while somebody types."""
    opening = await opening_for(connection, request.user, posting_id)
    await save_draft(connection, request.user, opening, typed_in(opening, await request.form()))


@post(
    "/internships/{posting_id:int}/application",
    guards=[signed_in],
    include_in_schema=False,
    before_request=read_upload,
    request_max_body_size=LARGEST_UPLOAD,
)
async def post_form(request: Asked, posting_id: BigId) -> Response[Any]:
    """Saves first, so that nothing is lost whatever is wrong. Takes a connection only when the PDF is judged."""
    pool: Pool = request.app.state.pool
    posted = await posted_form(request)
    action = text_of(posted, "action")
    pdf, errors = await _pdf_or_errors(posted)
    async with connection_from(pool) as connection:
        async with connection.transaction():
            opening = await opening_for(connection, request.user, posting_id)
            typed = typed_in(opening, posted)
            errors |= too_long(typed)
            draft_id = await _keep(connection, request.user, opening, typed, pdf, action)
        if action == "submit" and not errors:
            try:
                wish = wish_in(opening, typed)
                async with connection.transaction():
                    await submit(connection, request.user, draft_id, wish)
            except (InvalidInput, NotOpen) as refusal:
                return await _form(request, connection, opening, typed, refusal.fields, refusal)
            return redirect(request, f"/applications/{draft_id}", notice="application-sent")
        if errors or action == "submit":
            return await _form(request, connection, opening, typed, errors)
    return redirect(request, f"/internships/{posting_id}/application", notice="application-saved")


async def _pdf_or_errors(posted: Fields) -> tuple[Pdf | None, dict[str, str]]:
    try:
        return await pdf_in(posted, "cv"), {}
    except WrongPdf as wrong:
        return None, wrong.fields


async def _keep(
    connection: Connection, person: Person, opening: Opening, typed: Typed, pdf: Pdf | None, action: str
) -> int:
    """The draft's id. What is too long for a draft is left as it was kept last."""
    kept = await typed_so_far(connection, person, opening.id)
    fits = typed | {name: kept.get(name, "") for name in too_long(typed)}
    draft_id = await save_draft(connection, person, opening, fits)
    if pdf is not None:
        await keep_cv(connection, person, draft_id, pdf)
    elif action == "remove_cv":
        await remove_cv(connection, person, draft_id)
    return draft_id


async def _form(
    request: Asked,
    connection: Connection,
    opening: Opening,
    typed: Typed,
    errors: Mapping[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    draft = await active_application(connection, request.user, opening.id)
    wrong = dict(errors) if errors or refusal is None else {"": refusal.message}
    return page(
        request,
        "internships/apply.html",
        422 if errors else refusal.status if refusal else 200,
        opening=opening,
        draft=draft,
        typed=dict.fromkeys((*FIELDS, *answer_fields(opening)), "") | typed,
        errors=wrong,
        answer_fields=list(zip(answer_fields(opening), opening.questions, strict=True)),
        longest_letter=LONGEST_LETTER,
        longest_answer=LONGEST_ANSWER,
    )


ROUTES = [form_page, post_draft, post_form]
