"""A stop of an offer as a point on the map: a page between the offer's form and itself, with all that was typed.

It is posted only, so that the point stands in no address, and nothing is stored before the ride is offered.
"""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import text_of
from landbooking.ids import BigId
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.changes import own_ride
from landbooking.rides.offer_form import STOPS
from landbooking.rides.offer_page import show_offer
from landbooking.rides.offer_values import typed_values
from landbooking.rides.organisations import organisations_managed
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.point import point_text
from landbooking.rides.pointing import (
    NEAREST,
    SIZES,
    Look,
    drawn_sheet,
    look_from,
    next_look,
    spoken_length,
    spoken_spot,
)
from landbooking.rides.ride import Ride

Asked = Request[Person, Any, Any]


@get("/rides/new/point", guards=[signed_in], include_in_schema=False)
async def back_to_new(request: Asked) -> Response[None]:
    """Who comes by the address alone, as to read it in the other language, begins with the form."""
    return redirect(request, "/rides/new")


@get("/rides/{ride_id:int}/change/point", guards=[signed_in], include_in_schema=False)
async def back_to_ride(request: Asked, reads: Connection, ride_id: BigId) -> Response[None]:
    await own_ride(reads, request.user, ride_id)
    return redirect(request, f"/rides/{ride_id}/change")


@post("/rides/new/point", guards=[signed_in], status_code=200, include_in_schema=False)
async def point_of_new(request: Asked, reads: Connection) -> Response[str]:
    return await _point(request, reads, None)


@post("/rides/{ride_id:int}/change/point", guards=[signed_in], status_code=200, include_in_schema=False)
async def point_of_ride(request: Asked, reads: Connection, ride_id: BigId) -> Response[str]:
    return await _point(request, reads, await own_ride(reads, request.user, ride_id))


async def _point(request: Asked, reads: Connection, ride: Ride | None) -> Response[str]:
    """The map, until the point is taken or left. Raises NotFound where there is no such stop, or nothing to draw."""
    posted = await request.form()
    places = await gazetteer(reads)
    stop, values = text_of(posted, "stop"), typed_values(posted)
    if stop not in STOPS or not places.places:
        raise NotFound
    look = next_look(look_from(posted, values[stop], places), posted, places)
    done = text_of(posted, "done")
    if done == "take":
        try:
            places.nearest(look.spot)
        except UnknownPlace:
            return _map(request, places, stop, values, look, ride, 422)
        values[stop] = point_text(look.spot)
    if done in ("take", "leave"):
        organisations = [] if ride else await organisations_managed(reads, request.user)
        return show_offer(request, places, values, {}, None, 200, ride, organisations)
    return _map(request, places, stop, values, look, ride, 200)


def _map(
    request: Asked, places: Gazetteer, stop: str, values: dict[str, Any], look: Look, ride: Ride | None, status: int
) -> Response[str]:
    seen, outside = "", ""
    try:
        seen = places.nearest(look.spot).label
    except UnknownPlace as unknown:
        outside = unknown.message
    return page(
        request,
        "rides/point.html",
        status,
        ride=ride,
        stop=stop,
        values=values,
        look=look,
        spot=point_text(look.spot),
        spoken_spot=spoken_spot(look.spot, places),
        seen=seen,
        outside=outside,
        sheet=drawn_sheet(look, places),
        nearest=look.level == NEAREST,
        sizes=SIZES,
        spoken_length=spoken_length,
        steps={"north": _("Norden"), "east": _("Osten"), "south": _("Süden"), "west": _("Westen")},
    )


ROUTES = [back_to_new, back_to_ride, point_of_new, point_of_ride]
