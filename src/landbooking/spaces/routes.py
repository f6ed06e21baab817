"""A space's pages: what it is, its week, a day with its desks."""

import datetime as dt
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, is_within_reach, parse_values
from landbooking.ids import Id
from landbooking.pages import page
from landbooking.period import Period, closing_instant, local_period, monday_of, opening_instant
from landbooking.spaces import booking_routes, consultation_form, features, gbfs_routes, pool_routes, search
from landbooking.spaces.day import day_of
from landbooking.spaces.guests import pages as guests
from landbooking.spaces.holding import pages as holding
from landbooking.spaces.kinds import KINDS, Kind, several
from landbooking.spaces.kiosk import routes as kiosk
from landbooking.spaces.live import routes as live
from landbooking.spaces.opening_hours import OpeningRules, last_day, open_periods
from landbooking.spaces.plans.plans import spaces_with_plan
from landbooking.spaces.presence import pages as presence
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.series import routes as series
from landbooking.spaces.shown import shown_space
from landbooking.spaces.space import published_space, resources_of
from landbooking.spaces.terms import terms_of
from landbooking.spaces.waiting.addresses import joining_address
from landbooking.spaces.week import week_of


class WeekQuery(msgspec.Struct, frozen=True):
    date: dt.date | None = None


class KindQuery(msgspec.Struct, frozen=True):
    kind: Kind | None = None


class DayQuery(msgspec.Struct, frozen=True):
    """`start` and `end` are local clock times: what the person asked for, to be pointed out."""

    start: dt.time | None = None
    end: dt.time | None = None


@get("/spaces/{space_id:int}", guards=[public], include_in_schema=False)
async def space_page(request: Request[Any, Any, Any], reads: Connection, space_id: Id) -> Response[str]:
    space, had, photos, planned = await shown_space(reads, space_id)
    now = datetime.now(UTC)
    today = now.astimezone(space.rules.time_zone).date()
    asked = _asked_day(request)
    monday = monday_of(asked or _first_day_to_book(space.rules, today, now))
    kind = _asked_kind(request, had)
    rules = space.rules_of(kind)
    schedules = await schedules_of(reads, [space], _days(monday, 7, rules.time_zone), kind)
    busy = [schedule.taken for schedule in schedules[space_id]]
    return page(
        request,
        "spaces/space.html",
        space=space,
        tags=features.tags,
        photos=photos,
        planned=planned,
        kinds=_kinds(had, kind),
        kind=kind,
        terms=terms_of(rules, space.tariff_of(kind)),
        week=week_of(space_id, kind, rules, busy, monday, now),
        monday=monday,
        previous=monday - timedelta(days=7) if monday > today else None,
        following=monday + timedelta(days=7) if monday + timedelta(days=7) <= last_day(rules, now) else None,
    )


@get("/spaces/{space_id:int}/days/{day:str}", guards=[public], include_in_schema=False)
async def day_page(
    request: Request[Any, Any, Any], reads: Connection, space_id: Id, day: FromPath[str]
) -> Response[str]:
    space = await published_space(reads, space_id)
    asked_day = _day_in_address(day)
    zone = space.rules.time_zone
    query = _asked_times(request)
    wish = local_period(asked_day, query.start, query.end, zone) if query.start and query.end else None
    if wish and wish.end <= wish.start:
        wish = None
    resources = await resources_of(reads, space_id)
    had = {resource.kind for resource in resources}
    kind = _asked_kind(request, had)
    schedules = await schedules_of(reads, [space], _days(asked_day, 1, zone), kind)
    now = datetime.now(UTC)
    return page(
        request,
        "spaces/day.html",
        space=space,
        tags=features.tags,
        day=asked_day,
        kinds=_kinds(had, kind),
        kind=kind,
        view=day_of(space.rules_of(kind), resources, schedules[space_id], asked_day, wish, now),
        wish=wish,
        planned=space_id in await spaces_with_plan(reads, [space_id]),
        waiting_list=joining_address(kind, wish, zone, space=space.id) if wish else None,
        previous=asked_day - timedelta(days=1) if asked_day > now.astimezone(zone).date() else None,
        following=asked_day + timedelta(days=1) if asked_day < last_day(space.rules_of(kind), now) else None,
    )


def _asked_kind(request: Request[Any, Any, Any], had: set[Kind]) -> Kind:
    """What the query asks for, as long as the space has it; else the first that it has."""
    try:
        asked = parse_values(KindQuery, request.query_params).kind
    except InvalidInput:
        asked = None
    return asked if asked in had else next((kind for kind in KINDS if kind in had), "desk")


def _kinds(had: set[Kind], shown: Kind) -> list[tuple[Kind, str, bool]]:
    """What the space has, with its name and whether it is the one that is shown."""
    return [(kind, several(kind), kind == shown) for kind in KINDS if kind in had]


def _day_in_address(text: str) -> date:
    """Raises NotFound for a day that isn't one, and for years in which nothing can be booked."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not is_within_reach(day):
        raise NotFound
    return day


def _asked_day(request: Request[Any, Any, Any]) -> date | None:
    """The day of the query; a broken one is as good as none, for nothing was typed by hand."""
    try:
        day = parse_values(WeekQuery, request.query_params).date
    except InvalidInput:
        return None
    return day if day and is_within_reach(day) else None


def _asked_times(request: Request[Any, Any, Any]) -> DayQuery:
    try:
        return parse_values(DayQuery, request.query_params)
    except InvalidInput:
        return DayQuery()


def _first_day_to_book(rules: OpeningRules, today: date, now: datetime) -> date:
    """So that on a Sunday evening nobody is shown a week that is over; today where nothing opens within a week."""
    days = [today + timedelta(days=number) for number in range(8)]
    return next((day for day in days if any(opened.end > now for opened in open_periods(rules, day))), today)


def _days(first: date, count: int, zone: ZoneInfo) -> Period:
    """From the local midnight at which `first` begins to the one at which the last of `count` days ends."""
    return Period(opening_instant(first, 0, zone), closing_instant(first + timedelta(days=count - 1), 24 * 60, zone))


ROUTES = [
    search.home,
    search.search,
    space_page,
    day_page,
    *booking_routes.ROUTES,
    *holding.ROUTES,
    *pool_routes.ROUTES,
    *presence.ROUTES,
    *consultation_form.ROUTES,
    *gbfs_routes.ROUTES,
    *guests.ROUTES,
    *series.ROUTES,
    *live.ROUTES,
    *kiosk.ROUTES,
]
