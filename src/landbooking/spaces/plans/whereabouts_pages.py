"""The page on which a host sees who is where. It has an address of its own, so that a plan on a wall names nobody."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.ids import Id
from landbooking.pages import page
from landbooking.period import STEP
from landbooking.spaces.hosting.board import entries_between, resources_on_board
from landbooking.spaces.plans.drawing import Named, shapes, shortened
from landbooking.spaces.plans.plans import plan_of
from landbooking.spaces.plans.whereabouts import whereabouts
from landbooking.spaces.plans.wish import asked_wish
from landbooking.spaces.presence.here import begun_step
from landbooking.spaces.space import space_by_id


@get("/host/spaces/{space_id:int}/whereabouts", guards=[host_of_space], include_in_schema=False)
async def whereabouts_page(request: Request[Any, Any, Any], reads: Connection, space_id: Id) -> Response[str]:
    """Now, unless another time is asked for. Where nobody has drawn a plan the list stands alone."""
    space = await space_by_id(reads, space_id)
    now = datetime.now(UTC)
    asked, wish, errors = asked_wish(request.query_params, space.rules, begun_step(space.rules, now), least=STEP)
    entries = await entries_between(reads, space_id, wish) if wish else []
    resources = await resources_on_board(reads, space_id, entries)
    plan = await plan_of(reads, space_id)
    found = whereabouts(space, resources, entries, wish, now) if wish else []
    called = {one.id: Named(one.name, one.kind, one.retired_at is not None) for one in resources}
    return page(
        request,
        "spaces/plans/whereabouts.html",
        422 if errors else 200,
        space=space,
        asked=asked,
        errors=errors,
        wish=wish,
        floors=[(floor, shapes(floor, called)) for floor in plan.floors],
        shortened=shortened,
        found={one.resource.id: one for one in found},
        placed=[one for one in found if one.resource.id in plan.resource_ids],
        elsewhere=[one for one in found if one.resource.id not in plan.resource_ids],
    )


ROUTES = [whereabouts_page]
