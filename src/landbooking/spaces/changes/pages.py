"""The page of what was changed at a space, for who answers for it and for its district."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get

from landbooking.accounts.guards import district_staff, owner_of_space
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.spaces.changes.changes import Subject
from landbooking.spaces.changes.sentences import SUBJECTS
from landbooking.spaces.changes.told import told_changes
from landbooking.spaces.hosting.district import check_district
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]

SHOWN = 50  # on one page
TOLD = 5  # of the things that one act has changed


class _Query(msgspec.Struct, frozen=True):
    subject: Subject | None = None
    before: Annotated[int, msgspec.Meta(ge=1, le=2**62)] | None = None


@get("/host/spaces/{space_id:int}/changes", guards=[owner_of_space], include_in_schema=False)
async def changes_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _page(request, reads, space_id, "spaces/changes/host.html")


@get("/district/spaces/{space_id:int}/changes", guards=[district_staff], include_in_schema=False)
async def district_changes_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    await check_district(reads, request.user, space_id)
    return await _page(request, reads, space_id, "spaces/changes/district.html")


async def _page(request: Asked, reads: Connection, space_id: int, template: str) -> Response[str]:
    try:
        asked = parse_values(_Query, request.query_params)
    except InvalidInput:  # an address that was tampered with, or is old
        asked = _Query()
    space = await space_by_id(reads, space_id)
    found = await told_changes(reads, space, asked.subject, asked.before, SHOWN + 1)
    return page(
        request,
        template,
        space=space,
        changes=[(one, one.details[:TOLD], max(0, len(one.details) - TOLD)) for one in found[:SHOWN]],
        subjects=[("", _("Alles")), *((subject, _(text)) for subject, text in SUBJECTS.items())],
        subject=asked.subject or "",
        older=found[SHOWN - 1].id if len(found) > SHOWN else None,
    )


ROUTES = [changes_page, district_changes_page]
