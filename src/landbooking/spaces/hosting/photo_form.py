"""A photo as it is sent, by a page's form or by a program: the picture, and what it shows."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException

from landbooking.bodies import read_within
from landbooking.forms import InvalidInput, parse_values
from landbooking.language import gettext as _
from landbooking.spaces.hosting.pictures import Picture, TooLarge, picture_from

Asked = Request[Any, Any, Any]

# Less than deploy/Caddyfile lets through, and more than a picture may have: one that is a little too large is answered
# by its form.
LARGEST_UPLOAD = 6_000_000  # bytes
PATIENCE = 120.0  # seconds: villages have lines that send 100 kB a second, and less
LONGEST_ALT = 300  # characters


class PhotoForm(msgspec.Struct):
    alt: Annotated[str, msgspec.Meta(max_length=LONGEST_ALT)]


async def read_upload(request: Asked) -> None:
    """In place of the app's hook: a photo takes longer. Raises TooLarge."""
    try:
        await read_within(request, PATIENCE)
    except HTTPException as error:
        if error.status_code == 413:
            raise TooLarge(way_on=f"/host/spaces/{request.path_params['space_id']}/photos") from None
        raise


async def posted_photo(request: Asked) -> FormMultiDict:
    """Empty where it is none with a file in it: to take six megabytes of mere fields apart would last ten seconds."""
    kind, _options = request.content_type
    return await request.form() if kind == RequestEncodingType.MULTI_PART else FormMultiDict()


async def photo_from(posted: FormMultiDict) -> tuple[Picture, str]:
    """The picture, ready to be shown, and what it shows. Raises InvalidInput, NotAPicture."""
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
    return await asyncio.to_thread(picture_from, content), alt
