"""The page of days on which a space is closed."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.closure_form import closure_from, typed_closure
from landbooking.spaces.hosting.closures import close_days, coming_closures, reopen_days
from landbooking.spaces.hosting.consequence_pages import ask_host, decision_from
from landbooking.spaces.hosting.consequences import Undecided
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/closures", guards=[owner_of_space], include_in_schema=False)
async def closures_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    return await _page(request, reads, space, typed_closure(request.query_params), {})


@post("/host/spaces/{space_id:int}/closures", guards=[owner_of_space], include_in_schema=False)
async def close(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    space = await space_by_id(connection, space_id)
    typed = typed_closure(posted)
    if "revise" in posted:
        return await _page(request, connection, space, typed, {})
    try:
        closure = closure_from(typed, space.rules)
        await close_days(connection, request.user, [space_id], closure, decision_from(posted))
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return await _page(request, connection, space, typed, refusal.errors)
    except Undecided as undecided:
        return ask_host(
            request,
            posted,
            space,
            undecided,
            question=_("Diese Buchungen liegen an den Schließtagen"),
            action=_("Schließtage eintragen"),
            way_back=f"/host/spaces/{space_id}/closures",
        )
    return redirect(request, f"/host/spaces/{space_id}/closures", notice="closed")


@post("/host/spaces/{space_id:int}/closures/{closure_id:int}/removal", guards=[owner_of_space], include_in_schema=False)
async def reopen(request: Asked, space_id: Id, closure_id: Id, connection: Connection) -> Response[Any]:
    await reopen_days(connection, space_id, closure_id)
    return redirect(request, f"/host/spaces/{space_id}/closures", notice="reopened")


async def _page(
    request: Asked, reads: Connection, space: Space, typed: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    today = datetime.now(UTC).astimezone(space.rules.time_zone).date()
    return page(
        request,
        "spaces/hosting/closures.html",
        status=422 if errors else 200,
        space=space,
        closures=await coming_closures(reads, space.id, today),
        typed=typed,
        errors=errors,
    )


ROUTES = [closures_page, close, reopen]
