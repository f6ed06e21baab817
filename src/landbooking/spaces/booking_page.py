"""The page on which a period is confirmed before it is booked, or corrected."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import text_of
from landbooking.pages import page
from landbooking.period import Period
from landbooking.spaces.approval.deadline import answer_due
from landbooking.spaces.booking_forms import BookForm
from landbooking.spaces.consultation_form import equipment_options
from landbooking.spaces.consultations import Consultation
from landbooking.spaces.equipment_form import offered_equipment
from landbooking.spaces.holding.hold import held_until, hold_in, minutes_held
from landbooking.spaces.part_form import part_options, presets_for
from landbooking.spaces.space import Resource, Space
from landbooking.spaces.tariffs.cards import cards_for
from landbooking.spaces.tariffs.ledger import price_in
from landbooking.spaces.tariffs.quote import quote
from landbooking.spaces.terms import cancelling, terms_of


async def form_page(
    request: Request[Any, Any, Any],
    reads: Connection,
    space: Space,
    resource: Resource,
    values: dict[str, Any],
    period: Period | None,
    errors: dict[str, str],
    told: Consultation | None = None,
    typed: BookForm | None = None,
    status: int = 422,
    *,
    email: str = "",
    hold: str = "",
) -> Response[str]:
    """To confirm a period that is right, or to correct one that isn't. `told`, `typed` and `email` were typed before;
    `hold` is the token of what was held while the person signed in.
    """
    hold_id = hold_in(request.app.state.settings, hold) if request.user else None
    held = await held_until(reads, hold_id, resource.id) if hold_id else None
    along = await offered_equipment(reads, space, resource, period, typed.with_equipment if typed else ())
    rules = space.rules_of(resource.kind, resource.id)
    parts_offered, part = part_options(rules, values)
    price, cost = 0, ""
    if period:
        price, cost = await quote(reads, request.user, space, period, price_in(space, resource, period, along.chosen))
    return page(
        request,
        "spaces/book.html",
        status if errors else 200,
        space=space,
        resource=resource,
        pieces=along.options,
        missing=along.missing,
        chosen=typed.with_equipment if typed else (),
        pay_with=typed.pay_with if typed else None,
        parts_offered=parts_offered,
        presets=await presets_for(reads, space, resource, values, held[0] if held else None),
        values={**values, "part": part} if part else values,
        period=period,
        email=email,
        hold=hold if held else "",
        held_until=held[1] if held else None,
        hold_minutes=minutes_held(rules),
        errors=errors,
        told=told or Consultation(request.user.email if request.user else ""),
        equipment=equipment_options(),
        terms=terms_of(rules, space.tariff_of(resource.kind, resource.id)),
        cancelling=cancelling(rules),
        until_at=_answer_due(request.user, space, resource, period) if period and request.user else None,
        cost=cost,
        price=price,
        cards=await cards_for(reads, request.user, space.id) if price and request.user else [],
        key=secrets.token_urlsafe(16),
    )


def _answer_due(person: Person, space: Space, resource: Resource, period: Period) -> datetime | None:
    return answer_due(person, space, space.rules_of(resource.kind, resource.id), period, datetime.now(UTC))


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text_of(values, name) for name in ("date", "start", "end", "resource")}
