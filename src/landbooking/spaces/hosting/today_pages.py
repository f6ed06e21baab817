"""The host's first page: today in all spaces that they run."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import host_or_staff
from landbooking.database import Connection
from landbooking.pages import page
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
        several=several,
        done=done,
        may_close=len(request.user.owns) > 1 or request.user.is_staff,
    )


ROUTES = [home]
