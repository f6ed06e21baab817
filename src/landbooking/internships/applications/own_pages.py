"""An applicant's pages: what was applied for, how each stands, and what one can do about it."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form
from landbooking.ids import BigId, BigRowId, Version
from landbooking.internships.applications.ages import OF_AGE
from landbooking.internships.applications.application import ENDED, Application, applications_of, own_application
from landbooking.internships.applications.applying import discard_draft
from landbooking.internships.applications.cv import own_cv
from landbooking.internships.applications.exceptions import ask_for_exception
from landbooking.internships.applications.guardian import guardian_agrees
from landbooking.internships.applications.interview_times import entries, picked_time, times_of
from landbooking.internships.applications.interviews import cancel_interview, pick_time
from landbooking.internships.applications.messages import LONGEST, messages_of, send_message
from landbooking.internships.applications.reasons import SENTENCES
from landbooking.internships.applications.sending import as_calendar, as_pdf
from landbooking.internships.applications.transitions import move, possible
from landbooking.internships.applications.words import next_sentence, stage_of, stage_words, state_word
from landbooking.internships.events import events_of
from landbooking.internships.law.finding import refusals
from landbooking.internships.law.words import disclaimer
from landbooking.internships.placements.making import findings_on_offer, placement_of
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


class VersionForm(msgspec.Struct, frozen=True):
    version: Version | None = None


class MessageForm(msgspec.Struct, frozen=True):
    text: Annotated[str, msgspec.Meta(max_length=LONGEST)]
    key: Annotated[str, msgspec.Meta(max_length=100)] = ""


class PickForm(msgspec.Struct, frozen=True):
    time: BigRowId


@get("/applications", guards=[signed_in], include_in_schema=False)
async def list_page(request: Asked, reads: Connection) -> Response[str]:
    found = await applications_of(reads, request.user)
    return page(
        request,
        "internships/applications.html",
        drafts=[one for one in found if one.status == "draft"],
        running=[one for one in found if one.is_open or (one.status == "accepted" and not one.is_over)],
        ended=[one for one in found if one.is_over or one.status in ENDED],
        state=state_word,
    )


@get("/applications/{application_id:int}", guards=[signed_in], include_in_schema=False)
async def application_page(request: Asked, application_id: BigId, reads: Connection) -> Response[Any]:
    application = await own_application(reads, request.user, application_id)
    if application.status == "draft":
        return redirect(request, f"/internships/{application.posting_id}/application")
    return await _show(request, reads, application, {}, "")


@get("/applications/{application_id:int}/cv", guards=[signed_in], include_in_schema=False)
async def cv(request: Asked, application_id: BigId, reads: Connection) -> Response[bytes]:
    return as_pdf(await own_cv(reads, request.user, application_id))


@get("/applications/{application_id:int}/interview.ics", guards=[signed_in], include_in_schema=False)
async def calendar(request: Asked, application_id: BigId, reads: Connection) -> Response[bytes]:
    application = await own_application(reads, request.user, application_id)
    entry = entries(application, await picked_time(reads, application))
    return as_calendar(entry(request.user, "applicant"), request.app.state.settings)


@post("/applications/{application_id:int}/removal", guards=[signed_in], include_in_schema=False)
async def post_removal(request: Asked, application_id: BigId, connection: Connection) -> Response[None]:
    await discard_draft(connection, request.user, application_id)
    return redirect(request, "/applications", notice="draft-removed")


@post("/applications/{application_id:int}/withdrawal", guards=[signed_in], include_in_schema=False)
async def post_withdrawal(request: Asked, application_id: BigId, connection: Connection) -> Response[None]:
    """Whatever has changed meanwhile: who takes it back need not look again."""
    application = await own_application(connection, request.user, application_id)
    await move(connection, application.id, "withdraw", "applicant", request.user)
    return redirect(request, f"/applications/{application_id}", notice="application-withdrawn")


@post("/applications/{application_id:int}/acceptance", guards=[signed_in], include_in_schema=False)
async def post_acceptance(request: Asked, application_id: BigId, connection: Connection) -> Response[None]:
    application = await own_application(connection, request.user, application_id)
    form = await parse_form(VersionForm, request)
    await move(connection, application.id, "accept", "applicant", request.user, form.version)
    return redirect(request, f"/applications/{application_id}", notice="application-accepted")


@post("/applications/{application_id:int}/exception", guards=[signed_in], include_in_schema=False)
async def post_exception(request: Asked, application_id: BigId, connection: Connection) -> Response[None]:
    application = await own_application(connection, request.user, application_id)
    await ask_for_exception(connection, application.id)
    return redirect(request, f"/applications/{application_id}", notice="exception-asked")


@post("/applications/{application_id:int}/refusal", guards=[signed_in], include_in_schema=False)
async def post_refusal(request: Asked, application_id: BigId, connection: Connection) -> Response[None]:
    application = await own_application(connection, request.user, application_id)
    form = await parse_form(VersionForm, request)
    await move(connection, application.id, "refuse", "applicant", request.user, form.version)
    return redirect(request, f"/applications/{application_id}", notice="offer-refused")


@post("/applications/{application_id:int}/messages", guards=[signed_in], include_in_schema=False)
async def post_message(request: Asked, application_id: BigId, connection: Connection) -> Response[Any]:
    application = await own_application(connection, request.user, application_id)
    try:
        form = await parse_form(MessageForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, application, invalid.errors, invalid.values.get("text", ""))
    await send_message(connection, request.user, application, "applicant", form.text, form.key or None)
    return redirect(request, f"/applications/{application_id}", notice="message-sent")


@post("/applications/{application_id:int}/interview", guards=[signed_in], include_in_schema=False)
async def post_pick(request: Asked, application_id: BigId, connection: Connection) -> Response[Any]:
    application = await own_application(connection, request.user, application_id)
    try:
        form = await parse_form(PickForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, application, invalid.errors, "")
    await pick_time(connection, application, form.time)
    return redirect(request, f"/applications/{application_id}", notice="interview-picked")


@post("/applications/{application_id:int}/interview/cancellation", guards=[signed_in], include_in_schema=False)
async def post_interview_cancellation(request: Asked, application_id: BigId, connection: Connection) -> Response[None]:
    application = await own_application(connection, request.user, application_id)
    await cancel_interview(connection, application, "applicant")
    return redirect(request, f"/applications/{application_id}", notice="interview-cancelled")


async def _show(
    request: Asked, connection: Connection, application: Application, errors: Mapping[str, str], text: str
) -> Response[str]:
    today = datetime.now(UTC).astimezone(ZoneInfo(application.zone)).date()
    is_minor = application.is_open and application.age_on(today) < OF_AGE
    times = await times_of(connection, application.id)
    findings = await findings_on_offer(connection, application) if application.status == "offered" else None
    return page(
        request,
        "internships/application.html",
        422 if errors else 200,
        application=application,
        possible=await possible(connection, application, "applicant"),
        stages=stage_words(),
        stage=stage_of(application),
        state=state_word,
        next_sentence=next_sentence(application.status),
        reason=SENTENCES.get(application.decline_reason) if application.decline_reason else None,
        guardian_missing=is_minor and not await guardian_agrees(connection, request.user.id),
        times=[time for time in times if not time.is_picked],
        picked=next((time for time in times if time.is_picked), None),
        messages=await messages_of(connection, application.id),
        events=await events_of(connection, "application", application.id),
        findings=findings,
        refused=bool(refusals(findings or [])),
        disclaimer=disclaimer(),
        placement_id=await placement_of(connection, application),
        can_write=application.is_open or application.status == "accepted",
        text=text,
        longest=LONGEST,
        key=secrets.token_urlsafe(16),
        errors=errors,
    )


ROUTES = [
    list_page,
    application_page,
    cv,
    calendar,
    post_removal,
    post_withdrawal,
    post_acceptance,
    post_exception,
    post_refusal,
    post_message,
    post_pick,
    post_interview_cancellation,
]
