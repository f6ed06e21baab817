"""What a space is: its name, where it stands, what it offers."""

from typing import Annotated

import msgspec

from landbooking.database import Connection
from landbooking.language import mark as N_
from landbooking.places.degrees import Latitude, Longitude
from landbooking.spaces.hosting.versions import check_version
from landbooking.spaces.space import Space, lock_for_change, space_by_id

PostalCode = Annotated[
    str, msgspec.Meta(pattern="^[0-9]{5}$", extra={"wanted": N_("Die Postleitzahl hat fünf Ziffern.")})
]
Description = Annotated[str, msgspec.Meta(max_length=4000)]


class Details(msgspec.Struct, frozen=True):
    """The point is in degrees (WGS 84); `features` are words of features.OF_SPACES."""

    name: Annotated[str, msgspec.Meta(max_length=100, pattern=r"\S")]
    street: Annotated[str, msgspec.Meta(max_length=150, pattern=r"\S")]
    postal_code: PostalCode
    town: Annotated[str, msgspec.Meta(max_length=100, pattern=r"\S")]
    lat: Latitude
    lon: Longitude
    features: Annotated[list[str], msgspec.Meta(max_length=20)]
    description: Description = ""


async def change_details(connection: Connection, space_id: int, details: Details, seen: str) -> None:
    """`seen` is the space's version that the host saw, or empty. Raises NotFound, Stale."""
    await lock_for_change(connection, space_id)
    space = await space_by_id(connection, space_id)
    if details == _details_of(space):
        return
    check_version(seen, space.version)
    await connection.execute(
        """UPDATE space SET name = $2, description = $3, street = $4, postal_code = $5, town = $6,
                  lat = $7, lon = $8, features = $9, version = version + 1
           WHERE id = $1""",
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


def _details_of(space: Space) -> Details:
    return Details(
        name=space.name,
        street=space.street,
        postal_code=space.postal_code,
        town=space.town,
        lat=space.lat,
        lon=space.lon,
        features=list(space.features),
        description=space.description,
    )


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
