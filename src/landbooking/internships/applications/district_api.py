"""The district's side of applications in the JSON API: the same verbs as the pages."""

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
from landbooking.internships.applications import representations as shown
from landbooking.internships.applications.application import asked_exceptions
from landbooking.internships.applications.exceptions import allow_exception, offer_in_district
from landbooking.internships.placements.representations import NewOverride

Asked = Request[Person, Any, Any]
ROOT = "/districts/applications"
ONE = f"{ROOT}/{{application_id:int}}"
TAGS = ["internships"]


@get(
    ROOT,
    guards=[district_staff],
    operation_id="askedExceptions",
    summary="Offers for which an exception to the law was asked",
    tags=TAGS,
    security=OWNER,
    responses=problems(403),
)
async def list_asked(request: Asked, reads: Connection) -> list[shown.OfferRow]:
    """Of the district whose staff one is; of all for an operator. Who asked first stands first."""
    return [shown.offer_row(one) for one in await asked_exceptions(reads, request.user)]


@get(
    ONE,
    guards=[district_staff],
    operation_id="offerInDistrict",
    summary="What the law says of an offer",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def get_offer(request: Asked, reads: Connection, application_id: BigId) -> shown.OfferView:
    """Neither the letter nor the CV. Once it is accepted, the placement says the rest."""
    return await shown.offer_view(reads, await offer_in_district(reads, request.user, application_id))


@post(
    f"{ONE}/overrides",
    guards=[district_staff],
    operation_id="allowException",
    summary="Let a rule pass, so that the offer can be accepted",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    dto=FieldByField[NewOverride],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_exception(
    request: Asked, connection: Connection, application_id: BigId, data: JSONBody[NewOverride]
) -> shown.OfferView:
    """With a reason, which is kept with who and when. It stays for the placement."""
    application = await offer_in_district(connection, request.user, application_id)
    after = await allow_exception(connection, request.user, application.id, data.rule, data.day, data.reason)
    return await shown.offer_view(connection, after)


ROUTES = [list_asked, get_offer, post_exception]
