"""The page of a space's photos, and the photos themselves."""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.acting import act_as
from landbooking.accounts.guards import owner_of_space, public
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool, connection_from
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, text_of
from landbooking.ids import Id
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.photo_form import LARGEST_UPLOAD, photo_from, posted_photo, read_upload
from landbooking.spaces.hosting.photos import TooManyPhotos, add_photo, jpeg_of, photos_of, remove_photo
from landbooking.spaces.hosting.pictures import NotAPicture
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]


@get("/spaces/{space_id:int}/photos/{photo_id:int}", guards=[public], include_in_schema=False)
async def photo(request: Asked, space_id: Id, photo_id: Id, reads: Connection) -> Response[bytes]:
    """Anybody may keep it for a day, so that one which is taken down is soon gone everywhere.

    Before its space is published, only its hosts and staff see it.
    """
    jpeg, published = await jpeg_of(reads, space_id, photo_id)
    if not published and not _may_see_unpublished(request.user, space_id):
        raise NotFound
    caching = "public, max-age=86400" if published else "no-store"
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": caching})


def _may_see_unpublished(viewer: Person | None, space_id: int) -> bool:
    return viewer is not None and (viewer.is_staff or viewer.acts_for(space_id))


@get("/host/spaces/{space_id:int}/photos", guards=[owner_of_space], include_in_schema=False)
async def photos_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _page(request, reads, space_id, "", {})


@post(
    "/host/spaces/{space_id:int}/photos",
    guards=[owner_of_space],
    include_in_schema=False,
    before_request=read_upload,
    request_max_body_size=LARGEST_UPLOAD,
)
async def add(request: Asked, space_id: Id) -> Response[Any]:
    """Takes a connection only when the picture is ready, since that lasts a second and others wait for their turn."""
    pool: Pool = request.app.state.pool
    posted = await posted_photo(request)
    try:
        picture, alt = await photo_from(posted)
        async with connection_from(pool) as connection, connection.transaction():
            await act_as(connection, request.user)
            await add_photo(connection, space_id, picture, alt)
    except (InvalidInput, NotAPicture, TooManyPhotos) as refusal:
        async with connection_from(pool) as reads:
            return await _page(request, reads, space_id, text_of(posted, "alt"), refusal.fields)
    return redirect(request, f"/host/spaces/{space_id}/photos", notice="photo-added")


@post("/host/spaces/{space_id:int}/photos/{photo_id:int}/removal", guards=[owner_of_space], include_in_schema=False)
async def remove(request: Asked, space_id: Id, photo_id: Id, connection: Connection) -> Response[Any]:
    await remove_photo(connection, space_id, photo_id)
    return redirect(request, f"/host/spaces/{space_id}/photos", notice="photo-removed")


async def _page(request: Asked, reads: Connection, space_id: int, alt: str, errors: dict[str, str]) -> Response[str]:
    return page(
        request,
        "spaces/hosting/photos.html",
        status=422 if errors else 200,
        space=await space_by_id(reads, space_id),
        photos=await photos_of(reads, space_id),
        alt=alt,
        errors=errors,
    )


ROUTES = [photo, photos_page, add, remove]
