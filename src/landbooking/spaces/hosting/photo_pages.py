"""The page of a space's photos, and the photos themselves."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile

from landbooking.accounts.guards import host_of_space, public
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.photos import TooManyPhotos, add_photo, jpeg_of, photos_of, remove_photo
from landbooking.spaces.hosting.pictures import NotAPicture, picture_from
from landbooking.spaces.hosting.texts import text_of
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]

# More than a picture may have, so that one which is too large is answered by its form and not by a bare refusal.
LARGEST_UPLOAD = 20_000_000


class PhotoForm(msgspec.Struct):
    alt: Annotated[str, msgspec.Meta(max_length=300)]


@get("/spaces/{space_id:int}/photos/{photo_id:int}", guards=[public], include_in_schema=False)
async def photo(space_id: Id, photo_id: Id, reads: Connection) -> Response[bytes]:
    """A photo never changes, and its number is never given to another one: browsers may keep it."""
    return Response(
        await jpeg_of(reads, space_id, photo_id),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


@get("/host/spaces/{space_id:int}/photos", guards=[host_of_space], include_in_schema=False)
async def photos_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _page(request, reads, space_id, "", {})


@post(
    "/host/spaces/{space_id:int}/photos",
    guards=[host_of_space],
    include_in_schema=False,
    request_max_body_size=LARGEST_UPLOAD,
)
async def add(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        content, alt = await _photo_from(posted)
        picture = await asyncio.to_thread(picture_from, content)
        await add_photo(connection, space_id, picture, alt)
    except (InvalidInput, NotAPicture, TooManyPhotos) as refusal:  # nothing was written yet, so nothing is committed
        return await _page(request, connection, space_id, text_of(posted, "alt"), refusal.fields)
    return redirect(request, f"/host/spaces/{space_id}/photos", notice="saved")


@post("/host/spaces/{space_id:int}/photos/{photo_id:int}/removal", guards=[host_of_space], include_in_schema=False)
async def remove(request: Asked, space_id: Id, photo_id: Id, connection: Connection) -> Response[Any]:
    await remove_photo(connection, space_id, photo_id)
    return redirect(request, f"/host/spaces/{space_id}/photos", notice="saved")


async def _photo_from(posted: FormMultiDict) -> tuple[bytes, str]:
    """The file and what it shows. Raises InvalidInput."""
    errors: dict[str, str] = {}
    alt = ""
    upload = posted.get("photo")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    if not content:
        errors["photo"] = _("Bitte wählen Sie ein Bild aus.")
    try:
        alt = parse_values(PhotoForm, posted).alt
    except InvalidInput as refusal:
        errors |= refusal.errors
    if errors:
        raise InvalidInput(errors, {})
    return content, alt


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
