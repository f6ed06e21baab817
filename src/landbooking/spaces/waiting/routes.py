"""Pages of the waiting list: joining, seeing where one stands, accepting and declining what is held."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import BigId, RowId
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.period import Period, local_period
from landbooking.places.municipality import UnknownPlace, all_municipalities, labels, municipality_named
from landbooking.spaces import kinds
from landbooking.spaces.booking import bookable
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import RuleBroken, spoken_length
from landbooking.spaces.search import RADIUS_KM, ZONE
from landbooking.spaces.space import published_space
from landbooking.spaces.tariffs.cards import CardRefused, cards_for
from landbooking.spaces.tariffs.ledger import price_of_booking
from landbooking.spaces.tariffs.quote import quote
from landbooking.spaces.waiting.answers import accept_offer, withdraw_wish
from landbooking.spaces.waiting.joining import NothingThere, Sought, join_line
from landbooking.spaces.waiting.wishes import Wish, near_in_words, wish_of

What = Literal["resource", "space", "near"]
_FIELDS = ("date", "start", "end", "kind", "resource", "space", "place", "what")


class Subject(msgspec.Struct, frozen=True):
    """What was found taken; how much else would do, too, is the person's choice."""

    kind: Kind = "desk"
    resource: RowId | None = None
    space: RowId | None = None
    place: Annotated[str, msgspec.Meta(max_length=120)] = ""


class When(msgspec.Struct, frozen=True):
    """Local clock times of a day; `what` is how narrow the wish is."""

    date: date
    start: time
    end: time
    what: What | None = None


class Choices(msgspec.Struct, frozen=True):
    """What one could wait for, from the narrowest to the widest, with its words; and whose clocks are meant."""

    options: dict[What, tuple[Sought, str]]
    zone: str


@get("/waiting/new", guards=[public], include_in_schema=False)
async def wish_form(request: Request[Person | None, Any, Any], reads: Connection) -> Response[str]:
    """What one would wait for, to be confirmed. Signing in leads back here, so nothing is lost on the way."""
    return (await _read(request, reads, request.query_params))[0]


@post("/waiting", guards=[signed_in], include_in_schema=False)
async def join(request: Request[Person, Any, Any], connection: Connection) -> Response[Any]:
    posted = await request.form()
    shown, sought, period = await _read(request, connection, posted)
    if not sought or not period:
        return shown
    try:
        # A savepoint: what a rule refuses is undone, and the form is shown again with what was typed.
        async with connection.transaction():
            wish = await join_line(connection, request.user, sought, period)
    except RuleBroken as broken:
        return (await _read(request, connection, posted, broken.fields))[0]
    except NothingThere as nothing:
        return (await _read(request, connection, posted, {"what": nothing.message}))[0]
    return redirect(request, f"/waiting/{wish.id}", notice="waiting")


class AcceptanceForm(msgspec.Struct, frozen=True):
    """`pay_with` is a card, else a pass or the counter."""

    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None


@get("/waiting/{wish_id:int}", guards=[signed_in], include_in_schema=False)
async def wish_page(request: Request[Person, Any, Any], reads: Connection, wish_id: BigId) -> Response[Any]:
    wish = await wish_of(reads, request.user, wish_id)
    if wish.state == "accepted":
        return redirect(request, f"/bookings/{wish.booking_id}")
    return await _wish_page(request, reads, wish)


async def _wish_page(
    request: Request[Person, Any, Any],
    reads: Connection,
    wish: Wish,
    pay_with: int | None = None,
    refused: Refusal | None = None,
) -> Response[str]:
    held = await booking_by_id(reads, wish.booking_id) if wish.state == "offered" and wish.booking_id else None
    price, cost = 0, ""
    if held:
        period = Period(held.start, held.end)
        price, cost = await quote(reads, request.user, held.space, period, await price_of_booking(reads, held))
    return page(
        request,
        "spaces/waiting/wish.html",
        refused.status if refused else 200,
        wish=wish,
        held=held,
        left=time_left(wish),
        price=price,
        cost=cost,
        cards=await cards_for(reads, request.user, held.space.id) if held and price else [],
        pay_with=pay_with,
        errors=refused.fields if refused else {},
    )


