"""One question: what do you need, where, when. And the spaces that answer it, nearest first."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.period import local_period
from landbooking.places.map import drawn_map
from landbooking.places.municipality import (
    Municipality,
    UnknownPlace,
    all_municipalities,
    labels,
    municipality_named,
)
from landbooking.spaces import features
from landbooking.spaces.availability import MOST_SPACES, published_spaces, search_spaces
from landbooking.spaces.kinds import Kind, options
from landbooking.spaces.plans.plans import spaces_with_plan
from landbooking.spaces.waiting.addresses import joining_address

RADIUS_KM = 30.0
ZONE = ZoneInfo("Europe/Berlin")  # of the question; each space judges it by the rules of its own
ANY_DAY = date(2026, 1, 1)  # on which no clock is changed


class Clocks(msgspec.Struct, frozen=True):
    """Of one day; the end 00:00 is the midnight at which it is over."""

    start: time
    end: time


class SearchForm(Clocks, frozen=True, kw_only=True):
    place: Annotated[str, msgspec.Meta(max_length=120)]
    date: date
    kind: Kind = "desk"


@get("/", guards=[public], include_in_schema=False)
async def home(request: Request[Person | None, Any, Any], reads: Connection) -> Response[str]:
    everywhere = await all_municipalities(reads)
    label = labels(everywhere)
    home_id = request.user.home_id if request.user else None
    values = {**_usual_wish(), "place": label.get(home_id, "") if home_id else ""}
    return await _form_page(request, reads, everywhere, label, values, {}, 200)


@get("/search", guards=[public], include_in_schema=False)
async def search(request: Request[Person | None, Any, Any], reads: Connection) -> Response[str]:
    everywhere = await all_municipalities(reads)
    label = labels(everywhere)
    errors: dict[str, str] = {}
    form = place = period = None
    try:
        form = parse_values(SearchForm, request.query_params)
    except InvalidInput as invalid:
        errors |= invalid.errors
    try:
        place = municipality_named(request.query_params.get("place", ""), everywhere, label)
    except UnknownPlace as unknown:
        errors["place"] = unknown.message
    if not errors.keys() & {"start", "end"}:  # their order is told even where another field is wrong
        clocks = parse_values(Clocks, request.query_params)
        period = local_period(form.date if form else ANY_DAY, clocks.start, clocks.end, ZONE)
        if period.end <= period.start:
            errors["end"] = _("Das Ende muss nach dem Anfang liegen.")
    if errors or form is None or place is None or period is None:
        return await _form_page(request, reads, everywhere, label, dict(request.query_params.items()), errors, 422)
    results = await search_spaces(reads, place.lat, place.lon, RADIUS_KM, form.kind, period)
    could_wait = not any(result.free for result in results) and any(not result.refusal for result in results)
    return page(
        request,
        "spaces/results.html",
        form=form,
        place=place,
        place_label=label[place.id],
        places=label.values(),
        period=period,
        tags=features.tags,
        kinds=options(),
        results=results,
        planned=await spaces_with_plan(reads, [result.space.id for result in results if result.free]),
        waiting_list=joining_address(form.kind, period, ZONE, place=label[place.id]) if could_wait else None,
    )


async def _form_page(
    request: Request[Person | None, Any, Any],
    reads: Connection,
    everywhere: list[Municipality],
    label: dict[int, str],
    values: dict[str, Any],
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    shown = {name: values.get(name, "") for name in ("place", "date", "start", "end", "kind")}
    spaces = [space for space, _none in await published_spaces(reads, None, 0, None, None, MOST_SPACES)]
    return page(
        request,
        "spaces/home.html",
        status,
        places=label.values(),
        values=shown,
        errors=errors,
        kinds=options(),
        spaces=spaces,
        drawing=drawn_map(everywhere, spaces) if spaces else None,
    )


def _usual_wish() -> dict[str, str]:
    """The morning of the next weekday: most people want something like it, and changing it is easy."""
    day = datetime.now(UTC).astimezone(ZONE).date() + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return {"date": day.isoformat(), "start": "09:00", "end": "12:00", "kind": "desk"}
