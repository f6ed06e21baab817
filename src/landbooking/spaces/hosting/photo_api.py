"""Photos of a space in the JSON API, for those who answer for it."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from landbooking.accounts.acting import act_as
from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection, Pool, connection_from
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.spaces.hosting.photo_form import LARGEST_UPLOAD, LONGEST_ALT, photo_from, posted_photo, read_upload
from landbooking.spaces.hosting.photos import Photo, add_photo, jpeg_of, photos_of, remove_photo

Asked = Request[Person, Any, Any]
ROOT = "/spaces/{space_id:int}/photos"


class PhotoView(msgspec.Struct, frozen=True):
    """`alt` says what it shows, to who does not see it; the sides are in pixels.

    Once the space is published everybody finds the picture at `path`; before, its hosts get it by its `id`.
    """

    id: int
    alt: str
    width: int
    height: int
    path: str


@dataclass
class PhotoUpload(Operation):
    """The body, which is read by hand: Litestar does not know of it."""

    def __post_init__(self) -> None:
        text = OpenAPIType.STRING
        picture = Schema(type=text, content_media_type="application/octet-stream")
        shown = Schema(type=text, min_length=1, max_length=LONGEST_ALT)
        form = Schema(type=OpenAPIType.OBJECT, properties={"photo": picture, "alt": shown}, required=["photo", "alt"])
        self.request_body = RequestBody(content={"multipart/form-data": OpenAPIMediaType(schema=form)}, required=True)


@get(
    ROOT,
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


@get(
    f"{ROOT}/{{photo_id:int}}",
    guards=[owner_of_space],
    operation_id="photo",
    summary="A photo itself",
    tags=["hosts"],
    security=OWNER,
    media_type="image/jpeg",
    responses=problems(403, 404),
)
async def get_photo(request: Asked, reads: Connection, space_id: Id, photo_id: Id) -> Response[bytes]:
    """Also before the space is published."""
    jpeg, _published = await jpeg_of(reads, space_id, photo_id)
    return Response(jpeg, media_type="image/jpeg")


@post(
    ROOT,
    guards=[owner_of_space],
    operation_id="addPhoto",
    summary="Add a photo",
    tags=["hosts"],
    security=OWNER,
    operation_class=PhotoUpload,
    before_request=read_upload,
    request_max_body_size=LARGEST_UPLOAD,
    response_description="It is shown.",
    responses=problems(400, 403, 404, 413, 422),
)
async def post_photo(request: Asked, space_id: Id) -> list[PhotoView]:
    """A form: `photo` is a JPEG, PNG or WebP of at most 5 MB, of which is left out what a camera notes in it; `alt`
    says what it shows.
    """
    pool: Pool = request.app.state.pool
    picture, alt = await photo_from(await posted_photo(request))
    async with connection_from(pool) as connection, connection.transaction():
        await act_as(connection, request.user)
        await add_photo(connection, space_id, picture, alt)
        return _shown(await photos_of(connection, space_id))


@post(
    f"{ROOT}/{{photo_id:int}}/removal",
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


ROUTES = [list_photos, get_photo, post_photo, post_removal]