@post("/waiting/{wish_id:int}/acceptance", guards=[signed_in], include_in_schema=False)
async def accept(request: Request[Person, Any, Any], connection: Connection, wish_id: BigId) -> Response[Any]:
    form = await parse_form(AcceptanceForm, request)
    try:
        # A savepoint: what the card can't pay stays held.
        async with connection.transaction():
            booking = await accept_offer(connection, request.user, wish_id, form.pay_with)
    except CardRefused as refused:
        wish = await wish_of(connection, request.user, wish_id)
        return await _wish_page(request, connection, wish, form.pay_with, refused)
    notice = "booked" if booking.status == "confirmed" else "requested"
    return redirect(request, f"/bookings/{booking.id}", notice=notice)


@post("/waiting/{wish_id:int}/withdrawal", guards=[signed_in], include_in_schema=False)
async def withdraw(request: Request[Person, Any, Any], connection: Connection, wish_id: BigId) -> Response[None]:
    await withdraw_wish(connection, request.user, wish_id)
    return redirect(request, f"/waiting/{wish_id}", notice="wish-withdrawn")


def time_left(wish: Wish) -> str | None:
    """How long something is still held, in words; None once the time is over, or where nothing is held."""
    now = datetime.now(UTC)
    if wish.state != "offered" or wish.until_at is None or wish.until_at <= now:
        return None
    minutes = int((wish.until_at - now).total_seconds()) // 60
    return spoken_length(minutes) if minutes else _("weniger als eine Minute")


async def _read(
    request: Request[Any, Any, Any],
    connection: Connection,
    given: Mapping[str, Any],
    refused: dict[str, str] | None = None,
) -> tuple[Response[str], Sought | None, Period | None]:
    """The form with what was given; and what and when is meant, where that is clear."""
    errors: dict[str, str] = {}
    choices = when = period = None
    try:
        choices = await _choices(connection, parse_values(Subject, given))
    except InvalidInput:  # nobody types these: such an address does not exist
        raise NotFound from None
    except UnknownPlace as unknown:
        errors["place"] = unknown.message
    try:
        when = parse_values(When, given)
    except InvalidInput as invalid:
        errors |= invalid.errors
    if choices and when:
        period = local_period(when.date, when.start, when.end, ZoneInfo(choices.zone))
        if period.end <= period.start:
            errors["end"] = _("Das Ende muss nach dem Anfang liegen.")
    what = when.what if when and choices and when.what in choices.options else None
    if choices and what is None:
        what = next(iter(choices.options))
    errors |= refused or {}
    shown = page(
        request,
        "spaces/waiting/new.html",
        422 if errors else 200,
        options=[(name, words) for name, (_sought, words) in choices.options.items()] if choices else [],
        values={name: text_of(given, name) for name in _FIELDS},
        what=what,
        period=period if not errors else None,
        zone=choices.zone if choices else ZONE.key,
        errors=errors,
    )
    if errors or not choices or not what:
        return shown, None, None
    return shown, choices.options[what][0], period


async def _choices(connection: Connection, subject: Subject) -> Choices:
    """Raises DeskGone, NotFound, UnknownPlace."""
    options: dict[What, tuple[Sought, str]] = {}
    kind, centre, near = subject.kind, None, ""
    space = None
    if subject.resource is not None:
        space, resource = await bookable(connection, subject.resource)
        kind = resource.kind
        words = _("nur %(desk)s in %(space)s") % {"desk": resource.name, "space": space.name}
        options["resource"] = Sought(kind, resource.id, space.id), words
    elif subject.space is not None:
        space = await published_space(connection, subject.space)
    if space:
        words = _("%(kind)s in %(space)s, egal welcher") % {"kind": kinds.one(kind), "space": space.name}
        options["space"] = Sought(kind, None, space.id), words
        centre, near = (space.lat, space.lon), space.municipality
    elif subject.place:
        everywhere = await all_municipalities(connection)
        place = municipality_named(subject.place, everywhere, labels(everywhere))
        centre, near = (place.lat, place.lon), place.name
    if centre is None:
        raise NotFound
    sought = Sought(kind, None, None, centre, RADIUS_KM)
    options["near"] = sought, near_in_words(kind, RADIUS_KM, near)
    return Choices(options, space.rules.zone if space else ZONE.key)


ROUTES = [wish_form, join, wish_page, accept, withdraw]
