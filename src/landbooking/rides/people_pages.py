"""A person's profile for rides, with a guardian's consent and who is blocked; and the guardian's own page."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.consent_pages import answer_consent, show_consent
from landbooking.accounts.guardians import (
    NoAddress,
    OwnAddress,
    ask_guardian,
    consent_of,
)
from landbooking.accounts.guards import public, signed_in
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.pages import page, redirect
from landbooking.rides.blocks import blocks_of, unblock
from landbooking.rides.consent import RIDING, refuse_by_link
from landbooking.rides.organisations import organisations_managed
from landbooking.rides.people import BirthdayWrong, profile_of, save_profile
from landbooking.rides.rota import duties_of

Asked = Request[Any, Any, Any]


class ProfileForm(msgspec.Struct, frozen=True):
    """`birthday` of who is under age only."""

    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    is_woman: bool = False
    birthday: date | None = None


class GuardianForm(msgspec.Struct, frozen=True):
    guardian_email: Annotated[str, msgspec.Meta(max_length=254)]


@get("/rides/profile", guards=[signed_in], include_in_schema=False)
async def profile_page(request: Asked, reads: Connection) -> Response[str]:
    return await _page(request, reads, {}, {})


@post("/rides/profile", guards=[signed_in], include_in_schema=False)
async def post_profile(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = await parse_form(ProfileForm, request)
        await save_profile(connection, request.user, form.phone, form.is_woman, form.birthday)
    except (InvalidInput, BirthdayWrong) as refusal:  # nothing was written yet, so nothing is committed
        typed = {name: text_of(posted, name) for name in ("phone", "is_woman", "birthday")}
        return await _page(request, connection, typed, refusal.fields)
    return redirect(request, "/rides/profile", notice="ride-profile-saved")


@post("/rides/profile/guardian", guards=[signed_in], include_in_schema=False)
async def post_guardian(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = await parse_form(GuardianForm, request)
        await ask_guardian(connection, request.user, RIDING, form.guardian_email)
    except (InvalidInput, NoAddress, OwnAddress) as refusal:  # nothing was written yet, so nothing is committed
        typed = {"guardian_email": text_of(posted, "guardian_email")}
        return await _page(request, connection, typed, refusal.fields)
    return redirect(request, "/rides/profile", notice="guardian-asked")


@post("/rides/blocks/{person_id:int}/removal", guards=[signed_in], include_in_schema=False)
async def post_unblock(request: Asked, person_id: BigId, connection: Connection) -> Response[None]:
    await unblock(connection, request.user, person_id)
    return redirect(request, "/rides/profile", notice="unblocked")


@get("/rides/consent/{token:str}", guards=[public], include_in_schema=False)
async def consent_page(request: Asked, token: FromPath[str], reads: Connection) -> Response[str]:
    return await show_consent(request, reads, RIDING, token)


@post("/rides/consent/{token:str}", guards=[public], include_in_schema=False, status_code=200)
async def post_consent(request: Asked, token: FromPath[str], connection: Connection) -> Response[str]:
    return await answer_consent(request, connection, RIDING, token, refuse_by_link)


async def _page(
    request: Asked, connection: Connection, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Response[str]:
    profile = await profile_of(connection, request.user.id)
    values = {"phone": profile.phone, "is_woman": profile.is_woman, "birthday": "", "guardian_email": ""}
    consent = await consent_of(connection, RIDING, request.user.id)
    return page(
        request,
        "rides/profile.html",
        422 if errors else 200,
        profile=profile,
        is_minor=profile.is_minor(datetime.now(UTC).date()),
        consent=consent,
        consent_open=consent is not None
        and consent.granted_at is None
        and consent.refused_at is None
        and consent.expires_at > datetime.now(UTC),
        blocks=await blocks_of(connection, request.user),
        duties=bool(await duties_of(connection, request.user)),
        organisations=await organisations_managed(connection, request.user),
        values=values | dict(typed),
        errors=errors,
    )


ROUTES = [profile_page, post_profile, post_guardian, post_unblock, consent_page, post_consent]
