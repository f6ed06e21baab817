"""Meeting points: the page behind the code at the bench, the sheet for it, and how the district's staff keep them."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from litestar import Request, Response, get, post

from landbooking.accounts.guards import district_staff, public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.places.municipality import UnknownPlace
from landbooking.qr import qr_code
from landbooking.rides.calls import StandsThere, call_drivers, passing_rides, point_among
from landbooking.rides.meeting_points import (
    Details,
    MeetingPoint,
    NameTaken,
    OtherDistrictsPlace,
    change_meeting_point,
    create_meeting_point,
    meeting_point_by_id,
    meeting_points,
    meeting_points_of,
    own_meeting_point,
    retire_meeting_point,
)
from landbooking.rides.place import Gazetteer, Place, gazetteer
from landbooking.rides.search_form import place_from
from landbooking.rides.timetable import ZONE

Anybody = Request[Person | None, Any, Any]
Asked = Request[Person, Any, Any]
FIELDS = ("municipality", "name", "description", "lat", "lon", "lit", "step_free")


@get("/meeting-points", guards=[public], include_in_schema=False)
async def list_page(request: Anybody, reads: Connection) -> Response[str]:
    points = sorted(await meeting_points(reads), key=lambda point: (point.municipality, point.name))
    return page(request, "rides/meeting_points.html", points=points)


@get("/meeting-points/{meeting_point_id:int}", guards=[public], include_in_schema=False)
async def point_page(request: Anybody, reads: Connection, meeting_point_id: Id) -> Response[str]:
    return await _point(request, reads, meeting_point_id, "", {}, 200)


@post("/meeting-points/{meeting_point_id:int}/calls", guards=[signed_in], include_in_schema=False)
async def post_call(request: Asked, connection: Connection, meeting_point_id: Id) -> Response[Any]:
    posted = await request.form()
    places = await gazetteer(connection)
    errors: dict[str, str] = {}
    to = place_from(posted, "to", places, errors)
    if to is not None:
        try:
            told = await call_drivers(connection, places, request.user, point_among(places, meeting_point_id), to)
            return redirect(
                request, f"/meeting-points/{meeting_point_id}", notice="drivers-told" if told else "nobody-passes"
            )
        except StandsThere as refusal:
            errors |= refusal.fields
    return await _point(request, connection, meeting_point_id, text_of(posted, "to"), errors, 422)


@get("/meeting-points/{meeting_point_id:int}/sheet", guards=[public], include_in_schema=False)
async def sheet_page(request: Anybody, reads: Connection, meeting_point_id: Id) -> Response[str]:
    """One page of A4, to hang up at the bench."""
    point = await meeting_point_by_id(reads, meeting_point_id)
    address = urljoin(request.app.state.settings.base_url.rstrip("/") + "/", f"meeting-points/{point.id}")
    return page(request, "rides/meeting_point_sheet.html", point=point, address=address, code=qr_code(address))


@get("/district/meeting-points", guards=[district_staff], include_in_schema=False)
async def own_list_page(request: Asked, reads: Connection) -> Response[str]:
    return page(request, "rides/district_meeting_points.html", points=await meeting_points_of(reads, request.user))


@get("/district/meeting-points/new", guards=[district_staff], include_in_schema=False)
async def new_point_page(request: Asked, reads: Connection) -> Response[str]:
    return _form(request, await gazetteer(reads), dict.fromkeys(FIELDS, ""), {}, None, 200)


@post("/district/meeting-points/new", guards=[district_staff], include_in_schema=False)
async def create(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    places = await gazetteer(connection)
    typed = {name: text_of(posted, name) for name in FIELDS}
    errors: dict[str, str] = {}
    where: Place | None = None
    try:
        where = places.named(typed["municipality"])
    except UnknownPlace as unknown:
        errors |= unknown.fields
    try:
        details = _details(typed, where)
        if where is not None:
            await create_meeting_point(connection, request.user, where.municipality_id, details)
            return redirect(request, "/district/meeting-points", notice="meeting-point-saved")
    except (InvalidInput, NameTaken, OtherDistrictsPlace) as refusal:
        errors |= refusal.fields
    return _form(request, places, typed, errors, None, 422)


@get("/district/meeting-points/{meeting_point_id:int}", guards=[district_staff], include_in_schema=False)
async def edit_page(request: Asked, reads: Connection, meeting_point_id: Id) -> Response[str]:
    point = await own_meeting_point(reads, request.user, meeting_point_id)
    typed = {
        "municipality": point.municipality,
        "name": point.name,
        "description": point.description,
        "lat": f"{point.lat}",
        "lon": f"{point.lon}",
        "lit": "1" if point.lit else "",
        "step_free": "1" if point.step_free else "",
    }
    return _form(request, await gazetteer(reads), typed, {}, point, 200)


@post("/district/meeting-points/{meeting_point_id:int}", guards=[district_staff], include_in_schema=False)
async def save(request: Asked, connection: Connection, meeting_point_id: Id) -> Response[Any]:
    point = await own_meeting_point(connection, request.user, meeting_point_id)
    posted = await request.form()
    typed = {name: text_of(posted, name) for name in FIELDS} | {"municipality": point.municipality}
    try:
        await change_meeting_point(connection, request.user, meeting_point_id, _details(typed, None))
    except (InvalidInput, NameTaken) as refusal:
        return _form(request, await gazetteer(connection), typed, dict(refusal.fields), point, 422)
    return redirect(request, "/district/meeting-points", notice="meeting-point-saved")


@post("/district/meeting-points/{meeting_point_id:int}/retirement", guards=[district_staff], include_in_schema=False)
async def retire(request: Asked, connection: Connection, meeting_point_id: Id) -> Response[None]:
    await retire_meeting_point(connection, request.user, meeting_point_id)
    return redirect(request, "/district/meeting-points", notice="meeting-point-retired")


def _details(typed: dict[str, str], centre: Place | None) -> Details:
    """Without a point, the middle of the village for a beginning. Raises InvalidInput."""
    values = {**typed, "lat": typed["lat"].replace(",", "."), "lon": typed["lon"].replace(",", ".")}
    if centre is not None and not values["lat"] and not values["lon"]:
        values |= {"lat": f"{centre.lat}", "lon": f"{centre.lon}"}
    return parse_values(Details, values)


async def _point(
    request: Request[Any, Any, Any], reads: Connection, point_id: int, to: str, errors: dict[str, str], status: int
) -> Response[str]:
    point = await meeting_point_by_id(reads, point_id)
    places = await gazetteer(reads)
    return page(
        request,
        "rides/meeting_point.html",
        status,
        point=point,
        to=to,
        errors=errors,
        places=[place.label for place in places.places],
        passing=await passing_rides(reads, places, point_among(places, point_id), request.user, datetime.now(UTC)),
        zone=ZONE.key,
        facts=_facts(point),
    )


def _facts(point: MeetingPoint) -> list[str]:
    said = [(_("beleuchtet"), point.lit), (_("stufenlos"), point.step_free)]
    return [word for word, true in said if true]


def _form(
    request: Asked,
    places: Gazetteer,
    typed: dict[str, str],
    errors: dict[str, str],
    point: MeetingPoint | None,
    status: int,
) -> Response[str]:
    return page(
        request,
        "rides/meeting_point_form.html",
        status,
        typed=typed,
        errors=errors,
        point=point,
        municipalities=list(places.labels.values()),
    )


ROUTES = [
    list_page, point_page, post_call, sheet_page, own_list_page, new_point_page, create, edit_page, save, retire,
]  # fmt: skip
