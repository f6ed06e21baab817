"""The pages of blackouts."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.blackout_form import WHOLE, presets, typed_wish, wish_from
from landbooking.spaces.hosting.blackouts import add_blackout, coming_blackouts, lift_blackout
from landbooking.spaces.hosting.consequence_pages import ask_host, decision_from
from landbooking.spaces.hosting.consequences import Undecided
from landbooking.spaces.space import Space, resources_of, space_by_id

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/blackouts", guards=[host_of_space], include_in_schema=False)
async def blackouts_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    return page(
        request, "spaces/hosting/blackouts.html", space=space, blackouts=await coming_blackouts(reads, space_id)
    )


@get("/host/spaces/{space_id:int}/blackouts/new", guards=[host_of_space], include_in_schema=False)
async def blackout_form_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    return await _form(request, reads, space, typed_wish(request.query_params), {})


@post("/host/spaces/{space_id:int}/blackouts/new", guards=[host_of_space], include_in_schema=False)
async def add(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    space = await space_by_id(connection, space_id)
    typed = typed_wish(posted)
    if "revise" in posted:
        return await _form(request, connection, space, typed, {})
    try:
        wish = wish_from(typed, await resources_of(connection, space_id), space.rules)
        await add_blackout(connection, request.user, space_id, wish, decision_from(posted))
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return await _form(request, connection, space, typed, refusal.errors)
    except Undecided as undecided:
        return ask_host(
            request,
            posted,
            space,
            undecided,
            question=_("Diese Buchungen liegen in der Sperrzeit"),
            action=_("Sperrzeit eintragen"),
            way_back=f"/host/spaces/{space_id}/blackouts",
        )
    return redirect(request, f"/host/spaces/{space_id}/blackouts", notice="blackout-added")


@post(
    "/host/spaces/{space_id:int}/blackouts/{blackout_id:int}/lifting", guards=[host_of_space], include_in_schema=False
)
async def lift(request: Asked, space_id: Id, blackout_id: Id, connection: Connection) -> Response[Any]:
    await lift_blackout(connection, request.user, space_id, blackout_id)
    return redirect(request, f"/host/spaces/{space_id}/blackouts", notice="blackout-lifted")


async def _form(
    request: Asked, reads: Connection, space: Space, typed: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    desks = [(str(resource.id), resource.name) for resource in await resources_of(reads, space.id)]
    return page(
        request,
        "spaces/hosting/blackout_form.html",
        status=422 if errors else 200,
        space=space,
        options=[(WHOLE, _("Der ganze Raum, alle Plätze")), *desks],
        presets=[(one.value, one.words) for one in presets(space.rules, datetime.now(UTC))],
        typed=typed,
        errors=errors,
    )


ROUTES = [blackouts_page, blackout_form_page, add, lift]
