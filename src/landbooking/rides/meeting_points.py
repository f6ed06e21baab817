"""Meeting points ("Mitfahrbänke"): made by a district's staff, known to everybody."""

from typing import Annotated, ClassVar

import msgspec
from asyncpg import UniqueViolationError

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.places.degrees import Latitude, Longitude


class NameTaken(Refusal):
    code: ClassVar[str] = "name-taken"

    def __init__(self) -> None:
        super().__init__(_("In diesem Ort gibt es schon eine Mitfahrbank, die so heißt."))

    @property
    def fields(self) -> dict[str, str]:
        return {"name": self.message}


class OtherDistrictsPlace(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "other-district"

    def __init__(self) -> None:
        super().__init__(_("Dieser Ort liegt in einem anderen Landkreis."))

    @property
    def fields(self) -> dict[str, str]:
        return {"municipality": self.message}


class MeetingPoint(msgspec.Struct, frozen=True):
    """The point is in degrees (WGS 84); `municipality` is a name."""

    id: int
    municipality_id: int
    municipality: str
    name: str
    description: str
    lat: float
    lon: float
    lit: bool
    step_free: bool


class Details(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    lat: Latitude
    lon: Longitude
    description: Annotated[str, msgspec.Meta(max_length=500)] = ""
    lit: bool = False
    step_free: bool = False


_SELECT = """
    SELECT point.id, point.municipality_id, municipality.name AS municipality, point.name, point.description,
           point.lat, point.lon, point.lit, point.step_free
    FROM meeting_point point JOIN municipality ON municipality.id = point.municipality_id
    WHERE point.retired_at IS NULL
"""


async def meeting_points(connection: Connection, after: int = 0, limit: int = 1000) -> list[MeetingPoint]:
    rows = await connection.fetch(f"{_SELECT} AND point.id > $1 ORDER BY point.id LIMIT $2", after, limit)
    return [MeetingPoint(**row) for row in rows]


async def meeting_points_of(connection: Connection, staff: Person) -> list[MeetingPoint]:
    """Of the district for which somebody works; operators see all."""
    rows = await connection.fetch(
        f"{_SELECT} AND ($1::int IS NULL OR municipality.district_id = $1) ORDER BY municipality.name, point.name",
        None if staff.is_operator else staff.district_id,
    )
    return [MeetingPoint(**row) for row in rows]


async def meeting_point_by_id(connection: Connection, point_id: int) -> MeetingPoint:
    """Raises NotFound, also where it was retired."""
    row = await connection.fetchrow(f"{_SELECT} AND point.id = $1", point_id)
    if row is None:
        raise NotFound
    return MeetingPoint(**row)


async def own_meeting_point(connection: Connection, staff: Person, point_id: int) -> MeetingPoint:
    """Raises NotFound where it is another district's."""
    point = await meeting_point_by_id(connection, point_id)
    await _check_district(connection, staff, point.municipality_id)
    return point


async def create_meeting_point(connection: Connection, staff: Person, municipality_id: int, details: Details) -> int:
    """Raises OtherDistrictsPlace, NameTaken."""
    try:
        await _check_district(connection, staff, municipality_id)
    except NotFound:
        raise OtherDistrictsPlace from None
    try:
        async with connection.transaction():
            created: int = await connection.fetchval(
                """INSERT INTO meeting_point (municipality_id, name, description, lat, lon, lit, step_free)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id""",
                municipality_id,
                *_values(details),
            )
    except UniqueViolationError:
        raise NameTaken from None
    return created


async def change_meeting_point(connection: Connection, staff: Person, point_id: int, details: Details) -> None:
    """Ways that lead there stay as they were drawn. Raises NotFound, NameTaken."""
    await own_meeting_point(connection, staff, point_id)
    try:
        async with connection.transaction():
            await connection.execute(
                """UPDATE meeting_point SET name = $2, description = $3, lat = $4, lon = $5, lit = $6, step_free = $7
                   WHERE id = $1""",
                point_id,
                *_values(details),
            )
    except UniqueViolationError:
        raise NameTaken from None


async def retire_meeting_point(connection: Connection, staff: Person, point_id: int) -> None:
    """Nobody finds it any more; what was arranged there stays arranged. Raises NotFound."""
    await own_meeting_point(connection, staff, point_id)
    await connection.execute("UPDATE meeting_point SET retired_at = clock_timestamp() WHERE id = $1", point_id)


def _values(details: Details) -> tuple[str, str, float, float, bool, bool]:
    return details.name, details.description, details.lat, details.lon, details.lit, details.step_free


async def _check_district(connection: Connection, staff: Person, municipality_id: int) -> None:
    district = await connection.fetchval("SELECT district_id FROM municipality WHERE id = $1", municipality_id)
    if not staff.is_operator and district != staff.district_id:
        raise NotFound
