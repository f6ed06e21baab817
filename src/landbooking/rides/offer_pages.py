"""Offering a ride, and a driver's week: what runs when, skipping a day, pausing, changing, ending."""

import datetime as dt
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.language import format_cents, weekday_names
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.rides.carried import carried_options
from landbooking.rides.changes import change_day, change_ride, end_ride, lift_pause, own_ride, pause_ride
from landbooking.rides.money import cents_per_km, highest_share, proposed_share
from landbooking.rides.offer_form import Plan, first_values, plan_from, typed_values, values_of
from landbooking.rides.offering import OfferRefused, check_offer, offer_ride
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.reasons import routed_in_words
from landbooking.rides.ride import Ride, rides_of
from landbooking.rides.routers import configured_router
from landbooking.rides.timetable import ZONE, Days
from landbooking.rides.way import Way
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


class Routed(msgspec.Struct, frozen=True):
    """A plan with its way, and what one rider could give for it: as proposed, and at most."""

    plan: Plan
    way: Way
    proposed: int
    most: int

    @property
    def share_cents(self) -> int:
        return self.proposed if self.plan.share_cents is None else self.plan.share_cents


@get("/rides/new", guards=[signed_in], include_in_schema=False)
async def new_page(request: Asked, reads: Connection) -> Response[str]:
    """The query may say from where, to where, and when."""
    places = await gazetteer(reads)
    home = places.municipality(request.user.home_id).label if request.user.home_id else ""
    asked = {name: text_of(request.query_params, name) for name in ("from", "to", "date", "time")}
    given = {"from": home} | {name: value for name, value in asked.items() if value}
    return _form(request, places, first_values(given, _today()), {}, None, 200)


@post("/rides/new", guards=[signed_in], include_in_schema=False)
async def create(request: Asked, reads: Connection) -> Response[Any]:
    """The ways are found before the transaction begins: a router may take its time."""
    posted = await request.form()
    places = await gazetteer(reads)
    routed: Routed | None = None
    try:
        routed = await _routed(request, reads, plan_from(posted, places))
        if text_of(posted, "action") == "propose":
            return _form(request, places, typed_values(posted), {}, routed, 200)
        back = await _way_back(request, routed.plan)
        async with reads.transaction():
            await _offer(reads, request.user, routed, back)
    except (InvalidInput, OfferRefused) as refusal:
        return _form(request, places, typed_values(posted), _named(refusal), routed, 422)
    return redirect(request, "/rides/mine", notice="ride-offered")


@get("/rides/mine", guards=[signed_in], include_in_schema=False)
async def mine_page(request: Asked, reads: Connection) -> Response[str]:
    return await _mine(request, reads, {}, 200)


@get("/rides/{ride_id:int}/change", guards=[signed_in], include_in_schema=False)
async def change_page(request: Asked, reads: Connection, ride_id: BigId) -> Response[str]:
    ride = await own_ride(reads, request.user, ride_id)
    return _form(request, await gazetteer(reads), values_of(ride), {}, None, 200, ride)


@post("/rides/{ride_id:int}/change", guards=[signed_in], include_in_schema=False)
async def change(request: Asked, reads: Connection, ride_id: BigId) -> Response[Any]:
    ride = await own_ride(reads, request.user, ride_id)
    posted = await request.form()
    places = await gazetteer(reads)
    routed: Routed | None = None
    try:
        routed = await _routed(request, reads, plan_from(posted, places))
        if text_of(posted, "action") == "propose":
            return _form(request, places, typed_values(posted), {}, routed, 200, ride)
        seen = text_of(posted, "version")
        version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else ride.version
        async with reads.transaction():
            changed = await change_ride(
                reads, request.user, ride_id, version, routed.plan.offer(routed.way, routed.share_cents)
            )
            await tell_wishes(reads, changed)
    except (InvalidInput, OfferRefused) as refusal:
        return _form(request, places, typed_values(posted), _named(refusal), routed, 422, ride)
    return redirect(request, "/rides/mine", notice="ride-changed")


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
    try:
        form = await parse_form(EndForm, request)
    except InvalidInput as invalid:
        await own_ride(connection, request.user, ride_id)
        return await _mine(request, connection, invalid.errors, 422)
    await end_ride(connection, request.user, ride_id, form.message)
    return redirect(request, "/rides/mine", notice="ride-ended")


