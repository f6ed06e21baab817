"""Where the lines of a plan run: pure. The macros of `spaces/plans/_drawing.html` draw them as SVG."""

from collections.abc import Mapping

import msgspec

from landbooking.spaces.kinds import Kind
from landbooking.spaces.plans.plan import Element, ElementKind, Floor

# Larger things of a later layer lie above smaller ones of an earlier one.
_LAYERS: dict[ElementKind, int] = {"room": 0, "wall": 1, "window": 2, "door": 3, "thing": 4, "place": 5}
# How far above the middle of its box the name stands, as a part of its height: on the table top, not on the chair.
LIFT = {"desk": 0.19}
LARGEST_LETTERS, SMALLEST_LETTERS = 2.6, 1.6
LETTER = 0.7  # of its height is how wide one is
LARGEST_WORD = 2  # letters of the word below the name, which are never larger than the name's
CORNER = 2.5  # from its walls to where a room says its name, so that what stands in it does not cover that


class Named(msgspec.Struct, frozen=True):
    """What a place is called, and of what kind it is; `retired` is what can't be booked any more."""

    name: str
    kind: Kind
    retired: bool = False


class Shape(msgspec.Struct, frozen=True):
    """An element as it is drawn: `sign` is what it looks like, in the box (x, y, width, height) before it is turned.

    `number` is its place on the floor. Its name stands around (`name_x`, `name_y`), that of a room from there on, in
    letters of `letters` units.
    """

    number: int
    sign: str
    name: str
    retired: bool
    x: float
    y: float
    width: int
    height: int
    rotation: int
    middle_x: float
    middle_y: float
    name_x: float
    name_y: float
    letters: float
    element: Element


def shapes(floor: Floor, called: Mapping[int, Named]) -> list[Shape]:
    """What lies below comes first. A place whose resource isn't among `called` is left out."""
    drawn = [
        _shape(number, element, called.get(element.resource_id or 0))
        for number, element in enumerate(floor.elements)
        if element.resource_id is None or element.resource_id in called
    ]
    return sorted(drawn, key=lambda shape: (_LAYERS[shape.element.kind], -shape.width * shape.height))


def _shape(number: int, element: Element, named: Named | None) -> Shape:
    sign = named.kind if named else element.kind
    name = named.name if named else element.label
    middle_x, middle_y = element.x + element.width / 2, element.y + element.height / 2
    lying = element.rotation in (90, 270)
    width, height = (element.height, element.width) if lying else (element.width, element.height)
    lift = LIFT.get(sign, 0) * height
    across, up = {0: (0, -1), 90: (1, 0), 180: (0, 1), 270: (-1, 0)}[element.rotation]
    name_x, name_y = middle_x + across * lift, middle_y + up * lift
    if sign == "room":
        name_x, name_y = element.x + CORNER, element.y + CORNER + 1
    return Shape(
        number=number,
        sign=sign,
        name=name,
        retired=named.retired if named else False,
        x=middle_x - width / 2,
        y=middle_y - height / 2,
        width=width,
        height=height,
        rotation=element.rotation,
        middle_x=middle_x,
        middle_y=middle_y,
        name_x=round(name_x, 2),
        name_y=round(name_y, 2),
        letters=letters(name, element.width),
        element=element,
    )


def letters(name: str, width: int) -> float:
    """How high they are, so that the name fits into that width where they don't get too small for it."""
    fitting = 0.92 * width / (LETTER * max(len(name), 1))
    return round(min(LARGEST_LETTERS, max(SMALLEST_LETTERS, fitting)), 2)


def shortened(word: str, shape: Shape, more: int = 0) -> str:
    """So much of it as stands below the shape's name, beside its sign, without reaching into what is next to it.

    `more` of its like are counted behind it: "Anwohn… +1".
    """
    behind = f" +{more}" if more > 0 else ""
    most = max(6, int(shape.element.width / (min(shape.letters, LARGEST_WORD) * LETTER)) - 2 - len(behind))
    return (word if len(word) <= most else f"{word[: most - 1].rstrip()}…") + behind
