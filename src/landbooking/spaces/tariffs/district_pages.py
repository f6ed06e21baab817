"""What the district does: sets the price of its card, and settles the months between its municipalities."""

import re
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.districts import asked_district, districts_of
from landbooking.accounts.guards import district_staff
from landbooking.amounts import as_typed, typed_cents
from landbooking.database import Connection
from landbooking.forms import text_of
from landbooking.language import gettext as _
from landbooking.months import asked_month, month_before, next_month
from landbooking.pages import page, redirect
from landbooking.spaces.tariffs.prices import offer_cards, offer_of
from landbooking.spaces.tariffs.settlement import settlement, settlement_table, takings
from landbooking.spaces.tariffs.vouchers import issue_voucher, vouchers_of

Asked = Request[Any, Any, Any]


@get("/district/cards", guards=[district_staff], include_in_schema=False)
async def cards_page(request: Asked, reads: Connection) -> Response[str]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    offer = await offer_of(reads, district_id)
    typed = {"visits": str(offer.visits if offer else 10), "price": as_typed(offer.cents if offer else None)}
    return await _cards(request, reads, district_id, typed, {})


@post("/district/cards", guards=[district_staff], include_in_schema=False)
async def save_cards(request: Asked, connection: Connection) -> Response[Any]:
    posted = await request.form()
    district_id = await asked_district(connection, request.user, text_of(posted, "district"))
    typed = {name: text_of(posted, name) for name in ("visits", "price")}
    errors: dict[str, str] = {}
    cents = None
    try:
        cents = typed_cents(typed["price"], 1_000_000)
        if cents is None:
            errors["price"] = _("Bitte füllen Sie dieses Feld aus.")
    except ValueError as wrong:
        errors["price"] = str(wrong)
    visits = int(typed["visits"]) if re.fullmatch(r"[0-9]{1,3}", typed["visits"]) else 0
    if not 1 <= visits <= 100:
        errors["visits"] = _("Bitte eine Zahl von %(least)s bis %(most)s angeben.") % {"least": 1, "most": 100}
    elif cents is not None and cents % visits:
        errors["price"] = _(
            "Jeder Besuch muss gleich viel wert sein: Bitte einen Betrag, der sich durch %(visits)s teilt."
        )
        errors["price"] %= {"visits": visits}
    if errors or cents is None:
        return await _cards(request, connection, district_id, typed, errors)
    await offer_cards(connection, district_id, visits, cents)
    return redirect(request, f"/district/cards?district={district_id}", notice="tariff-saved")


@post("/district/vouchers", guards=[district_staff], include_in_schema=False)
async def issue(request: Asked, connection: Connection) -> Response[Any]:
    """Worth visits, or an amount: one of the two."""
    posted = await request.form()
    district_id = await asked_district(connection, request.user, text_of(posted, "district"))
    typed = {name: text_of(posted, name) for name in ("worth_visits", "worth")}
    errors: dict[str, str] = {}
    cents = None
    try:
        cents = typed_cents(typed["worth"], 100_000) or None
    except ValueError as wrong:
        errors["worth"] = str(wrong)
    visits = int(typed["worth_visits"]) if re.fullmatch(r"[0-9]{1,3}", typed["worth_visits"]) else None
    if typed["worth_visits"] and not (visits and visits <= 100):
        errors["worth_visits"] = _("Bitte eine Zahl von %(least)s bis %(most)s angeben.") % {"least": 1, "most": 100}
    elif not errors and (visits is None) == (cents is None):
        errors["worth_visits"] = _("Bitte entweder Besuche oder einen Betrag angeben.")
    if errors:
        offer = await offer_of(connection, district_id)
        shown = {"visits": str(offer.visits if offer else 10), "price": as_typed(offer.cents if offer else None)}
        return await _cards(request, connection, district_id, shown | typed, errors)
    await issue_voucher(connection, request.user, district_id, visits, cents)
    return redirect(request, f"/district/cards?district={district_id}", notice="voucher-issued")


@get("/district/settlement", guards=[district_staff], include_in_schema=False)
async def settlement_page(request: Asked, reads: Connection) -> Response[str]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    first = asked_month(text_of(request.query_params, "month"))
    lines = await settlement(reads, district_id, first, next_month(first))
    return page(
        request,
        "spaces/tariffs/settlement.html",
        month=f"{first:%Y-%m}",
        first=first,
        previous=month_before(first),
        following=next_month(first) if next_month(first) <= datetime.now(UTC).date() else None,
        district_id=district_id,
        lines=lines,
        visits=sum(line.visits for line in lines),
        worth=sum(line.worth_cents for line in lines),
        takings=await takings(reads, district_id, first, next_month(first)),
    )


@get("/district/settlement.csv", guards=[district_staff], include_in_schema=False)
async def settlement_file(request: Asked, reads: Connection) -> Response[bytes]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    first = asked_month(text_of(request.query_params, "month"))
    body = settlement_table(f"{first:%Y-%m}", await settlement(reads, district_id, first, next_month(first)))
    name = f'attachment; filename="abrechnung-{first:%Y-%m}.csv"'
    return Response(body, headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name})


async def _cards(
    request: Asked, reads: Connection, district_id: int, typed: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    return page(
        request,
        "spaces/tariffs/district_cards.html",
        422 if errors else 200,
        district_id=district_id,
        districts=await districts_of(reads, request.user),
        vouchers=await vouchers_of(reads, district_id),
        typed={"worth_visits": "", "worth": "", **typed},
        errors=errors,
    )


ROUTES = [cards_page, save_cards, issue, settlement_page, settlement_file]
