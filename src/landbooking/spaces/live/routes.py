"""The stream that a board listens to: it says that the space changed, and the page then fetches itself again."""

import asyncio
from typing import Any

from litestar import Request, get
from litestar.types import ASGIApp, Receive, Scope, Send

from landbooking.accounts.guards import public
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.ids import Id
from landbooking.spaces.live.hub import Hub, Stream

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),  # a proxy that compresses would keep back what is said
    (b"x-accel-buffering", b"no"),
]


@get("/spaces/{space_id:int}/changes", guards=[public], include_in_schema=False)
async def changes(request: Request[Person | None, Any, Any], reads: Connection, space_id: Id) -> ASGIApp:
    """For whoever may see one of the space's boards. The connection of the database is back before it begins."""
    hub: Hub = request.app.state.hub
    network_address = request.client.host if request.client else ""
    published = await reads.fetchval("SELECT published FROM space WHERE id = $1", space_id)
    viewer = request.user
    if published is None or not (published or (viewer and (viewer.is_staff or viewer.acts_for(space_id)))):
        raise NotFound

    async def stream(_scope: Scope, receive: Receive, send: Send) -> None:
        """Until the visitor goes, or the hub ends it."""
        hub.check_room(network_address)  # not before: others come while the database is asked
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        opened = Stream(space_id, network_address, send, asyncio.current_task())
        hub.add(opened)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if hub.has(opened):
                raise
        finally:
            hub.remove(opened)

    return stream


ROUTES = [changes]
