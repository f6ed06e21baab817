"""The pages of booking a series: its rule, the list of its dates with a choice for each, and what is booked."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, text_of
from landbooking.ids import BigId, Id
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.notifications.calendar import calendar_file
from landbooking.pages import page, redirect
from landbooking.spaces.booking import bookable
from landbooking.spaces.bookings import bookings_in_series
from landbooking.spaces.period import clock_names
from landbooking.spaces.series import change_routes
from landbooking.spaces.series.form import (
    FIELDS,
    SKIP,
    SeriesForm,
    choices_from,
    series_form,
    shown_values,
    typed_choices,
)
from landbooking.spaces.series.plan import Plan, PlannedDate, Wish, plan_series
from landbooking.spaces.series.recurrence import REPEATS, RecurrenceRefused, weekday_name
from landbooking.spaces.series.series import series_of
from landbooking.spaces.series.verbs import NothingChosen, SeriesConflicts, SeriesTaken, book_series
from landbooking.spaces.space import Resource, Space
from landbooking.spaces.tariffs.ledger import price_in

Asked = Request[Any, Any, Any]


class DateRow(msgspec.Struct, frozen=True):
    """One date of the list: `desk`, `start` and `end` are what its fields show, `options` the desks to choose from."""

    name: str
    label: str
    planned: PlannedDate
    desk: str
    start: str
    end: str
    options: list[tuple[str, str]]


@get("/resources/{resource_id:int}/series/new", guards=[public], include_in_schema=False)
async def series_page(request: Request[Person | None, Any, Any], reads: Connection, resource_id: Id) -> Response[str]:
    """The rule to be asked for and, once it is, what each date would give. Its address says all of it."""
    space, resource = await bookable(reads, resource_id)
    query = request.query_params
    values = shown_values(query)
    if "repeats" not in query:
        return _page(request, space, resource, _first_values(values), None, query, {})
    try:
        wish = series_form(query).wish(resource_id, {})
        plan = await plan_series(reads, request.user, wish, datetime.now(UTC))
    except (InvalidInput, RecurrenceRefused) as refused:
        return _page(request, space, resource, values, None, query, refused.fields, 422)
    return _page(request, space, resource, values, plan, query, {})


@post("/resources/{resource_id:int}/series", guards=[signed_in], include_in_schema=False)
async def book(request: Request[Person, Any, Any], connection: Connection, resource_id: Id) -> Response[Any]:
    space, resource = await bookable(connection, resource_id)
    posted = await request.form()
    values = shown_values(posted)
    try:
        form = series_form(posted)
        wish = form.wish(resource_id, {})
        plan = await plan_series(connection, request.user, wish, datetime.now(UTC))
    except (InvalidInput, RecurrenceRefused) as refused:
        return _page(request, space, resource, values, None, posted, refused.fields, 422)
    try:
        wish = form.wish(resource_id, choices_from(posted))
        return await _book(connection, request, form, wish)
    except InvalidInput as invalid:
        return _page(request, space, resource, values, plan, posted, invalid.fields, 422)
    except SeriesConflicts as conflicts:
        errors = {f"desk-{day}": message for day, message in conflicts.fields.items()}
        return _page(request, space, resource, values, conflicts.plan, posted, errors, 409)
    except (SeriesTaken, NothingChosen) as refused:
        plan = await plan_series(connection, request.user, wish, datetime.now(UTC))
        return _page(request, space, resource, values, plan, posted, {"": refused.message}, refused.status)


async def _book(
    connection: Connection, request: Request[Person, Any, Any], form: SeriesForm, wish: Wish
) -> Response[None]:
    fingerprint = hashlib.sha256(f"series {wish}".encode()).digest()
    # A savepoint: what a rule refuses leaves the key unused, and the list is shown again with what was chosen.
    async with connection.transaction():
        if form.key and (earlier := await earlier_result(connection, request.user.id, form.key, fingerprint)):
            return redirect(request, f"/series/{earlier}")
        series = await book_series(connection, request.user, wish)
        if form.key:
            await store_result(connection, request.user.id, form.key, series.id)
    return redirect(request, f"/series/{series.id}", notice="series-booked")


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


def _page(
    request: Asked,
    space: Space,
    resource: Resource,
    values: dict[str, Any],
    plan: Plan | None,
    posted: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response[str]:
    rows = [_row(space, plan, planned, posted) for planned in plan.dates] if plan else []
    names = {f"{field}-{row.name}": f"{row.label}:" for row in rows for field in ("desk", "start", "end")}
    return page(
        request,
        "spaces/series/new.html",
        status,
        space=space,
        resource=resource,
        values=values,
        plan=plan,
        total=sum(price_in(space, one.resource, one.period) for one in plan.booked if one.resource and one.period)
        if plan
        else 0,
        rows=rows,
        errors=errors,
        names=names | {"date": _("Erster Tag:"), "start": _("Von:"), "end": _("Bis:")},
        repeats=_repeats(),
        weekdays=[(str(number), weekday_name(number)) for number in range(1, 8)],
        carried=[(name, values[name]) for name in FIELDS if values[name]]
        + [("weekdays", weekday) for weekday in values["weekdays"]],
        chosen=typed_choices(posted),
        key=text_of(posted, "key") or secrets.token_urlsafe(16),
    )


def _repeats() -> list[tuple[str, str]]:
    said = (
        _("Jeden Tag"),
        _("Jede Woche"),
        _("Alle zwei Wochen"),
        _("Jeden Monat am selben Tag, zum Beispiel am 15."),
        _("Jeden Monat am selben Wochentag, zum Beispiel am 3. Dienstag"),
    )
    return list(zip(REPEATS, said, strict=True))


def _row(space: Space, plan: Plan, planned: PlannedDate, posted: Mapping[str, Any]) -> DateRow:
    """What was chosen stands there again; at first, what is free is booked and what is not is left out."""
    if planned.day is None or planned.period is None:
        return DateRow("", f"{planned.month:%m/%Y}", planned, SKIP, "", "", [])
    name = f"{planned.day}"
    clocks = clock_names(planned.period, space.rules.time_zone)
    desk = str(planned.resource.id) if planned.resource and planned.state == "free" else SKIP
    options = [(str(plan.resource.id), plan.resource.name)]
    if planned.resource and planned.resource.id != plan.resource.id:
        options.append((str(planned.resource.id), planned.resource.name))
    options += [(str(other.id), other.name) for other in planned.others if other.id != plan.resource.id]
    return DateRow(
        name=name,
        label=format_day(planned.day, "short"),
        planned=planned,
        desk=text_of(posted, f"desk-{name}") or desk,
        start=text_of(posted, f"start-{name}") or clocks["start"][:5],
        end=text_of(posted, f"end-{name}") or clocks["end"][:5],
        options=[(SKIP, _("auslassen")), *options],
    )


ROUTES = [series_page, book, booked_page, series_calendar, *change_routes.ROUTES]
