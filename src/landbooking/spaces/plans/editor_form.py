"""A floor as a host types it: lengths in metres, each element with fields of its own ("x-7", "y-7" …)."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

import msgspec

from landbooking.forms import Fields, InvalidInput, text_of
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.spaces.plans.drawing import Named, Shape, shapes
from landbooking.spaces.plans.plan import (
    ELEMENT_KINDS,
    LEAST_GROUND,
    MOST_ELEMENTS,
    MOST_GROUND,
    SIZES,
    UNITS,
    Element,
    ElementKind,
    Floor,
    Rotation,
    fresh,
    metres,
    mistakes,
    too_many,
)

LENGTHS = ("x", "y", "width", "height")
ROTATIONS: dict[str, Rotation] = {"0": 0, "90": 90, "180": 180, "270": 270}
_FIELDS = ("kind", *LENGTHS, "rotation", "label", "resource_id")
USUAL_GROUND = (120, 80)
_METRES = re.compile(r"[0-9]{1,3}([.,][0-9]0*)?")

_WORDS: dict[ElementKind, str] = {
    "room": N_("Raum"),
    "wall": N_("Wand"),
    "door": N_("Tür"),
    "window": N_("Fenster"),
    "thing": N_("Möbel"),
    "place": N_("Platz"),
}


def word(kind: ElementKind) -> str:
    return _(_WORDS[kind])


class Row(msgspec.Struct, frozen=True):
    """An element as it was typed; `number` tells its fields from those of the others."""

    number: str
    typed: dict[str, str]


class TypedFloor(msgspec.Struct, frozen=True):
    name: str
    width: str
    height: str
    version: str
    rows: list[Row]


def typed_floor(posted: Fields) -> TypedFloor:
    """No more rows than may be, and one, so that too many are noticed."""
    numbers = [str(one) for one in posted.getall("element", []) if re.fullmatch(r"[0-9]{1,6}", str(one))]
    rows = [
        Row(number, {name: text_of(posted, f"{name}-{number}") for name in _FIELDS})
        for number in list(dict.fromkeys(numbers))[: MOST_ELEMENTS + 1]
    ]
    name, width, height, version = (text_of(posted, field) for field in ("name", "width", "height", "version"))
    return TypedFloor(name, width, height, version, rows)


def floor_as_typed(floor: Floor, version: int) -> TypedFloor:
    rows = [Row(str(number), _as_typed(element)) for number, element in enumerate(floor.elements)]
    return TypedFloor(floor.name, _typed_metres(floor.width), _typed_metres(floor.height), str(version), rows)


def _as_typed(element: Element) -> dict[str, str]:
    values = msgspec.structs.asdict(element)
    lengths = {name: _typed_metres(values[name]) for name in LENGTHS}
    return {**{name: str(values[name] or "") for name in _FIELDS}, "rotation": str(element.rotation), **lengths}


def _typed_metres(units: int) -> str:
    """As a number field holds it, in every language."""
    return f"{units / UNITS:g}"


def floor_from(typed: TypedFloor, known: Collection[int], elsewhere: Collection[int]) -> Floor:
    """Raises InvalidInput, with every mistake at once. `known` are the space's resources."""
    errors: dict[str, str] = {}
    if not typed.name:
        errors["name"] = _("Bitte geben Sie der Etage einen Namen.")
    elif len(typed.name) > 40:
        errors["name"] = _("Bitte höchstens %(most)s Zeichen.") % {"most": 40}
    ground = {
        name: _units(getattr(typed, name), LEAST_GROUND, MOST_GROUND, name, errors) for name in ("width", "height")
    }
    if len(typed.rows) > MOST_ELEMENTS:
        errors[""] = too_many()
    elements = [_element(row, errors) for row in typed.rows]
    if errors:
        raise InvalidInput(errors, {})
    floor = Floor(typed.name, ground["width"], ground["height"], tuple(elements))
    for spot, sentence in mistakes(floor, known, elsewhere).items():
        errors[f"{spot.field}-{typed.rows[spot.element].number}"] = sentence
    if errors:
        raise InvalidInput(errors, {})
    return floor


