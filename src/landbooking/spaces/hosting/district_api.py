"""The spaces of a district in the JSON API, for its staff."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, BigRowId, Id
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.places.municipality import all_municipalities, labels, municipality_named
from landbooking.spaces.consultations import Opening, openings_in_district
from landbooking.spaces.hosting.details import Details
from landbooking.spaces.hosting.district import (
    DistrictSpace,
    check_district,
    create_space,
    set_published,
    space_of_district,
    spaces_of_district,
)
from landbooking.spaces.hosting.district_pages import HostForm
from landbooking.spaces.hosting.hosts import Host, hosts_of, name_host, remove_host
from landbooking.spaces.hosting.space_api import checked_details

Asked = Request[Person, Any, Any]
TAGS = ["district"]


class NewSpace(Details, frozen=True, kw_only=True):
    """In a `municipality` of one's own district, by label, name or key. Its point is needed; forms may leave it out."""

    municipality: Annotated[str, msgspec.Meta(max_length=700)]


class Publication(msgspec.Struct, frozen=True):
    published: bool


@get(
    "/districts/spaces",
    guards=[district_staff],
    operation_id="districtSpaces",
    summary="Spaces of one's own district",
    tags=TAGS,
    security=OWNER,
    responses=problems(403),
)
async def list_spaces(request: Asked, reads: Connection) -> list[DistrictSpace]:
    """By name, those that are not published too; an operator's are all."""
    return await spaces_of_district(reads, request.user)


@post(
    "/districts/spaces",
    guards=[district_staff],
    operation_id="addSpace",
    summary="Add a space",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewSpace],
    return_dto=None,
    response_description="It is there, and not published: first it gets hosts, hours and desks.",
    responses=problems(400, 403, 413, 422),
)
async def post_space(request: Asked, connection: Connection, data: JSONBody[NewSpace]) -> DistrictSpace:
    """422 for a municipality that we don't know, or of another district."""
    details = checked_details(data)
    everywhere = await all_municipalities(connection)
    place = municipality_named(data.municipality, everywhere, labels(everywhere))
    space_id = await create_space(connection, request.user, place, details)
    return await space_of_district(connection, request.user, space_id)


@post(
    "/districts/spaces/{space_id:int}/publication",
    guards=[district_staff],
    status_code=200,
    operation_id="publishSpace",
    summary="Publish a space, or hide it",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[Publication],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_publication(
    request: Asked, connection: Connection, space_id: Id, data: JSONBody[Publication]
) -> DistrictSpace:
    """Whether residents find and book it. What is booked stays booked."""
    await set_published(connection, request.user, space_id, data.published)
    return await space_of_district(connection, request.user, space_id)


@get(
    "/districts/spaces/{space_id:int}/hosts",
    guards=[district_staff],
    operation_id="districtHosts",
    summary="Who runs a space of one's own district",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def list_hosts(request: Asked, reads: Connection, space_id: Id) -> list[Host]:
    """Owners first."""
    await check_district(reads, request.user, space_id)
    return await hosts_of(reads, space_id)


@post(
    "/districts/spaces/{space_id:int}/hosts",
    guards=[district_staff],
    status_code=200,
    operation_id="nameOwner",
    summary="Name somebody who answers for a space",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[HostForm],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_host(request: Asked, connection: Connection, space_id: Id, data: JSONBody[HostForm]) -> list[Host]:
    """Whoever has this address, also without an account so far. They are told by mail, and name their team themselves.
    The answer is all hosts.
    """
    await check_district(connection, request.user, space_id)
    await name_host(connection, space_id, data.email, "owner")
    return await hosts_of(connection, space_id)


@post(
    "/districts/spaces/{space_id:int}/hosts/{person_id:int}/removal",
    guards=[district_staff],
    status_code=200,
    operation_id="removeHost",
    summary="Remove a host",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def post_host_removal(request: Asked, connection: Connection, space_id: Id, person_id: BigId) -> list[Host]:
    """Even the last one. They are told by mail; the answer is who is left. Sent again, it changes nothing."""
    await check_district(connection, request.user, space_id)
    await remove_host(connection, space_id, person_id)
    return await hosts_of(connection, space_id)


@get(
    "/districts/openings",
    guards=[district_staff],
    operation_id="openings",
    summary="Who has opened which discreet contact",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 422),
)
async def list_openings(request: Asked, reads: Connection, cursor: Cursor = None, limit: Limit = 50) -> Page[Opening]:
    """The last one first."""
    before = decode_cursor(cursor, BigRowId) if cursor else None
    return page_of(await openings_in_district(reads, request.user, before, limit + 1), limit, lambda one: one.id)


ROUTES = [
    list_spaces, post_space, post_publication, list_hosts, post_host, post_host_removal, list_openings,
]  # fmt: skip
