"""The pages of changing a series: cancelling and moving one date, it and those that follow, or all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import BigId, BigRowId, RowId, Version
from landbooking.language import format_period
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.bookings import Booking, bookings_in_series
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.series.change import (
    Move,
    MoveConflicts,
    MovedDate,
    Scope,
    Which,
    cancel_dates,
    move_dates,
)
from landbooking.spaces.series.series import Series, series_of
from landbooking.spaces.series.verbs import SeriesTaken
from landbooking.spaces.space import resources_of


class CancelForm(msgspec.Struct, frozen=True):
    booking: BigRowId
    scope: Scope = "one"
    version: Version | None = None


class MoveForm(CancelForm, frozen=True):
    """`resource` empty leaves each date at its own; `leave` are bookings that stay as they are."""

    start: dt.time | None = None
    end: dt.time | None = None
    resource: RowId | None = None
    leave: list[BigRowId] = []


class FromQuery(msgspec.Struct, frozen=True):
    booking: BigRowId


@post("/series/{series_id:int}/cancellation", guards=[signed_in], include_in_schema=False)
async def cancel(request: Request[Person, Any, Any], connection: Connection, series_id: BigId) -> Response[None]:
    await series_of(connection, request.user, series_id)
    form = await parse_form(CancelForm, request)
    which = Which(series_id, form.booking, form.scope, form.version)
    requested = any(one.status == "requested" for one in await bookings_in_series(connection, series_id))
    await cancel_dates(connection, request.user, which)
    if form.scope == "one":
        return redirect(request, f"/bookings/{form.booking}", notice="withdrawn" if requested else "cancelled")
    return redirect(request, f"/series/{series_id}", notice="series-withdrawn" if requested else "series-cancelled")


@get("/series/{series_id:int}/move", guards=[signed_in], include_in_schema=False)
async def move_page(request: Request[Person, Any, Any], reads: Connection, series_id: BigId) -> Response[str]:
    series = await series_of(reads, request.user, series_id)
    try:
        begin = parse_values(FromQuery, request.query_params).booking
    except InvalidInput:
        raise NotFound from None
    booking = await _date_of(reads, series, begin)
    zone = booking.space.rules.time_zone
    values = {
        "scope": "following",
        "resource": "",
        "start": f"{booking.start.astimezone(zone):%H:%M}",
        "end": f"{booking.end.astimezone(zone):%H:%M}",
    }
    return await _page(request, reads, series, booking, values, {}, [], 200)


@post("/series/{series_id:int}/move", guards=[signed_in], include_in_schema=False)
async def move(request: Request[Person, Any, Any], connection: Connection, series_id: BigId) -> Response[Any]:
    series = await series_of(connection, request.user, series_id)
    posted = await request.form()
    values = {name: text_of(posted, name) for name in ("scope", "resource", "start", "end")}
    try:
        form = parse_values(MoveForm, posted)
    except InvalidInput as invalid:
        if "booking" in invalid.errors:
            raise NotFound from None
        booking = await _date_of(connection, series, parse_values(FromQuery, posted).booking)
        return await _page(request, connection, series, booking, values, dict(invalid.errors), [], 422)
    booking = await _date_of(connection, series, form.booking)
    if (form.start is None) != (form.end is None):
        errors = {"start" if form.end else "end": _("Bitte füllen Sie dieses Feld aus.")}
        return await _page(request, connection, series, booking, values, errors, [], 422)
    which = Which(series_id, form.booking, form.scope, form.version)
    start, end = (clock.replace(tzinfo=None) if clock else None for clock in (form.start, form.end))
    try:
        # A savepoint: what a rule refuses is undone, and the form is shown again with what was typed.
        async with connection.transaction():
            await move_dates(connection, request.user, which, Move(start, end, form.resource, form.leave))
    except MoveConflicts as conflicts:
        errors = {"": conflicts.message}
        return await _page(request, connection, series, booking, values, errors, conflicts.conflicts, 409, form.leave)
    except SeriesTaken as taken:
        return await _page(request, connection, series, booking, values, {"": taken.message}, [], 409)
    except DeskGone as gone:
        return await _page(request, connection, series, booking, values, {"resource": gone.message}, [], 409)
    if form.scope == "one":
        return redirect(request, f"/bookings/{form.booking}", notice="moved")
    return redirect(request, f"/series/{series_id}", notice="series-moved")


async def _date_of(connection: Connection, series: Series, booking_id: int) -> Booking:
    """Raises NotFound."""
    for booking in await bookings_in_series(connection, series.id):
        if booking.id == booking_id:
            return booking
    raise NotFound


async def _page(
    request: Request[Person, Any, Any],
    connection: Connection,
    series: Series,
    booking: Booking,
    values: dict[str, str],
    errors: dict[str, str],
    conflicts: list[MovedDate],
    status: int,
    leave: Sequence[int] = (),
) -> Response[str]:
    resources = await resources_of(connection, booking.space.id)
    return page(
        request,
        "spaces/series/move.html",
        status,
        series=series,
        booking=booking,
        values=values,
        errors=errors,
        conflicts=conflicts,
        leaving=[_left(conflict) for conflict in conflicts],
        leave=leave,
        desks=[(each.id, each.name) for each in resources if each.kind == booking.kind],
    )


def _left(conflict: MovedDate) -> tuple[int, str, str]:
    booking = conflict.booking
    when = format_period(booking.start, booking.end, booking.space.rules.zone)
    return booking.id, when, conflict.refusal.message if conflict.refusal else ""


ROUTES = [cancel, move_page, move]
