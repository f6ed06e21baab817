"""The page of a space's members."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.members import add_member, members_of, remove_member
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]


class MemberForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=254)]


@get("/host/spaces/{space_id:int}/members", guards=[owner_of_space], include_in_schema=False)
async def members_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _page(request, reads, space_id, "", {})


@post("/host/spaces/{space_id:int}/members", guards=[owner_of_space], include_in_schema=False)
async def add(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = await parse_form(MemberForm, request)
        await add_member(connection, space_id, form.email)
    except (InvalidInput, NotAnAddress) as refusal:  # nothing was written yet, so nothing is committed
        return await _page(request, connection, space_id, text_of(posted, "email"), refusal.fields)
    return redirect(request, f"/host/spaces/{space_id}/members", notice="member-added")


@post("/host/spaces/{space_id:int}/members/{person_id:int}/removal", guards=[owner_of_space], include_in_schema=False)
async def remove(request: Asked, space_id: Id, person_id: BigId, connection: Connection) -> Response[Any]:
    await remove_member(connection, space_id, person_id)
    return redirect(request, f"/host/spaces/{space_id}/members", notice="member-removed")


async def _page(request: Asked, reads: Connection, space_id: int, email: str, errors: dict[str, str]) -> Response[str]:
    return page(
        request,
        "spaces/hosting/members.html",
        status=422 if errors else 200,
        space=await space_by_id(reads, space_id),
        members=await members_of(reads, space_id),
        email=email,
        errors=errors,
    )


ROUTES = [members_page, add, remove]
