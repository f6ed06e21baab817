"""Days on which spaces stay closed, in the JSON API: one space or many, all of them or none."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import host_or_staff, owner_of_space
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import Id, RowId
from landbooking.spaces.hosting.closure_form import closure_from
from landbooking.spaces.hosting.closures import (
    StandingClosure,
    close_days,
    coming_closures,
    reopen_days,
    standing_closures,
)
from landbooking.spaces.hosting.common_closure import check_closable, closable_spaces
from landbooking.spaces.hosting.decision_api import DecisionBody, decision_of
from landbooking.spaces.space import space_by_id

Asked = Request[Person, Any, Any]


class NewClosure(msgspec.Struct, frozen=True):
    """Closed from `first` to `last`, both included; the one day where there is no `last`."""

    space_ids: Annotated[list[RowId], msgspec.Meta(min_length=1, max_length=1000)]
    first: date
    last: date | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    decision: DecisionBody | None = None


@get(
    "/spaces/{space_id:int}/closures",
    guards=[owner_of_space],
    operation_id="closures",
    summary="The days on which a space is closed",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_closures(request: Asked, reads: Connection, space_id: Id) -> list[StandingClosure]:
    """Those that are not over, the next one first."""
    return await _coming(reads, space_id)


@post(
    "/closures",
    guards=[host_or_staff],
    operation_id="close",
    summary="Close one space or several for the same days",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[NewClosure],
    return_dto=None,
    response_description="The closures stand, one for each space.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_closure(
    request: Asked, connection: Connection, data: JSONBody[NewClosure], idempotency_key: Key = None
) -> list[StandingClosure]:
    """All of them are closed, or none: 403 where somebody does not answer for one. Staff close their district's.

    Bookings that it would hit in any of them are decided about first, together: 409 `bookings-affected`, with the
    space's name before the resource's where there are several. Sent again, it is not doubled.
    """
    check_closable(data.space_ids, await closable_spaces(connection, request.user))
    rules = (await space_by_id(connection, data.space_ids[0])).rules
    typed = {"first": f"{data.first}", "last": f"{data.last or ''}", "reason": data.reason.strip()}
    closure = closure_from(typed, rules)
    if not await earlier(connection, request.user, idempotency_key, "close", data):
        await close_days(connection, request.user, data.space_ids, closure, decision_of(data.decision))
        if idempotency_key:
            await store_result(connection, request.user.id, idempotency_key, data.space_ids[0])
    return await standing_closures(connection, data.space_ids, closure)


@post(
    "/spaces/{space_id:int}/closures/{closure_id:int}/removal",
    guards=[owner_of_space],
    status_code=200,
    operation_id="reopen",
    summary="Take a closure back",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def post_reopening(request: Asked, connection: Connection, space_id: Id, closure_id: Id) -> list[StandingClosure]:
    """In this space; in others it stays. The answer is what is left. 404 once it is gone."""
    await reopen_days(connection, space_id, closure_id)
    return await _coming(connection, space_id)


async def _coming(connection: Connection, space_id: int) -> list[StandingClosure]:
    zone = (await space_by_id(connection, space_id)).rules.time_zone
    return await coming_closures(connection, space_id, datetime.now(UTC).astimezone(zone).date())


ROUTES = [list_closures, post_closure, post_reopening]
