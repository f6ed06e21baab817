"""A company's side of placements in the JSON API: the same verbs as the pages."""

from typing import Any

from litestar import Request, get, post, put
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, BigRowId, Id
from landbooking.internships.placements import representations as shown
from landbooking.internships.placements.asking import ask_school_again
from landbooking.internships.placements.before_work import record_certificate, record_instruction
from landbooking.internships.placements.placement import placement_of_company, placements_at
from landbooking.internships.placements.signing import sign_by_account
from landbooking.internships.placements.terms import change_terms
from landbooking.internships.placements.transitions import move
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of

Asked = Request[Person, Any, Any]
ROOT = "/companies/{company_id:int}/placements"
ONE = f"{ROOT}/{{placement_id:int}}"
TAGS = ["internships"]


@get(
    ROOT,
    guards=[signed_in],
    operation_id="companyPlacements",
    summary="A company's placements",
    tags=TAGS,
    security=OWNER,
    responses=problems(404, 422),
)
async def list_of_company(
    request: Asked, reads: Connection, company_id: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[shown.PlacementRow]:
    """All for who manages the company, their own interns for a mentor; the latest first."""
    before = decode_cursor(cursor, BigRowId) if cursor else None
    found = await placements_at(reads, request.user, company_id, before, limit + 1)
    return page_of([shown.row_view(one) for one in found], limit, lambda item: item.id)


@get(
    ONE,
    guards=[signed_in],
    operation_id="companyPlacement",
    summary="One placement of the company",
    tags=TAGS,
    security=OWNER,
    responses=problems(404),
)
async def get_placement(request: Asked, reads: Connection, company_id: Id, placement_id: BigId) -> shown.PlacementView:
    placement = await placement_of_company(reads, request.user, company_id, placement_id, ("manager", "mentor"))
    return await shown.placement_view(reads, placement, "company")


@put(
    f"{ONE}/terms",
    guards=[signed_in],
    operation_id="changeTerms",
    summary="Change dates, hours, place or tasks",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[shown.Terms],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def put_terms(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.Terms]
) -> shown.PlacementView:
    """Voids every signature and frees desks. 409 `law-refuses` with what the law says."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await change_terms(connection, request.user, placement.id, data.version, shown.as_terms(data, placement))
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/proposal",
    guards=[signed_in],
    operation_id="proposePlacement",
    summary="Send it to be signed",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.Seen],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_proposal(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.Seen]
) -> shown.PlacementView:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await move(connection, placement.id, "propose", "company", request.user, data.version)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/signature",
    guards=[signed_in],
    operation_id="signForCompany",
    summary="Sign for the company",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.Signing],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_signature(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.Signing]
) -> shown.PlacementView:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await sign_by_account(connection, request.user, placement.id, "company", data.terms_version)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/confirmation",
    guards=[signed_in],
    operation_id="confirmPlacement",
    summary="Confirm once more",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.Seen],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_confirmation(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.Seen]
) -> shown.PlacementView:
    """Where all have signed but a desk was missing. 409 `desks-missing` names the days."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await move(connection, placement.id, "confirm", "company", request.user, data.version)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/school-link",
    guards=[signed_in],
    operation_id="mailSchoolAgain",
    summary="Mail the school's link again",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(404, 409, 429),
)
async def post_school_link(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId
) -> shown.PlacementView:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    await ask_school_again(connection, placement.id)
    after = await placement_of_company(connection, request.user, company_id, placement_id)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/instruction",
    guards=[signed_in],
    operation_id="recordInstruction",
    summary="Say that the intern was instructed",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.OnDay],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_instruction(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.OnDay]
) -> shown.PlacementView:
    """JArbSchG § 29: by the company or the mentor; check-in is locked before."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id, ("manager", "mentor"))
    after = await record_instruction(connection, request.user, placement.id, data.on)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/certificate",
    guards=[signed_in],
    operation_id="recordCertificate",
    summary="Say that the medical certificate was seen",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.OnDay],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_certificate(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.OnDay]
) -> shown.PlacementView:
    """JArbSchG § 32; no more than the day is kept."""
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await record_certificate(connection, placement.id, data.on)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/cancellation",
    guards=[signed_in],
    operation_id="cancelForCompany",
    summary="Cancel before it begins",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.Seen],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_cancellation(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.Seen]
) -> shown.PlacementView:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await move(connection, placement.id, "cancel", "company", request.user, data.version)
    return await shown.placement_view(connection, after, "company")


@post(
    f"{ONE}/end",
    guards=[signed_in],
    operation_id="endForCompany",
    summary="End it while it runs",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[shown.Seen],
    return_dto=None,
    responses=problems(400, 404, 409, 413, 422),
)
async def post_end(
    request: Asked, connection: Connection, company_id: Id, placement_id: BigId, data: JSONBody[shown.Seen]
) -> shown.PlacementView:
    placement = await placement_of_company(connection, request.user, company_id, placement_id)
    after = await move(connection, placement.id, "discontinue", "company", request.user, data.version)
    return await shown.placement_view(connection, after, "company")


ROUTES = [
    list_of_company,
    get_placement,
    put_terms,
    post_proposal,
    post_signature,
    post_confirmation,
    post_school_link,
    post_instruction,
    post_certificate,
    post_cancellation,
    post_end,
]
