"""What a space is: its name, where it stands, what it offers."""

from typing import Annotated

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.space import lock_for_change


class Details(msgspec.Struct, frozen=True):
    """The point is in degrees (WGS 84); `features` are words of features.OF_SPACES."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    street: Annotated[str, msgspec.Meta(max_length=150)]
    postal_code: Annotated[str, msgspec.Meta(max_length=5)]
    town: Annotated[str, msgspec.Meta(max_length=100)]
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    features: list[str]
    description: Annotated[str, msgspec.Meta(max_length=4000)] = ""


async def change_details(connection: Connection, space_id: int, details: Details) -> None:
    """Raises NotFound."""
    await lock_for_change(connection, space_id)
    changed = await connection.fetchval(
        """UPDATE space SET name = $2, description = $3, street = $4, postal_code = $5, town = $6,
                  lat = $7, lon = $8, features = $9
           WHERE id = $1 RETURNING id""",
        space_id,
        details.name,
        details.description,
        details.street,
        details.postal_code,
        details.town,
        details.lat,
        details.lon,
        details.features,
    )
    if changed is None:
        raise NotFound


async def create_space(connection: Connection, municipality_id: int, details: Details) -> int:
    """The new space's id. It is not published: first it gets hosts, hours and desks."""
    space_id: int = await connection.fetchval(
        """INSERT INTO space (municipality_id, name, description, street, postal_code, town, lat, lon, features,
                              published)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false) RETURNING id""",
        municipality_id,
        details.name,
        details.description,
        details.street,
        details.postal_code,
        details.town,
        details.lat,
        details.lon,
        details.features,
    )
    return space_id
