"""Photos of a space in the JSON API, for those who answer for it."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import QueryParameter

from landbooking.accounts.acting import act_as
from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection, Pool, connection_from
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.spaces.hosting.photo_pages import LARGEST_UPLOAD, read_upload
from landbooking.spaces.hosting.photos import Photo, add_photo, photos_of, remove_photo
from landbooking.spaces.hosting.pictures import picture_from

Asked = Request[Person, Any, Any]


class PhotoView(msgspec.Struct, frozen=True):
    """`alt` says what it shows, to who does not see it; the sides are in pixels. The picture is at `path`."""

    id: int
    alt: str
    width: int
    height: int
    path: str


@get(
    "/spaces/{space_id:int}/photos",
    guards=[owner_of_space],
    operation_id="photos",
    summary="A space's photos",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_photos(request: Asked, reads: Connection, space_id: Id) -> list[PhotoView]:
    """In the order in which they were added."""
    return _shown(await photos_of(reads, space_id))


@post(
    "/spaces/{space_id:int}/photos",
    guards=[owner_of_space],
    operation_id="addPhoto",
    summary="Add a photo",
    tags=["hosts"],
    security=OWNER,
    before_request=read_upload,
    request_max_body_size=LARGEST_UPLOAD,
    response_description="It is shown.",
    responses=problems(403, 404, 413, 422),
)
async def post_photo(
    request: Asked,
    space_id: Id,
    alt: Annotated[str, QueryParameter(description="What it shows.", min_length=1, max_length=300, pattern=r"\S")],
) -> list[PhotoView]:
    """The body is the picture itself, as JPEG, PNG or WebP, at most 5 MB. What a camera notes in it is left out."""
    pool: Pool = request.app.state.pool
    picture = await asyncio.to_thread(picture_from, await request.body())
    async with connection_from(pool) as connection, connection.transaction():
        await act_as(connection, request.user)
        await add_photo(connection, space_id, picture, alt.strip())
        return _shown(await photos_of(connection, space_id))


@post(
    "/spaces/{space_id:int}/photos/{photo_id:int}/removal",
    guards=[owner_of_space],
    status_code=200,
    operation_id="removePhoto",
    summary="Remove a photo",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def post_removal(request: Asked, connection: Connection, space_id: Id, photo_id: Id) -> list[PhotoView]:
    """The answer is what is left."""
    await remove_photo(connection, space_id, photo_id)
    return _shown(await photos_of(connection, space_id))


def _shown(photos: list[Photo]) -> list[PhotoView]:
    return [PhotoView(one.id, one.alt, one.width, one.height, one.path) for one in photos]


ROUTES = [list_photos, post_photo, post_removal]
