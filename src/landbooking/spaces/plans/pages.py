"""The page on which a resident picks a place: on the plan, or out of the same as a list."""

import datetime as dt
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, check_within_reach, parse_values
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.period import Period, closing_instant, joined, local_period, opening_instant
from landbooking.spaces import features
from landbooking.spaces.day import DayView, day_of
from landbooking.spaces.opening_hours import OpeningRules, next_step, open_periods
from landbooking.spaces.plans.choice import choices
from landbooking.spaces.plans.drawing import Named, shapes
from landbooking.spaces.plans.plans import plan_of
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Resource, Space, published_space, resources_of

USUAL_LENGTH = timedelta(hours=2)


class WishQuery(msgspec.Struct, frozen=True):
    """Local clock times of the space's day; the end 00:00 is the midnight at which it is over."""

    date: dt.date
    start: dt.time
    end: dt.time


@get("/spaces/{space_id:int}/plan", guards=[public], include_in_schema=False)
async def plan_page(request: Request[Any, Any, Any], reads: Connection, space_id: Id) -> Response[str]:
    space = await published_space(reads, space_id)
    plan = await plan_of(reads, space_id)
    if not plan.floors:
        raise NotFound
    now = datetime.now(UTC)
    asked = {name: request.query_params.get(name, "") for name in ("date", "start", "end")}
    errors: dict[str, str] = {}
    wish = None
    if any(asked.values()):
        try:
            wish = _wish(space, request)
        except InvalidInput as invalid:
            errors = invalid.errors
    elif wish := _next_hours(space.rules, now):
        start, end = (moment.astimezone(space.rules.time_zone) for moment in wish)
        asked = {"date": f"{start.date()}", "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    resources = await resources_of(reads, space_id)
    placed = [one for one in resources if one.id in set(plan.resource_ids)]
    found = {}
    if wish:
        days = await _days(reads, space, resources, {one.kind for one in placed}, wish, now)
        found = choices(days, wish, space.rules.zone)
    called = {one.id: Named(one.name, one.kind) for one in placed}
    return page(
        request,
        "spaces/plans/plan.html",
        422 if errors else 200,
        space=space,
        tags=features.tags,
        asked=asked,
        errors=errors,
        wish=wish,
        floors=[(floor, shapes(floor, called)) for floor in plan.floors],
        placed=placed,
        choices=found,
        elsewhere=len(resources) - len(placed),
    )


def _wish(space: Space, request: Request[Any, Any, Any]) -> Period:
    """Raises InvalidInput."""
    query = parse_values(WishQuery, request.query_params)
    check_within_reach(query.date, "date")
    wish = local_period(query.date, query.start, query.end, space.rules.time_zone)
    if wish.end <= wish.start:
        raise InvalidInput({"end": _("Das Ende muss nach dem Anfang liegen.")}, {})
    return wish


def _next_hours(rules: OpeningRules, now: datetime) -> Period | None:
    """The next two hours that are open and not too soon to book; None where that is not within a week."""
    today = now.astimezone(rules.time_zone).date()
    earliest = next_step(rules, now + timedelta(minutes=rules.lead_minutes))
    for number in range(8):
        for opened in joined(open_periods(rules, today + timedelta(days=number))):
            start = max(opened.start, earliest)
            if start + USUAL_LENGTH <= opened.end:
                return Period(start, start + USUAL_LENGTH)
    return None


async def _days(
    reads: Connection, space: Space, resources: list[Resource], kinds: set[Any], wish: Period, now: datetime
) -> list[DayView]:
    """The wished day of each of these kinds, as its own page shows it."""
    zone = space.rules.time_zone
    day: date = wish.start.astimezone(zone).date()
    whole = Period(opening_instant(day, 0, zone), closing_instant(day, 24 * 60, zone))
    schedules = (await schedules_of(reads, [space], whole))[space.id]
    return [
        day_of(space.rules_of(kind), resources, [one for one in schedules if one.kind == kind], day, wish, now)
        for kind in kinds
    ]


ROUTES = [plan_page]
