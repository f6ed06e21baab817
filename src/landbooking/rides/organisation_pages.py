"""The pages of volunteers: the rota, one's own duties, booking by telephone for who has no account."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import BigId, BigRowId, Id, Version
from landbooking.language import weekday_names
from landbooking.pages import page, redirect
from landbooking.rides.cancelling import cancel_for_guest
from landbooking.rides.contact import guests_of
from landbooking.rides.fitting import SeatWish
from landbooking.rides.organisations import (
    Organisation,
    members_of,
    no_such_ride,
    organisation_for,
    organisations_managed,
    ride_of_organisation,
    rides_of_organisation,
)
from landbooking.rides.place import gazetteer
from landbooking.rides.refusals import DetourTooLong, LateForOthers, RideFull, SeatRefused
from landbooking.rides.rota import WEEK, NoDriver, duties_of, give_duty, rota, zone_of
from landbooking.rides.seat_form import parse_ask
from landbooking.rides.seats import Guest, book_for_guest

Asked = Request[Any, Any, Any]

FIELDS = ("ride", "day", "from", "to", "places", "pick_up_place", "drop_off_place", "name", "phone")


class RotaQuery(msgspec.Struct, frozen=True):
    """Without a day from today on."""

    day: date | None = None


class DutyForm(msgspec.Struct, frozen=True):
    """Without a person the duty is open again."""

    ride: BigRowId
    day: date
    person: BigRowId | None = None


class GuestForm(msgspec.Struct, frozen=True):
    """Beside the fields of AskForm."""

    ride: BigRowId
    name: Annotated[str, msgspec.Meta(max_length=100)]
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""


class VersionForm(msgspec.Struct, frozen=True):
    version: Version | None = None


@get("/rides/duties", guards=[signed_in], include_in_schema=False)
async def duties_page(request: Asked, reads: Connection) -> Response[str]:
    return page(request, "rides/duties.html", duties=await duties_of(reads, request.user))


@get("/rides/organisations/{organisation_id:int}", guards=[signed_in], include_in_schema=False)
async def rota_page(request: Asked, organisation_id: Id, reads: Connection) -> Response[str]:
    organisation = await organisation_for(reads, request.user, organisation_id)
    try:
        wanted = parse_values(RotaQuery, request.query_params).day
    except InvalidInput:
        wanted = None
    return await _rota(request, reads, organisation, wanted, {})


@post("/rides/organisations/{organisation_id:int}/duties", guards=[signed_in], include_in_schema=False)
async def post_duty(request: Asked, organisation_id: Id, connection: Connection) -> Response[Any]:
    organisation = await organisation_for(connection, request.user, organisation_id)
    try:
        form = await parse_form(DutyForm, request)
        await give_duty(connection, organisation.id, form.ride, form.day, form.person)
    except (InvalidInput, NoDriver) as refusal:  # nothing was written yet, so nothing is committed
        return await _rota(request, connection, organisation, None, refusal.fields)
    return redirect(request, f"/rides/organisations/{organisation_id}?day={form.day}", notice="duty-saved")


@get("/rides/organisations/{organisation_id:int}/bookings/new", guards=[signed_in], include_in_schema=False)
async def guest_form(request: Asked, organisation_id: Id, reads: Connection) -> Response[str]:
    organisation = await organisation_for(reads, request.user, organisation_id)
    values = {name: request.query_params.get(name, "") for name in FIELDS}
    return await _guest_page(request, reads, organisation, values, {}, 200)


@post("/rides/organisations/{organisation_id:int}/bookings/new", guards=[signed_in], include_in_schema=False)
async def post_guest(request: Asked, organisation_id: Id, connection: Connection) -> Response[Any]:
    organisation = await organisation_for(connection, request.user, organisation_id)
    posted = await request.form()
    values = {name: text_of(posted, name) for name in FIELDS}
    try:
        wish, guest = await _guest_wish(connection, organisation, posted)
    except InvalidInput as invalid:
        return await _guest_page(request, connection, organisation, values, invalid.errors, 422)
    key = text_of(posted, "key")[:100]
    fingerprint = hashlib.sha256(b"guest " + msgspec.json.encode((wish, guest))).digest()
    try:
        async with connection.transaction():
            if key and await earlier_result(connection, request.user.id, key, fingerprint):
                return redirect(request, f"/rides/organisations/{organisation_id}")
            seat = await book_for_guest(connection, request.user, wish, guest)
            if key:
                await store_result(connection, request.user.id, key, seat.id)
    except (SeatRefused, RideFull, DetourTooLong, LateForOthers) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return await _guest_page(request, connection, organisation, values, errors, refusal.status)
    return redirect(request, f"/rides/organisations/{organisation_id}?day={wish.day}", notice="guest-booked")


@post(
    "/rides/organisations/{organisation_id:int}/bookings/{seat_id:int}/cancellation",
    guards=[signed_in],
    include_in_schema=False,
)
async def post_guest_cancellation(
    request: Asked, organisation_id: Id, seat_id: BigId, connection: Connection
) -> Response[None]:
    organisation = await organisation_for(connection, request.user, organisation_id)
    form = await parse_form(VersionForm, request)
    await cancel_for_guest(connection, request.user, organisation.id, seat_id, form.version)
    return redirect(request, f"/rides/organisations/{organisation_id}", notice="guest-cancelled")


async def _guest_wish(
    connection: Connection, organisation: Organisation, posted: Mapping[str, Any]
) -> tuple[SeatWish, Guest]:
    """Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    form, asked = None, None
    try:
        form = parse_values(GuestForm, posted)
        if await ride_of_organisation(connection, organisation.id, form.ride) is None:
            errors["ride"] = no_such_ride()
    except InvalidInput as invalid:
        errors |= invalid.errors
    try:
        asked = parse_ask(posted, await gazetteer(connection))
    except InvalidInput as invalid:
        errors |= invalid.errors
    if form is None or asked is None or errors:
        raise InvalidInput(errors, dict(posted))
    wish, start, destination = asked
    return (
        SeatWish(
            ride_id=form.ride,
            day=wish.day,
            start=start,
            destination=destination,
            places=wish.places,
            needs=tuple(wish.needs),
            pick_up_place=wish.pick_up_place,
            drop_off_place=wish.drop_off_place,
        ),
        Guest(form.name, form.phone),
    )


