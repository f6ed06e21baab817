"""Asking for a seat: the form, shown again with what is wrong."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, text_of
from landbooking.ids import BigId
from landbooking.pages import page, redirect
from landbooking.rides.carried import carried_options
from landbooking.rides.place import gazetteer
from landbooking.rides.refusals import DetourTooLong, LateForOthers, OneOfSeveralRefused, RideFull, SeatRefused
from landbooking.rides.ride import Ride
from landbooking.rides.seat_form import FIELDS, open_ride, parse_ask, return_of, wishes_of
from landbooking.rides.seats import request_seats

Asked = Request[Person, Any, Any]


@get("/rides/{ride_id:int}/seat-requests/new", guards=[signed_in], include_in_schema=False)
async def ask_page(request: Asked, ride_id: BigId, reads: Connection) -> Response[str]:
    ride = await open_ride(reads, request.user, ride_id)
    values = {name: request.query_params.get(name, "") for name in FIELDS}
    values["from"] = values["from"] or ride.start.place.label
    values["to"] = values["to"] or ride.destination.place.label
    return await _ask(request, reads, ride, values, [], {}, 200)


@post("/rides/{ride_id:int}/seat-requests", guards=[signed_in], include_in_schema=False)
async def ask(request: Asked, ride_id: BigId, connection: Connection) -> Response[Any]:
    ride = await open_ride(connection, request.user, ride_id)
    posted = await request.form()
    values = {name: text_of(posted, name) for name in FIELDS}
    needs = [need for need in posted.getall("needs", []) if isinstance(need, str)]
    values["with_return"] = text_of(posted, "with_return")
    try:
        form, start, destination = parse_ask(posted, await gazetteer(connection))
        wishes = await wishes_of(connection, ride, form, start, destination)
    except InvalidInput as invalid:
        return await _ask(request, connection, ride, values, needs, invalid.errors, 422)
    fingerprint = hashlib.sha256(b"seat " + msgspec.json.encode(wishes)).digest()
    try:
        # A savepoint: what is refused leaves the key unused, and the form is shown again with what was typed.
        async with connection.transaction():
            if form.key and (earlier := await earlier_result(connection, request.user.id, form.key, fingerprint)):
                return redirect(request, f"/rides/seats/{earlier}")
            seats = await request_seats(connection, request.user, wishes)
            if form.key:
                await store_result(connection, request.user.id, form.key, seats[0].id)
    except (SeatRefused, RideFull, DetourTooLong, LateForOthers, OneOfSeveralRefused) as refusal:
        errors = refusal.fields or {"": refusal.message}
        return await _ask(request, connection, ride, values, needs, errors, refusal.status, refusal.way_on)
    at_once = seats[0].status == "accepted"
    return redirect(request, f"/rides/seats/{seats[0].id}", notice="seat-given" if at_once else "seat-asked")


async def _ask(
    request: Asked,
    connection: Connection,
    ride: Ride,
    values: Mapping[str, Any],
    needs: list[str],
    errors: Mapping[str, str],
    status: int,
    way_on: str | None = None,
) -> Response[str]:
    places = await gazetteer(connection)
    back = await return_of(connection, ride)
    return page(
        request,
        "rides/ask.html",
        status,
        ride=ride,
        values=values,
        chosen_needs=needs,
        errors=errors,
        way_on=way_on,
        places=[place.label for place in places.places],
        needs_options=[option for option in carried_options() if option[0] in ride.carries],
        return_ride=back,
        key=secrets.token_urlsafe(16),
        departure=_departure(ride, values.get("day", "")),
    )


def _departure(ride: Ride, day: str) -> datetime | None:
    try:
        return ride.timetable.departure_on(datetime.strptime(day, "%Y-%m-%d").date())  # noqa: DTZ007 a date only
    except (ValueError, OverflowError):
        return None


ROUTES = [ask_page, ask]
