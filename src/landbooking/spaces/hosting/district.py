"""A district and its spaces: which there are, and whether residents see them."""

from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Forbidden, NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.places.municipality import Municipality
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting import details
from landbooking.spaces.hosting.details import Details
from landbooking.spaces.space import lock_for_change


class DistrictSpace(msgspec.Struct, frozen=True):
    """A space as its district sees it; `coming` counts the bookings that are not over."""

    id: int
    name: str
    town: str
    municipality: str
    district: str
    published: bool
    desks: int
    hosts: int
    coming: int


class OtherDistrict(Refusal):
    """The municipality lies in a district that this person does not work for."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "other-district"

    def __init__(self) -> None:
        super().__init__(_("Dieser Ort liegt nicht in Ihrem Landkreis."))

    @property
    def fields(self) -> dict[str, str]:
        return {"municipality": self.message}


_SPACES = """
    SELECT space.id, space.name, space.town, municipality.name AS municipality, district.name AS district,
           space.published,
           (SELECT count(*) FROM resource WHERE space_id = space.id AND retired_at IS NULL) AS desks,
           (SELECT count(*) FROM space_host WHERE space_id = space.id) AS hosts,
           (SELECT count(*) FROM booking JOIN resource ON resource.id = booking.resource_id
            WHERE resource.space_id = space.id AND booking.status = 'confirmed' AND booking.blackout_id IS NULL
              AND booking.part_of IS NULL
              AND upper(booking.period) > now()) AS coming
    FROM space JOIN municipality ON municipality.id = space.municipality_id
               JOIN district ON district.id = municipality.district_id
"""


async def spaces_of_district(connection: Connection, staff: Person) -> list[DistrictSpace]:
    """Those of the person's district; an operator sees all."""
    rows = await connection.fetch(
        f"{_SPACES} WHERE $1 OR district.id = $2 ORDER BY district.name, space.name, space.id",
        staff.is_operator,
        staff.district_id,
    )
    return [DistrictSpace(**row) for row in rows]


async def space_of_district(connection: Connection, staff: Person, space_id: int) -> DistrictSpace:
    """Raises NotFound, and Forbidden for another district's."""
    await check_district(connection, staff, space_id)
    row = await connection.fetchrow(f"{_SPACES} WHERE space.id = $1", space_id)
    assert row is not None  # noqa: S101 its district was just read
    return DistrictSpace(**row)


def may_place(staff: Person, place: Municipality) -> bool:
    """Whether this person may put a space there."""
    return staff.is_operator or place.district_id == staff.district_id


async def create_space(connection: Connection, staff: Person, place: Municipality, wanted: Details) -> int:
    """The new space's id; not published yet. Raises OtherDistrict."""
    if not may_place(staff, place):
        raise OtherDistrict
    return await details.create_space(connection, place.id, wanted)


async def set_published(connection: Connection, staff: Person, space_id: int, published: bool) -> None:
    """Whether residents find and book it. Bookings that stand are not touched. Raises NotFound, Forbidden."""
    await check_district(connection, staff, space_id)
    await lock_for_change(connection, space_id)
    await connection.execute("UPDATE space SET published = $2 WHERE id = $1", space_id, published)
    await time_freed(connection, space_id)


async def check_district(connection: Connection, staff: Person, space_id: int) -> None:
    """Raises NotFound, and Forbidden for another district's."""
    district_id = await connection.fetchval(
        """SELECT municipality.district_id FROM space JOIN municipality ON municipality.id = space.municipality_id
           WHERE space.id = $1""",
        space_id,
    )
    if district_id is None:
        raise NotFound
    if not staff.is_operator and staff.district_id != district_id:
        raise Forbidden
