"""The pages of booking a series: its rule, the list of its dates with a choice for each, and what is booked."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import BigId, Id
from landbooking.notifications.calendar import calendar_file
from landbooking.pages import page, redirect
from landbooking.spaces.booking import bookable
from landbooking.spaces.bookings import bookings_in_series
from landbooking.spaces.equipment import EquipmentUnfit
from landbooking.spaces.series import change_routes
from landbooking.spaces.series.form import (
    SeriesForm,
    choices_from,
    series_form,
    shown_values,
)
from landbooking.spaces.series.plan import Wish, plan_series
from landbooking.spaces.series.recurrence import RecurrenceRefused
from landbooking.spaces.series.series import series_of
from landbooking.spaces.series.verbs import NothingChosen, SeriesConflicts, SeriesTaken, SumChanged, book_series
from landbooking.spaces.series.wish_page import show_wish
from landbooking.spaces.tariffs.cards import CardRefused
from landbooking.spaces.tariffs.cost import spoken_sum


@get("/resources/{resource_id:int}/series/new", guards=[public], include_in_schema=False)
async def series_page(request: Request[Person | None, Any, Any], reads: Connection, resource_id: Id) -> Response[str]:
    """The rule to be asked for and, once it is, what each date would give. Its address says all of it."""
    space, resource = await bookable(reads, resource_id)
    query = request.query_params
    values = shown_values(query)
    if "repeats" not in query:
        return await show_wish(request, reads, space, resource, _first_values(values), None, query, {})
    try:
        wish = series_form(query).wish(resource_id, {})
        plan = await plan_series(reads, request.user, wish, datetime.now(UTC))
    except (InvalidInput, RecurrenceRefused, EquipmentUnfit) as refused:
        return await show_wish(request, reads, space, resource, values, None, query, refused.fields, 422)
    return await show_wish(request, reads, space, resource, values, plan, query, {})


@post("/resources/{resource_id:int}/series", guards=[signed_in], include_in_schema=False)
async def book(request: Request[Person, Any, Any], connection: Connection, resource_id: Id) -> Response[Any]:
    space, resource = await bookable(connection, resource_id)
    posted = await request.form()
    values = shown_values(posted)
    try:
        form = series_form(posted)
        wish = form.wish(resource_id, {})
        plan = await plan_series(connection, request.user, wish, datetime.now(UTC))
    except (InvalidInput, RecurrenceRefused, EquipmentUnfit) as refused:
        return await show_wish(request, connection, space, resource, values, None, posted, refused.fields, 422)
    try:
        wish = form.wish(resource_id, choices_from(posted))
        if "look" in posted:  # what the choices give, before they are booked
            plan = await plan_series(connection, request.user, wish, datetime.now(UTC))
            return await show_wish(request, connection, space, resource, values, plan, posted, {})
        return await _book(connection, request, form, wish)
    except InvalidInput as invalid:
        return await show_wish(request, connection, space, resource, values, plan, posted, invalid.fields, 422)
    except SeriesConflicts as conflicts:
        errors = {f"desk-{day}": message for day, message in conflicts.fields.items()}
        return await show_wish(request, connection, space, resource, values, conflicts.plan, posted, errors, 409)
    except SumChanged as changed:
        errors = {"": changed.message}
        return await show_wish(request, connection, space, resource, values, changed.plan, posted, errors, 409)
    except (SeriesTaken, NothingChosen, CardRefused) as refused:
        plan = await plan_series(connection, request.user, wish, datetime.now(UTC))
        errors = refused.fields or {"": refused.message}
        return await show_wish(request, connection, space, resource, values, plan, posted, errors, refused.status)


async def _book(
    connection: Connection, request: Request[Person, Any, Any], form: SeriesForm, wish: Wish
) -> Response[None]:
    fingerprint = hashlib.sha256(f"series {wish} {form.pay_with}".encode()).digest()
    # A savepoint: what a rule refuses leaves the key unused, and the list is shown again with what was chosen.
    async with connection.transaction():
        if form.key and (earlier := await earlier_result(connection, request.user.id, form.key, fingerprint)):
            return redirect(request, f"/series/{earlier}")
        series = await book_series(connection, request.user, wish, form.pay_with, form.said)
        if form.key:
            await store_result(connection, request.user.id, form.key, series.id)
    asked = any(one.status == "requested" for one in await bookings_in_series(connection, series.id))
    return redirect(request, f"/series/{series.id}", notice="series-requested" if asked else "series-booked")


@get("/series/{series_id:int}", guards=[signed_in], include_in_schema=False)
async def booked_page(request: Request[Person, Any, Any], reads: Connection, series_id: BigId) -> Response[str]:
    series = await series_of(reads, request.user, series_id)
    bookings = await bookings_in_series(reads, series_id)
    coming = [one for one in bookings if one.status != "cancelled" and one.start > datetime.now(UTC)]
    return page(
        request,
        "spaces/series/series.html",
        series=series,
        space=bookings[0].space,
        bookings=bookings,
        coming=coming,
        asked=[one for one in coming if one.status == "requested"],
        cost=spoken_sum(one.cost for one in bookings if one.status != "cancelled"),
    )


@get("/series/{series_id:int}/calendar.ics", guards=[signed_in], include_in_schema=False)
async def series_calendar(request: Request[Person, Any, Any], reads: Connection, series_id: BigId) -> Response[bytes]:
    series = await series_of(reads, request.user, series_id)
    event = series.event(await bookings_in_series(reads, series_id), request.user.email)
    return Response(
        calendar_file(event, request.app.state.settings),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="termine.ics"',
        },
    )


def _first_values(values: dict[str, Any]) -> dict[str, Any]:
    """Weekly is what most people want."""
    return values | {"repeats": "weekly"}


ROUTES = [series_page, book, booked_page, series_calendar, *change_routes.ROUTES]
