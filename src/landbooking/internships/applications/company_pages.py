"""A company's pages: who has applied, by stage, and what it does about each."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id, Version
from landbooking.internships.applications.announcements import path_for
from landbooking.internships.applications.application import (
    ENDED,
    Application,
    application_of_company,
    applications_to,
)
from landbooking.internships.applications.candidate import candidate
from landbooking.internships.applications.cv import cv_for_company
from landbooking.internships.applications.interview_form import NUMBERS, TimesForm, empty_times, times_in
from landbooking.internships.applications.interview_times import entries, picked_time, times_of
from landbooking.internships.applications.interviews import cancel_interview, propose_times
from landbooking.internships.applications.messages import LONGEST, messages_of, send_message
from landbooking.internships.applications.reasons import SENTENCES, Reason
from landbooking.internships.applications.sending import as_calendar, as_pdf
from landbooking.internships.applications.transitions import move, possible
from landbooking.internships.applications.words import STAGES, stage_of, stage_words, state_word
from landbooking.internships.companies.company import company_for
from landbooking.internships.events import events_of
from landbooking.internships.law.finding import refusals
from landbooking.internships.law.words import disclaimer
from landbooking.internships.placements.making import findings_on_offer, placement_of
from landbooking.language import gettext as _
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
ROOT = "/company/{company_id:int}/applications"
ONE = f"{ROOT}/{{application_id:int}}"


class VersionForm(msgspec.Struct, frozen=True):
    version: Version | None = None


class DeclineForm(msgspec.Struct, frozen=True):
    reason: Reason
    version: Version | None = None


class MessageForm(msgspec.Struct, frozen=True):
    text: Annotated[str, msgspec.Meta(max_length=LONGEST)]
    key: Annotated[str, msgspec.Meta(max_length=100)] = ""


@get(ROOT, guards=[signed_in], include_in_schema=False)
async def list_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    company = await company_for(reads, request.user, company_id)
    found = [candidate(one) for one in await applications_to(reads, company_id)]
    return page(
        request,
        "internships/company_applications.html",
        company_id=company_id,
        company=company.name,
        groups=[[one for one in found if one.status == stage and not one.is_over] for stage in STAGES],
        ended=[one for one in found if one.is_over or one.status in ENDED],
        state=state_word,
    )


@get(ONE, guards=[signed_in], include_in_schema=False)
async def application_page(request: Asked, company_id: Id, application_id: BigId, reads: Connection) -> Response[str]:
    application = await application_of_company(reads, request.user, company_id, application_id)
    return await _show(request, reads, application, {}, {})


@get(f"{ONE}/cv", guards=[signed_in], include_in_schema=False)
async def cv(request: Asked, company_id: Id, application_id: BigId, reads: Connection) -> Response[bytes]:
    return as_pdf(await cv_for_company(reads, request.user, company_id, application_id))


@get(f"{ONE}/interview.ics", guards=[signed_in], include_in_schema=False)
async def calendar(request: Asked, company_id: Id, application_id: BigId, reads: Connection) -> Response[bytes]:
    application = await application_of_company(reads, request.user, company_id, application_id)
    entry = entries(application, await picked_time(reads, application))
    return as_calendar(entry(request.user, "company"), request.app.state.settings)


@post(f"{ONE}/shortlisting", guards=[signed_in], include_in_schema=False)
async def post_shortlisting(
    request: Asked, company_id: Id, application_id: BigId, connection: Connection
) -> Response[None]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    form = await parse_form(VersionForm, request)
    await move(connection, application.id, "shortlist", "company", request.user, form.version)
    return redirect(request, path_for(application, "company"), notice="shortlisted")


@post(f"{ONE}/offer", guards=[signed_in], include_in_schema=False)
async def post_offer(request: Asked, company_id: Id, application_id: BigId, connection: Connection) -> Response[None]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    form = await parse_form(VersionForm, request)
    await move(connection, application.id, "offer", "company", request.user, form.version)
    return redirect(request, path_for(application, "company"), notice="place-offered")


@post(f"{ONE}/decline", guards=[signed_in], include_in_schema=False)
async def post_decline(request: Asked, company_id: Id, application_id: BigId, connection: Connection) -> Response[Any]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    try:
        form = await parse_form(DeclineForm, request)
    except InvalidInput as invalid:
        return await _show(
            request, connection, application, invalid.values, {"reason": _("Bitte wählen Sie einen Grund.")}
        )
    await move(connection, application.id, "decline", "company", request.user, form.version, form.reason)
    return redirect(request, path_for(application, "company"), notice="application-declined")


@post(f"{ONE}/restoration", guards=[signed_in], include_in_schema=False)
async def post_restoration(
    request: Asked, company_id: Id, application_id: BigId, connection: Connection
) -> Response[None]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    form = await parse_form(VersionForm, request)
    await move(connection, application.id, "restore", "company", request.user, form.version)
    return redirect(request, path_for(application, "company"), notice="decline-taken-back")


@post(f"{ONE}/messages", guards=[signed_in], include_in_schema=False)
async def post_message(request: Asked, company_id: Id, application_id: BigId, connection: Connection) -> Response[Any]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    try:
        form = await parse_form(MessageForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, application, invalid.values, invalid.errors)
    await send_message(connection, request.user, application, "company", form.text, form.key or None)
    return redirect(request, path_for(application, "company"), notice="message-sent")


@post(f"{ONE}/interview", guards=[signed_in], include_in_schema=False)
async def post_times(request: Asked, company_id: Id, application_id: BigId, connection: Connection) -> Response[Any]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    posted = await request.form()
    try:
        form = await parse_form(TimesForm, request)
        periods = times_in(posted, application.zone, form.minutes)
        await propose_times(connection, request.user, application, periods, form.place, form.version)
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return await _show(request, connection, application, posted, invalid.errors)
    return redirect(request, path_for(application, "company"), notice="times-proposed")


@post(f"{ONE}/interview/cancellation", guards=[signed_in], include_in_schema=False)
async def post_interview_cancellation(
    request: Asked, company_id: Id, application_id: BigId, connection: Connection
) -> Response[None]:
    application = await application_of_company(connection, request.user, company_id, application_id)
    await cancel_interview(connection, application, "company")
    return redirect(request, path_for(application, "company"), notice="interview-cancelled")


async def _show(
    request: Asked,
    connection: Connection,
    application: Application,
    posted: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response[str]:
    """Only the Candidate goes to the template, so that no template can show too much."""
    times = await times_of(connection, application.id)
    shows_law = application.is_open and not application.is_anonymous
    findings = await findings_on_offer(connection, application) if shows_law else None
    fields = {**empty_times(), "text": "", "reason": ""}
    typed = {name: text_of(posted, name) for name in fields} if posted else fields
    return page(
        request,
        "internships/company_application.html",
        422 if errors else 200,
        candidate=candidate(application),
        possible=await possible(connection, application, "company"),
        stages=stage_words(),
        stage=stage_of(application),
        state=state_word,
        reasons=list(SENTENCES.items()),
        times=[time for time in times if not time.is_picked],
        picked=next((time for time in times if time.is_picked), None),
        numbers=NUMBERS,
        messages=await messages_of(connection, application.id),
        events=await events_of(connection, "application", application.id),
        findings=findings,
        refused=application.status == "offered" and bool(refusals(findings or [])),
        disclaimer=disclaimer(),
        placement_id=await placement_of(connection, application),
        can_write=application.is_open or application.status == "accepted",
        longest=LONGEST,
        key=secrets.token_urlsafe(16),
        typed=typed,
        errors=errors,
    )


ROUTES = [
    list_page,
    application_page,
    cv,
    calendar,
    post_shortlisting,
    post_offer,
    post_decline,
    post_restoration,
    post_message,
    post_times,
    post_interview_cancellation,
]
