"""How a space is shared, in the JSON API, for its hosts."""

from typing import Any

import msgspec
from litestar import Request, get, post

from landbooking.accounts.guards import host_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.spaces.feeds.named import subscribe, unsubscribe
from landbooking.spaces.feeds.sharing import Sharing, secret_address, sharing_of
from landbooking.spaces.space import space_by_id

Asked = Request[Person, Any, Any]


class SecretAddress(msgspec.Struct, frozen=True):
    """Of a calendar with names. It can't be shown again."""

    address: str


@get(
    "/spaces/{space_id:int}/sharing",
    guards=[host_of_space],
    operation_id="sharing",
    summary="A space's calendars and widgets",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_sharing(request: Asked, reads: Connection, space_id: Id) -> Sharing:
    """Without one's secret address, which is only told when it is made."""
    return await _sharing(request, reads, space_id)


@post(
    "/spaces/{space_id:int}/calendar",
    guards=[host_of_space],
    operation_id="subscribeToSpace",
    summary="Make a secret address of a space's calendar",
    tags=["hosts"],
    security=OWNER,
    response_description="Whoever knows it sees who has booked.",
    responses=problems(403, 404),
)
async def post_subscription(request: Asked, connection: Connection, space_id: Id) -> SecretAddress:
    """One that there was before stops working."""
    token = await subscribe(connection, request.user, space_id)
    return SecretAddress(secret_address(token, request.app.state.settings))


@post(
    "/spaces/{space_id:int}/calendar/revocation",
    guards=[host_of_space],
    status_code=200,
    operation_id="unsubscribeFromSpace",
    summary="Revoke the secret address of a space's calendar",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def post_revocation(request: Asked, connection: Connection, space_id: Id) -> Sharing:
    """Done again, nothing changes."""
    await unsubscribe(connection, request.user, space_id)
    return await _sharing(request, connection, space_id)


async def _sharing(request: Asked, reads: Connection, space_id: int) -> Sharing:
    return await sharing_of(reads, request.user, await space_by_id(reads, space_id), request.app.state.settings)


ROUTES = [get_sharing, post_subscription, post_revocation]
