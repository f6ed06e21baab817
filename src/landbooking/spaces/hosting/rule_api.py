"""The rules for bookings in the JSON API, for a space's hosts: of the space, of a kind in it, of one resource."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField
from landbooking.ids import Id, Version
from landbooking.spaces.hosting.rules import set_override, set_rules
from landbooking.spaces.hosting.rules_form import StandingRules
from landbooking.spaces.kinds import Kind
from landbooking.spaces.overrides import RULES, Override
from landbooking.spaces.presence.setting import set_patience
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Person, Any, Any]


class RulesBody(msgspec.Struct, frozen=True):
    """`rules` as they shall be. Of a space all of them are needed; for a kind or a resource null inherits.

    `version` is the one that was seen; a later one is refused.
    """

    rules: StandingRules
    version: Version | None = None


class Patience(msgspec.Struct, frozen=True):
    """`minutes` after the start, the time of who has not checked in is freed; 0: nobody has to."""

    minutes: Annotated[int, msgspec.Meta(ge=0, le=240)]
    version: Version | None = None


class RulesOfSpace(msgspec.Struct, frozen=True):
    """`rules` of the whole space, and what kinds and resources have otherwise; there null inherits."""

    version: int
    checkin_minutes: int | None
    rules: StandingRules
    kinds: dict[str, StandingRules]
    resources: dict[str, StandingRules]


@get(
    "/spaces/{space_id:int}/rules",
    guards=[owner_of_space],
    operation_id="rules",
    summary="A space's rules",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_rules(request: Asked, reads: Connection, space_id: Id) -> RulesOfSpace:
    """All that hosts have set. What holds for a resource in the end stands in `GET /spaces/{space_id}`."""
    return _view(await space_by_id(reads, space_id))


@post(
    "/spaces/{space_id:int}/rules",
    guards=[owner_of_space],
    status_code=200,
    operation_id="setRules",
    summary="Set a space's rules",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[RulesBody],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_rules(request: Asked, connection: Connection, space_id: Id, data: JSONBody[RulesBody]) -> RulesOfSpace:
    """For bookings from now on; rules that are left out stay as they are."""
    rules = {name: value for name, value in msgspec.structs.asdict(data.rules).items() if value is not None}
    await set_rules(connection, space_id, rules, str(data.version or ""))
    return _view(await space_by_id(connection, space_id))


@post(
    "/spaces/{space_id:int}/rules/{kind:str}",
    guards=[owner_of_space],
    status_code=200,
    operation_id="setRulesOfKind",
    summary="Set the rules of a kind",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[RulesBody],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_kind(
    request: Asked, connection: Connection, space_id: Id, kind: FromPath[Kind], data: JSONBody[RulesBody]
) -> RulesOfSpace:
    """What the kind has otherwise, from now on; rules that are left out are inherited."""
    override = Override(kind=kind, **msgspec.structs.asdict(data.rules))
    await set_override(connection, space_id, override, str(data.version or ""))
    return _view(await space_by_id(connection, space_id))


@post(
    "/spaces/{space_id:int}/resources/{resource_id:int}/rules",
    guards=[owner_of_space],
    status_code=200,
    operation_id="setRulesOfResource",
    summary="Set the rules of a resource",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[RulesBody],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_resource_rules(
    request: Asked, connection: Connection, space_id: Id, resource_id: Id, data: JSONBody[RulesBody]
) -> RulesOfSpace:
    """What the resource has otherwise, from now on; rules that are left out are inherited."""
    override = Override(resource_id=resource_id, **msgspec.structs.asdict(data.rules))
    await set_override(connection, space_id, override, str(data.version or ""))
    return _view(await space_by_id(connection, space_id))


@post(
    "/spaces/{space_id:int}/checkin",
    guards=[owner_of_space],
    status_code=200,
    operation_id="setPatience",
    summary="Set whether people check in",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[Patience],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_patience(request: Asked, connection: Connection, space_id: Id, data: JSONBody[Patience]) -> RulesOfSpace:
    """How long a space waits for people."""
    await set_patience(connection, space_id, data.minutes, str(data.version or ""))
    return _view(await space_by_id(connection, space_id))


def _view(space: Space) -> RulesOfSpace:
    return RulesOfSpace(
        version=space.version,
        checkin_minutes=space.checkin_minutes,
        rules=_rules(space.rules),
        kinds={one.kind: _rules(one) for one in space.overrides if one.kind},
        resources={f"{one.resource_id}": _rules(one) for one in space.overrides if one.resource_id},
    )


def _rules(standing: Any) -> StandingRules:
    return StandingRules(**{name: getattr(standing, name) for name in RULES})


ROUTES = [get_rules, post_rules, post_kind, post_resource_rules, post_patience]
