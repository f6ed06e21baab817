"""Booking any one of alike units."""

import hashlib
import secrets
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import Id
from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.period import Period
from landbooking.spaces.booking_forms import BookForm
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.equipment_form import offered_equipment
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.part_form import part_options, with_times
from landbooking.spaces.pools import NoneLeft, Pool, book_one_of, free_units, pool_of, refusal_of_pool
from landbooking.spaces.tariffs.cards import CardRefused, cards_for
from landbooking.spaces.tariffs.ledger import price_in
from landbooking.spaces.tariffs.quote import quote
from landbooking.spaces.terms import cancelling, terms_of

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
        return await _page(request, reads, pool, values, None, dict(invalid.errors))
    if broken := refusal_of_pool(pool, period):
        return await _page(request, reads, pool, values, None, broken.fields)
    return await _page(request, reads, pool, values, period, {})


@post("/spaces/{space_id:int}/bookings", guards=[signed_in], include_in_schema=False)
async def book(request: Request[Person, Any, Any], connection: Connection, space_id: Id) -> Response[Any]:
    posted = await request.form()
    values = {name: text_of(posted, name) for name in ("pool", "date", "start", "end")}
    pool = await pool_of(connection, space_id, values["pool"])
    try:
        form = await parse_form(PoolForm, request)
    except InvalidInput as invalid:
        return await _page(request, connection, pool, values, None, dict(invalid.errors))
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
        return await _page(request, connection, pool, values, period, refused.fields, refused.status, form)
    except RuleBroken as broken:
        still = period if broken.field == "with_equipment" else None
        return await _page(request, connection, pool, values, still, broken.fields, 422, form)
    except NoneLeft as none_left:
        return await _page(request, connection, pool, values, None, {"start": none_left.message}, 409)
    return redirect(
        request, f"/bookings/{booking.id}", notice="booked" if booking.status == "confirmed" else "requested"
    )


async def _page(
    request: Request[Any, Any, Any],
    reads: Connection,
    pool: Pool,
    values: dict[str, str],
    period: Period | None,
    errors: dict[str, str],
    status: int = 422,
    typed: BookForm | None = None,
) -> Response[str]:
    """`typed` is what was chosen beside the time."""
    unit = pool.units[0]
    rules = pool.rules_of(unit)
    along = await offered_equipment(reads, pool.space, unit, period, typed.with_equipment if typed else ())
    free = await free_units(reads, pool, period) if period else []
    prices = sorted({price_in(pool.space, one, period, along.chosen) for one in free}) if period else []
    price, cost = 0, ""
    if period and free:
        price, cost = await quote(reads, request.user, pool.space, period, prices[-1])
        if price and len(prices) > 1:  # which one it will be is not known before
            amounts = {"least": format_cents(prices[0]), "most": format_cents(prices[-1])}
            cost = _("je nach Platz %(least)s bis %(most)s, zu zahlen vor Ort") % amounts
    parts_offered, part = part_options(rules, values)
    return page(
        request,
        "spaces/book_one_of.html",
        status if errors else 200,
        space=pool.space,
        pool=pool,
        values={**values, "part": part} if part else values,
        parts_offered=parts_offered,
        period=period,
        free=len(free),
        cost=cost,
        price=price,
        cards=await cards_for(reads, request.user, pool.space.id) if request.user and price else [],
        errors=errors,
        pieces=along.options,
        missing=along.missing,
        chosen=typed.with_equipment if typed else (),
        pay_with=typed.pay_with if typed else None,
        terms=terms_of(rules, pool.space.tariff_of(unit.kind, unit.id)),
        cancelling=cancelling(rules),
        key=secrets.token_urlsafe(16),
    )


ROUTES = [pool_form, book]
