"""A guardian's consent to internships in the JSON API: how it stands, asking for it, and paper that staff have seen.

The guardian's own answer is given on the page to which the mailed link leads: who answers has no account.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guardians import ask_guardian, consent_of, record_paper
from landbooking.accounts.guards import district_staff, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.internships.applications.consent import minor_at, revoke_on_paper
from landbooking.internships.applications.guardian import INTERNSHIPS
from landbooking.internships.placements.representations import GuardianAddress

Asked = Request[Person, Any, Any]
TAGS = ["internships"]


class GuardianConsent(msgspec.Struct, frozen=True):
    """`state` is "expired" where nobody has answered within 14 days; `asked_at` is null where nobody was asked."""

    state: Literal["none", "asked", "expired", "granted", "refused", "revoked"]
    asked_at: datetime | None
    answered_at: datetime | None


class MinorAddress(msgspec.Struct, frozen=True):
    """By the exact address: there is no list of people."""

    email: Annotated[str, msgspec.Meta(max_length=254)]


@get(
    "/applications/guardian",
    guards=[signed_in],
    operation_id="guardianConsent",
    summary="How a guardian's consent to internships stands",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def get_consent(request: Asked, reads: Connection) -> GuardianConsent:
    """One's own. Who is under 16 needs it before a company learns the name, who is under 18 before the yes."""
    return await _view(reads, request.user.id)


@post(
    "/applications/guardian",
    guards=[signed_in],
    operation_id="askGuardianForConsent",
    summary="Ask a guardian for consent to internships",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[GuardianAddress],
    return_dto=None,
    responses=problems(400, 413, 422, 429),
)
async def post_consent(request: Asked, connection: Connection, data: JSONBody[GuardianAddress]) -> GuardianConsent:
    """Mails a link that works once, for 14 days; one that was mailed before works no more."""
    await ask_guardian(connection, request.user, INTERNSHIPS, data.guardian_email)
    return await _view(connection, request.user.id)


@post(
    "/districts/consents",
    guards=[district_staff],
    operation_id="recordConsent",
    summary="Record that a guardian's consent was seen on paper",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[MinorAddress],
    return_dto=None,
    responses=problems(400, 403, 413, 422),
)
async def post_paper(request: Asked, connection: Connection, data: JSONBody[MinorAddress]) -> GuardianConsent:
    """Kept with who has seen it, and when. Of who lives in the staff's district, or has applied there."""
    minor = await minor_at(connection, request.user, data.email)
    await record_paper(connection, request.user, INTERNSHIPS, minor.id)
    return await _view(connection, minor.id)


@post(
    "/districts/consents/revocation",
    guards=[district_staff],
    operation_id="revokeConsent",
    summary="Record that a guardian takes the consent back",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[MinorAddress],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_revocation(request: Asked, connection: Connection, data: JSONBody[MinorAddress]) -> GuardianConsent:
    """What the minor has applied for is withdrawn, and placements end. 404 where no consent stands."""
    minor = await minor_at(connection, request.user, data.email)
    await revoke_on_paper(connection, minor.id)
    return await _view(connection, minor.id)


async def _view(connection: Connection, person_id: int) -> GuardianConsent:
    consent = await consent_of(connection, INTERNSHIPS, person_id)
    if consent is None:
        return GuardianConsent("none", None, None)
    if consent.revoked_at:
        return GuardianConsent("revoked", consent.asked_at, consent.revoked_at)
    if consent.granted_at:
        return GuardianConsent("granted", consent.asked_at, consent.granted_at)
    if consent.refused_at:
        return GuardianConsent("refused", consent.asked_at, consent.refused_at)
    is_over = consent.expires_at <= datetime.now(UTC)
    return GuardianConsent("expired" if is_over else "asked", consent.asked_at, None)


ROUTES = [get_consent, post_consent, post_paper, post_revocation]
