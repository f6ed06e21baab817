"""The host's first page: today in all spaces that they run."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import host_or_staff
from landbooking.database import Connection
from landbooking.pages import page
from landbooking.spaces.approval.requests import OpenRequest, version_of
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.changes.sentences import done
from landbooking.spaces.hosting.today import today_in_spaces
from landbooking.spaces.kinds import several

Asked = Request[Any, Any, Any]


@get("/host", guards=[host_or_staff], include_in_schema=False)
async def home(request: Asked, reads: Connection) -> Response[str]:
    spaces = await today_in_spaces(reads, request.user, datetime.now(UTC))
    return page(
        request,
        "spaces/hosting/today.html",
        spaces=spaces,
        versions=await _versions(reads, [one for space in spaces for one in space.requests]),
        several=several,
        done=done,
        may_close=len(request.user.owns) > 1 or request.user.is_staff,
    )


async def _versions(reads: Connection, requests: list[OpenRequest]) -> dict[int, int]:
    """So that an answer is given to what was seen. Dates of a series are answered on their own page: it shows them."""
    return {
        one.booking_id: version_of(await booking_by_id(reads, one.booking_id)) for one in requests if one.dates == 1
    }


ROUTES = [home]
