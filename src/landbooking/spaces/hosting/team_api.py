"""Who runs a space, in the JSON API, for those who answer for it."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId, Id
from landbooking.spaces.hosting.hosts import Host, Role, dismiss_host, hosts_of, name_host

Asked = Request[Person, Any, Any]


class Invitation(msgspec.Struct, frozen=True):
    """Whoever has this address. `desk` is there day by day; `owner` answers for the space and changes everything."""

    email: Annotated[str, msgspec.Meta(max_length=254)]
    role: Role


@get(
    "/spaces/{space_id:int}/hosts",
    guards=[owner_of_space],
    operation_id="hosts",
    summary="Who runs a space",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_hosts(request: Asked, reads: Connection, space_id: Id) -> list[Host]:
    """Owners first."""
    return await hosts_of(reads, space_id)


@post(
    "/spaces/{space_id:int}/hosts",
    guards=[owner_of_space],
    status_code=200,
    operation_id="inviteHost",
    summary="Invite somebody to run a space, or change their role",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[Invitation],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_host(request: Asked, connection: Connection, space_id: Id, data: JSONBody[Invitation]) -> list[Host]:
    """They are told by mail. The answer is all hosts. 409 where nobody would be left to answer for the space."""
    await name_host(connection, space_id, data.email, data.role)
    return await hosts_of(connection, space_id)


@post(
    "/spaces/{space_id:int}/hosts/{person_id:int}/removal",
    guards=[owner_of_space],
    status_code=200,
    operation_id="dismissHost",
    summary="Dismiss a host",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404, 409),
)
async def post_host_removal(request: Asked, connection: Connection, space_id: Id, person_id: BigId) -> list[Host]:
    """They are told by mail. The answer is who is left; the last owner stays (409). Sent again, it changes nothing."""
    await dismiss_host(connection, space_id, person_id)
    return await hosts_of(connection, space_id)


ROUTES = [list_hosts, post_host, post_host_removal]
