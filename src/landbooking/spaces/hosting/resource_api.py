"""What can be booked in a space, in the JSON API, for its hosts."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField
from landbooking.ids import Id, Version
from landbooking.spaces import features
from landbooking.spaces.hosting.decision_api import DecisionBody, decision_of
from landbooking.spaces.hosting.resources import (
    EditedResource,
    add_pool,
    add_resource,
    all_resources,
    bring_back,
    change_resource,
    resource_of,
    retire_resource,
)
from landbooking.spaces.hosting.vehicle_pages import VehicleForm, checked_vehicle
from landbooking.spaces.kinds import Kind
from landbooking.spaces.vehicles import Vehicle, save_vehicle, vehicle_of

Asked = Request[Person, Any, Any]
Name = Annotated[str, msgspec.Meta(max_length=60, pattern=r"\S")]


class NewResources(msgspec.Struct, frozen=True):
    """One by this `name`, or a pool of `number` alike units, which are numbered. `features` are words as in GET."""

    name: Name
    kind: Kind = "desk"
    number: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    features: Annotated[list[str], msgspec.Meta(max_length=20)] = []


class ChangedResource(msgspec.Struct, frozen=True):
    """All of it, as it shall be. `version` is the one that was seen; a later one is refused."""

    name: Name
    features: Annotated[list[str], msgspec.Meta(max_length=20)]
    pool: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    version: Version | None = None


class Retirement(msgspec.Struct, frozen=True):
    decision: DecisionBody | None = None


class HostedResource(msgspec.Struct, frozen=True):
    """As its host sees it; what has `retired_at` can't be booked any more."""

    id: int
    kind: Kind
    name: str
    features: tuple[str, ...]
    pool: str | None
    retired_at: datetime | None
    version: int


@get(
    "/spaces/{space_id:int}/resources",
    guards=[owner_of_space],
    operation_id="resources",
    summary="A space's resources",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_resources(request: Asked, reads: Connection, space_id: Id) -> list[HostedResource]:
    """With the retired ones, which come last."""
    return [_shown(one) for one in await all_resources(reads, space_id)]


@post(
    "/spaces/{space_id:int}/resources",
    guards=[owner_of_space],
    operation_id="addResources",
    summary="Add resources",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[NewResources],
    return_dto=None,
    response_description="They can be booked.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_resources(
    request: Asked, connection: Connection, space_id: Id, data: JSONBody[NewResources]
) -> list[HostedResource]:
    """Adds one, or a pool of alike units."""
    words, name = features.known_features(data.features, features.OF_KINDS[data.kind]), data.name.strip()
    if data.number == 1:
        added = await add_resource(connection, space_id, data.kind, name, words)
    else:
        added = await add_pool(connection, space_id, data.kind, name, data.number, words)
    return [_shown(one) for one in await all_resources(connection, space_id) if one.id in added]


@post(
    "/spaces/{space_id:int}/resources/{resource_id:int}/change",
    guards=[owner_of_space],
    status_code=200,
    operation_id="changeResource",
    summary="Change a resource",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[ChangedResource],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_change(
    request: Asked, connection: Connection, space_id: Id, resource_id: Id, data: JSONBody[ChangedResource]
) -> HostedResource:
    """Its name, pool and features; its kind stays what it is."""
    words = features.known_features(
        data.features, features.OF_KINDS[(await resource_of(connection, space_id, resource_id)).kind]
    )
    pool = (data.pool or "").strip() or None
    seen = str(data.version or "")
    await change_resource(connection, space_id, resource_id, data.name.strip(), pool, words, seen)
    return await _view(connection, space_id, resource_id)


@post(
    "/spaces/{space_id:int}/resources/{resource_id:int}/retirement",
    guards=[owner_of_space],
    status_code=200,
    operation_id="retire",
    summary="Retire a resource",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[Retirement],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_retirement(
    request: Asked, connection: Connection, space_id: Id, resource_id: Id, data: JSONBody[Retirement]
) -> HostedResource:
    """From now on it can't be booked. What is booked is decided about first: 409 `bookings-affected`."""
    await retire_resource(connection, request.user, space_id, resource_id, decision_of(data.decision))
    return await _view(connection, space_id, resource_id)


@post(
    "/spaces/{space_id:int}/resources/{resource_id:int}/return",
    guards=[owner_of_space],
    status_code=200,
    operation_id="bringBack",
    summary="Bring a resource back",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def post_return(request: Asked, connection: Connection, space_id: Id, resource_id: Id) -> HostedResource:
    """It can be booked again. 422 where another has its name by now."""
    await bring_back(connection, space_id, resource_id)
    return await _view(connection, space_id, resource_id)


@get(
    "/spaces/{space_id:int}/vehicles/{vehicle_id:int}",
    guards=[owner_of_space],
    operation_id="vehicle",
    summary="A vehicle as its host describes it",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_vehicle(request: Asked, reads: Connection, space_id: Id, vehicle_id: Id) -> Vehicle:
    """404 also where nobody has described it yet."""
    await resource_of(reads, space_id, vehicle_id)
    vehicle = await vehicle_of(reads, vehicle_id)
    if vehicle is None:
        raise NotFound
    return vehicle


@post(
    "/spaces/{space_id:int}/vehicles/{vehicle_id:int}",
    guards=[owner_of_space],
    status_code=200,
    operation_id="describeVehicle",
    summary="Describe a vehicle",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[VehicleForm],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_vehicle(
    request: Asked, connection: Connection, space_id: Id, vehicle_id: Id, data: JSONBody[VehicleForm]
) -> Vehicle:
    """What GBFS says of it; one that is `out_of_order` can't be booked."""
    await save_vehicle(connection, space_id, vehicle_id, vehicle := checked_vehicle(data))
    return vehicle


async def _view(connection: Connection, space_id: int, resource_id: int) -> HostedResource:
    return _shown(await resource_of(connection, space_id, resource_id))


def _shown(resource: EditedResource) -> HostedResource:
    return HostedResource(**{name: getattr(resource, name) for name in HostedResource.__struct_fields__})


ROUTES = [
    list_resources, post_resources, post_change, post_retirement, post_return, get_vehicle, post_vehicle,
]  # fmt: skip
