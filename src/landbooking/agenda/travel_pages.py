"""Rides to a booking that stands, and a desk with its rides in one go."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.agenda.basket import Basket, PartRefused, book_together
from landbooking.agenda.travel import Travel, choice_of, chosen_seat, rides_for
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import BigId, RowId
from landbooking.language import format_cents, format_clock
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.period import Period
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.matching import Match
from landbooking.rides.place import Gazetteer, Place, gazetteer
from landbooking.rides.routers import configured_router
from landbooking.spaces.booking import bookable
from landbooking.spaces.booking_forms import PeriodForm
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import booking_of
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.space import Resource, Space

Asked = Request[Person, Any, Any]


class BasketForm(PeriodForm, frozen=True, kw_only=True):
    """`there` and `back` are choices of rides, or empty."""

    resource: RowId
    there: Annotated[str, msgspec.Meta(max_length=100)] = ""
    back: Annotated[str, msgspec.Meta(max_length=100)] = ""
    pick_up_place: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/bookings/{booking_id:int}/rides", guards=[signed_in], include_in_schema=False)
async def rides_to_booking(request: Asked, reads: Connection, booking_id: BigId) -> Response[str]:
    """Rides that arrive before the booking begins and leave after it ends; or offering one."""
    booking = await booking_of(reads, request.user, booking_id)
    places = await gazetteer(reads)
    home, error = _home(request, places)
    period = Period(booking.start, booking.end)
    travel = await _travel(request, reads, places, home, booking.space, period)
    start = booking.start.astimezone(booking.space.rules.time_zone)
    return page(
        request,
        "agenda/rides.html",
        422 if error else 200,
        booking=booking,
        places=[place.label for place in places.places],
        home=home,
        typed=_typed_home(request, home),
        error=error,
        travel=travel,
        zone=booking.space.rules.zone,
        searches=_searches(booking.space, home, period),
        offer={
            "from": home.label if home else "",
            "to": booking.space.municipality,
            "date": f"{start:%Y-%m-%d}",
            "time": f"{start - timedelta(minutes=30):%H:%M}",
        },
    )


@get("/journeys/new", guards=[signed_in], include_in_schema=False)
async def basket_form(request: Asked, reads: Connection) -> Response[str]:
    form = parse_values(BasketForm, request.query_params)
    space, resource = await bookable(reads, form.resource)
    errors: dict[str, str] = {}
    try:
        check_period(space.rules_of(resource.kind, resource.id), form.period(space), datetime.now(UTC))
    except RuleBroken as broken:
        errors["desk"] = broken.message
    return await _basket_page(request, reads, form, space, resource, errors, 422)


@post("/journeys", guards=[signed_in], include_in_schema=False)
async def book(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    try:
        form = parse_values(BasketForm, posted)
    except InvalidInput as invalid:
        if set(invalid.errors) != {"pick_up_place"}:
            raise  # of hidden fields: the page on which they were is of another version
        form = parse_values(BasketForm, {**posted, "pick_up_place": ""})
        space, resource = await bookable(connection, form.resource)
        form = msgspec.structs.replace(form, pick_up_place=text_of(posted, "pick_up_place"))
        return await _basket_page(request, connection, form, space, resource, invalid.errors, 422)
    space, resource = await bookable(connection, form.resource)
    places = await gazetteer(connection)
    there = chosen_seat(form.there, places, pick_up_place=form.pick_up_place)
    back = chosen_seat(form.back, places, drop_off_place=form.pick_up_place)
    if there is None and back is None:
        sentence = _("Bitte wählen Sie mindestens eine Fahrt, oder buchen Sie den Platz allein.")
        return await _basket_page(request, connection, form, space, resource, {"there": sentence}, 422)
    fingerprint = hashlib.sha256(f"{form.resource} {form.period(space)} {form.there} {form.back}".encode()).digest()
    try:
        # A savepoint: what a part refuses takes the others with it, and the form is shown again.
        async with connection.transaction():
            if form.key and (earlier := await earlier_result(connection, request.user.id, form.key, fingerprint)):
                return redirect(request, f"/bookings/{earlier}")
            basket = Basket(resource.id, form.period(space), there, back)
            booking, _seats = await book_together(connection, request.user, basket)
            if form.key:
                await store_result(connection, request.user.id, form.key, booking.id)
    except PartRefused as refused:
        return await _basket_page(request, connection, form, space, resource, refused.fields, refused.status)
    return redirect(request, "/bookings", notice="booked-with-rides")


async def _basket_page(
    request: Asked,
    connection: Connection,
    form: BasketForm,
    space: Space,
    resource: Resource,
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    places = await gazetteer(connection)
    home, error = _home(request, places)
    if error:
        errors = {**errors, "from": error}
    period = form.period(space)
    travel = await _travel(request, connection, places, home, space, period)
    values = {
        "resource": resource.id,
        "date": f"{form.date}",
        "start": f"{form.start:%H:%M}",
        "end": f"{form.end:%H:%M}",
    }
    return page(
        request,
        "agenda/basket.html",
        status if errors else 200,
        space=space,
        resource=resource,
        period=period,
        values=values,
        form=form,
        errors=errors,
        places=[place.label for place in places.places],
        home=home,
        typed=_typed_home(request, home),
        there=[_option(match, space) for match in travel.there],
        back=[_option(match, space) for match in travel.back],
        searches=_searches(space, home, period),
        key=secrets.token_urlsafe(16),
    )


async def _travel(
    request: Asked, reads: Connection, places: Gazetteer, home: Place | None, space: Space, period: Period
) -> Travel:
    if home is None:
        return Travel([], [])
    router = configured_router(request.app.state.settings)
    return await rides_for(reads, router, places, request.user, home, space, period)


def _home(request: Asked, places: Gazetteer) -> tuple[Place | None, str | None]:
    """Where the person wants to set out from: what was typed, else where they live; and what is wrong with it."""
    typed = text_of(request.query_params, "from")
    if not typed:
        return (places.municipality(request.user.home_id) if request.user.home_id else None), None
    try:
        return places.named(typed), None
    except UnknownPlace as unknown:
        return None, unknown.message


def _typed_home(request: Asked, home: Place | None) -> str:
    return home.label if home else text_of(request.query_params, "from")


def _searches(space: Space, home: Place | None, period: Period) -> dict[str, str]:
    """Where to look for further rides: the search where both ends are known, else the question."""
    start, end = (moment.astimezone(space.rules.time_zone) for moment in period)
    town, here = space.municipality, home.label if home and home.municipality != space.municipality else ""
    page_of = "/rides/search" if here else "/rides"
    there = {"from": here, "to": town, "day": f"{start:%Y-%m-%d}", "when": "arrive", "at": f"{start:%H:%M}"}
    back = {"from": town, "to": here, "day": f"{end:%Y-%m-%d}", "when": "leave", "at": f"{end:%H:%M}"}
    return {"there": f"{page_of}?{urlencode(there)}", "back": f"{page_of}?{urlencode(back)}"}


def _option(match: Match, space: Space) -> tuple[str, str, str]:
    """The choice, what it is, and what it costs and asks of one."""
    zone = space.rules.zone
    sentence = _("%(from_clock)s Uhr %(start)s – %(to_clock)s Uhr %(end)s") % {
        "from_clock": format_clock(match.pick_up_at, zone),
        "start": match.pick_up.place.label,
        "to_clock": format_clock(match.drop_off_at, zone),
        "end": match.drop_off.place.label,
    }
    cost = (
        _("Beitrag %(amount)s") % {"amount": format_cents(match.share_cents)} if match.share_cents else _("kostenlos")
    )
    walk = match.pick_up.walk_m + match.drop_off.walk_m
    return (
        choice_of(match),
        sentence,
        cost if not walk else _("%(cost)s, %(metres)s m zu Fuß") % {"cost": cost, "metres": walk},
    )


ROUTES = [rides_to_booking, basket_form, book]