async def _rota(
    request: Asked, connection: Connection, organisation: Organisation, wanted: date | None, errors: Mapping[str, str]
) -> Response[str]:
    zone = await zone_of(connection, organisation)
    first = wanted or datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    return page(
        request,
        "rides/rota.html",
        422 if errors else 200,
        organisation=organisation,
        zone=zone,
        first=first,
        before=first - timedelta(days=WEEK),
        after=first + timedelta(days=WEEK),
        manages=any(one.id == organisation.id for one in await organisations_managed(connection, request.user)),
        rides=await rides_of_organisation(connection, organisation.id),
        weekday_names=weekday_names(),
        runs=await rota(connection, organisation.id, first, WEEK),
        members=await members_of(connection, organisation.id),
        guests=await guests_of(connection, organisation.id),
        errors=errors,
    )


async def _guest_page(
    request: Asked,
    connection: Connection,
    organisation: Organisation,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    status: int,
) -> Response[str]:
    rides = await rides_of_organisation(connection, organisation.id)
    return page(
        request,
        "rides/guest.html",
        status,
        organisation=organisation,
        rides=[(ride.id, f"{ride.start.place.label} – {ride.destination.place.label}") for ride in rides],
        places=[place.label for place in (await gazetteer(connection)).places],
        values=values,
        errors=errors,
        key=secrets.token_urlsafe(16),
    )


ROUTES = [duties_page, rota_page, post_duty, guest_form, post_guest, post_guest_cancellation]