def _element(row: Row, errors: dict[str, str]) -> Element:
    typed = row.typed
    lengths = {
        name: _units(typed[name], 0 if name in ("x", "y") else 1, MOST_GROUND, f"{name}-{row.number}", errors)
        for name in LENGTHS
    }
    kind = next((one for one in ELEMENT_KINDS if one == typed["kind"]), None)
    rotation = ROTATIONS.get(typed["rotation"])
    resource_id = number_in(typed["resource_id"])
    if kind is None or (typed["resource_id"] and resource_id is None):
        errors[f"kind-{row.number}"] = _("Das kann nicht auf dem Plan stehen. Bitte nehmen Sie es weg.")
    if rotation is None:
        errors[f"rotation-{row.number}"] = _("Bitte wählen Sie, wie weit es gedreht ist.")
    if len(typed["label"]) > 40:
        errors[f"label-{row.number}"] = _("Bitte höchstens %(most)s Zeichen.") % {"most": 40}
    return Element(
        kind=kind or "thing",
        rotation=rotation or 0,
        label=typed["label"],
        resource_id=resource_id,
        **lengths,
    )


def number_in(text: str) -> int | None:
    """Of a row in the database."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _units(text: str, least: int, most: int, field: str, errors: dict[str, str]) -> int:
    """ "2,4" and "2.4" are 24; 0 with a mistake noted."""
    units = int(Decimal(text.replace(",", ".")) * UNITS) if _METRES.fullmatch(text) else -1
    if not least <= units <= most:
        errors[field] = _("Bitte eine Länge von %(least)s bis %(most)s m angeben, zum Beispiel 2,4.") % {
            "least": metres(least),
            "most": metres(most),
        }
        return 0
    return units


def drawable(typed: TypedFloor) -> tuple[Floor, list[Row]]:
    """What of it can be drawn, on a ground that is as usual where none was typed; and the rows of its elements."""
    unread: dict[str, str] = {}
    width, height = (_units(text, LEAST_GROUND, MOST_GROUND, "", unread) for text in (typed.width, typed.height))
    drawn: list[tuple[Element, Row]] = []
    for row in typed.rows:
        wrong: dict[str, str] = {}
        element = _element(row, wrong)
        if not wrong and (element.kind == "place") == (element.resource_id is not None):
            drawn.append((element, row))
    floor = Floor(
        typed.name, width or USUAL_GROUND[0], height or USUAL_GROUND[1], tuple(element for element, _row in drawn)
    )
    return floor, [row for _element, row in drawn]


def drawn_rows(typed: TypedFloor, called: Mapping[int, Named]) -> tuple[Floor, list[tuple[str, Shape]]]:
    """The ground, and each shape with the number of its row."""
    floor, rows = drawable(typed)
    return floor, [(rows[shape.number].number, shape) for shape in shapes(floor, called)]


def with_new(typed: TypedFloor, wanted: str, resource_id: str, called: Mapping[int, Named]) -> TypedFloor:
    """One more row: of the wanted kind, or for that resource. As it was where there is no such thing."""
    kind = next((one for one in ELEMENT_KINDS if one == wanted), None)
    number = number_in(resource_id) if kind == "place" else None
    named = called.get(number or 0)
    if kind is None or (kind == "place" and named is None) or len(typed.rows) > MOST_ELEMENTS:
        return typed
    size = named.kind if named else kind
    assert size in SIZES  # noqa: S101 every kind has one
    element = fresh(kind, size, drawable(typed)[0], number)
    next_number = max((int(row.number) for row in typed.rows), default=-1) + 1
    return msgspec.structs.replace(typed, rows=[*typed.rows, Row(str(next_number), _as_typed(element))])


def without(typed: TypedFloor, number: str) -> TypedFloor:
    return msgspec.structs.replace(typed, rows=[row for row in typed.rows if row.number != number])


def spot_of(typed: Mapping[str, str]) -> tuple[str, str]:
    """How far from the left and from above, as people read it; as it was typed where that is no length."""
    wrong: dict[str, str] = {}
    units = {name: _units(typed[name], 0, MOST_GROUND, name, wrong) for name in ("x", "y")}
    x, y = (typed[name] if name in wrong else metres(units[name]) for name in units)
    return x, y
