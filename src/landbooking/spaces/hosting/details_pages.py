"""The page of what a space is."""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.forms import InvalidInput
from landbooking.ids import Id
from landbooking.pages import page, redirect
from landbooking.spaces import features
from landbooking.spaces.hosting.details import change_details
from landbooking.spaces.hosting.details_form import details_as_typed, details_from, typed_details
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/details", guards=[owner_of_space], include_in_schema=False)
async def details_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    return _page(request, space, details_as_typed(space), {})


@post("/host/spaces/{space_id:int}/details", guards=[owner_of_space], include_in_schema=False)
async def save(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    typed = typed_details(await request.form())
    try:
        await change_details(connection, space_id, details_from(typed), typed["version"])
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return _page(request, await space_by_id(connection, space_id), typed, refusal.errors)
    except Stale:
        space = await space_by_id(connection, space_id)
        return _page(request, space, {**typed, "version": space.version}, {}, changed=True)
    return redirect(request, f"/host/spaces/{space_id}/details", notice="details-saved")


def _page(
    request: Asked, space: Space, typed: dict[str, Any], errors: dict[str, str], changed: bool = False
) -> Response[str]:
    return page(
        request,
        "spaces/hosting/details.html",
        status=409 if changed else 422 if errors else 200,
        space=space,
        options=features.space_options(),
        typed=typed,
        errors=errors,
        changed=changed,
    )


ROUTES = [details_page, save]
