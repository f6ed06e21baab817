"""Blackouts in the JSON API: what is kept from being booked, in two taps or for any time."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import host_of_space
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import Id, RowId
from landbooking.language import gettext as _
from landbooking.spaces.api import Instant, storable
from landbooking.spaces.hosting.blackout_form import presets
from landbooking.spaces.hosting.blackouts import Blackout, Wish, add_blackout, coming_blackouts, lift_blackout
from landbooking.spaces.hosting.decision_api import DecisionBody, decision_of
from landbooking.spaces.hosting.times import check_day
from landbooking.spaces.space import space_by_id

Asked = Request[Person, Any, Any]


class NewBlackout(msgspec.Struct, frozen=True):
    """Half-open. Without `resource_ids` the whole space is kept free, with what is added to it later."""

    start: Instant
    end: Instant
    resource_ids: Annotated[list[RowId], msgspec.Meta(min_length=1, max_length=1000)] | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    decision: DecisionBody | None = None


class BlackoutView(msgspec.Struct, frozen=True):
    """One that stands; `resources` are names."""

    id: int
    start: datetime
    end: datetime
    reason: str
    whole_space: bool
    resources: tuple[str, ...]


class UsualTime(msgspec.Struct, frozen=True):
    """`words` are those of the button, such as "Tomorrow, all day"."""

    words: str
    start: datetime
    end: datetime


@get(
    "/spaces/{space_id:int}/blackouts",
    guards=[host_of_space],
    operation_id="blackouts",
    summary="A space's blackouts",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_blackouts(request: Asked, reads: Connection, space_id: Id) -> list[BlackoutView]:
    """Neither lifted nor over, the next one first."""
    return [_blackout(one) for one in await coming_blackouts(reads, space_id)]


@get(
    "/spaces/{space_id:int}/blackouts/usual",
    guards=[host_of_space],
    operation_id="usualBlackouts",
    summary="The times that are blocked most",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_usual_times(request: Asked, reads: Connection, space_id: Id) -> list[UsualTime]:
    """For a button each, so that two taps black a space out: the rest of today, tomorrow, the rest of the week."""
    rules = (await space_by_id(reads, space_id)).rules
    return [UsualTime(one.words, *one.period(rules)) for one in presets(rules, datetime.now(UTC))]


@post(
    "/spaces/{space_id:int}/blackouts",
    guards=[host_of_space],
    operation_id="blackOut",
    summary="Keep resources from being booked",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[NewBlackout],
    return_dto=None,
    response_description="The blackout stands.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_blackout(
    request: Asked,
    connection: Connection,
    space_id: Id,
    data: JSONBody[NewBlackout],
    idempotency_key: Key = None,
) -> BlackoutView:
    """Bookings that it would hit are decided about first: 409 `bookings-affected`. Sent again, it is not doubled.

    With an `Idempotency-Key` it is not even where it was lifted meanwhile: 404 then.
    """
    if blackout_id := await earlier(connection, request.user, idempotency_key, f"black out {space_id}", data):
        return await _standing(connection, space_id, blackout_id)
    space, period = await space_by_id(connection, space_id), storable(data.start, data.end)
    if period.end <= period.start:
        raise InvalidInput({"end": _("Das Ende muss nach dem Anfang liegen.")}, {})
    if period.end <= datetime.now(UTC):
        raise InvalidInput({"end": _("Diese Zeit ist schon vorbei.")}, {})
    try:
        check_day(period.end.astimezone(space.rules.time_zone).date(), space.rules, datetime.now(UTC))
    except ValueError as wrong:
        raise InvalidInput({"end": str(wrong)}, {}) from None
    chosen = None if data.resource_ids is None else tuple(data.resource_ids)
    wish = Wish(chosen, period, data.reason.strip())
    blackout_id = await add_blackout(connection, request.user, space_id, wish, decision_of(data.decision))
    if idempotency_key:
        await store_result(connection, request.user.id, idempotency_key, blackout_id)
    return await _standing(connection, space_id, blackout_id)


@post(
    "/spaces/{space_id:int}/blackouts/{blackout_id:int}/lifting",
    guards=[host_of_space],
    status_code=200,
    operation_id="liftBlackout",
    summary="Lift a blackout",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def post_lifting(request: Asked, connection: Connection, space_id: Id, blackout_id: Id) -> list[BlackoutView]:
    """Frees what it held. The answer is what still stands. Sent again, it changes nothing."""
    await lift_blackout(connection, request.user, space_id, blackout_id)
    return [_blackout(one) for one in await coming_blackouts(connection, space_id)]


async def _standing(connection: Connection, space_id: int, blackout_id: int) -> BlackoutView:
    """Raises NotFound where it was lifted, or is over."""
    for one in await coming_blackouts(connection, space_id):
        if one.id == blackout_id:
            return _blackout(one)
    raise NotFound


def _blackout(one: Blackout) -> BlackoutView:
    return BlackoutView(one.id, *one.period, one.reason, one.whole_space, one.resources)


ROUTES = [list_blackouts, list_usual_times, post_blackout, post_lifting]
