"""A company's pages of its placements: agreeing, signing, desks, and what comes before work."""

from datetime import date, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form
from landbooking.ids import BigId, Id, RowId, Version
from landbooking.internships.placements.asking import ask_school_again
from landbooking.internships.placements.before_work import record_certificate, record_instruction
from landbooking.internships.placements.breaks_form import breaks_in
from landbooking.internships.placements.company_showing import path_at_company, show_to_company
from landbooking.internships.placements.placement import placement_of_company, placements_at
from landbooking.internships.placements.signing import sign_by_account
from landbooking.internships.placements.terms import (
    LONGEST_TASKS,
    NewDay,
    NewTerms,
    change_terms,
    days_between,
    terms_of,
)
from landbooking.internships.placements.transitions import move
from landbooking.internships.placements.words import state_word
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
ROOT = "/company/{company_id:int}/placements"
ONE = f"{ROOT}/{{placement_id:int}}"


class VersionForm(msgspec.Struct, frozen=True):
    version: Version | None = None


class SignForm(msgspec.Struct, frozen=True):
    terms_version: Version


class TermsForm(msgspec.Struct, frozen=True):
    """All days with the same hours; a single one is changed by the DayForm."""

    space: RowId
    tasks: Annotated[str, msgspec.Meta(max_length=LONGEST_TASKS)]
    first: date
    last: date
    start: time
    end: time
    break_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 0
    version: Version | None = None


class DayForm(msgspec.Struct, frozen=True):
    """Without a start the day is left out."""

    day: date
    start: time | None = None
    end: time | None = None
    break_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 0
    version: Version | None = None


class PlaceForm(msgspec.Struct, frozen=True):
    space: RowId
    version: Version | None = None


class InstructionForm(msgspec.Struct, frozen=True):
    instructed_on: date


class CertificateForm(msgspec.Struct, frozen=True):
    certificate_seen_on: date


@get(ROOT, guards=[signed_in], include_in_schema=False)
async def list_page(request: Asked, company_id: Id, reads: Connection) -> Response[str]:
    return page(
        request,
        "internships/placements/company_list.html",
        company_id=company_id,
        placements=await placements_at(reads, request.user, company_id),
        state=state_word,
    )


@get(ONE, guards=[signed_in], include_in_schema=False)
async def placement_page(request: Asked, company_id: Id, placement_id: BigId, reads: Connection) -> Response[str]:
    placement = await placement_of_company(reads, request.user, company_id, placement_id, ("manager", "mentor"))
    return await show_to_company(request, reads, placement, {}, {})


@post(f"{ONE}/proposal", guards=[signed_in], include_in_schema=False)
async def post_proposal(request: Asked, company_id: Id, placement_id: BigId, connection: Connection) -> Response[None]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    form = await parse_form(VersionForm, request)
    await move(connection, placement.id, "propose", "company", request.user, form.version)
    return redirect(request, path_at_company(placement), notice="placement-proposed")


@post(f"{ONE}/signature", guards=[signed_in], include_in_schema=False)
async def post_signature(request: Asked, company_id: Id, placement_id: BigId, connection: Connection) -> Response[None]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    form = await parse_form(SignForm, request)
    await sign_by_account(connection, request.user, placement.id, "company", form.terms_version)
    return redirect(request, path_at_company(placement), notice="signed")


