"""Booking a desk, seeing the booking, moving it, cancelling it."""

import hashlib
from datetime import UTC, datetime
from functools import partial
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import BigId, Id
from landbooking.notifications.calendar import calendar_file
from landbooking.pages import page, redirect
from landbooking.period import Period
from landbooking.spaces.booking import book_resource, bookable, cancel_booking, move_booking
from landbooking.spaces.booking_forms import BookForm, CancelForm, MoveForm, PeriodForm
from landbooking.spaces.booking_page import form_page, shown
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import Booking, booking_of
from landbooking.spaces.consultation_form import asked_consultation, typed_consultation
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.holding.hold import book_held, hold_in
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.part_form import part_options, presets_for, with_times
from landbooking.spaces.presence.check_in import may_check_in, may_leave
from landbooking.spaces.refusals import BookingOver, DeskGone, DeskTaken, KeptElsewhere, NeedsApproval
from landbooking.spaces.space import resources_of
from landbooking.spaces.tariffs.cards import CardRefused
from landbooking.spaces.tariffs.cost import spoken_cost, spoken_tariff
from landbooking.spaces.waiting.wishes import wish_behind


@get("/resources/{resource_id:int}/bookings/new", guards=[public], include_in_schema=False)
async def booking_form(request: Request[Person | None, Any, Any], reads: Connection, resource_id: Id) -> Response[str]:
    """What would be booked, to be confirmed. Signing in leads back here, so nothing is lost on the way."""
    space, resource = await bookable(reads, resource_id)
    rules = space.rules_of(resource.kind, resource.id)
    asked = with_times(request.query_params, rules)
    values = {name: asked.get(name, "") for name in ("date", "start", "end")}
    shows = partial(form_page, request, reads, space, resource, values, hold=text_of(request.query_params, "hold"))
    try:
        form = parse_values(PeriodForm, asked)
        check_period(rules, form.period(space), datetime.now(UTC))
    except InvalidInput as invalid:
        return await shows(None, dict(invalid.errors))
    except RuleBroken as broken:
        return await shows(None, broken.fields)
    return await shows(form.period(space), {})


@post("/resources/{resource_id:int}/bookings", guards=[signed_in], include_in_schema=False)
async def book(request: Request[Person, Any, Any], connection: Connection, resource_id: Id) -> Response[Any]:
    space, resource = await bookable(connection, resource_id)
    posted = await request.form()
    hold = text_of(posted, "hold")
    again = partial(form_page, request, connection, space, resource, hold=hold)
    try:
        form = await parse_form(BookForm, request)
    except InvalidInput as invalid:
        return await again(shown(invalid.values), None, dict(invalid.errors))
    period = form.period(space)
    values = {"date": f"{form.date}", "start": f"{form.start:%H:%M}", "end": f"{form.end:%H:%M}"}
    try:
        told = asked_consultation(resource.kind, posted)
    except InvalidInput as invalid:
        typed = typed_consultation(posted)
        return await again(values, period, dict(invalid.errors), typed)
    asked = f"{resource_id} {period.start} {period.end} {told or ''} {sorted(form.with_equipment)} {form.pay_with}"
    fingerprint = hashlib.sha256(asked.encode()).digest()
    try:
        # A savepoint: what a rule refuses leaves the key unused, and the form is shown again with what was typed.
        async with connection.transaction():
            if form.key and (earlier := await earlier_result(connection, request.user.id, form.key, fingerprint)):
                return redirect(request, f"/bookings/{earlier}")
            hold_id = hold_in(request.app.state.settings, hold)
            verb = partial(book_held, hold_id=hold_id) if hold_id else book_resource
            booking = await verb(
                connection, request.user, resource_id, period, told, form.with_equipment, form.pay_with
            )
            if form.key:
                await store_result(connection, request.user.id, form.key, booking.id)
    except (EquipmentTaken, EquipmentUnfit, CardRefused) as refused:
        return await again(values, period, refused.fields, told, form, refused.status)
    except RuleBroken as broken:
        still = period if broken.field == "with_equipment" else None
        return await again(values, still, broken.fields, told, form)
    return redirect(
        request, f"/bookings/{booking.id}", notice="booked" if booking.status == "confirmed" else "requested"
    )


@get("/bookings/{booking_id:int}", guards=[signed_in], include_in_schema=False)
async def booking_page(request: Request[Person, Any, Any], reads: Connection, booking_id: BigId) -> Response[Any]:
    booking = await booking_of(reads, request.user, booking_id)
    if booking.status == "held" and (wish_id := await wish_behind(reads, request.user, booking_id)):
        return redirect(request, f"/waiting/{wish_id}")
    return show_booking(request, booking, "", {})


def show_booking(
    request: Request[Person, Any, Any], booking: Booking, code: str, errors: dict[str, str]
) -> Response[str]:
    """A person's own; `code` is what they have typed for a voucher."""
    now = datetime.now(UTC)
    return page(
        request,
        "spaces/booking.html",
        422 if errors else 200,
        booking=booking,
        changeable=_is_changeable(booking),
        may_check_in=may_check_in(booking, now),
        may_leave=may_leave(booking, now),
        begun=booking.start <= now,
        cost=spoken_cost(booking.cost),
        code=code,
        errors=errors,
    )


