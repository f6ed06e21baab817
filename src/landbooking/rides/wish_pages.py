"""Wishes: leaving one, one's own, and what others look for along one's way."""

import datetime as dt
from datetime import date
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import BigId
from landbooking.language import gettext as _
from landbooking.language import weekday_names
from landbooking.pages import page, redirect
from landbooking.rides.carried import carried_options, carried_words
from landbooking.rides.journey import Journey
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.ride import rides_of
from landbooking.rides.search_form import clock_of, journey_from, shown_values
from landbooking.rides.timetable import Days
from landbooking.rides.wishes import leave_wish, wishes_along, wishes_of, withdraw_wish

Asked = Request[Person, Any, Any]


class WishForm(msgspec.Struct, frozen=True):
    """`day` of the journey is the only one, or the first."""

    at: dt.time
    repeats: Literal["once", "weekly"] = "once"
    weekdays: list[Literal["1", "2", "3", "4", "5", "6", "7"]] = []
    last: date | None = None


@get("/rides/wishes", guards=[signed_in], include_in_schema=False)
async def wishes_page(request: Asked, reads: Connection) -> Response[str]:
    places = await gazetteer(reads)
    rides = await rides_of(reads, request.user.id)
    return page(
        request,
        "rides/wishes.html",
        own=await wishes_of(reads, request.user, places),
        along=await wishes_along(reads, request.user, rides, places) if rides else [],
        drives=bool(rides),
        weekday_names=weekday_names(),
        clock_of=clock_of,
        carried_words=carried_words,
    )


@get("/rides/wishes/new", guards=[signed_in], include_in_schema=False)
async def new_wish_page(request: Asked, reads: Connection) -> Response[str]:
    return _form(request, await gazetteer(reads), _values(request.query_params), {}, 200)


@post("/rides/wishes", guards=[signed_in], include_in_schema=False)
async def post_wish(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    places = await gazetteer(connection)
    try:
        journey, days, weekdays = wish_from(posted, places)
    except InvalidInput as invalid:
        return _form(request, places, _values(posted), dict(invalid.errors), 422)
    await leave_wish(connection, request.user, journey, days, weekdays)
    return redirect(request, "/rides/wishes", notice="ride-wish-left")


@post("/rides/wishes/{ride_wish_id:int}/withdrawal", guards=[signed_in], include_in_schema=False)
async def post_withdrawal(request: Asked, connection: Connection, ride_wish_id: BigId) -> Response[None]:
    await withdraw_wish(connection, request.user, ride_wish_id)
    return redirect(request, "/rides/wishes", notice="wish-withdrawn")


def wish_from(posted: Any, places: Gazetteer) -> tuple[Journey, Days, list[int]]:
    """Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    journey: Journey | None = None
    form: WishForm | None = None
    try:
        journey = journey_from(posted, places)
    except InvalidInput as invalid:
        errors |= invalid.errors
    try:
        form = parse_values(WishForm, posted)
    except InvalidInput as invalid:
        errors |= invalid.errors
    if form and form.repeats == "weekly" and not form.weekdays:
        errors["weekdays"] = _("Bitte wählen Sie mindestens einen Tag.")
    if form and journey and form.last and form.last < journey.day:
        errors["last"] = _("Der letzte Tag muss nach dem ersten liegen.")
    if form is None or journey is None or errors:
        raise InvalidInput(errors, dict(posted))
    if form.repeats == "once":
        return journey, Days(journey.day, journey.day), list(range(1, 8))
    return journey, Days(journey.day, form.last), [int(weekday) for weekday in form.weekdays]


def _values(asked: Any) -> dict[str, Any]:
    weekdays = asked.getall("weekdays", [])
    more = {"repeats": text_of(asked, "repeats") or "once", "last": text_of(asked, "last"), "weekdays": weekdays}
    return shown_values(asked) | more


def _form(
    request: Asked, places: Gazetteer, values: dict[str, Any], errors: dict[str, str], status: int
) -> Response[str]:
    return page(
        request,
        "rides/wish.html",
        status,
        places=[place.label for place in places.places],
        values=values,
        errors=errors,
        weekdays=list(enumerate(weekday_names(), 1)),
        needs_options=carried_options(),
    )


ROUTES = [wishes_page, new_wish_page, post_wish, post_withdrawal]
