"""The page for a tablet at the door."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.ids import Id
from landbooking.pages import page
from landbooking.period import Period, joined, monday_of, opening_instant
from landbooking.qr import qr_code
from landbooking.spaces.kiosk.now import groups_of
from landbooking.spaces.opening_hours import closed_reason, hours_text, open_periods
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import published_space, resources_of


@get("/spaces/{space_id:int}/kiosk", guards=[public], include_in_schema=False)
async def kiosk_page(request: Request[Any, Any, Any], reads: Connection, space_id: Id) -> Response[str]:
    """The same for everybody. The whole week is read, since that is what rooms for video appointments are told by."""
    space = await published_space(reads, space_id)
    now = datetime.now(UTC)
    today = now.astimezone(space.rules.time_zone).date()
    monday = opening_instant(monday_of(today), 0, space.rules.time_zone)
    schedules = await schedules_of(reads, [space], Period(monday, monday + timedelta(days=8)))
    opened = joined(open_periods(space.rules, today))
    address = urljoin(f"{request.app.state.settings.base_url}/", f"spaces/{space.id}")
    return page(
        request,
        "spaces/kiosk/kiosk.html",
        space=space,
        now=now,
        today=today,
        hours=hours_text(space.rules, opened),
        closed_reason=None if opened else closed_reason(space.rules, today),
        groups=groups_of(space, await resources_of(reads, space_id), schedules[space_id], now),
        address=address,
        code=qr_code(address),
    )


ROUTES = [kiosk_page]
