"""What one says of oneself for rides, a guardian's consent, and whom one does not want to ride with, in the JSON API.

The guardian's own answer is given on the page to which the mailed link leads: who answers has no account.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.consent_views import GuardianAddress, GuardianConsent, consent_view
from landbooking.accounts.guardians import ask_guardian
from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.rides.blocks import RideBlock, block_other_side, blocks_of, unblock
from landbooking.rides.consent import RIDING
from landbooking.rides.people import profile_of, save_profile

Asked = Request[Person, Any, Any]
TAGS = ["rides"]


class RideProfile(msgspec.Struct, frozen=True):
    """`phone` is told to whom one rides with, after the yes, until a day after the ride; `is_woman` to nobody.

    A `minor` needs a guardian's consent. `confirmed`: the district's staff have seen who one is.
    """

    phone: str
    is_woman: bool
    minor: bool
    confirmed: bool


class NewRideProfile(msgspec.Struct, frozen=True):
    """All of it anew. The `birthday` only of who is not 18 yet: once told it stays, and is not shown again."""

    phone: Annotated[str, msgspec.Meta(max_length=40)]
    is_woman: bool
    birthday: date | None = None


@get(
    "/ride-profile",
    guards=[signed_in],
    operation_id="rideProfile",
    summary="One's own profile for rides",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def get_profile(request: Asked, reads: Connection) -> RideProfile:
    """Empty for who has said nothing yet."""
    return await _profile(reads, request.user)


@post(
    "/ride-profile",
    guards=[signed_in],
    status_code=200,
    operation_id="saveRideProfile",
    summary="Change one's own profile for rides",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewRideProfile],
    return_dto=None,
    responses=problems(400, 403, 413, 422),
)
async def post_profile(request: Asked, connection: Connection, data: JSONBody[NewRideProfile]) -> RideProfile:
    """422 `birthday` for one of somebody who is of age, or not born yet."""
    await save_profile(connection, request.user, data.phone.strip(), data.is_woman, data.birthday)
    return await _profile(connection, request.user)


@get(
    "/ride-profile/guardian",
    guards=[signed_in],
    operation_id="rideConsent",
    summary="How a guardian's consent to rides stands",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def get_consent(request: Asked, reads: Connection) -> GuardianConsent:
    """One's own. Who is a minor needs it to ride along, and for being found as a driver."""
    return await consent_view(reads, RIDING, request.user.id)


@post(
    "/ride-profile/guardian",
    guards=[signed_in],
    status_code=200,
    operation_id="askGuardianForRides",
    summary="Ask a guardian for consent to rides",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[GuardianAddress],
    return_dto=None,
    responses=problems(400, 403, 413, 422, 429),
)
async def post_consent(request: Asked, connection: Connection, data: JSONBody[GuardianAddress]) -> GuardianConsent:
    """Mails a link that works once, for 14 days; one that was mailed before works no more."""
    await ask_guardian(connection, request.user, RIDING, data.guardian_email)
    return await consent_view(connection, RIDING, request.user.id)


@get(
    "/ride-blocks",
    guards=[signed_in],
    operation_id="rideBlocks",
    summary="Whom one has blocked",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def list_blocks(request: Asked, reads: Connection) -> list[RideBlock]:
    """The last first; not who has blocked oneself. By the `day` of a ride together one knows who it was."""
    return await blocks_of(reads, request.user)


@post(
    "/seat-requests/{seat_id:int}/block",
    guards=[signed_in],
    status_code=200,
    operation_id="blockOtherSide",
    summary="Block the other side of a seat",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def post_block(request: Asked, connection: Connection, seat_id: BigId) -> list[RideBlock]:
    """The two find each other no more. What is still to come between them is called off; that is all the other hears.

    Answers with all whom one has blocked. 404 where the other side has no account, or is not known yet.
    """
    await block_other_side(connection, request.user, seat_id)
    return await blocks_of(connection, request.user)


@post(
    "/ride-blocks/{person_id:int}/removal",
    guards=[signed_in],
    status_code=200,
    operation_id="unblock",
    summary="Block somebody no longer",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def post_unblock(request: Asked, connection: Connection, person_id: BigId) -> list[RideBlock]:
    """Answers with those whom one still blocks. Sent again, it changes nothing."""
    await unblock(connection, request.user, person_id)
    return await blocks_of(connection, request.user)


async def _profile(connection: Connection, person: Person) -> RideProfile:
    profile = await profile_of(connection, person.id)
    return RideProfile(
        phone=profile.phone,
        is_woman=profile.is_woman,
        minor=profile.is_minor(datetime.now(UTC).date()),
        confirmed=profile.confirmed_at is not None,
    )


ROUTES = [get_profile, post_profile, get_consent, post_consent, list_blocks, post_block, post_unblock]
