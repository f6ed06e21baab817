"""Floor plans in the JSON API: anybody reads them, hosts replace them."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.params import JSONBody

from landbooking.accounts.guards import owner_of_space, public
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput, parse_json
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.spaces.plans.plan import MOST_ELEMENTS, MOST_FLOORS, Element, Floor, Plan, mistakes, too_many
from landbooking.spaces.plans.plans import names_of, plan_of, save_plan
from landbooking.spaces.space import published_space


class PlanBody(msgspec.Struct, frozen=True):
    """All floors, as they shall be. `version` is the one that was seen; a later one is refused. Without it none is."""

    floors: Annotated[list[Floor], msgspec.Meta(max_length=MOST_FLOORS)]
    version: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None


class PlanView(msgspec.Struct, frozen=True):
    """`version` rises with every change; 0, and no floors, where nobody has drawn a plan."""

    version: int
    floors: list[Floor]


class ElementByElement(FieldByField[PlanBody]):
    """So that a mistake says where it is: "floors.0.elements.3.x"."""

    def decode_bytes(self, value: bytes) -> PlanBody:
        try:
            return super().decode_bytes(value)
        except InvalidInput as invalid:
            raise InvalidInput(_deeper(invalid), invalid.values) from None


def _deeper(invalid: InvalidInput) -> dict[str, str]:
    """Each mistake in its own field, where all that can be said else is that the floors are wrong."""
    floors = invalid.values.get("floors")
    if "floors" not in invalid.errors or not isinstance(floors, list):
        return invalid.errors
    if len(floors) > MOST_FLOORS:
        return {**invalid.errors, "floors": _("Ein Plan hat höchstens %(most)s Etagen.") % {"most": MOST_FLOORS}}
    found = {name: told for name, told in invalid.errors.items() if name != "floors"}
    for number, floor in enumerate(floors):
        found |= _mistyped(Floor, floor, f"floors.{number}")
    return found if len(found) > len(invalid.errors) - 1 else invalid.errors


def _mistyped(struct: type[msgspec.Struct], value: Any, where: str) -> dict[str, str]:
    try:
        parse_json(struct, value)
    except InvalidInput as invalid:
        told = {f"{where}.{name}" if name else where: sentence for name, sentence in invalid.errors.items()}
        elements = value.get("elements") if isinstance(value, Mapping) else None
        if "elements" not in invalid.errors or not isinstance(elements, list):
            return told
        if len(elements) > MOST_ELEMENTS:
            return {**told, f"{where}.elements": too_many()}
        each = {
            name: sentence
            for number, element in enumerate(elements)
            for name, sentence in _mistyped(Element, element, f"{where}.elements.{number}").items()
        }
        return {name: sentence for name, sentence in told.items() if name != f"{where}.elements"} | each
    return {}


@get(
    "/spaces/{space_id:int}/plan",
    guards=[public],
    operation_id="plan",
    summary="A space's floor plan",
    tags=["spaces"],
    security=ANYBODY,
    responses=problems(404),
)
async def get_plan(reads: Connection, space_id: Id) -> PlanView:
    """What stands where. What of it is free say `GET /free` and the week; places that can't be booked are left out."""
    await published_space(reads, space_id)
    called = await names_of(reads, space_id)
    plan = await plan_of(reads, space_id)
    return _view(plan, {id_ for id_, named in called.items() if not named.retired})


@put(
    "/spaces/{space_id:int}/plan",
    guards=[owner_of_space],
    operation_id="setPlan",
    summary="Set a space's floor plan",
    tags=["hosts"],
    security=OWNER,
    dto=ElementByElement,
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def put_plan(
    request: Request[Person, Any, Any],
    connection: Connection,
    space_id: Id,
    data: JSONBody[PlanBody],
    idempotency_key: Key = None,
) -> PlanView:
    """Replaces all of it. `errors` names each field that is wrong, such as `floors.0.elements.3.x`."""
    known = await names_of(connection, space_id)
    if await earlier(connection, request.user, idempotency_key, f"plan of {space_id}", data):
        return _view(await plan_of(connection, space_id), set(known))
    floors = tuple(data.floors)
    _check(floors, set(known))
    plan = await save_plan(connection, space_id, floors, data.version)
    if idempotency_key:
        await store_result(connection, request.user.id, idempotency_key, space_id)
    return _view(plan, set(known))


def _check(floors: tuple[Floor, ...], known: set[int]) -> None:
    """Raises InvalidInput, with every mistake."""
    errors: dict[str, str] = {}
    elsewhere: set[int] = set()
    for number, floor in enumerate(floors):
        for spot, sentence in mistakes(floor, known, elsewhere).items():
            errors[f"floors.{number}.elements.{spot.element}.{spot.field}"] = sentence
        elsewhere |= set(floor.resource_ids)
    if errors:
        raise InvalidInput(errors, {})


def _view(plan: Plan, shown: set[int]) -> PlanView:
    floors = []
    for floor in plan.floors:
        there = tuple(one for one in floor.elements if one.resource_id is None or one.resource_id in shown)
        floors.append(msgspec.structs.replace(floor, elements=there))
    return PlanView(plan.version, floors)


ROUTES = [get_plan, put_plan]
