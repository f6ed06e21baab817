"""The page on which a host draws the plan, floor by floor. Its form is the plan: a script only moves its numbers."""

import re
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.forms import InvalidInput, text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.spaces.kinds import one
from landbooking.spaces.plans import editor_form as form
from landbooking.spaces.plans.drawing import Named, Shape, shapes
from landbooking.spaces.plans.plan import (
    ELEMENT_KINDS,
    MOST_ELEMENTS,
    MOST_FLOORS,
    SIZES,
    Floor,
    Plan,
    fresh,
    too_many,
)
from landbooking.spaces.plans.plans import names_of, plan_of, remove_floor, save_floor
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]
ADDRESS = "/host/spaces/{space_id:int}/plan"


@get(ADDRESS, guards=[owner_of_space], include_in_schema=False)
async def editor_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    plan = await plan_of(reads, space_id)
    number = _floor_number(request, plan)
    return await _editor(
        request, reads, space_id, plan, number, form.floor_as_typed(_floor(plan, number), plan.version)
    )


@post(ADDRESS, guards=[owner_of_space], include_in_schema=False)
async def save_page(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    """Saves; or, where another button was pressed, shows the form with one element more or less."""
    posted = await request.form()
    typed = form.typed_floor(posted)
    plan = await plan_of(connection, space_id)
    number = _floor_number(request, plan)
    known = await names_of(connection, space_id)
    elsewhere = {one for place, floor in enumerate(plan.floors) if place != number for one in floor.resource_ids}
    if "add" in posted:
        if len(typed.rows) >= MOST_ELEMENTS:
            return await _editor(request, connection, space_id, plan, number, typed, {"": too_many()})
        more = form.with_new(typed, text_of(posted, "add"), text_of(posted, "resource"), known)
        return await _editor(request, connection, space_id, plan, number, more, added=more != typed)
    if "remove" in posted:
        less = form.without(typed, text_of(posted, "remove"))
        return await _editor(request, connection, space_id, plan, number, less)
    try:
        floor = form.floor_from(typed, known, elsewhere)
        await save_floor(connection, space_id, number, floor, _seen(typed.version))
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return await _editor(request, connection, space_id, plan, number, typed, invalid.errors)
    except Stale:
        return await _conflict(request, connection, space_id, number, typed)
    return redirect(request, f"/host/spaces/{space_id}/plan?floor={number + 1}", notice="plan-saved")


@post("/host/spaces/{space_id:int}/plan/removal", guards=[owner_of_space], include_in_schema=False)
async def remove_page(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    """Takes a floor away, with all that stands on it."""
    posted = await request.form()
    number = _floor_number(request, await plan_of(connection, space_id))
    await remove_floor(connection, space_id, number, _seen(text_of(posted, "version")))
    return redirect(request, f"/host/spaces/{space_id}/plan", notice="floor-removed")


def _floor_number(request: Asked, plan: Plan) -> int:
    """Of the floor in the address, counted from 0; the one after the last is a new one. Raises NotFound."""
    asked = request.query_params.get("floor", "1")
    if not re.fullmatch(r"[1-9]", asked) or int(asked) > min(len(plan.floors) + 1, MOST_FLOORS):
        raise NotFound
    return int(asked) - 1


def _floor(plan: Plan, number: int) -> Floor:
    if number < len(plan.floors):
        return plan.floors[number]
    name = _("Erdgeschoss") if not number else _("%(number)s. Obergeschoss") % {"number": number}
    return Floor(name, *form.USUAL_GROUND)


def _seen(version: str) -> int | None:
    """What the form carried; one that carries none was made by a program, which means what it says. Raises Stale."""
    if not version:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", version):
        raise Stale
    return int(version)


async def _conflict(
    request: Asked, connection: Connection, space_id: int, number: int, typed: form.TypedFloor
) -> Response[str]:
    """Both are shown: what was drawn here, not saved yet, and what somebody else has saved."""
    plan = await plan_of(connection, space_id)
    typed = form.TypedFloor(typed.name, typed.width, typed.height, str(plan.version), typed.rows)
    return await _editor(request, connection, space_id, plan, number, typed, changed=True)


async def _editor(
    request: Asked,
    reads: Connection,
    space_id: int,
    plan: Plan,
    number: int,
    typed: form.TypedFloor,
    errors: dict[str, str] | None = None,
    added: bool = False,
    changed: bool = False,
) -> Response[str]:
    called = await names_of(reads, space_id)
    ground, drawn = form.drawn_rows(typed, called)
    placed = {row.typed["resource_id"] for row in typed.rows}
    placed |= {str(one) for place, floor in enumerate(plan.floors) if place != number for one in floor.resource_ids}
    return page(
        request,
        "spaces/plans/editor.html",
        409 if changed else 422 if errors else 200,
        space=await space_by_id(reads, space_id),
        plan=plan,
        number=number,
        typed=typed,
        errors=errors or {},
        names=_field_names(typed, called),
        ground=ground,
        drawn=drawn,
        rows=[_row(row, called) for row in typed.rows],
        templates=[_template(size, called) for size in SIZES if size in _signs(called)],
        words=[(kind, form.word(kind)) for kind in ELEMENT_KINDS if kind != "place"],
        free=[(id_, named) for id_, named in called.items() if not named.retired and str(id_) not in placed],
        rotations=_rotations(),
        added=added,
        changed=changed,
        standing=_standing(plan, number, called) if changed else None,
        most_floors=MOST_FLOORS,
    )


def _row(row: form.Row, called: dict[int, Named]) -> dict[str, Any]:
    """As the macro `row` wants it."""
    named = called.get(form.number_in(row.typed["resource_id"]) or 0)
    kind = row.typed["kind"]
    word = one(named.kind) if named else form.word(kind) if kind in ELEMENT_KINDS else kind
    x, y = form.spot_of(row.typed)
    return {
        "number": row.number,
        "typed": row.typed,
        "sign": named.kind if named else kind,
        "name": named.name if named else row.typed["label"] or word,
        "word": word,
        "retired": bool(named and named.retired),
        "spot": _("%(x)s m von links, %(y)s m von oben") % {"x": x, "y": y},
    }


def _signs(called: dict[int, Named]) -> set[str]:
    """What may have to be drawn here."""
    return {*ELEMENT_KINDS, *(named.kind for named in called.values())}


def _template(size: str, called: dict[int, Named]) -> tuple[dict[str, Any], Shape]:
    """What a script makes more of: a row and a drawing, with __ where the number goes."""
    kind = next((kind for kind in ELEMENT_KINDS if kind == size), "place")
    floor = Floor("-", *form.USUAL_GROUND)
    element = fresh(kind, size, floor)  # type: ignore[arg-type]
    row = form.floor_as_typed(Floor("-", *form.USUAL_GROUND, (element,)), 0).rows[0]
    found = {0: Named("", size)} if kind == "place" else {}  # type: ignore[arg-type]
    drawn = shapes(Floor("-", *form.USUAL_GROUND, (element,)), found)
    shown = _row(form.Row("__", row.typed), called)
    word = one(size) if kind == "place" else shown["word"]  # type: ignore[arg-type]
    return {**shown, "sign": size, "word": word, "name": word}, drawn[0]


def _field_names(typed: form.TypedFloor, called: dict[int, Named]) -> dict[str, str]:
    """What stands before a mistake in the summary, where many elements could have made it."""
    words = {"x": _("von links"), "y": _("von oben"), "width": _("breit"), "height": _("tief")}
    return {
        f"{field}-{row.number}": f"{_row(row, called)['name']}, {words[field]}:"
        if field in words
        else f"{_row(row, called)['name']}:"
        for row in typed.rows
        for field in ("kind", *words, "rotation", "label", "resource_id")
    } | {"name": _("Etage:"), "width": _("Breite:"), "height": _("Tiefe:")}


def _rotations() -> list[tuple[str, str]]:
    return [
        ("0", _("nicht gedreht")),
        ("90", _("um 90 Grad")),
        ("180", _("um 180 Grad")),
        ("270", _("um 270 Grad")),
    ]


def _standing(plan: Plan, number: int, called: dict[int, Named]) -> tuple[Floor, list[Shape]] | None:
    """None where the other has taken the floor away."""
    if number >= len(plan.floors):
        return None
    return plan.floors[number], shapes(plan.floors[number], called)


ROUTES = [editor_page, save_page, remove_page]
