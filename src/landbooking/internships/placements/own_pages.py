"""An intern's pages: what is agreed, who has signed, what the law says, and the way out."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guardians import NoAddress
from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Version
from landbooking.internships.placements.asking import ask_guardian_of
from landbooking.internships.placements.before_work import DAYS_A_YEAR, declare_days_elsewhere
from landbooking.internships.placements.placement import Placement, own_placement, placements_of
from landbooking.internships.placements.refusals import SameAddress
from landbooking.internships.placements.showing import shown
from landbooking.internships.placements.signing import sign_by_account
from landbooking.internships.placements.transitions import move
from landbooking.internships.placements.words import state_word
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


class SignForm(msgspec.Struct, frozen=True):
    terms_version: Version


class GuardianForm(msgspec.Struct, frozen=True):
    guardian_email: Annotated[str, msgspec.Meta(max_length=254)]


class ElsewhereForm(msgspec.Struct, frozen=True):
    year: Annotated[int, msgspec.Meta(ge=2000, le=2200)]
    days: Annotated[int, msgspec.Meta(ge=0, le=DAYS_A_YEAR)]


@get("/placements", guards=[signed_in], include_in_schema=False)
async def list_page(request: Asked, reads: Connection) -> Response[str]:
    found = await placements_of(reads, request.user)
    return page(request, "internships/placements/own_list.html", placements=found, state=state_word)


@get("/placements/{placement_id:int}", guards=[signed_in], include_in_schema=False)
async def placement_page(request: Asked, placement_id: BigId, reads: Connection) -> Response[str]:
    return await _show(request, reads, await own_placement(reads, request.user, placement_id), {}, {})


@post("/placements/{placement_id:int}/signature", guards=[signed_in], include_in_schema=False)
async def post_signature(request: Asked, placement_id: BigId, connection: Connection) -> Response[None]:
    await own_placement(connection, request.user, placement_id)
    form = await parse_form(SignForm, request)
    await sign_by_account(connection, request.user, placement_id, "applicant", form.terms_version)
    return redirect(request, f"/placements/{placement_id}", notice="signed")


@post("/placements/{placement_id:int}/guardian", guards=[signed_in], include_in_schema=False)
async def post_guardian(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    placement = await own_placement(connection, request.user, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(GuardianForm, request)
        async with connection.transaction():
            await ask_guardian_of(connection, request.user, placement_id, form.guardian_email)
    except (InvalidInput, NoAddress, SameAddress) as refusal:
        typed = {"guardian_email": text_of(posted, "guardian_email")}
        return await _show(request, connection, placement, typed, refusal.fields)
    return redirect(request, f"/placements/{placement_id}", notice="guardian-asked")


@post("/placements/{placement_id:int}/days-elsewhere", guards=[signed_in], include_in_schema=False)
async def post_days_elsewhere(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    placement = await own_placement(connection, request.user, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(ElsewhereForm, request)
        await declare_days_elsewhere(connection, placement_id, form.year, form.days)
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return await _show(request, connection, placement, {"days": text_of(posted, "days")}, refusal.fields)
    return redirect(request, f"/placements/{placement_id}", notice="placement-saved")


@post("/placements/{placement_id:int}/cancellation", guards=[signed_in], include_in_schema=False)
async def post_cancellation(request: Asked, placement_id: BigId, connection: Connection) -> Response[None]:
    """Whatever has changed meanwhile: who steps back need not look again."""
    await own_placement(connection, request.user, placement_id)
    await move(connection, placement_id, "cancel", "applicant", request.user)
    return redirect(request, f"/placements/{placement_id}", notice="placement-cancelled")


@post("/placements/{placement_id:int}/end", guards=[signed_in], include_in_schema=False)
async def post_end(request: Asked, placement_id: BigId, connection: Connection) -> Response[None]:
    await own_placement(connection, request.user, placement_id)
    await move(connection, placement_id, "discontinue", "applicant", request.user)
    return redirect(request, f"/placements/{placement_id}", notice="placement-ended")


async def _show(
    request: Asked,
    connection: Connection,
    placement: Placement,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response[str]:
    facts = await shown(connection, placement, "applicant")
    asks_days = sorted(
        {each.day.year for each in facts["findings"] if each.rule == "L3" and each.weight == "before_work" and each.day}
    )
    return page(
        request,
        "internships/placements/own.html",
        422 if errors else 200,
        **facts,
        asks_days=asks_days,
        typed=typed,
        errors=errors,
    )


ROUTES = [
    list_page,
    placement_page,
    post_signature,
    post_guardian,
    post_days_elsewhere,
    post_cancellation,
    post_end,
]
