"""What was changed at a space, in the JSON API, for who answers for it."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import QueryParameter

from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.spaces.changes.changes import Subject, changes_at
from landbooking.spaces.changes.sentences import details, done
from landbooking.spaces.hosting.resources import all_resources
from landbooking.spaces.space import space_by_id


class ChangeView(msgspec.Struct, frozen=True):
    """What one act did to things of one kind; `done` and `details` are sentences in the asked language.

    `by` is empty where the account is gone. `for_district`: done for the district, not as a host.
    """

    id: int
    at: datetime
    by: str
    for_district: bool
    subject: Subject
    verb: str
    done: str
    details: list[str]


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
    request: Request[Person, Any, Any],
    reads: Connection,
    space_id: Id,
    subject: Annotated[Subject | None, QueryParameter(description="Only of this kind.", required=False)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ChangeView]:
    """The newest first; kept for a year."""
    before = decode_cursor(cursor, Annotated[int, msgspec.Meta(ge=1, le=2**62)]) if cursor else None  # type: ignore[arg-type]
    space = await space_by_id(reads, space_id)
    names = {resource.id: resource.name for resource in await all_resources(reads, space_id)}
    found = [
        ChangeView(
            id=one.id,
            at=one.at,
            by=one.by,
            for_district=one.for_district,
            subject=one.subject,
            verb=one.verb,
            done=done(one),
            details=details(one, space, names),
        )
        for one in await changes_at(reads, space_id, subject, before, limit + 1)
    ]
    return page_of(found, limit, lambda change: change.id)


ROUTES = [list_changes]
