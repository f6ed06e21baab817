"""What a host says of a vehicle."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.resources import EditedResource, resource_of
from landbooking.spaces.space import space_by_id
from landbooking.spaces.vehicles import (
    DRIVEN_BY,
    EQUIPMENT,
    FORM_FACTORS,
    PROPULSIONS,
    FormFactor,
    Propulsion,
    Vehicle,
    save_vehicle,
    vehicle_of,
)

Asked = Request[Any, Any, Any]
Kilometres = Annotated[int, msgspec.Meta(ge=0, le=2000)]

_CALLED = {
    "car": N_("Auto"),
    "cargo_bicycle": N_("Lastenrad"),
    "human": N_("Muskelkraft"),
    "electric_assist": N_("Muskelkraft mit Elektromotor"),
    "electric": N_("Elektromotor"),
    "combustion": N_("Verbrennungsmotor"),
    "hybrid": N_("Elektro- und Verbrennungsmotor"),
}


class VehicleForm(msgspec.Struct):
    """Ranges in kilometres; one that is not given now is the longest."""

    form_factor: FormFactor
    propulsion: Propulsion
    equipment: list[str]
    max_range: Kilometres | None = None
    current_range: Kilometres | None = None
    doors: Annotated[int, msgspec.Meta(ge=2, le=5)] | None = None
    out_of_order: bool = False


@get("/host/spaces/{space_id:int}/vehicles/{vehicle_id:int}", guards=[owner_of_space], include_in_schema=False)
async def vehicle_page(request: Asked, space_id: Id, vehicle_id: Id, reads: Connection) -> Response[str]:
    resource = await _vehicle(reads, space_id, vehicle_id)
    vehicle = await vehicle_of(reads, vehicle_id)
    return await _form(request, reads, resource, _typed(vehicle), {})


@post("/host/spaces/{space_id:int}/vehicles/{vehicle_id:int}", guards=[owner_of_space], include_in_schema=False)
async def describe(request: Asked, space_id: Id, vehicle_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    resource = await _vehicle(connection, space_id, vehicle_id)
    try:
        vehicle = checked_vehicle(parse_values(VehicleForm, posted))
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return await _form(request, connection, resource, _as_posted(posted), refusal.errors)
    await save_vehicle(connection, space_id, vehicle_id, vehicle)
    return redirect(request, f"/host/spaces/{space_id}/vehicles/{vehicle_id}", notice="vehicle-saved")


async def _vehicle(connection: Connection, space_id: int, vehicle_id: int) -> EditedResource:
    """Raises NotFound for what is none."""
    resource = await resource_of(connection, space_id, vehicle_id)
    if resource.kind != "vehicle":
        raise NotFound
    return resource


def checked_vehicle(form: VehicleForm) -> Vehicle:
    """As it is stored. Raises InvalidInput for what does not go together."""
    errors: dict[str, str] = {}
    motor = form.propulsion != "human"
    if form.propulsion not in DRIVEN_BY[form.form_factor]:
        errors["propulsion"] = _("Dieser Antrieb passt nicht zu dieser Art von Fahrzeug.")
    if motor and not form.max_range:
        errors["max_range"] = _("Bitte geben Sie an, wie weit es höchstens kommt.")
    if motor and form.max_range and form.current_range is not None and form.current_range > form.max_range:
        errors["current_range"] = _("Das ist mehr, als es höchstens kommt.")
    if form.form_factor == "car" and form.doors is None:
        errors["doors"] = _("Bitte geben Sie an, wie viele Türen das Auto hat.")
    if not set(form.equipment) <= EQUIPMENT.keys():
        errors["equipment"] = _("Bitte wählen Sie nur aus der Liste.")
    if errors:
        raise InvalidInput(errors, {})
    longest = (form.max_range or 0) * 1000 if motor else None
    now = longest if form.current_range is None or longest is None else form.current_range * 1000
    return Vehicle(
        form_factor=form.form_factor,
        propulsion=form.propulsion,
        max_range_metres=longest,
        current_range_metres=now,
        doors=form.doors if form.form_factor == "car" else None,
        equipment=tuple(word for word in EQUIPMENT if word in form.equipment),
        out_of_order=form.out_of_order,
    )


def _typed(vehicle: Vehicle | None) -> dict[str, Any]:
    if vehicle is None:
        return {
            "form_factor": "", "propulsion": "electric", "equipment": [], "max_range": "", "current_range": "",
            "doors": "", "out_of_order": False,
        }  # fmt: skip
    return {
        "form_factor": vehicle.form_factor,
        "propulsion": vehicle.propulsion,
        "equipment": vehicle.equipment,
        "max_range": _kilometres(vehicle.max_range_metres),
        "current_range": _kilometres(vehicle.current_range_metres),
        "doors": vehicle.doors or "",
        "out_of_order": vehicle.out_of_order,
    }


def _kilometres(metres: int | None) -> str:
    return "" if metres is None else str(metres // 1000)


def _as_posted(posted: FormMultiDict) -> dict[str, Any]:
    typed: dict[str, Any] = {
        name: text_of(posted, name) for name in ("form_factor", "propulsion", "max_range", "current_range", "doors")
    }
    return typed | {
        "equipment": posted.getall("equipment", []),
        "out_of_order": bool(text_of(posted, "out_of_order")),
    }


async def _form(
    request: Asked, reads: Connection, resource: EditedResource, typed: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    return page(
        request,
        "spaces/hosting/vehicle.html",
        status=422 if errors else 200,
        space=await space_by_id(reads, resource.space_id),
        resource=resource,
        form_factors=[(word, _(_CALLED[word])) for word in FORM_FACTORS],
        propulsions=[(word, _(_CALLED[word])) for word in PROPULSIONS],
        equipment=[(word, _(name)) for word, name in EQUIPMENT.items()],
        typed=typed,
        errors=errors,
    )


ROUTES = [vehicle_page, describe]
