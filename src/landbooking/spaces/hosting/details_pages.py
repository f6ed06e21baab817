"""The page of what a space is."""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import Id
from landbooking.pages import page, redirect
from landbooking.spaces import features
from landbooking.spaces.hosting.details import change_details
from landbooking.spaces.hosting.details_form import details_as_typed, details_from, typed_details
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/details", guards=[host_of_space], include_in_schema=False)
async def details_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    return _page(request, space, details_as_typed(space), {})


@post("/host/spaces/{space_id:int}/details", guards=[host_of_space], include_in_schema=False)
async def save(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    typed = typed_details(await request.form())
    try:
        details = details_from(typed)
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return _page(request, await space_by_id(connection, space_id), typed, refusal.errors)
    await change_details(connection, space_id, details)
    return redirect(request, f"/host/spaces/{space_id}/details", notice="saved")


def _page(request: Asked, space: Space, typed: dict[str, Any], errors: dict[str, str]) -> Response[str]:
    return page(
        request,
        "spaces/hosting/details.html",
        status=422 if errors else 200,
        space=space,
        options=features.space_options(),
        typed=typed,
        errors=errors,
    )


ROUTES = [details_page, save]
