"""The till: today's amounts, selling cards and passes, waiving what a booking costs."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId, Id
from landbooking.pages import page, redirect
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.hosting.times import check_day
from landbooking.spaces.space import Space, space_by_id
from landbooking.spaces.tariffs import sales
from landbooking.spaces.tariffs.charges import due_on, sold_on
from landbooking.spaces.tariffs.cost import Cost, spoken_cost
from landbooking.spaces.tariffs.prices import offer_of_space, tariff_at
from landbooking.spaces.tariffs.sales import Reason

Asked = Request[Any, Any, Any]


class CardForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=254)]


class PassForm(CardForm):
    first: date


class WaiverForm(msgspec.Struct):
    reason: Reason


@get("/host/spaces/{space_id:int}/till", guards=[host_of_space], include_in_schema=False)
async def till(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return await _till(request, reads, await space_by_id(reads, space_id), {}, {})


@post("/host/spaces/{space_id:int}/till/cards", guards=[host_of_space], include_in_schema=False)
async def sell_card(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    space = await space_by_id(connection, space_id)
    typed = {"email": text_of(await request.form(), "email")}
    try:
        form = await parse_form(CardForm, request)
        await sales.sell_card(connection, request.user, space, form.email)
    except (InvalidInput, NotAnAddress) as refusal:  # nothing was written yet, so nothing is committed
        return await _till(request, connection, space, typed, refusal.fields)
    return redirect(request, f"/host/spaces/{space_id}/till", notice="card-sold")


@post("/host/spaces/{space_id:int}/till/passes", guards=[host_of_space], include_in_schema=False)
async def sell_pass(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    space = await space_by_id(connection, space_id)
    posted = await request.form()
    typed = {"pass_email": text_of(posted, "email"), "first": text_of(posted, "first")}
    try:
        form = await parse_form(PassForm, request)
        check_first(form.first, space)
        await sales.sell_pass(connection, request.user, space, form.email, form.first)
    except (InvalidInput, NotAnAddress) as refusal:  # nothing was written yet, so nothing is committed
        errors = {"pass_email" if name == "email" else name: text for name, text in refusal.fields.items()}
        return await _till(request, connection, space, typed, errors)
    return redirect(request, f"/host/spaces/{space_id}/till", notice="pass-sold")


@post("/host/spaces/{space_id:int}/till/cards/{card_id:int}/removal", guards=[host_of_space], include_in_schema=False)
async def take_card_back(request: Asked, space_id: Id, card_id: BigId, connection: Connection) -> Response[Any]:
    space = await space_by_id(connection, space_id)
    await sales.take_card_back(connection, request.user, space, card_id)
    return redirect(request, f"/host/spaces/{space_id}/till", notice="card-taken-back")


@get("/host/spaces/{space_id:int}/bookings/{booking_id:int}/waiver", guards=[host_of_space], include_in_schema=False)
async def waiver_page(request: Asked, space_id: Id, booking_id: BigId, reads: Connection) -> Response[str]:
    return await _waiver(request, reads, space_id, booking_id, {})


@post("/host/spaces/{space_id:int}/bookings/{booking_id:int}/waiver", guards=[host_of_space], include_in_schema=False)
async def waive(request: Asked, space_id: Id, booking_id: BigId, connection: Connection) -> Response[Any]:
    try:
        form = await parse_form(WaiverForm, request)
    except InvalidInput as invalid:
        return await _waiver(request, connection, space_id, booking_id, dict(invalid.errors))
    await sales.waive(connection, request.user, space_id, booking_id, form.reason)
    return redirect(request, f"/host/spaces/{space_id}/till", notice="waived")


def check_first(first: date, space: Space) -> None:
    """A pass begins today or later. Raises InvalidInput."""
    try:
        check_day(first, space.rules, datetime.now(UTC))
    except ValueError as wrong:
        raise InvalidInput({"first": str(wrong)}, {}) from None


async def _till(
    request: Asked, reads: Connection, space: Space, typed: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    today = datetime.now(UTC).astimezone(space.rules.time_zone).date()
    due, sold = await due_on(reads, space.id, today), await sold_on(reads, space.id, today)
    return page(
        request,
        "spaces/tariffs/till.html",
        422 if errors else 200,
        space=space,
        today=today,
        due=[(one, spoken_cost(Cost(one.way, one.cents))) for one in due],
        sold=sold,
        total=sum(one.cents for one in due) + sum(one.cents for one in sold),
        offer=await offer_of_space(reads, space.id),
        month_cents=tariff_at(space.tariffs, None, None).month_cents,
        typed={"email": "", "pass_email": "", "first": f"{today}", **typed},
        errors=errors,
    )


async def _waiver(
    request: Asked, reads: Connection, space_id: int, booking_id: int, errors: dict[str, str]
) -> Response[str]:
    booking = await booking_by_id(reads, booking_id)
    if booking.space.id != space_id:
        raise NotFound
    return page(
        request,
        "spaces/tariffs/waiver.html",
        422 if errors else 200,
        space=booking.space,
        booking=booking,
        cost=spoken_cost(booking.cost),
        reasons=sales.reasons(),
        errors=errors,
    )


ROUTES = [till, sell_card, sell_pass, take_card_back, waiver_page, waive]