@get("/bookings/{booking_id:int}/calendar.ics", guards=[signed_in], include_in_schema=False)
async def booking_calendar(request: Request[Person, Any, Any], reads: Connection, booking_id: BigId) -> Response[bytes]:
    booking = await booking_of(reads, request.user, booking_id)
    return Response(
        calendar_file(booking.event(request.user.email), request.app.state.settings),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": 'attachment; filename="buchung.ics"',
        },
    )


@post("/bookings/{booking_id:int}/cancellation", guards=[signed_in], include_in_schema=False)
async def cancel(request: Request[Person, Any, Any], connection: Connection, booking_id: BigId) -> Response[None]:
    form = await parse_form(CancelForm, request)
    requested = (await booking_of(connection, request.user, booking_id)).status == "requested"
    await cancel_booking(connection, request.user, booking_id, form.version)
    return redirect(request, f"/bookings/{booking_id}", notice="withdrawn" if requested else "cancelled")


@get("/bookings/{booking_id:int}/move", guards=[signed_in], include_in_schema=False)
async def move_form(request: Request[Person, Any, Any], reads: Connection, booking_id: BigId) -> Response[str]:
    booking = await booking_of(reads, request.user, booking_id)
    if booking.kept_by:
        raise KeptElsewhere(booking.kept_by)
    if not _is_changeable(booking):
        raise BookingOver
    if booking.rules.approval and not request.user.acts_for(booking.space.id):
        raise NeedsApproval
    zone = booking.space.rules.time_zone
    start, end = booking.start.astimezone(zone), booking.end.astimezone(zone)
    values = {
        "date": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "resource": booking.resource_id,
    }
    asked = {name: value for name, value in shown(request.query_params).items() if value}  # of a preset
    return await _move_page(request, reads, booking, {**values, **asked}, {}, 200)


@post("/bookings/{booking_id:int}/move", guards=[signed_in], include_in_schema=False)
async def move(request: Request[Person, Any, Any], connection: Connection, booking_id: BigId) -> Response[Any]:
    booking = await booking_of(connection, request.user, booking_id)
    try:
        form = parse_values(MoveForm, with_times(await request.form(), booking.rules))
    except InvalidInput as invalid:
        return await _move_page(request, connection, booking, shown(invalid.values), dict(invalid.errors), 422)
    values = {
        "date": f"{form.date}",
        "start": f"{form.start:%H:%M}",
        "end": f"{form.end:%H:%M}",
        "resource": form.resource,
    }
    try:
        # A savepoint: what the verb refuses is undone, and the form is shown again with what was typed.
        async with connection.transaction():
            await move_booking(
                connection, request.user, booking_id, form.version, form.resource, form.period(booking.space)
            )
    except RuleBroken as broken:
        field = "start" if broken.field == "with_equipment" else broken.field
        return await _move_page(request, connection, booking, values, {field: broken.message}, 422)
    except (DeskTaken, EquipmentTaken) as taken:
        return await _move_page(request, connection, booking, values, {"start": taken.message}, 409)
    except EquipmentUnfit as unfit:
        return await _move_page(request, connection, booking, values, {"resource": unfit.message}, 422)
    except CardRefused as refused:  # the visit of that day is used, and there is none for another
        return await _move_page(request, connection, booking, values, {"date": refused.message}, refused.status)
    except DeskGone as gone:
        return await _move_page(request, connection, booking, values, {"resource": gone.message}, 409)
    return redirect(request, f"/bookings/{booking_id}", notice="moved")


async def _move_page(
    request: Request[Person, Any, Any],
    connection: Connection,
    booking: Booking,
    values: dict[str, Any],
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    resources = [
        resource
        for resource in await resources_of(connection, booking.space.id)
        if (resource.kind == DISCREET) == (booking.kind == DISCREET)
    ]
    chosen = next((one for one in resources if str(one.id) == str(values["resource"] or booking.resource_id)), None)
    own = Period(booking.start, booking.end) if chosen and chosen.id == booking.resource_id else None
    parts_offered, part = part_options(booking.rules, values)
    return page(
        request,
        "spaces/move.html",
        status,
        booking=booking,
        cost=spoken_cost(booking.cost),
        prices=spoken_tariff(booking.space.tariff_of(booking.kind, booking.resource_id)),
        options=[(resource.id, resource.name) for resource in resources],
        presets=await presets_for(connection, booking.space, chosen, values, own) if chosen else [],
        parts_offered=parts_offered,
        values={**values, "part": part},
        errors=errors,
    )


def _is_changeable(booking: Booking) -> bool:
    return booking.status == "confirmed" and booking.start > datetime.now(UTC) and booking.kept_by is None


ROUTES = [booking_form, book, booking_page, booking_calendar, cancel, move_form, move]
