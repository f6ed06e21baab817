"""Offering a ride, and a driver's week: what runs when, skipping a day, pausing, changing, ending."""

import datetime as dt
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import KeyReused, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.language import gettext as _
from landbooking.language import weekday_names
from landbooking.pages import page, redirect
from landbooking.rides.changes import change_day, change_ride, end_ride, lift_pause, own_ride, pause_ride
from landbooking.rides.offer_form import plan_from
from landbooking.rides.offer_page import show_offer
from landbooking.rides.offer_plans import Routed, is_near, offer_plan, route_plan, today, way_back
from landbooking.rides.offer_values import first_values, typed_values, values_of
from landbooking.rides.offering import OfferRefused
from landbooking.rides.organisations import organisations_managed
from landbooking.rides.place import gazetteer
from landbooking.rides.reasons import routed_in_words
from landbooking.rides.ride import rides_of
from landbooking.rides.routers import configured_router
from landbooking.rides.routing import Router
from landbooking.rides.timetable import Days
from landbooking.rides.wishes import tell_wishes

Asked = Request[Person, Any, Any]
SHOWN_DAYS = 14

# What a field with this error is called in the form.
_FIELDS = {"weekdays": "time_1", "last_day": "last"}


class DayForm(msgspec.Struct, frozen=True):
    """Without `time` it does not run that day."""

    day: date
    time: dt.time | None = None
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class PauseForm(msgspec.Struct, frozen=True):
    first: date
    last: date
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class LiftForm(msgspec.Struct, frozen=True):
    first: date


class EndForm(msgspec.Struct, frozen=True):
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@get("/rides/new", guards=[signed_in], include_in_schema=False)
async def new_page(request: Asked, reads: Connection) -> Response[str]:
    """The query may say from where, to where, when, and for which organisation."""
    places = await gazetteer(reads)
    home = places.municipality(request.user.home_id).label if request.user.home_id else ""
    asked = {name: text_of(request.query_params, name) for name in ("from", "to", "date", "time", "organisation")}
    given = {"from": home} | {name: value for name, value in asked.items() if value}
    organisations = await organisations_managed(reads, request.user)
    return show_offer(request, places, first_values(given, today()), {}, None, 200, organisations=organisations)


@post("/rides/new", guards=[signed_in], include_in_schema=False)
async def create(request: Asked, reads: Connection) -> Response[Any]:
    """The ways are found before the transaction begins: a router may take its time. Sent twice, it offers once."""
    posted = await request.form()
    places = await gazetteer(reads)
    key = text_of(posted, "key")[:100] or None
    organisations = await organisations_managed(reads, request.user)
    form = partial(show_offer, request, places, typed_values(posted), organisations=organisations)
    routed: Routed | None = None
    try:
        routed = await route_plan(_router(request), reads, plan_from(posted, places))
        if text_of(posted, "action") == "propose":
            return form({}, routed, 200)
        back = await way_back(_router(request), routed.plan)
        async with reads.transaction():
            if not await earlier(reads, request.user, key, "offer plan", routed.plan):
                outward = await offer_plan(reads, request.user, routed, back)
                if key:
                    await store_result(reads, request.user.id, key, outward.id)
    except KeyReused:
        sentence = _(
            "Mit diesem Formular haben Sie schon eine Fahrt angeboten. Soll diese noch dazukommen, "
            "schicken Sie sie bitte noch einmal ab."
        )
        return form({"": sentence}, routed, 422)
    except (InvalidInput, OfferRefused) as refusal:
        return form(_named(refusal), routed, 422)
    return redirect(request, _shown_at(routed.plan.terms.organisation), notice="ride-offered")


@get("/rides/mine", guards=[signed_in], include_in_schema=False)
async def mine_page(request: Asked, reads: Connection) -> Response[str]:
    return await _mine(request, reads, {}, 200)


@get("/rides/{ride_id:int}/change", guards=[signed_in], include_in_schema=False)
async def change_page(request: Asked, reads: Connection, ride_id: BigId) -> Response[str]:
    ride = await own_ride(reads, request.user, ride_id)
    return show_offer(request, await gazetteer(reads), values_of(ride), {}, None, 200, ride)


