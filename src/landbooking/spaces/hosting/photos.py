"""A space's photos, kept in the database: one backup has everything, and any number of web processes can serve them."""

from typing import ClassVar

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.spaces.hosting.pictures import Picture
from landbooking.spaces.space import lock_for_change

MOST = 12  # a space


class Photo(msgspec.Struct, frozen=True):
    """`alt` says what it shows; the sides are in pixels."""

    id: int
    space_id: int
    alt: str
    width: int
    height: int

    @property
    def path(self) -> str:
        return f"/spaces/{self.space_id}/photos/{self.id}"


class TooManyPhotos(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "too-many-photos"

    def __init__(self) -> None:
        super().__init__(_("Mehr als %(most)s Fotos gehen nicht. Bitte entfernen Sie zuerst eines.") % {"most": MOST})

    @property
    def fields(self) -> dict[str, str]:
        return {"photo": self.message}


async def photos_of(connection: Connection, space_id: int) -> list[Photo]:
    """In the order in which they were added, without the pictures themselves."""
    rows = await connection.fetch(
        "SELECT id, space_id, alt, width, height FROM space_photo WHERE space_id = $1 ORDER BY id", space_id
    )
    return [Photo(**row) for row in rows]


async def jpeg_of(connection: Connection, space_id: int, photo_id: int) -> tuple[bytes, bool]:
    """The picture, and whether its space is shown to the public. Raises NotFound."""
    row = await connection.fetchrow(
        """SELECT jpeg, published FROM space_photo JOIN space ON space.id = space_id
           WHERE space_photo.id = $1 AND space_id = $2""",
        photo_id,
        space_id,
    )
    if row is None:
        raise NotFound
    return row["jpeg"], row["published"]


async def add_photo(connection: Connection, space_id: int, picture: Picture, alt: str) -> int:
    """Its id. Raises TooManyPhotos."""
    await lock_for_change(connection, space_id)
    if await connection.fetchval("SELECT count(*) FROM space_photo WHERE space_id = $1", space_id) >= MOST:
        raise TooManyPhotos
    photo_id: int = await connection.fetchval(
        "INSERT INTO space_photo (space_id, alt, width, height, jpeg) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        space_id,
        alt,
        picture.width,
        picture.height,
        picture.jpeg,
    )
    return photo_id


async def remove_photo(connection: Connection, space_id: int, photo_id: int) -> None:
    """Raises NotFound."""
    removed = await connection.fetchval(
        "DELETE FROM space_photo WHERE id = $1 AND space_id = $2 RETURNING id", photo_id, space_id
    )
    if removed is None:
        raise NotFound