async def _offer(connection: Connection, driver: Person, routed: Routed, back: Way | None) -> None:
    outward = await offer_ride(connection, driver, routed.plan.offer(routed.way, routed.share_cents))
    await tell_wishes(connection, outward)
    if back is not None:
        returning = routed.plan.return_offer(back, routed.share_cents)
        most = highest_share(
            await cents_per_km(connection, returning.days.first), returning.way.metres, returning.seats
        )
        returning = msgspec.structs.replace(returning, share_cents=min(most, returning.share_cents))
        await tell_wishes(connection, await offer_ride(connection, driver, returning, outward.id))


async def _routed(request: Asked, reads: Connection, plan: Plan) -> Routed:
    """Raises OfferRefused."""
    if plan.days.first < _today() - timedelta(days=1) and plan.days.last and plan.days.last < _today():
        raise OfferRefused("date", _("Dieser Tag ist schon vorbei."))
    if not _within(plan.days.first) or not _within(plan.days.last):
        raise OfferRefused("first", _("Bitte wählen Sie Tage, die höchstens fünf Jahre entfernt sind."))
    way = await configured_router(request.app.state.settings).way(plan.points)
    rate = await cents_per_km(reads, plan.days.first)
    seats = plan.terms.seats
    routed = Routed(plan, way, proposed_share(rate, way.metres, seats), highest_share(rate, way.metres, seats))
    await check_offer(reads, plan.offer(way, routed.share_cents))
    return routed


async def _way_back(request: Asked, plan: Plan) -> Way | None:
    return await configured_router(request.app.state.settings).way(plan.points[::-1]) if plan.back else None


def _within(day: date | None) -> bool:
    return day is None or abs((day - _today()).days) <= 5 * 366


def _check_day(day: date) -> None:
    if not _within(day):
        raise InvalidInput({"day": _("Bitte wählen Sie Tage, die höchstens fünf Jahre entfernt sind.")}, {})


def _today() -> date:
    return datetime.now(UTC).astimezone(ZONE).date()


def _named(refusal: Refusal) -> dict[str, str]:
    """By the form's own fields."""
    return {_FIELDS.get(name, name): sentence for name, sentence in refusal.fields.items()}


async def _mine(request: Asked, connection: Connection, errors: Mapping[str, str], status: int) -> Response[str]:
    rides = await rides_of(connection, request.user.id)
    now = datetime.now(UTC)
    runs = [
        (departure, day, ride)
        for ride in rides
        for day, departure in ride.timetable.runs(_today() - timedelta(days=1), SHOWN_DAYS + 1)
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
        today=_today(),
    )


def _form(
    request: Asked,
    places: Gazetteer,
    values: dict[str, Any],
    errors: dict[str, str],
    routed: Routed | None,
    status: int,
    ride: Ride | None = None,
) -> Response[str]:
    return page(
        request,
        "rides/offer.html",
        status,
        places=[place.label for place in places.places],
        values=values,
        errors=errors,
        ride=ride,
        proposal=_proposal(routed) if routed else None,
        weekday_names=weekday_names(),
        needs_options=carried_options(),
        names={
            f"{prefix}_{number}": f"{name}:"
            for prefix in ("time", "back")
            for number, name in enumerate(weekday_names(), 1)
        },
    )


def _proposal(routed: Routed) -> str:
    return _("Vorschlag für %(km)s km: %(proposed)s je Person, höchstens %(most)s. %(routed)s") % {
        "km": round(routed.way.metres / 1000),
        "proposed": format_cents(routed.proposed),
        "most": format_cents(routed.most),
        "routed": routed_in_words(routed.way.routed_by),
    }


ROUTES = [new_page, create, mine_page, change_page, change, post_day, post_pause, post_lifting, post_end]
