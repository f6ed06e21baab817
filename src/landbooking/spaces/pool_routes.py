"""Booking any one of alike units."""

import hashlib
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import Id
from landbooking.pages import redirect
from landbooking.spaces.booking_forms import BookForm
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.part_form import with_times
from landbooking.spaces.pool_page import pool_page
from landbooking.spaces.pools import NoneLeft, book_one_of, pool_of, refusal_of_pool
from landbooking.spaces.tariffs.cards import CardRefused

Name = Annotated[str, msgspec.Meta(max_length=60)]


class PoolForm(BookForm, frozen=True, kw_only=True):
    pool: Name


@get("/spaces/{space_id:int}/bookings/new", guards=[public], include_in_schema=False)
async def pool_form(request: Request[Person | None, Any, Any], reads: Connection, space_id: Id) -> Response[str]:
    """What would be booked, to be confirmed, as for a single resource."""
    pool = await pool_of(reads, space_id, text_of(request.query_params, "pool"))
    asked = with_times(request.query_params, pool.rules_of(pool.units[0]))
    values = {name: asked.get(name, "") for name in ("pool", "date", "start", "end")}
    try:
        period = parse_values(PoolForm, asked).period(pool.space)
    except InvalidInput as invalid:
        return await pool_page(request, reads, pool, values, None, dict(invalid.errors))
    if broken := refusal_of_pool(pool, period):
        return await pool_page(request, reads, pool, values, None, broken.fields)
    return await pool_page(request, reads, pool, values, period, {})


@post("/spaces/{space_id:int}/bookings", guards=[signed_in], include_in_schema=False)
async def book(request: Request[Person, Any, Any], connection: Connection, space_id: Id) -> Response[Any]:
    posted = await request.form()
    values = {name: text_of(posted, name) for name in ("pool", "date", "start", "end")}
    pool = await pool_of(connection, space_id, values["pool"])
    try:
        form = await parse_form(PoolForm, request)
    except InvalidInput as invalid:
        return await pool_page(request, connection, pool, values, None, dict(invalid.errors))
    period = form.period(pool.space)
    asked = f"{space_id} {form.pool} {period.start} {period.end} {sorted(form.with_equipment)} {form.pay_with}"
    fingerprint = hashlib.sha256(asked.encode()).digest()
    try:
        # A savepoint: what a rule refuses leaves the key unused, and the form is shown again with what was typed.
        async with connection.transaction():
            if form.key and (earlier := await earlier_result(connection, request.user.id, form.key, fingerprint)):
                return redirect(request, f"/bookings/{earlier}")
            booking = await book_one_of(
                connection, request.user, space_id, form.pool, period, form.with_equipment, form.pay_with
            )
            if form.key:
                await store_result(connection, request.user.id, form.key, booking.id)
    except (EquipmentTaken, EquipmentUnfit, CardRefused) as refused:
        return await pool_page(request, connection, pool, values, period, refused.fields, refused.status, form)
    except RuleBroken as broken:
        still = period if broken.field == "with_equipment" else None
        return await pool_page(request, connection, pool, values, still, broken.fields, 422, form)
    except NoneLeft as none_left:
        return await pool_page(request, connection, pool, values, None, {"start": none_left.message}, 409)
    return redirect(
        request, f"/bookings/{booking.id}", notice="booked" if booking.status == "confirmed" else "requested"
    )


ROUTES = [pool_form, book]