@post("/rides/{ride_id:int}/change", guards=[signed_in], include_in_schema=False)
async def change(request: Asked, reads: Connection, ride_id: BigId) -> Response[Any]:
    ride = await own_ride(reads, request.user, ride_id)
    posted = await request.form()
    places = await gazetteer(reads)
    routed: Routed | None = None
    try:
        routed = await route_plan(_router(request), reads, plan_from(posted, places))
        if text_of(posted, "action") == "propose":
            return show_offer(request, places, typed_values(posted), {}, routed, 200, ride)
        seen = text_of(posted, "version")
        version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
        async with reads.transaction():
            changed = await change_ride(
                reads, request.user, ride_id, version, routed.plan.offer(routed.way, routed.share_cents)
            )
            await tell_wishes(reads, changed)
    except (InvalidInput, OfferRefused) as refusal:
        return show_offer(request, places, typed_values(posted), _named(refusal), routed, 422, ride)
    return redirect(request, _shown_at(ride.organisation_id), notice="ride-changed")


@post("/rides/{ride_id:int}/days", guards=[signed_in], include_in_schema=False)
async def post_day(request: Asked, connection: Connection, ride_id: BigId) -> Response[Any]:
    try:
        form = await parse_form(DayForm, request)
        _check_day(form.day)
    except InvalidInput as invalid:
        await own_ride(connection, request.user, ride_id)
        return await _mine(request, connection, invalid.errors, 422)
    minutes = None if form.time is None else form.time.hour * 60 + form.time.minute
    await change_day(connection, request.user, ride_id, form.day, minutes, form.message)
    return redirect(request, "/rides/mine", notice="ride-changed")


@post("/rides/{ride_id:int}/pauses", guards=[signed_in], include_in_schema=False)
async def post_pause(request: Asked, connection: Connection, ride_id: BigId) -> Response[Any]:
    try:
        form = await parse_form(PauseForm, request)
        _check_day(form.first)
        _check_day(form.last)
        if form.last < form.first:
            raise InvalidInput({"last": _("Der letzte Tag muss nach dem ersten liegen.")}, {})
    except InvalidInput as invalid:
        await own_ride(connection, request.user, ride_id)
        return await _mine(request, connection, invalid.errors, 422)
    await pause_ride(connection, request.user, ride_id, Days(form.first, form.last), form.message)
    return redirect(request, "/rides/mine", notice="ride-paused")


@post("/rides/{ride_id:int}/pauses/removal", guards=[signed_in], include_in_schema=False)
async def post_lifting(request: Asked, connection: Connection, ride_id: BigId) -> Response[Any]:
    try:
        form = await parse_form(LiftForm, request)
    except InvalidInput as invalid:
        await own_ride(connection, request.user, ride_id)
        return await _mine(request, connection, invalid.errors, 422)
    await lift_pause(connection, request.user, ride_id, form.first)
    return redirect(request, "/rides/mine", notice="ride-changed")


@post("/rides/{ride_id:int}/end", guards=[signed_in], include_in_schema=False)
async def post_end(request: Asked, connection: Connection, ride_id: BigId) -> Response[Any]:
    ride = await own_ride(connection, request.user, ride_id)
    try:
        form = await parse_form(EndForm, request)
    except InvalidInput as invalid:
        return await _mine(request, connection, invalid.errors, 422)
    await end_ride(connection, request.user, ride_id, form.message)
    return redirect(request, _shown_at(ride.organisation_id), notice="ride-ended")


def _shown_at(organisation_id: int | None) -> str:
    """Where its rides are: a driver's own, or the rota."""
    return "/rides/mine" if organisation_id is None else f"/rides/organisations/{organisation_id}"


def _router(request: Asked) -> Router:
    return configured_router(request.app.state.settings)


def _check_day(day: date) -> None:
    if not is_near(day):
        raise InvalidInput({"day": _("Bitte wählen Sie Tage, die höchstens fünf Jahre entfernt sind.")}, {})


def _named(refusal: Refusal) -> dict[str, str]:
    """By the form's own fields."""
    return {_FIELDS.get(name, name): sentence for name, sentence in refusal.fields.items()}


async def _mine(request: Asked, connection: Connection, errors: Mapping[str, str], status: int) -> Response[str]:
    rides = await rides_of(connection, request.user.id)
    now = datetime.now(UTC)
    runs = [
        (departure, day, ride)
        for ride in rides
        for day, departure in ride.timetable.runs(today() - timedelta(days=1), SHOWN_DAYS + 1)
        if departure + timedelta(seconds=ride.way.seconds) > now
    ]
    return page(
        request,
        "rides/mine.html",
        status,
        rides=rides,
        runs=sorted(runs, key=lambda run: (run[0], run[2].id)),
        errors=errors,
        weekday_names=weekday_names(),
        routed_in_words=routed_in_words,
        today=today(),
    )


ROUTES = [new_page, create, mine_page, change_page, change, post_day, post_pause, post_lifting, post_end]
