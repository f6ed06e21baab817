"""One question: what do you need, where, when. And the spaces that answer it, nearest first."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.places.map import drawn_map
from landbooking.places.municipality import (
    Municipality,
    UnknownPlace,
    all_municipalities,
    label_of,
    labels,
    municipality_named,
)
from landbooking.spaces import features
from landbooking.spaces.availability import MOST_SPACES, published_spaces, search_spaces
from landbooking.spaces.period import local_period

RADIUS_KM = 30.0
ZONE = ZoneInfo("Europe/Berlin")  # of the question; each space judges it by the rules of its own


class SearchForm(msgspec.Struct, frozen=True):
    place: Annotated[str, msgspec.Meta(max_length=120)]
    date: date
    start: time
    end: time
    kind: Literal["desk"] = "desk"


@get("/", guards=[public], include_in_schema=False)
async def home(request: Request[Person | None, Any, Any], reads: Connection) -> Response[str]:
    everywhere = await all_municipalities(reads)
    values = {**_usual_wish(), "place": _home_of(request.user, everywhere)}
    return await _form_page(request, reads, everywhere, values, {}, 200)


@get("/search", guards=[public], include_in_schema=False)
async def search(request: Request[Person | None, Any, Any], reads: Connection) -> Response[str]:
    everywhere = await all_municipalities(reads)
    errors: dict[str, str] = {}
    form = place = period = None
    try:
        form = parse_values(SearchForm, request.query_params)
    except InvalidInput as invalid:
        errors |= invalid.errors
    try:
        place = await municipality_named(reads, request.query_params.get("place", ""))
    except UnknownPlace as unknown:
        errors["place"] = unknown.message
    if form:
        period = local_period(form.date, form.start, form.end, ZONE)
        if period.end <= period.start:
            errors["end"] = _("Das Ende muss nach dem Anfang liegen.")
    if errors or form is None or place is None or period is None:
        return await _form_page(request, reads, everywhere, dict(request.query_params.items()), errors, 422)
    return page(
        request,
        "spaces/results.html",
        form=form,
        place=place,
        place_label=label_of(place, everywhere),
        places=labels(everywhere).values(),
        period=period,
        tags=features.tags,
        results=await search_spaces(reads, place.lat, place.lon, RADIUS_KM, period),
    )


async def _form_page(
    request: Request[Person | None, Any, Any],
    reads: Connection,
    everywhere: list[Municipality],
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
        places=labels(everywhere).values(),
        values=shown,
        errors=errors,
        spaces=spaces,
        drawing=drawn_map(everywhere, spaces) if spaces else None,
    )


def _usual_wish() -> dict[str, str]:
    """The morning of the next weekday: most people want something like it, and changing it is easy."""
    day = datetime.now(UTC).astimezone(ZONE).date() + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return {"date": day.isoformat(), "start": "09:00", "end": "12:00", "kind": "desk"}


def _home_of(viewer: Person | None, everywhere: list[Municipality]) -> str:
    if viewer is None or viewer.home_id is None:
        return ""
    return next((label_of(place, everywhere) for place in everywhere if place.id == viewer.home_id), "")
