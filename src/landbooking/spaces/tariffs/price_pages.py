"""Where a host says what bookings cost."""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import owner_of_space
from landbooking.amounts import as_typed, typed_cents
from landbooking.database import Connection
from landbooking.forms import text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces import kinds
from landbooking.spaces.kinds import DISCREET, KINDS, Kind
from landbooking.spaces.space import Resource, Space, resources_of, space_by_id
from landbooking.spaces.tariffs.prices import set_tariff, tariff_at
from landbooking.spaces.tariffs.tariff import Tariff

Asked = Request[Any, Any, Any]
_MOST = {"hour": 100_000, "half_day": 100_000, "day": 100_000, "month": 1_000_000}


@get("/host/spaces/{space_id:int}/tariffs", guards=[owner_of_space], include_in_schema=False)
async def tariffs_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    resources = await resources_of(reads, space_id)
    chosen = text_of(request.query_params, "of")
    of = chosen if chosen in dict(_options(resources)) else "space"
    standing = tariff_at(space.tariffs, *_scope(of))
    typed = {name: as_typed(getattr(standing, f"{name}_cents")) for name in _MOST}
    return _page(request, space, resources, {"of": of, **typed}, {})


@post("/host/spaces/{space_id:int}/tariffs", guards=[owner_of_space], include_in_schema=False)
async def save_tariff(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    """Amounts that are left empty are inherited, or not offered; all of them empty take the tariff away."""
    posted = await request.form()
    space = await space_by_id(connection, space_id)
    resources = await resources_of(connection, space_id)
    typed = {name: text_of(posted, name) for name in ("of", *_MOST)}
    errors: dict[str, str] = {}
    amounts: dict[str, int | None] = {}
    for name, most in _MOST.items():
        try:
            amounts[f"{name}_cents"] = typed_cents(typed[name], most)
        except ValueError as wrong:
            errors[name] = str(wrong)
    if typed["of"] not in dict(_options(resources)):
        errors["of"] = _("Bitte wählen Sie nur aus der Liste.")
    if typed["month"] and typed["of"] != "space":
        errors["month"] = _("Ein Monatspass gilt für den ganzen Raum.")
    if errors:
        return _page(request, space, resources, typed, errors)
    kind, resource_id = _scope(typed["of"])
    await set_tariff(connection, space_id, Tariff(kind, resource_id, **amounts))
    return redirect(request, f"/host/spaces/{space_id}/tariffs", notice="tariff-saved")


def _options(resources: list[Resource]) -> list[tuple[str, str]]:
    """What a tariff can be of. Rooms for video appointments are free, always."""
    had = {resource.kind for resource in resources} - {DISCREET}
    return [
        ("space", _("Ganzer Raum")),
        *((f"kind:{kind}", kinds.several(kind)) for kind in KINDS if kind in had),
        *((f"resource:{one.id}", one.name) for one in resources if one.kind != DISCREET),
    ]


def _scope(of: str) -> tuple[Kind | None, int | None]:
    what, _colon, which = of.partition(":")
    if what == "resource":
        return None, int(which)
    return next((kind for kind in KINDS if what == "kind" and kind == which), None), None


def _page(
    request: Asked, space: Space, resources: list[Resource], typed: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    options = _options(resources)
    set_there = [(of, word, tariff_at(space.tariffs, *_scope(of))) for of, word in options]
    return page(
        request,
        "spaces/tariffs/tariffs.html",
        422 if errors else 200,
        space=space,
        options=options,
        tariffs=[(of, word, one) for of, word, one in set_there if one in space.tariffs],
        typed=typed,
        errors=errors,
    )


ROUTES = [tariffs_page, save_tariff]
