"""A guardian's consent to internships in the JSON API: how it stands, asking for it, and paper that staff have seen.

The guardian's own answer is given on the page to which the mailed link leads: who answers has no account.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.consent_views import GuardianAddress, GuardianConsent, consent_view
from landbooking.accounts.guardians import ask_guardian, record_paper
from landbooking.accounts.guards import district_staff, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.internships.applications.consent import minor_at, revoke_on_paper
from landbooking.internships.applications.guardian import INTERNSHIPS

Asked = Request[Person, Any, Any]
TAGS = ["internships"]


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
    return await consent_view(reads, INTERNSHIPS, request.user.id)


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
    return await consent_view(connection, INTERNSHIPS, request.user.id)


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
    return await consent_view(connection, INTERNSHIPS, minor.id)


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
    return await consent_view(connection, INTERNSHIPS, minor.id)


ROUTES = [get_consent, post_consent, post_paper, post_revocation]
