"""My bookings: coming, past, cancelled; the reminders; the calendar feed."""

import datetime as dt
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.reminders import choose_reminders
from landbooking.agenda.day import ZONE, day_of
from landbooking.agenda.erasure import erase_account
from landbooking.agenda.feed import create_feed, has_feed, person_of_feed, revoke_feed
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, parse_values
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.notifications.calendar import calendar_feed
from landbooking.pages import page, redirect
from landbooking.rides.announcements import entry, reschedule_ride_reminders
from landbooking.rides.seat import accepted_seats
from landbooking.spaces.announcements import reschedule_reminders
from landbooking.spaces.bookings import Booking, bookings_before, bookings_since, coming_bookings
from landbooking.spaces.feeds.answer import calendar_answer
from landbooking.spaces.hosting.hosts import owned_alone
from landbooking.spaces.waiting.routes import time_left
from landbooking.spaces.waiting.wishes import only_ever_held, open_wishes

SHOWN = 50  # past and cancelled bookings on the page; older ones are in the API


class DayQuery(msgspec.Struct, frozen=True):
    date: dt.date | None = None


class ReminderForm(msgspec.Struct, frozen=True):
    """An unticked box is absent."""

    day_before: bool = False
    hour_before: bool = False


@get("/bookings", guards=[signed_in], include_in_schema=False)
async def my_bookings(request: Request[Person, Any, Any], reads: Connection) -> Response[str]:
    recent = await bookings_before(reads, request.user, None, SHOWN)
    only_held = await only_ever_held(reads, request.user)
    return page(
        request,
        "agenda/bookings.html",
        coming=_by_series(await coming_bookings(reads, request.user)),
        past=_by_series(one for one in recent if one.status == "confirmed" and one.end <= datetime.now(UTC)),
        cancelled=_by_series(one for one in recent if one.status == "cancelled" and one.id not in only_held),
        wishes=[(wish, time_left(wish)) for wish in await open_wishes(reads, request.user)],
        has_feed=await has_feed(reads, request.user),
    )


def _by_series(bookings: Iterable[Booking]) -> list[tuple[Booking, int]]:
    """The first of each series with how many more of it there are; what belongs to none, alone."""
    rows: dict[tuple[str, int], list[Booking]] = {}
    for booking in bookings:
        key = ("series", booking.series.series_id) if booking.series else ("booking", booking.id)
        rows.setdefault(key, []).append(booking)
    return [(dates[0], len(dates) - 1) for dates in rows.values()]


@get("/my-day", guards=[signed_in], include_in_schema=False)
async def my_day(request: Request[Person, Any, Any], reads: Connection) -> Response[str]:
    """Today, or a day to come."""
    today = datetime.now(UTC).astimezone(ZONE).date()
    try:
        asked = parse_values(DayQuery, request.query_params).date
    except InvalidInput:
        asked = None
    day = max(today, asked or today)
    return page(
        request,
        "agenda/day.html",
        shown=day,
        items=await day_of(reads, request.user, day),
        previous=day - timedelta(days=1) if day > today else None,
        following=day + timedelta(days=1),
    )


@post("/bookings/reminders", guards=[signed_in], include_in_schema=False)
async def reminders(request: Request[Person, Any, Any], connection: Connection) -> Response[None]:
    """The reminders of bookings and rides that stand already follow the new choice."""
    form = await parse_form(ReminderForm, request)
    person = await choose_reminders(connection, request.user, form.day_before, form.hour_before)
    await reschedule_reminders(connection, person)
    await reschedule_ride_reminders(connection, person)
    return redirect(request, "/bookings", notice="reminders-saved")


@post("/bookings/feed", guards=[signed_in], include_in_schema=False, status_code=200)
async def new_feed(request: Request[Person, Any, Any], connection: Connection) -> Response[str]:
    """The address is shown once, on this page, and stands in no address bar."""
    token = await create_feed(connection, request.user)
    return page(request, "agenda/feed.html", address=f"{request.app.state.settings.base_url}/calendar/{token}.ics")


@post("/bookings/feed/revocation", guards=[signed_in], include_in_schema=False)
async def end_feed(request: Request[Person, Any, Any], connection: Connection) -> Response[None]:
    await revoke_feed(connection, request.user)
    return redirect(request, "/bookings", notice="feed-revoked")


@get("/calendar/{name:str}", guards=[public], include_in_schema=False)
async def feed(request: Request[Any, Any, Any], reads: Connection, name: FromPath[str]) -> Response[bytes]:
    """Who knows the address may read it; that is all that calendar programs can prove."""
    person = await person_of_feed(reads, name.removesuffix(".ics"))
    bookings = await bookings_since(reads, person, days=90)
    seats = await accepted_seats(reads, person, days=90)
    with use_language(person.language):
        body = calendar_feed(
            [*(booking.entry(person.email) for booking in bookings), *(entry(seat, person) for seat in seats)],
            _("Meine Buchungen"),
            request.app.state.settings,
        )
    return calendar_answer(request, body, "private, no-cache")


@get("/profile/erasure", guards=[signed_in], include_in_schema=False)
async def erasure_page(request: Request[Person, Any, Any], reads: Connection) -> Response[str]:
    return page(
        request,
        "agenda/erasure.html",
        coming=await coming_bookings(reads, request.user),
        alone=await owned_alone(reads, request.user),
    )


@post("/profile/erasure", guards=[signed_in], include_in_schema=False)
async def erase(request: Request[Person, Any, Any], connection: Connection) -> Response[None]:
    """The browser's session went with the account, so its cookie means nobody from now on."""
    await erase_account(connection, request.user)
    return redirect(request, "/", notice="erased")


ROUTES = [my_bookings, my_day, reminders, new_feed, end_feed, feed, erasure_page, erase]