@post(f"{ONE}/confirmation", guards=[signed_in], include_in_schema=False)
async def post_confirmation(
    request: Asked, company_id: Id, placement_id: BigId, connection: Connection
) -> Response[None]:
    """Once more, where all have signed but a desk was missing."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    form = await parse_form(VersionForm, request)
    await move(connection, placement.id, "confirm", "company", request.user, form.version)
    return redirect(request, path_at_company(placement), notice="placement-confirmed")


@post(f"{ONE}/terms", guards=[signed_in], include_in_schema=False)
async def post_terms(request: Asked, company_id: Id, placement_id: BigId, connection: Connection) -> Response[Any]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(TermsForm, request)
        before = await terms_of(connection, placement)
        zone = ZoneInfo(placement.zone)
        breaks = breaks_in(posted, form.first, form.start, form.end, form.break_minutes, zone)
        days = days_between(placement, before, form.first, form.last, form.start, form.end, breaks)
        new = NewTerms(form.space, form.tasks, days)
        await change_terms(connection, request.user, placement.id, form.version, new)
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return await show_to_company(request, connection, placement, posted, invalid.errors)
    return redirect(request, path_at_company(placement), notice="terms-changed")


@post(f"{ONE}/days", guards=[signed_in], include_in_schema=False)
async def post_day(request: Asked, company_id: Id, placement_id: BigId, connection: Connection) -> Response[Any]:
    """One day at another time, one more, or one fewer."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(DayForm, request)
        before = await terms_of(connection, placement)
        days = [one for one in before.days if one.day != form.day]
        if form.start and form.end:
            zone = ZoneInfo(placement.zone)
            breaks = breaks_in(posted, form.day, form.start, form.end, form.break_minutes, zone)
            days.append(NewDay(form.day, form.start, form.end, breaks))
        new = NewTerms(before.space_id, before.tasks, sorted(days, key=lambda one: one.day))
        await change_terms(connection, request.user, placement.id, form.version, new)
    except InvalidInput as invalid:
        errors = {f"one_{name}": sentence for name, sentence in invalid.errors.items()}
        return await show_to_company(
            request, connection, placement, {f"one_{name}": posted[name] for name in posted}, errors
        )
    return redirect(request, path_at_company(placement), notice="terms-changed")


@post(f"{ONE}/place", guards=[signed_in], include_in_schema=False)
async def post_place(request: Asked, company_id: Id, placement_id: BigId, connection: Connection) -> Response[None]:
    """All of it in another space of the posting."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    form = await parse_form(PlaceForm, request)
    before = await terms_of(connection, placement)
    new = msgspec.structs.replace(before, space_id=form.space)
    await change_terms(connection, request.user, placement.id, form.version, new)
    return redirect(request, path_at_company(placement), notice="terms-changed")


@post(f"{ONE}/school-link", guards=[signed_in], include_in_schema=False)
async def post_school_link(
    request: Asked, company_id: Id, placement_id: BigId, connection: Connection
) -> Response[None]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    await ask_school_again(connection, placement.id)
    return redirect(request, path_at_company(placement), notice="link-sent")


@post(f"{ONE}/instruction", guards=[signed_in], include_in_schema=False)
async def post_instruction(
    request: Asked, company_id: Id, placement_id: BigId, connection: Connection
) -> Response[Any]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id, ("manager", "mentor"))
    posted = await request.form()
    try:
        form = await parse_form(InstructionForm, request)
        await record_instruction(connection, request.user, placement.id, form.instructed_on)
    except InvalidInput as invalid:
        return await show_to_company(request, connection, placement, posted, invalid.errors)
    return redirect(request, path_at_company(placement), notice="placement-saved")


@post(f"{ONE}/certificate", guards=[signed_in], include_in_schema=False)
async def post_certificate(
    request: Asked, company_id: Id, placement_id: BigId, connection: Connection
) -> Response[Any]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(CertificateForm, request)
        await record_certificate(connection, placement.id, form.certificate_seen_on)
    except InvalidInput as invalid:
        return await show_to_company(request, connection, placement, posted, invalid.errors)
    return redirect(request, path_at_company(placement), notice="placement-saved")


@post(f"{ONE}/cancellation", guards=[signed_in], include_in_schema=False)
async def post_cancellation(
    request: Asked, company_id: Id, placement_id: BigId, connection: Connection
) -> Response[None]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    form = await parse_form(VersionForm, request)
    await move(connection, placement.id, "cancel", "company", request.user, form.version)
    return redirect(request, path_at_company(placement), notice="placement-cancelled")


@post(f"{ONE}/end", guards=[signed_in], include_in_schema=False)
async def post_end(request: Asked, company_id: Id, placement_id: BigId, connection: Connection) -> Response[None]:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    form = await parse_form(VersionForm, request)
    await move(connection, placement.id, "discontinue", "company", request.user, form.version)
    return redirect(request, path_at_company(placement), notice="placement-ended")


ROUTES = [
    list_page,
    placement_page,
    post_proposal,
    post_signature,
    post_confirmation,
    post_terms,
    post_day,
    post_place,
    post_school_link,
    post_instruction,
    post_certificate,
    post_cancellation,
    post_end,
]
