"""A rider's week, a driver's requests, one seat with what is known by now, and what both sides do there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Version
from landbooking.notifications.calendar import calendar_file
from landbooking.pages import page, redirect
from landbooking.rides.announcements import entry, search_path
from landbooking.rides.answers import accept, decline
from landbooking.rides.blocks import block_other_side
from landbooking.rides.cancelling import Scope, cancel_seat
from landbooking.rides.carried import carried_words
from landbooking.rides.contact import contact_for, own_places
from landbooking.rides.feedback import report, said_by, say_how_it_was
from landbooking.rides.reputation import reputation_of_rider
from landbooking.rides.seat import Seat, asked_together, coming_seats, seat_seen_by, seats_driven, seats_of

Asked = Request[Person, Any, Any]


class AcceptForm(msgspec.Struct, frozen=True):
    version: Version | None = None


class RefuseForm(msgspec.Struct, frozen=True):
    """`message` is passed on to the rider."""

    version: Version | None = None
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class CancelForm(msgspec.Struct, frozen=True):
    version: Version | None = None
    scope: Scope = "one"
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class FeedbackForm(msgspec.Struct, frozen=True):
    """Who has not ridden has no thumb to give."""

    ridden: Literal["yes", "no"]
    thumb: Literal["up", "down"] | None = None


class ReportForm(msgspec.Struct, frozen=True):
    text: Annotated[str, msgspec.Meta(max_length=2000)]


@get("/rides/seats", guards=[signed_in], include_in_schema=False)
async def my_seats(request: Asked, reads: Connection) -> Response[str]:
    recent, now = await seats_of(reads, request.user), datetime.now(UTC)
    return page(
        request,
        "rides/seats.html",
        coming=await coming_seats(reads, request.user),
        past=[seat for seat in recent if seat.status == "accepted" and seat.end <= now],
        called_off=[seat for seat in recent if seat.status in ("declined", "cancelled", "expired")],
        drives=bool(await seats_driven(reads, request.user)),
    )


@get("/rides/requests", guards=[signed_in], include_in_schema=False)
async def driver_page(request: Asked, reads: Connection) -> Response[str]:
    """What waits for an answer, and who rides along on which day, in the order of getting in."""
    seats = await seats_driven(reads, request.user)
    riding = [seat for seat in seats if seat.status == "accepted"]
    return page(
        request,
        "rides/requests.html",
        open_requests=[seat for seat in seats if seat.status == "requested" and not seat.waits_for_rider],
        asked_again=[seat for seat in seats if seat.waits_for_rider],
        riding=[(seat, await contact_for(reads, seat, request.user)) for seat in riding],
        needs=carried_words,
    )


@get("/rides/seats/{seat_id:int}", guards=[signed_in], include_in_schema=False)
async def seat_page(request: Asked, seat_id: BigId, reads: Connection) -> Response[str]:
    return await _show(request, reads, await seat_seen_by(reads, request.user, seat_id), {}, {})


@get("/rides/seats/{seat_id:int}/calendar.ics", guards=[signed_in], include_in_schema=False)
async def seat_calendar(request: Asked, seat_id: BigId, reads: Connection) -> Response[bytes]:
    seat = await seat_seen_by(reads, request.user, seat_id)
    return Response(
        calendar_file(entry(seat, request.user), request.app.state.settings),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="fahrt.ics"',
        },
    )


@post("/rides/seats/{seat_id:int}/acceptance", guards=[signed_in], include_in_schema=False)
async def post_acceptance(request: Asked, seat_id: BigId, connection: Connection) -> Response[None]:
    form = await parse_form(AcceptForm, request)
    await accept(connection, request.user, seat_id, form.version)
    return redirect(request, f"/rides/seats/{seat_id}", notice="seat-accepted")


@post("/rides/seats/{seat_id:int}/refusal", guards=[signed_in], include_in_schema=False)
async def post_refusal(request: Asked, seat_id: BigId, connection: Connection) -> Response[Any]:
    seat = await seat_seen_by(connection, request.user, seat_id)
    try:
        form = await parse_form(RefuseForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, seat, _typed(invalid.values), invalid.errors)
    await decline(connection, request.user, seat_id, form.version, form.message)
    return redirect(request, f"/rides/seats/{seat_id}", notice="seat-declined")


@post("/rides/seats/{seat_id:int}/cancellation", guards=[signed_in], include_in_schema=False)
async def post_cancellation(request: Asked, seat_id: BigId, connection: Connection) -> Response[Any]:
    seat = await seat_seen_by(connection, request.user, seat_id)
    try:
        form = await parse_form(CancelForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, seat, _typed(invalid.values), invalid.errors)
    await cancel_seat(connection, request.user, seat_id, form.version, form.scope, form.message)
    return redirect(request, f"/rides/seats/{seat_id}", notice="seat-cancelled")


@post("/rides/seats/{seat_id:int}/feedback", guards=[signed_in], include_in_schema=False)
async def post_feedback(request: Asked, seat_id: BigId, connection: Connection) -> Response[Any]:
    seat = await seat_seen_by(connection, request.user, seat_id)
    try:
        form = await parse_form(FeedbackForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, seat, _typed(invalid.values), invalid.errors)
    thumb = form.thumb == "up" if form.thumb and form.ridden == "yes" else None
    await say_how_it_was(connection, request.user, seat_id, form.ridden == "yes", thumb)
    return redirect(request, f"/rides/seats/{seat_id}", notice="feedback-said")


@post("/rides/seats/{seat_id:int}/report", guards=[signed_in], include_in_schema=False)
async def post_report(request: Asked, seat_id: BigId, connection: Connection) -> Response[Any]:
    seat = await seat_seen_by(connection, request.user, seat_id)
    try:
        form = await parse_form(ReportForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, seat, _typed(invalid.values), invalid.errors)
    await report(connection, request.user, seat_id, form.text)
    return redirect(request, f"/rides/seats/{seat_id}", notice="reported")


@post("/rides/seats/{seat_id:int}/block", guards=[signed_in], include_in_schema=False)
async def post_block(request: Asked, seat_id: BigId, connection: Connection) -> Response[None]:
    await block_other_side(connection, request.user, seat_id)
    return redirect(request, "/rides/seats", notice="blocked")


def _typed(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: text_of(values, name) for name in ("message", "text", "ridden", "thumb")}


async def _show(
    request: Asked, connection: Connection, seat: Seat, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Response[str]:
    person, now = request.user, datetime.now(UTC)
    rides_along = seat.is_for(person)
    return page(
        request,
        "rides/seat.html",
        422 if errors else 200,
        seat=seat,
        rides_along=rides_along,
        answers=seat.status == "requested" and seat.waits_for_rider == rides_along,
        contact=await contact_for(connection, seat, person),
        own=await own_places(connection, seat, person),
        together=await asked_together(connection, seat) if rides_along else [],
        known=await reputation_of_rider(connection, seat, person),
        needs=carried_words(seat.needs),
        over=seat.end <= now,
        said=await said_by(connection, person, seat),
        other=seat.other_side(person),
        search_path=search_path(seat),
        typed=dict.fromkeys(("message", "text", "ridden", "thumb"), "") | dict(typed),
        errors=errors,
    )


ROUTES = [
    my_seats,
    driver_page,
    seat_page,
    seat_calendar,
    post_acceptance,
    post_refusal,
    post_cancellation,
    post_feedback,
    post_report,
    post_block,
]
