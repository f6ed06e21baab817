"""The page of who runs a space, for those who answer for it."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.hosts import ROLES, LastOwner, Role, dismiss_host, hosts_of, name_host
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]


class InvitationForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=254)]
    role: Role


@get("/host/spaces/{space_id:int}/team", guards=[owner_of_space], include_in_schema=False)
async def team_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _page(request, reads, space_id, {"email": "", "role": ""}, {})


@post("/host/spaces/{space_id:int}/team", guards=[owner_of_space], include_in_schema=False)
async def invite(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    """Sent for who is in the team already, it changes their role."""
    posted = await request.form()
    try:
        form = await parse_form(InvitationForm, request)
        await name_host(connection, space_id, form.email, form.role)
    except (InvalidInput, NotAnAddress) as refusal:  # nothing was written yet, so nothing is committed
        typed = {name: text_of(posted, name) for name in ("email", "role")}
        return await _page(request, connection, space_id, typed, refusal.fields)
    except LastOwner as refusal:
        refusal.way_on = f"/host/spaces/{space_id}/team"
        raise
    return redirect(request, f"/host/spaces/{space_id}/team", notice="host-invited")


@post("/host/spaces/{space_id:int}/team/{person_id:int}/removal", guards=[owner_of_space], include_in_schema=False)
async def dismiss(request: Asked, space_id: Id, person_id: BigId, connection: Connection) -> Response[Any]:
    """Who has dismissed themselves has nothing to see here any more."""
    try:
        await dismiss_host(connection, space_id, person_id)
    except LastOwner as refusal:
        refusal.way_on = f"/host/spaces/{space_id}/team"
        raise
    way_on = "/bookings" if person_id == request.user.id else f"/host/spaces/{space_id}/team"
    return redirect(request, way_on, notice="host-removed")


async def _page(
    request: Asked, reads: Connection, space_id: int, typed: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    says = {
        "desk": _("Sieht den Tag, beantwortet Anfragen, bucht für Gäste, kassiert und sperrt Zeiten."),
        "owner": _("Ändert dazu Öffnungszeiten, Regeln, Preise, Plätze und Angaben, und bestimmt das Team."),
    }
    return page(
        request,
        "spaces/hosting/team.html",
        status=422 if errors else 200,
        space=await space_by_id(reads, space_id),
        hosts=await hosts_of(reads, space_id),
        roles=[(role, _(ROLES[role]), text) for role, text in says.items()],  # type: ignore[index]
        typed=typed,
        errors=errors,
    )


ROUTES = [team_page, invite, dismiss]
