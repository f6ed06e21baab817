"""A guardian's consent to internships: asked for by the minor, answered by a link, or on paper seen by staff."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.consent_pages import answer_consent, show_consent
from landbooking.accounts.guardians import (
    NoAddress,
    OwnAddress,
    ask_guardian,
    consent_of,
    minor_in_district,
    record_paper,
)
from landbooking.accounts.guards import district_staff, public, signed_in
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.internships.applications.consent import minor_at, refuse_by_link, revoke_on_paper
from landbooking.internships.applications.guardian import INTERNSHIPS
from landbooking.pages import page, redirect

Asked = Request[Any, Any, Any]


class GuardianForm(msgspec.Struct, frozen=True):
    guardian_email: Annotated[str, msgspec.Meta(max_length=254)]


class PersonForm(msgspec.Struct, frozen=True):
    email: Annotated[str, msgspec.Meta(max_length=254)]


@get("/applications/guardian", guards=[signed_in], include_in_schema=False)
async def guardian_page(request: Asked, reads: Connection) -> Response[str]:
    return await _guardian(request, reads, "", {})


@post("/applications/guardian", guards=[signed_in], include_in_schema=False)
async def post_guardian(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = await parse_form(GuardianForm, request)
        await ask_guardian(connection, request.user, INTERNSHIPS, form.guardian_email)
    except (InvalidInput, NoAddress, OwnAddress) as refusal:  # nothing was written yet, so nothing is committed
        return await _guardian(request, connection, text_of(posted, "guardian_email"), refusal.fields)
    return redirect(request, "/applications/guardian", notice="guardian-asked")


@get("/internships/consent/{token:str}", guards=[public], include_in_schema=False)
async def consent_page(request: Asked, token: FromPath[str], reads: Connection) -> Response[str]:
    return await show_consent(request, reads, INTERNSHIPS, token)


@post("/internships/consent/{token:str}", guards=[public], include_in_schema=False, status_code=200)
async def post_consent(request: Asked, token: FromPath[str], connection: Connection) -> Response[str]:
    return await answer_consent(request, connection, INTERNSHIPS, token, refuse_by_link)


@get("/district/internships/consents", guards=[district_staff], include_in_schema=False)
async def papers_page(request: Asked) -> Response[str]:
    return _papers(request, "", {})


@post("/district/internships/consents", guards=[district_staff], include_in_schema=False, status_code=200)
async def look_up(request: Asked, connection: Connection) -> Response[str]:
    """By the exact address, in a form, so that it stands in no address bar; there is no list of people."""
    typed = text_of(await request.form(), "email")
    try:
        form = await parse_form(PersonForm, request)
        person = await minor_at(connection, request.user, form.email)
    except (InvalidInput, NotAnAddress) as refusal:
        errors = refusal.fields or {"email": refusal.message}
        return _papers(request, typed, errors)
    consent = await consent_of(connection, INTERNSHIPS, person.id)
    stands = consent is not None and consent.stands
    return page(request, "internships/district_consent.html", person_id=person.id, email=person.email, stands=stands)


@post("/district/internships/consents/{person_id:int}", guards=[district_staff], include_in_schema=False)
async def post_paper(request: Asked, person_id: BigId, connection: Connection) -> Response[None]:
    minor = await minor_in_district(connection, request.user, INTERNSHIPS, person_id)
    await record_paper(connection, request.user, INTERNSHIPS, minor.id)
    return redirect(request, "/district/internships/consents", notice="consent-recorded")


@post("/district/internships/consents/{person_id:int}/revocation", guards=[district_staff], include_in_schema=False)
async def post_revocation(request: Asked, person_id: BigId, connection: Connection) -> Response[None]:
    minor = await minor_in_district(connection, request.user, INTERNSHIPS, person_id)
    await revoke_on_paper(connection, minor.id)
    return redirect(request, "/district/internships/consents", notice="consent-revoked")


async def _guardian(request: Asked, connection: Connection, typed: str, errors: Mapping[str, str]) -> Response[str]:
    consent = await consent_of(connection, INTERNSHIPS, request.user.id)
    waits = consent is not None and consent.granted_at is None and consent.refused_at is None
    return page(
        request,
        "internships/guardian.html",
        422 if errors else 200,
        consent=consent,
        consent_open=waits and consent is not None and consent.expires_at > datetime.now(UTC),
        typed=typed,
        errors=errors,
    )


def _papers(request: Asked, email: str, errors: Mapping[str, str]) -> Response[str]:
    return page(request, "internships/district_consents.html", 422 if errors else 200, email=email, errors=errors)


ROUTES = [
    guardian_page,
    post_guardian,
    consent_page,
    post_consent,
    papers_page,
    look_up,
    post_paper,
    post_revocation,
]
