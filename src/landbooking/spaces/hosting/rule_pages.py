"""The pages of the rules for bookings: of the space, of a kind in it, of one resource."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.forms import InvalidInput
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.resources import all_resources, resource_of
from landbooking.spaces.hosting.rules import ContradictoryRules, override_of, set_override, set_rules
from landbooking.spaces.hosting.rules_form import fields_of, rules_as_typed, rules_from, typed_rules
from landbooking.spaces.kinds import KINDS, Kind, several
from landbooking.spaces.overrides import Override, effective_rules
from landbooking.spaces.space import Resource, Space, space_by_id

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/rules", guards=[owner_of_space], include_in_schema=False)
async def rules_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    return await _of_space(request, reads, space, rules_as_typed(space.rules, space.version), {})


@post("/host/spaces/{space_id:int}/rules", guards=[owner_of_space], include_in_schema=False)
async def save_rules(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    typed = typed_rules(posted)
    try:
        await set_rules(connection, space_id, rules_from(posted, complete=True), typed["version"])
    except (InvalidInput, ContradictoryRules) as refusal:  # nothing was written yet, so nothing is committed
        return await _of_space(request, connection, await space_by_id(connection, space_id), typed, refusal.fields)
    except Stale:
        space = await space_by_id(connection, space_id)
        return await _of_space(request, connection, space, {**typed, "version": str(space.version)}, {}, changed=True)
    return redirect(request, f"/host/spaces/{space_id}/rules", notice="rules-saved")


@get("/host/spaces/{space_id:int}/rules/{kind:str}", guards=[owner_of_space], include_in_schema=False)
async def kind_page(request: Asked, space_id: Id, kind: FromPath[str], reads: Connection) -> Response[str]:
    return await _override_page(request, reads, space_id, Override(kind=_kind_in_address(kind)))


@post("/host/spaces/{space_id:int}/rules/{kind:str}", guards=[owner_of_space], include_in_schema=False)
async def save_kind(request: Asked, space_id: Id, kind: FromPath[str], connection: Connection) -> Response[Any]:
    whose = Override(kind=_kind_in_address(kind))
    return await _save_override(request, connection, space_id, whose, f"/host/spaces/{space_id}/rules")


@post("/host/spaces/{space_id:int}/rules/{kind:str}/removal", guards=[owner_of_space], include_in_schema=False)
async def remove_kind(request: Asked, space_id: Id, kind: FromPath[str], connection: Connection) -> Response[Any]:
    await set_override(connection, space_id, Override(kind=_kind_in_address(kind)), "")
    return redirect(request, f"/host/spaces/{space_id}/rules", notice="rules-inherited")


@get("/host/spaces/{space_id:int}/resources/{resource_id:int}/rules", guards=[owner_of_space], include_in_schema=False)
async def resource_page(request: Asked, space_id: Id, resource_id: Id, reads: Connection) -> Response[str]:
    return await _override_page(request, reads, space_id, Override(resource_id=resource_id))


@post("/host/spaces/{space_id:int}/resources/{resource_id:int}/rules", guards=[owner_of_space], include_in_schema=False)
async def save_resource(request: Asked, space_id: Id, resource_id: Id, connection: Connection) -> Response[Any]:
    whose = Override(resource_id=resource_id)
    return await _save_override(
        request, connection, space_id, whose, f"/host/spaces/{space_id}/resources/{resource_id}"
    )


@post(
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/rules/removal",
    guards=[owner_of_space],
    include_in_schema=False,
)
async def remove_resource(request: Asked, space_id: Id, resource_id: Id, connection: Connection) -> Response[Any]:
    await set_override(connection, space_id, Override(resource_id=resource_id), "")
    return redirect(request, f"/host/spaces/{space_id}/resources/{resource_id}", notice="rules-inherited")


def _kind_in_address(text: str) -> Kind:
    """Raises NotFound."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise NotFound


async def _override_page(request: Asked, reads: Connection, space_id: int, whose: Override) -> Response[str]:
    space = await space_by_id(reads, space_id)
    typed = rules_as_typed(override_of(space, whose), space.version)
    return await _of_one(request, reads, space, whose, typed, {})


async def _save_override(
    request: Asked, connection: Connection, space_id: int, whose: Override, way_back: str
) -> Response[Any]:
    posted = await request.form()
    typed = typed_rules(posted)
    try:
        rules = rules_from(posted, complete=False)
        override = Override(kind=whose.kind, resource_id=whose.resource_id, **rules)
        await set_override(connection, space_id, override, typed["version"])
    except (InvalidInput, ContradictoryRules) as refusal:  # nothing was written yet, so nothing is committed
        space = await space_by_id(connection, space_id)
        return await _of_one(request, connection, space, whose, typed, refusal.fields)
    except Stale:
        space = await space_by_id(connection, space_id)
        now = {**typed, "version": str(space.version)}
        return await _of_one(request, connection, space, whose, now, {}, changed=True)
    return redirect(request, way_back, notice="rules-saved")


async def _of_space(
    request: Asked,
    reads: Connection,
    space: Space,
    typed: dict[str, str],
    errors: dict[str, str],
    changed: bool = False,
) -> Response[str]:
    resources = [one for one in await all_resources(reads, space.id) if one.retired_at is None]
    own = {override.resource_id or override.kind for override in space.overrides}
    return page(
        request,
        "spaces/hosting/rules.html",
        status=409 if changed else 422 if errors else 200,
        space=space,
        fields=fields_of(space.rules, None),
        kinds=[(kind, several(kind), kind in own) for kind in KINDS if kind in own or kind in _kinds(resources)],
        exceptions=[one for one in resources if one.id in own],
        typed=typed,
        errors=errors,
        changed=changed,
    )


def _kinds(resources: Sequence[Resource]) -> set[Kind]:
    return {resource.kind for resource in resources}


async def _of_one(
    request: Asked,
    reads: Connection,
    space: Space,
    whose: Override,
    typed: dict[str, str],
    errors: dict[str, str],
    changed: bool = False,
) -> Response[str]:
    if whose.kind is not None:
        name, inherited = several(whose.kind), space.rules
        back = (_("Regeln"), f"/host/spaces/{space.id}/rules")
    else:
        resource = await resource_of(reads, space.id, whose.resource_id or 0)
        name, inherited = resource.name, effective_rules(space.rules, space.overrides, resource.kind, None)
        back = (resource.name, f"/host/spaces/{space.id}/resources/{resource.id}")
    standing = override_of(space, whose)
    return page(
        request,
        "spaces/hosting/own_rules.html",
        status=409 if changed else 422 if errors else 200,
        space=space,
        name=name,
        of_kind=whose.kind is not None,
        back=back,
        fields=fields_of(standing, inherited),
        removable=bool(standing.changes),
        typed=typed,
        errors=errors,
        changed=changed,
    )


ROUTES = [
    rules_page, save_rules, kind_page, save_kind, remove_kind, resource_page, save_resource, remove_resource,
]  # fmt: skip
