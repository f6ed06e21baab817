"""Members of a space in the JSON API, for its hosts."""

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
from landbooking.spaces.hosting.members import Member, add_member, members_of, remove_member

Asked = Request[Person, Any, Any]


class NewMember(msgspec.Struct, frozen=True):
    """Whoever has this address; who has no account yet gets one at their first sign-in."""

    email: Annotated[str, msgspec.Meta(max_length=254)]


@get(
    "/spaces/{space_id:int}/members",
    guards=[owner_of_space],
    operation_id="members",
    summary="A space's members",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_members(request: Asked, reads: Connection, space_id: Id) -> list[Member]:
    """Who may book what is for members only, by address."""
    return await members_of(reads, space_id)


@post(
    "/spaces/{space_id:int}/members",
    guards=[owner_of_space],
    status_code=200,
    operation_id="addMember",
    summary="Add a member",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[NewMember],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_member(request: Asked, connection: Connection, space_id: Id, data: JSONBody[NewMember]) -> list[Member]:
    """Adds by address; the answer is all members. Sent again, it changes nothing."""
    await add_member(connection, space_id, data.email)
    return await members_of(connection, space_id)


@post(
    "/spaces/{space_id:int}/members/{person_id:int}/removal",
    guards=[owner_of_space],
    status_code=200,
    operation_id="removeMember",
    summary="Remove a member",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def post_member_removal(request: Asked, connection: Connection, space_id: Id, person_id: BigId) -> list[Member]:
    """What they have booked stays. The answer is who is left. Sent again, it changes nothing."""
    await remove_member(connection, space_id, person_id)
    return await members_of(connection, space_id)


ROUTES = [list_members, post_member, post_member_removal]
