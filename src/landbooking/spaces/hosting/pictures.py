"""From an uploaded picture to what we show: small enough for a village's network, and without what a camera adds."""

import io
import threading
from typing import ClassVar

import msgspec

from landbooking.errors import Refusal
from landbooking.language import gettext as _

LARGEST_FILE = 5 * 1024 * 1024  # bytes
LONGEST_SIDE = 1600  # pixels
MOST_PIXELS = 40_000_000  # decoded, a picture takes three or four bytes for each

_one_at_a_time = threading.Lock()  # so that ten uploads at once do not take ten pictures' memory


class NotAPicture(Refusal):
    """The file can't be shown; the sentence says why."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "not-a-picture"

    @property
    def fields(self) -> dict[str, str]:
        return {"photo": self.message}


class TooLarge(NotAPicture):
    status = 413
    code = "picture-too-large"

    def __init__(self, way_on: str | None = None) -> None:
        super().__init__(_("Dieses Bild ist zu groß. Bitte nehmen Sie eines mit höchstens 5 MB."), way_on)


class Picture(msgspec.Struct, frozen=True):
    """`jpeg` is the file; the sides are in pixels."""

    jpeg: bytes
    width: int
    height: int


def picture_from(content: bytes) -> Picture:
    """A JPEG of at most LONGEST_SIDE without any metadata, upright. Takes a second: call it in a thread.

    Reads JPEG, PNG and WebP, whatever the file is called. Raises NotAPicture.
    """
    if len(content) > LARGEST_FILE:
        raise TooLarge
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 keeps processes small that see no picture

    unreadable = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise NotAPicture(_too_many_pixels())
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                colours = upright.convert("RGBA")
        except bombs:
            raise NotAPicture(_too_many_pixels()) from None
        except unreadable:
            raise NotAPicture(
                _("Diese Datei ist kein Bild, das wir lesen können. Es gehen JPEG, PNG und WebP.")
            ) from None
        # A fresh picture has nothing of the old but its colours: no place, no camera, no comment.
        fresh = Image.new("RGB", colours.size, "white")
        fresh.paste(colours, mask=colours.getchannel("A"))
        jpeg = io.BytesIO()
        fresh.save(jpeg, "JPEG", quality=82, optimize=True, progressive=True)
    return Picture(jpeg.getvalue(), fresh.width, fresh.height)


def _too_many_pixels() -> str:
    return _("Dieses Bild hat zu viele Bildpunkte. Bitte verkleinern Sie es vorher.")
