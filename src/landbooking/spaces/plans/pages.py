"""The page on which a resident picks a place: on the plan, or out of the same as a list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.ids import Id
from landbooking.pages import page
from landbooking.period import Period, closing_instant, opening_instant
from landbooking.spaces import features
from landbooking.spaces.day import DayView, day_of
from landbooking.spaces.opening_hours import next_step
from landbooking.spaces.plans.choice import choices
from landbooking.spaces.plans.drawing import Named, shapes
from landbooking.spaces.plans.plans import plan_of
from landbooking.spaces.plans.wish import asked_wish
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Resource, Space, published_space, resources_of


@get("/spaces/{space_id:int}/plan", guards=[public], include_in_schema=False)
async def plan_page(request: Request[Any, Any, Any], reads: Connection, space_id: Id) -> Response[str]:
    space = await published_space(reads, space_id)
    plan = await plan_of(reads, space_id)
    if not plan.floors:
        raise NotFound
    now = datetime.now(UTC)
    earliest = next_step(space.rules, now + timedelta(minutes=space.rules.lead_minutes))
    asked, wish, errors = asked_wish(request.query_params, space.rules, earliest)
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
