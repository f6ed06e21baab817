"""An intern's side of placements in the JSON API: the same verbs as the pages."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.consent_views import GuardianAddress
from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.internships.placements import representations as shown
from landbooking.internships.placements.asking import ask_guardian_of
from landbooking.internships.placements.before_work import declare_days_elsewhere
from landbooking.internships.placements.placement import own_placement, placements_of
from landbooking.internships.placements.signing import sign_by_account
from landbooking.internships.placements.transitions import move

Asked = Request[Person, Any, Any]
ONE = "/placements/{placement_id:int}"
TAGS = ["internships"]


@get(
    "/placements",
    guards=[signed_in],
    operation_id="ownPlacements",
    summary="One's own placements",
    tags=TAGS,
    security=OWNER,
    responses=problems(),
)
async def own_list(request: Asked, reads: Connection) -> list[shown.PlacementRow]:
    """The latest first."""
    return [shown.row_view(one) for one in await placements_of(reads, request.user)]


@get(
    ONE,
    guards=[signed_in],
    operation_id="ownPlacement",
    summary="One placement",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_placement(request: Asked, reads: Connection, placement_id: BigId) -> shown.PlacementView:
    placement = await own_placement(reads, request.user, placement_id)
    return await shown.placement_view(reads, placement, "applicant")


@post(
    f"{ONE}/signature",
    guards=[signed_in],
    operation_id="signPlacement",
    summary="Sign the agreement",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.Signing],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_signature(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.Signing]
) -> shown.PlacementView:
    """Once nobody is missing it is confirmed, and a desk is booked for each day."""
    await own_placement(connection, request.user, placement_id)
    after = await sign_by_account(connection, request.user, placement_id, "applicant", data.terms_version)
    return await shown.placement_view(connection, after, "applicant")


@post(
    f"{ONE}/guardian",
    guards=[signed_in],
    operation_id="askGuardianToSign",
    summary="Ask a guardian to sign",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[GuardianAddress],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422, 429),
)
async def post_guardian(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[GuardianAddress]
) -> shown.PlacementView:
    """Mails a link that works once, for 14 days; one that was mailed before works no more."""
    await own_placement(connection, request.user, placement_id)
    await ask_guardian_of(connection, request.user, placement_id, data.guardian_email)
    after = await own_placement(connection, request.user, placement_id)
    return await shown.placement_view(connection, after, "applicant")


@post(
    f"{ONE}/days-elsewhere",
    guards=[signed_in],
    operation_id="declareDaysElsewhere",
    summary="Say how much holiday work there is elsewhere",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.DaysElsewhere],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_days_elsewhere(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.DaysElsewhere]
) -> shown.PlacementView:
    await own_placement(connection, request.user, placement_id)
    after = await declare_days_elsewhere(connection, placement_id, data.year, data.days)
    return await shown.placement_view(connection, after, "applicant")


@post(
    f"{ONE}/cancellation",
    guards=[signed_in],
    operation_id="cancelPlacement",
    summary="Cancel before it begins",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409),
)
async def post_cancellation(request: Asked, connection: Connection, placement_id: BigId) -> shown.PlacementView:
    await own_placement(connection, request.user, placement_id)
    after = await move(connection, placement_id, "cancel", "applicant", request.user)
    return await shown.placement_view(connection, after, "applicant")


@post(
    f"{ONE}/end",
    guards=[signed_in],
    operation_id="endPlacement",
    summary="End it while it runs",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409),
)
async def post_end(request: Asked, connection: Connection, placement_id: BigId) -> shown.PlacementView:
    await own_placement(connection, request.user, placement_id)
    after = await move(connection, placement_id, "discontinue", "applicant", request.user)
    return await shown.placement_view(connection, after, "applicant")


ROUTES = [
    own_list,
    get_placement,
    post_signature,
    post_guardian,
    post_days_elsewhere,
    post_cancellation,
    post_end,
]
