"""The district's side of placements in the JSON API: the same verbs as the pages."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.internships.placements import representations as shown
from landbooking.internships.placements.overrides import override_rule
from landbooking.internships.placements.placement import placement_in_district, placements_in_district
from landbooking.internships.placements.signing import record_paper

Asked = Request[Person, Any, Any]
ROOT = "/districts/placements"
ONE = f"{ROOT}/{{placement_id:int}}"
TAGS = ["internships"]


@get(
    ROOT,
    guards=[district_staff],
    operation_id="districtPlacements",
    summary="Placements that are not over",
    tags=TAGS,
    security=OWNER,
    responses=problems(403),
)
async def list_in_district(request: Asked, reads: Connection) -> list[shown.PlacementRow]:
    """Of the district whose staff one is; of all for an operator."""
    return [shown.row_view(one) for one in await placements_in_district(reads, request.user)]


@get(
    ONE,
    guards=[district_staff],
    operation_id="districtPlacement",
    summary="One placement, as staff see it",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def get_placement(request: Asked, reads: Connection, placement_id: BigId) -> shown.PlacementView:
    placement = await placement_in_district(reads, request.user, placement_id)
    return await shown.placement_view(reads, placement, "staff")


@post(
    f"{ONE}/overrides",
    guards=[district_staff],
    operation_id="overrideRule",
    summary="Let a rule pass",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.NewOverride],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_override(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.NewOverride]
) -> shown.PlacementView:
    """With a reason, which is kept with who and when."""
    placement = await placement_in_district(connection, request.user, placement_id)
    await override_rule(connection, request.user, placement.id, data.rule, data.day, data.reason)
    return await shown.placement_view(connection, placement, "staff")


@post(
    f"{ONE}/paper",
    guards=[district_staff],
    operation_id="recordPaper",
    summary="Enter a signature on paper",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.SeenOnPaper],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_paper(
    request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[shown.SeenOnPaper]
) -> shown.PlacementView:
    placement = await placement_in_district(connection, request.user, placement_id)
    after = await record_paper(connection, request.user, placement.id, data.signatory, data.terms_version, data.name)
    return await shown.placement_view(connection, after, "staff")


ROUTES = [list_in_district, get_placement, post_override, post_paper]
