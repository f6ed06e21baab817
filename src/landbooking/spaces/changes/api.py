"""What was changed at a space, in the JSON API, for who answers for it and for its district."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import QueryParameter

from landbooking.accounts.guards import district_staff, owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.spaces.changes.changes import Subject
from landbooking.spaces.changes.told import ToldChange, told_changes
from landbooking.spaces.hosting.district import check_district
from landbooking.spaces.space import space_by_id

Asked = Request[Person, Any, Any]
About = Annotated[Subject | None, QueryParameter(description="Only of this kind.", required=False)]


@get(
    "/spaces/{space_id:int}/changes",
    guards=[owner_of_space],
    operation_id="changes",
    summary="Who changed what at a space",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def list_changes(
    request: Asked,
    reads: Connection,
    space_id: Id,
    subject: About = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ToldChange]:
    """The newest first; kept for a year."""
    return await _found(reads, space_id, subject, cursor, limit)


@get(
    "/districts/spaces/{space_id:int}/changes",
    guards=[district_staff],
    operation_id="districtChanges",
    summary="Who changed what at a space of one's own district",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def list_district_changes(
    request: Asked,
    reads: Connection,
    space_id: Id,
    subject: About = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ToldChange]:
    """The newest first; kept for a year."""
    await check_district(reads, request.user, space_id)
    return await _found(reads, space_id, subject, cursor, limit)


async def _found(
    reads: Connection, space_id: int, subject: Subject | None, cursor: str | None, limit: int
) -> Page[ToldChange]:
    before = decode_cursor(cursor, Annotated[int, msgspec.Meta(ge=1, le=2**62)]) if cursor else None  # type: ignore[arg-type]
    found = await told_changes(reads, await space_by_id(reads, space_id), subject, before, limit + 1)
    return page_of(found, limit, lambda change: change.id)


ROUTES = [list_changes, list_district_changes]
