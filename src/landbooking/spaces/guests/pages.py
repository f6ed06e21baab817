"""The counter: booking for somebody, finding a booking by its code, moving it, calling it off, printing its slip."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import at_counter
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.database import Connection
from landbooking.forms import Fields, InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import BigId, Id, RowId
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.period import clock_names
from landbooking.spaces.booking_forms import CancelForm, PeriodForm
from landbooking.spaces.bookings import Booking
from landbooking.spaces.equipment import KIND as EQUIPMENT
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.guests import counter, offers
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest, move_for_guest
from landbooking.spaces.guests.codes import code_in, not_a_code, spoken
from landbooking.spaces.guests.slip import slip_answer
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.refusals import BookingOver, DeskGone, DeskTaken
from landbooking.spaces.space import Space
from landbooking.spaces.tariffs.cost import spoken_cost

Asked = Request[Any, Any, Any]


class GuestForm(PeriodForm, frozen=True, kw_only=True):
    """`name` and `phone` are what the guest wants to say."""

    resource: RowId
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    with_equipment: list[RowId] = []  # noqa: RUF012 msgspec copies it


class GuestMoveForm(PeriodForm, frozen=True, kw_only=True):
    resource: RowId
    version: RowId | None = None


class DayQuery(msgspec.Struct, frozen=True):
    date: dt.date


_FIELDS = ("date", "start", "end", "resource", "name", "phone", "key", "version")


@get("/counter/spaces/{space_id:int}", guards=[at_counter], include_in_schema=False)
async def counter_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _counter(request, reads, space_id, "", {})


@get("/counter/spaces/{space_id:int}/code", guards=[at_counter], include_in_schema=False)
async def find(request: Asked, space_id: Id, reads: Connection) -> Response[Any]:
    typed = text_of(request.query_params, "code")
    code = code_in(typed)
    if code is None:
        return await _counter(request, reads, space_id, typed, {"code": not_a_code()})
    booking_id = await counter.booking_with_code(reads, request.user, space_id, code)
    if booking_id is None:
        sentence = _("Mit diesem Code ist hier nichts gebucht.")
        return await _counter(request, reads, space_id, typed, {"code": sentence})
    return redirect(request, f"/counter/spaces/{space_id}/bookings/{booking_id}")


@get("/counter/spaces/{space_id:int}/bookings/new", guards=[at_counter], include_in_schema=False)
async def booking_form(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await counter.space_at_counter(reads, request.user, space_id)
    values = {**_typed(request.query_params), "key": secrets.token_urlsafe(16)}
    if not (values["start"] or values["end"]):
        day = None
        with suppress(InvalidInput):
            day = parse_values(DayQuery, request.query_params).date
        values |= clock_names(await offers.proposed(reads, space, day), space.rules.time_zone)
    return await _form(request, reads, space, values, pieces=_pieces(request.query_params))


@post("/counter/spaces/{space_id:int}/bookings/new", guards=[at_counter], include_in_schema=False)
async def book(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    """With `check` nothing is booked: the form says what is free at the times that were typed."""
    space = await counter.space_at_counter(connection, request.user, space_id)
    posted = await request.form()
    values, pieces = _typed(posted), _pieces(posted)
    again = partial(_form, request, connection, space, values, pieces=pieces)
    if "check" in posted:
        return await again()
    try:
        form = parse_values(GuestForm, posted)
    except InvalidInput as invalid:
        return await again(dict(invalid.errors))
    period = form.period(space)
    asked = f"guest {form.resource} {period.start} {period.end} {form.name} {form.phone} {sorted(form.with_equipment)}"
    try:
        # A savepoint: what is refused leaves the key unused, and the form is shown again with what was typed.
        async with connection.transaction():
            fingerprint = hashlib.sha256(asked.encode()).digest()
            booking_id = form.key and await earlier_result(connection, request.user.id, form.key, fingerprint)
            if not booking_id:
                booking = await book_for_guest(
                    connection, request.user, form.resource, period, form.name, form.phone, form.with_equipment
                )
                booking_id = booking.id
                if form.key:
                    await store_result(connection, request.user.id, form.key, booking_id)
    except (RuleBroken, EquipmentTaken, EquipmentUnfit) as refusal:
        return await again(refusal.fields, refusal.status)
    except InvalidInput as invalid:  # of a room for talking to a doctor, where a phone number is nothing but one
        return await again({"phone": invalid.errors["contact"]})
    except (DeskTaken, DeskGone) as refusal:
        return await again({"resource": refusal.message}, 409)
    return redirect(request, f"/counter/spaces/{space_id}/bookings/{booking_id}", notice="booked-for-guest")


@get("/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}", guards=[at_counter], include_in_schema=False)
async def booking_page(request: Asked, space_id: Id, guest_booking_id: BigId, reads: Connection) -> Response[str]:
    booking = await counter.guests_booking(reads, request.user, space_id, guest_booking_id)
    guest = await counter.guest_of(reads, booking)
    return page(
        request,
        "spaces/guests/booking.html",
        space=booking.space,
        booking=booking,
        guest=guest,
        cost=spoken_cost(booking.cost),
        code=spoken(guest.code) if guest else "",
        movable=_is_movable(booking),
        over=booking.end <= datetime.now(UTC),
    )


@get(
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/slip.pdf",
    guards=[at_counter],
    include_in_schema=False,
)
async def slip(request: Asked, space_id: Id, guest_booking_id: BigId, reads: Connection) -> Response[bytes]:
    booking = await counter.guests_booking(reads, request.user, space_id, guest_booking_id)
    return await slip_answer(reads, booking)


@get(
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/move", guards=[at_counter], include_in_schema=False
)
async def move_form(request: Asked, space_id: Id, guest_booking_id: BigId, reads: Connection) -> Response[str]:
    booking = await counter.guests_booking(reads, request.user, space_id, guest_booking_id)
    if not _is_movable(booking):
        raise BookingOver
    values = {
        **clock_names(offers.period_of(booking), booking.space.rules.time_zone),
        "resource": str(booking.resource_id),
        "version": str(booking.version),
    }
    return await _form(request, reads, booking.space, values, moved=booking)


@post(
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/move", guards=[at_counter], include_in_schema=False
)
async def move(request: Asked, space_id: Id, guest_booking_id: BigId, connection: Connection) -> Response[Any]:
    booking = await counter.guests_booking(connection, request.user, space_id, guest_booking_id)
    posted = await request.form()
    values = _typed(posted)
    if "check" in posted:
        return await _form(request, connection, booking.space, values, moved=booking)
    try:
        form = parse_values(GuestMoveForm, posted)
    except InvalidInput as invalid:
        return await _form(request, connection, booking.space, values, dict(invalid.errors), moved=booking)
    offered = [offer.id for offer in await offers.offers_of(connection, booking.space, None)]
    try:
        if form.resource not in offered:
            raise DeskGone
        async with connection.transaction():
            await move_for_guest(
                connection,
                request.user,
                space_id,
                guest_booking_id,
                form.version,
                form.resource,
                form.period(booking.space),
            )
    except RuleBroken as broken:
        field = "resource" if broken.field == "with_equipment" else broken.field
        return await _form(request, connection, booking.space, values, {field: broken.message}, moved=booking)
    except (DeskTaken, DeskGone, EquipmentTaken, EquipmentUnfit) as refusal:
        errors = {"resource": refusal.message}
        return await _form(request, connection, booking.space, values, errors, 409, moved=booking)
    return redirect(request, f"/counter/spaces/{space_id}/bookings/{guest_booking_id}", notice="moved-for-guest")


@post(
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/cancellation",
    guards=[at_counter],
    include_in_schema=False,
)
async def cancel(request: Asked, space_id: Id, guest_booking_id: BigId, connection: Connection) -> Response[None]:
    form = await parse_form(CancelForm, request)
    await call_off_for_guest(connection, request.user, space_id, guest_booking_id, form.version)
    return redirect(request, f"/counter/spaces/{space_id}/bookings/{guest_booking_id}", notice="cancelled-for-guest")


async def _counter(
    request: Asked, reads: Connection, space_id: int, code: str, errors: dict[str, str]
) -> Response[str]:
    space = await counter.space_at_counter(reads, request.user, space_id)
    lines = [(line, spoken(line.code)) for line in await counter.coming_guests(reads, space_id)]
    return page(
        request,
        "spaces/guests/counter.html",
        422 if errors else 200,
        space=space,
        lines=lines,
        code=code,
        errors=errors,
    )


async def _form(
    request: Asked,
    reads: Connection,
    space: Space,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 422,
    moved: Booking | None = None,
    pieces: Sequence[str] = (),
) -> Response[str]:
    """With what is free at the times that were typed, as far as they are times."""
    period = None
    with suppress(InvalidInput):
        period = parse_values(PeriodForm, values).period(space)
    offered = await offers.offers_of(reads, space, period, moved)
    free = next((str(offer.id) for offer in offered if offer.free), "")
    values = {**dict.fromkeys(_FIELDS, ""), **values}
    return page(
        request,
        "spaces/guests/form.html",
        status if errors else 200,
        space=space,
        moved=moved,
        offered=[(offer.id, offer.label) for offer in offered],
        equipment=[(offer.id, offer.label) for offer in offered if offer.kind == EQUIPMENT and not moved],
        pieces=pieces,
        values={**values, "resource": values["resource"] or free},
        errors=errors or {},
    )


def _typed(fields: Fields) -> dict[str, str]:
    return {name: text_of(fields, name) for name in _FIELDS}


def _pieces(fields: Fields) -> list[str]:
    return [value for value in fields.getall("with_equipment", []) if isinstance(value, str)]


def _is_movable(booking: Booking) -> bool:
    return booking.status == "confirmed" and booking.start > datetime.now(UTC)


ROUTES = [counter_page, find, booking_form, book, booking_page, slip, move_form, move, cancel]
