"""The pages of what can be booked in a space."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.forms import InvalidInput, parse_form, parse_values, text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces import features
from landbooking.spaces.hosting.consequence_pages import ask_host, decision_from
from landbooking.spaces.hosting.consequences import Undecided
from landbooking.spaces.hosting.resources import (
    EditedResource,
    NameTaken,
    NameTells,
    PoolTaken,
    add_pool,
    add_resource,
    all_resources,
    bring_back,
    change_resource,
    resource_of,
    retire_resource,
)
from landbooking.spaces.kinds import KINDS, Kind, one, several
from landbooking.spaces.space import Resource, Space, space_by_id

Asked = Request[Any, Any, Any]


class ResourceForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=60)]
    features: list[str]


class ChangedResourceForm(ResourceForm):
    pool: Annotated[str, msgspec.Meta(max_length=60)] = ""


class NewResourcesForm(ResourceForm):
    """`number` of them: one by this name, or more that are alike and numbered."""

    kind: Kind = "desk"
    number: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1


class KindQuery(msgspec.Struct):
    kind: Kind = "desk"


@get("/host/spaces/{space_id:int}/resources", guards=[owner_of_space], include_in_schema=False)
async def resources_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    """`kind` in the query says which kind is to be added."""
    try:
        kind = parse_values(KindQuery, request.query_params).kind
    except InvalidInput:
        kind = "desk"
    return await _list(request, reads, space_id, kind, {"name": "", "number": "1", "features": []}, {})


@post("/host/spaces/{space_id:int}/resources", guards=[owner_of_space], include_in_schema=False)
async def add(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    known: Kind = next((kind for kind in KINDS if kind == posted.get("kind")), "desk")
    try:
        form = await parse_form(NewResourcesForm, request)
        wanted = features.known_features(form.features, features.OF_KINDS[form.kind])
        if form.number == 1:
            await add_resource(connection, space_id, form.kind, form.name, wanted)
        else:
            await add_pool(connection, space_id, form.kind, form.name, form.number, wanted)
    except (
        InvalidInput,
        NameTaken,
        NameTells,
        PoolTaken,
    ) as refusal:  # nothing was written yet, so nothing is committed
        typed = {
            "name": text_of(posted, "name"),
            "number": text_of(posted, "number"),
            "features": posted.getall("features", []),
        }
        return await _list(request, connection, space_id, known, typed, refusal.fields)
    return redirect(request, f"/host/spaces/{space_id}/resources?kind={form.kind}", notice="desks-added")


@get("/host/spaces/{space_id:int}/resources/{resource_id:int}", guards=[owner_of_space], include_in_schema=False)
async def resource_page(request: Asked, space_id: Id, resource_id: Id, reads: Connection) -> Response[str]:
    resource = await resource_of(reads, space_id, resource_id)
    return _one(request, await space_by_id(reads, space_id), resource, _as_typed(resource), {})


@post("/host/spaces/{space_id:int}/resources/{resource_id:int}", guards=[owner_of_space], include_in_schema=False)
async def change(request: Asked, space_id: Id, resource_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    resource = await resource_of(connection, space_id, resource_id)
    typed: dict[str, Any] = {name: text_of(posted, name) for name in ("name", "pool", "version")}
    typed["features"] = posted.getall("features", [])
    try:
        form = await parse_form(ChangedResourceForm, request)
        wanted = features.known_features(form.features, features.OF_KINDS[resource.kind])
        await change_resource(connection, space_id, resource_id, form.name, form.pool or None, wanted, typed["version"])
    except (
        InvalidInput,
        NameTaken,
        NameTells,
        PoolTaken,
    ) as refusal:  # nothing was written yet, so nothing is committed
        return _one(request, await space_by_id(connection, space_id), resource, typed, refusal.fields)
    except Stale:
        resource = await resource_of(connection, space_id, resource_id)
        typed["version"] = resource.version
        return _one(request, await space_by_id(connection, space_id), resource, typed, {}, changed=True)
    return redirect(request, f"/host/spaces/{space_id}/resources", notice="desk-saved")


@post(
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/retirement",
    guards=[owner_of_space],
    include_in_schema=False,
)
async def retire(request: Asked, space_id: Id, resource_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    resource = await resource_of(connection, space_id, resource_id)
    try:
        await retire_resource(connection, request.user, space_id, resource_id, decision_from(posted))
    except Undecided as undecided:  # nothing was written yet, so nothing is committed
        return ask_host(
            request,
            posted,
            await space_by_id(connection, space_id),
            undecided,
            question=_("Für „%(name)s“ gibt es Buchungen") % {"name": resource.name},
            action=_("Platz ausmustern"),
            way_back=f"/host/spaces/{space_id}/resources",
        )
    return redirect(request, f"/host/spaces/{space_id}/resources", notice="desk-retired")


@post(
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/return", guards=[owner_of_space], include_in_schema=False
)
async def take_back(request: Asked, space_id: Id, resource_id: Id, connection: Connection) -> Response[Any]:
    """Where another desk has got its name meanwhile, the desk must get a new one first."""
    try:
        await bring_back(connection, space_id, resource_id)
    except (NameTaken, PoolTaken) as refusal:  # nothing was written yet, so nothing is committed
        resource = await resource_of(connection, space_id, resource_id)
        return _one(request, await space_by_id(connection, space_id), resource, _as_typed(resource), refusal.fields)
    return redirect(request, f"/host/spaces/{space_id}/resources", notice="desk-returned")


async def _list(
    request: Asked, reads: Connection, space_id: int, kind: Kind, typed: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    """What there is by kind, and the form for more of one kind."""
    space = await space_by_id(reads, space_id)
    resources = await all_resources(reads, space_id)
    zone = space.rules.time_zone
    return page(
        request,
        "spaces/hosting/resources.html",
        status=422 if errors else 200,
        space=space,
        groups=[(several(of), found) for of in KINDS if (found := _shown(space, resources, of))],
        retired=[(each, each.retired_at.astimezone(zone).date()) for each in resources if each.retired_at is not None],
        kinds=[(of, one(of), of == kind) for of in KINDS],
        kind=kind,
        options=features.options_of(kind),
        typed=typed,
        errors=errors,
    )


def _shown(
    space: Space, resources: Sequence[Resource], kind: Kind
) -> list[tuple[Resource, list[tuple[str, str]], bool]]:
    """Those that can be booked, with their features and whether they have rules of their own."""
    own = {override.resource_id for override in space.overrides}
    return [
        (each, features.tags(each.features), each.id in own)
        for each in resources
        if each.retired_at is None and each.kind == kind
    ]


def _as_typed(resource: EditedResource) -> dict[str, Any]:
    return {
        "name": resource.name,
        "pool": resource.pool or "",
        "features": resource.features,
        "version": resource.version,
    }


def _one(
    request: Asked,
    space: Space,
    resource: EditedResource,
    typed: dict[str, Any],
    errors: dict[str, str],
    changed: bool = False,
) -> Response[str]:
    return page(
        request,
        "spaces/hosting/resource.html",
        status=409 if changed else 422 if errors else 200,
        changed=changed,
        space=space,
        resource=resource,
        kind=one(resource.kind),
        options=features.options_of(resource.kind),
        typed=typed,
        errors=errors,
    )


ROUTES = [resources_page, add, resource_page, change, retire, take_back]
