"""What the page of a space shows beside its week."""

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.hosting.photos import Photo
from landbooking.spaces.kinds import Kind
from landbooking.spaces.space import COLUMNS, TABLES, Space, space_from


async def shown_space(connection: Connection, space_id: int) -> tuple[Space, set[Kind], list[Photo], bool]:
    """The space, the kinds that can be booked in it, its photos as they were added and whether a plan shows its places.

    In one round trip.

    Raises NotFound, also for a space that is not shown to the public.
    """
    row = await connection.fetchrow(
        f"""SELECT {COLUMNS},
                   ARRAY(SELECT DISTINCT kind FROM resource
                         WHERE space_id = space.id AND retired_at IS NULL) AS kinds,
                   ARRAY(SELECT (id, space_id, alt, width, height) FROM space_photo
                         WHERE space_id = space.id ORDER BY id) AS photos,
                   EXISTS (SELECT FROM floor_element
                           WHERE space_id = space.id AND kind = 'place') AS planned
            FROM {TABLES} WHERE space.id = $1 AND space.published""",  # noqa: S608
        space_id,
    )
    if row is None:
        raise NotFound
    return space_from(row), set(row["kinds"]), [Photo(*photo) for photo in row["photos"]], row["planned"]
