"""What the intern says of coming, and both sides afterwards: before the start, of single days, and how it was."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.internships.running import feedback
from landbooking.internships.running.absence import tell_absent
from landbooking.internships.running.access import allowed
from landbooking.internships.running.feedback import give_feedback
from landbooking.internships.running.pages import ROOT, show, week_path
from landbooking.internships.running.reconfirmation import answer_by_link, asked_by_link, reconfirm, say_no
from landbooking.internships.running.weeks import week_of
from landbooking.language import gettext as _
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
LINK = "/internships/reconfirmation/{token:str}"


class AnswerForm(msgspec.Struct, frozen=True):
    answer: Literal["yes", "no"]


class AbsenceForm(msgspec.Struct, frozen=True):
    day: date


class FeedbackForm(msgspec.Struct, frozen=True):
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    words: Annotated[str, msgspec.Meta(max_length=feedback.LONGEST)] = ""


@post(f"{ROOT}/reconfirmation", guards=[signed_in], include_in_schema=False)
async def post_answer(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    access = await allowed(connection, request.user, placement_id, "reconfirm")
    try:
        form = await parse_form(AnswerForm, request)
    except InvalidInput:
        return await show(request, connection, access, None, {}, {"answer": _("Bitte sagen Sie Ja oder Nein.")})
    if form.answer == "no":
        await say_no(connection, request.user, placement_id)
        return redirect(request, f"/internships/placements/{placement_id}", notice="said-no")
    await reconfirm(connection, placement_id)
    return redirect(request, f"/internships/placements/{placement_id}", notice="reconfirmed")


@post(f"{ROOT}/absences", guards=[signed_in], include_in_schema=False)
async def post_absence(request: Asked, placement_id: BigId, connection: Connection) -> Response[None]:
    access = await allowed(connection, request.user, placement_id, "tell_absent")
    form = await parse_form(AbsenceForm, request)
    await tell_absent(connection, request.user, placement_id, form.day)
    return redirect(request, week_path(access.placement, week_of(access.placement, form.day)), notice="absence-told")


@get(LINK, guards=[public], include_in_schema=False)
async def link_page(request: Request[Any, Any, Any], token: FromPath[str], reads: Connection) -> Response[str]:
    """Nothing happens before a button is pressed: mail programs look at links by themselves."""
    asked = await asked_by_link(reads, token)
    return _link(request, token, 200 if asked else 410, asked=asked, done=None)


@post(LINK, guards=[public], include_in_schema=False, status_code=200)
async def post_link(request: Request[Any, Any, Any], token: FromPath[str], connection: Connection) -> Response[str]:
    try:
        form = await parse_form(AnswerForm, request)
    except InvalidInput:
        asked = await asked_by_link(connection, token)
        return _link(request, token, 422 if asked else 410, asked=asked, done=None)
    answered = await answer_by_link(connection, token, form.answer)
    return _link(request, token, 200 if answered else 410, asked=None, done=form.answer if answered else None)


@post(f"{ROOT}/feedback", guards=[signed_in], include_in_schema=False)
async def post_feedback(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    access = await allowed(connection, request.user, placement_id, "give_feedback")
    try:
        form = await parse_form(FeedbackForm, request)
    except InvalidInput as invalid:
        typed = {name: text_of(await request.form(), name) for name in ("stars", "words")}
        return await show(request, connection, access, None, typed, invalid.errors)
    await give_feedback(connection, access, form.stars, form.words)
    return redirect(request, f"/internships/placements/{placement_id}", notice="placement-rated")


def _link(request: Request[Any, Any, Any], token: str, status: int, **context: Any) -> Response[str]:
    return page(request, "internships/running/reconfirmation.html", status, token=token, **context)


ROUTES = [post_answer, post_absence, link_page, post_link, post_feedback]
