"""Calendars of spaces over HTTP, and the page on which hosts find their addresses."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import host_of_space, public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.ids import Id
from landbooking.language import use_language
from landbooking.notifications.calendar import calendar_feed, lasting_feed
from landbooking.pages import page, redirect
from landbooking.spaces.feeds.answer import calendar_answer
from landbooking.spaces.feeds.busy import busy_events
from landbooking.spaces.feeds.named import named_events, subscribe, subscription_of, unsubscribe
from landbooking.spaces.feeds.sharing import secret_address, sharing_of
from landbooking.spaces.space import published_space, resources_of, space_by_id

Asked = Request[Any, Any, Any]
SHARED = "public, max-age=300"


@get("/spaces/{space_id:int}/calendar.ics", guards=[public], include_in_schema=False)
async def space_calendar(request: Asked, reads: Connection, space_id: Id) -> Response[bytes]:
    """When what is taken, and nothing of who has it."""
    space = await published_space(reads, space_id)
    events = await busy_events(reads, space, await resources_of(reads, space_id), datetime.now(UTC))
    return calendar_answer(request, lasting_feed(events, space.name, request.app.state.settings), SHARED)


@get("/resources/{resource_id:int}/calendar.ics", guards=[public], include_in_schema=False)
async def resource_calendar(request: Asked, reads: Connection, resource_id: Id) -> Response[bytes]:
    space_id = await reads.fetchval("SELECT space_id FROM resource WHERE id = $1", resource_id)
    if space_id is None:
        raise NotFound
    space = await published_space(reads, space_id)
    resources = [one for one in await resources_of(reads, space_id) if one.id == resource_id]
    if not resources:
        raise NotFound
    events = await busy_events(reads, space, resources, datetime.now(UTC))
    name = f"{space.name}: {resources[0].name}"
    return calendar_answer(request, lasting_feed(events, name, request.app.state.settings), SHARED)


@get("/calendar/spaces/{name:str}", guards=[public], include_in_schema=False)
async def named_calendar(request: Asked, reads: Connection, name: FromPath[str]) -> Response[bytes]:
    """With names, for who knows the secret address; `?resource=` (an id, also several times) narrows it."""
    subscription = await subscription_of(reads, name.removesuffix(".ics"))
    space = await space_by_id(reads, subscription.space_id)
    wished = request.query_params.getall("resource", [])
    asked = [int(value) for value in wished if value.isascii() and value.isdigit() and len(value) < 11]
    with use_language(subscription.language):
        events = await named_events(reads, space, datetime.now(UTC), asked or None)
        body = calendar_feed(events, space.name, request.app.state.settings)
    return calendar_answer(request, body, "private, no-cache")


@get("/host/spaces/{space_id:int}/sharing", guards=[host_of_space], include_in_schema=False)
async def sharing_page(request: Asked, reads: Connection, space_id: Id) -> Response[str]:
    return await _sharing(request, reads, space_id, None)


@post("/host/spaces/{space_id:int}/calendar", guards=[host_of_space], include_in_schema=False, status_code=200)
async def new_address(request: Asked, connection: Connection, space_id: Id) -> Response[str]:
    """The address is shown once, on this page, and stands in no address bar."""
    token = await subscribe(connection, request.user, space_id)
    return await _sharing(request, connection, space_id, secret_address(token, request.app.state.settings))


@post("/host/spaces/{space_id:int}/calendar/revocation", guards=[host_of_space], include_in_schema=False)
async def end_address(request: Asked, connection: Connection, space_id: Id) -> Response[None]:
    await unsubscribe(connection, request.user, space_id)
    return redirect(request, f"/host/spaces/{space_id}/sharing", notice="feed-revoked")


async def _sharing(request: Asked, reads: Connection, space_id: int, address: str | None) -> Response[str]:
    space = await space_by_id(reads, space_id)
    sharing = await sharing_of(reads, request.user, space, request.app.state.settings)
    return page(request, "spaces/feeds/sharing.html", space=space, address=address, sharing=sharing)


ROUTES = [
    space_calendar, resource_calendar, named_calendar, sharing_page, new_address, end_address,
]  # fmt: skip
