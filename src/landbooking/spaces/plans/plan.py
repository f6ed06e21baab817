"""A floor plan as data: pure. All lengths count in units of 10 cm; x goes right, y down, from the upper left corner."""

from collections.abc import Collection
from typing import Annotated, Literal, NamedTuple, get_args

import msgspec

from landbooking.ids import RowId
from landbooking.language import format_number
from landbooking.language import gettext as _

ElementKind = Literal["room", "wall", "door", "window", "thing", "place"]
ELEMENT_KINDS: tuple[ElementKind, ...] = get_args(ElementKind)
Rotation = Literal[0, 90, 180, 270]

UNITS = 10  # a metre
LEAST_GROUND, MOST_GROUND = 20, 400  # along each side of a floor
MOST_ELEMENTS = 150  # on a floor
MOST_FLOORS = 5

Position = Annotated[int, msgspec.Meta(ge=0, le=MOST_GROUND)]
Length = Annotated[int, msgspec.Meta(ge=1, le=MOST_GROUND)]
Ground = Annotated[int, msgspec.Meta(ge=LEAST_GROUND, le=MOST_GROUND)]
Label = Annotated[str, msgspec.Meta(max_length=40)]


class Element(msgspec.Struct, frozen=True):
    """In units of 10 cm from the upper left corner of the floor: the box around it as it lies there.

    `rotation` says how far it was turned clockwise, in degrees: a desk that was not turned has its chair below, a door
    its hinge at the left and its opening below. A `place` is a resource of the space, which stands in one spot at most
    and goes by its own name; `label` is what anything else is called. All may lie on each other.
    """

    kind: ElementKind
    x: Position
    y: Position
    width: Length
    height: Length
    rotation: Rotation = 0
    label: Label = ""
    resource_id: RowId | None = None


class Floor(msgspec.Struct, frozen=True):
    """`width` to the right and `height` downwards, in units of 10 cm."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"\S")]
    width: Ground
    height: Ground
    elements: Annotated[tuple[Element, ...], msgspec.Meta(max_length=MOST_ELEMENTS)] = ()

    @property
    def resource_ids(self) -> list[int]:
        return [element.resource_id for element in self.elements if element.resource_id is not None]


class Plan(msgspec.Struct, frozen=True):
    """`version` rises with every change; 0 is a plan that nobody has drawn yet."""

    version: int
    floors: tuple[Floor, ...]

    @property
    def resource_ids(self) -> list[int]:
        return [resource_id for floor in self.floors for resource_id in floor.resource_ids]


class Spot(NamedTuple):
    """Of a mistake: which element of the floor, counted from 0, and which of its fields."""

    element: int
    field: str


def mistakes(floor: Floor, known: Collection[int], elsewhere: Collection[int] = ()) -> dict[Spot, str]:
    """What its types do not say is wrong: `known` are the space's resources, `elsewhere` those on other floors.

    Things may lie on each other: a table stands in a room, and a door in a wall.
    """
    wrong: dict[Spot, str] = {}
    placed = set(elsewhere)
    for number, element in enumerate(floor.elements):
        for start, length, ground in (("x", "width", floor.width), ("y", "height", floor.height)):
            if getattr(element, start) + getattr(element, length) > ground:
                wrong[Spot(number, start)] = _("Das reicht über den Grundriss hinaus, er endet bei %(end)s m.") % {
                    "end": metres(ground)
                }
        if (sentence := _wrong_resource(element, known, placed)) is not None:
            wrong[Spot(number, "resource_id")] = sentence
        if element.resource_id is not None:
            placed.add(element.resource_id)
    return wrong


def _wrong_resource(element: Element, known: Collection[int], placed: Collection[int]) -> str | None:
    if element.kind != "place":
        return None if element.resource_id is None else _("Nur ein Platz kann gebucht werden.")
    if element.resource_id is None:
        return _("Bitte sagen Sie, welcher Platz das ist.")
    if element.resource_id not in known:
        return _("Diesen Platz gibt es in diesem Raum nicht.")
    return _("Dieser Platz steht schon auf dem Plan.") if element.resource_id in placed else None


def too_many() -> str:
    return _("Auf eine Etage passen höchstens %(most)s Dinge.") % {"most": MOST_ELEMENTS}


def metres(units: int) -> str:
    """ "2,4"."""
    return format_number(units / UNITS)


# Width and height of what is new, by kind; of places by the kind of their resource.
SIZES: dict[str, tuple[int, int]] = {
    "room": (50, 40),
    "wall": (30, 2),
    "door": (9, 10),
    "window": (15, 2),
    "thing": (12, 6),
    "desk": (14, 12),
    "meeting_room": (26, 18),
    "phone_booth": (12, 12),
    "telemedicine": (22, 16),
    "vehicle": (22, 42),
    "equipment": (8, 8),
}


def fresh(kind: ElementKind, size: str, floor: Floor, resource_id: int | None = None) -> Element:
    """A new element of that kind, of one of SIZES, in the first spot from the upper left where nothing like it stands.

    In the corner where there is no such spot.
    """
    width, height = (min(length, side) for length, side in zip(SIZES[size], (floor.width, floor.height), strict=True))
    spots = (
        Element(kind, x, y, width, height, resource_id=resource_id)
        for y in range(0, floor.height - height + 1, 5)
        for x in range(0, floor.width - width + 1, 5)
    )
    in_the_way = [element for element in floor.elements if element.kind == kind]
    return next(
        (spot for spot in spots if not any(overlap(spot, other) for other in in_the_way)),
        Element(kind, 0, 0, width, height, resource_id=resource_id),
    )


def overlap(one: Element, other: Element) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
