"""How a district's staff keep its meeting points, in the JSON API."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.places.degrees import Latitude, Longitude
from landbooking.rides.api_fields import stop_at
from landbooking.rides.meeting_points import (
    Details,
    MeetingPoint,
    change_meeting_point,
    create_meeting_point,
    meeting_point_by_id,
    meeting_points_of,
    retire_meeting_point,
)
from landbooking.rides.place import Place, gazetteer
from landbooking.rides.representations import Label

Asked = Request[Person, Any, Any]
TAGS = ["district"]
ROOT = "/districts/meeting-points"
ONE = f"{ROOT}/{{meeting_point_id:int}}"


class MeetingPointTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What can be changed later, beside where it is."""

    name: Annotated[str, msgspec.Meta(max_length=80, pattern=r"\S")]
    description: Annotated[str, msgspec.Meta(max_length=500)] = ""
    lit: bool = False
    step_free: bool = False

    def at(self, lat: float, lon: float) -> Details:
        return Details(self.name.strip(), lat, lon, self.description.strip(), self.lit, self.step_free)


class NewMeetingPoint(MeetingPointTerms, frozen=True, kw_only=True):
    """In a `municipality` of one's own district, by label or key. Without `lat` and `lon` (degrees, WGS 84) in the
    middle of the village for a beginning.
    """

    municipality: Label
    lat: Latitude | None = None
    lon: Longitude | None = None

    def details(self, centre: Place) -> Details:
        """Raises InvalidInput for half a point."""
        if self.lat is None and self.lon is None:
            return self.at(centre.lat, centre.lon)
        if self.lat is None or self.lon is None:
            raise InvalidInput({"lat" if self.lat is None else "lon": _("Bitte füllen Sie dieses Feld aus.")}, {})
        return self.at(self.lat, self.lon)


class MeetingPointChange(MeetingPointTerms, frozen=True, kw_only=True):
    """All of it anew; only its municipality stays. `lat` and `lon` are degrees (WGS 84)."""

    lat: Latitude
    lon: Longitude


@get(
    ROOT,
    guards=[district_staff],
    operation_id="districtMeetingPoints",
    summary="Meeting points of one's own district",
    tags=TAGS,
    security=OWNER,
    responses=problems(403),
)
async def list_own(request: Asked, reads: Connection) -> list[MeetingPoint]:
    """By municipality and name; an operator's are all."""
    return await meeting_points_of(reads, request.user)


@post(
    ROOT,
    guards=[district_staff],
    operation_id="makeMeetingPoint",
    summary="Make a meeting point",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[NewMeetingPoint],
    return_dto=None,
    response_description="Rides can name it.",
    responses=problems(400, 403, 409, 413, 422),
)
async def post_point(request: Asked, connection: Connection, data: JSONBody[NewMeetingPoint]) -> MeetingPoint:
    """409 `name-taken` where its municipality has one of that name, 422 for another district's municipality."""
    where = stop_at(await gazetteer(connection), "municipality", data.municipality).place
    point_id = await create_meeting_point(connection, request.user, where.municipality_id, data.details(where))
    return await meeting_point_by_id(connection, point_id)


@post(
    f"{ONE}/change",
    guards=[district_staff],
    status_code=200,
    operation_id="changeMeetingPoint",
    summary="Change a meeting point",
    tags=TAGS,
    security=OWNER,
    dto=FieldByField[MeetingPointChange],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_change(
    request: Asked, connection: Connection, meeting_point_id: Id, data: JSONBody[MeetingPointChange]
) -> MeetingPoint:
    """Ways that lead there stay as they were drawn. 404 for another district's, 409 `name-taken`."""
    await change_meeting_point(connection, request.user, meeting_point_id, data.at(data.lat, data.lon))
    return await meeting_point_by_id(connection, meeting_point_id)


@post(
    f"{ONE}/retirement",
    guards=[district_staff],
    status_code=200,
    operation_id="retireMeetingPoint",
    summary="Retire a meeting point",
    tags=TAGS,
    security=OWNER,
    responses=problems(403, 404),
)
async def post_retirement(request: Asked, connection: Connection, meeting_point_id: Id) -> list[MeetingPoint]:
    """Nobody finds it any more; what was arranged there stays arranged. Answers with those that are left."""
    await retire_meeting_point(connection, request.user, meeting_point_id)
    return await meeting_points_of(connection, request.user)


ROUTES = [list_own, post_point, post_change, post_retirement]
