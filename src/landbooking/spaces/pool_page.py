"""The page on which one of alike units is confirmed before it is booked, or its time corrected."""

import secrets
from typing import Any

from litestar import Request, Response

from landbooking.database import Connection
from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.period import Period
from landbooking.spaces.booking_forms import BookForm
from landbooking.spaces.equipment_form import offered_equipment
from landbooking.spaces.holding.hold import minutes_held
from landbooking.spaces.part_form import part_options
from landbooking.spaces.pools import Pool, free_units
from landbooking.spaces.tariffs.cards import cards_for
from landbooking.spaces.tariffs.ledger import price_in
from landbooking.spaces.tariffs.quote import quote
from landbooking.spaces.terms import cancelling, terms_of


async def pool_page(
    request: Request[Any, Any, Any],
    reads: Connection,
    pool: Pool,
    values: dict[str, str],
    period: Period | None,
    errors: dict[str, str],
    status: int = 422,
    typed: BookForm | None = None,
    email: str = "",
) -> Response[str]:
    """To confirm a period that is right, or to correct one that isn't. `typed` is what was chosen beside the time."""
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
        email=email,
        hold_minutes=minutes_held(rules),
        key=secrets.token_urlsafe(16),
    )
