"""Geometry and drawing of a plan: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbooking.forms import InvalidInput
from landbooking.language import use_language
from landbooking.spaces.plans import editor_form as form
from landbooking.spaces.plans.drawing import Named, letters, shapes
from landbooking.spaces.plans.plan import SIZES, Element, Floor, Spot, fresh, metres, mistakes, overlap

ROOM = Element("room", 2, 2, 50, 40, label="Büro")
DESK = Element("place", 10, 10, 14, 12, resource_id=7)


def floor(*elements: Element, width: int = 120, height: int = 80) -> Floor:
    return Floor("Erdgeschoss", width, height, elements)


def test_a_floor_without_mistakes_has_none() -> None:
    assert mistakes(floor(ROOM, DESK, Element("wall", 0, 0, 120, 80)), {7}) == {}


@pytest.mark.parametrize(
    ("element", "field"),
    [
        (Element("wall", 100, 0, 21, 2), "x"),
        (Element("wall", 0, 79, 30, 2), "y"),
        (Element("place", 0, 0, 10, 10), "resource_id"),
        (Element("place", 0, 0, 10, 10, resource_id=8), "resource_id"),
        (Element("place", 0, 0, 10, 10, resource_id=9), "resource_id"),
        (Element("place", 50, 50, 10, 10, resource_id=7), "resource_id"),
        (Element("thing", 0, 0, 10, 10, resource_id=7), "resource_id"),
    ],
)
def test_each_mistake_names_its_field(element: Element, field: str) -> None:
    """8 is of no space, 9 stands on another floor, 7 stands here already."""
    assert list(mistakes(floor(ROOM, DESK, element), {7, 9}, {9})) == [Spot(2, field)]


def test_all_mistakes_are_told_at_once() -> None:
    wrong = mistakes(floor(Element("place", 200, 200, 10, 10)), {7})
    assert set(wrong) == {Spot(0, "x"), Spot(0, "y"), Spot(0, "resource_id")}


def test_what_is_new_stands_free_and_within_the_ground() -> None:
    here = floor(ROOM)
    for _ in range(6):
        element = fresh("place", "desk", here, 1)
        assert mistakes(floor(element), {1}) == {}
        assert not any(overlap(element, other) for other in here.elements if other.kind == "place")
        here = floor(*here.elements, element)


def test_what_does_not_fit_is_made_smaller() -> None:
    element = fresh("place", "vehicle", floor(width=20, height=20), 1)
    assert (element.width, element.height) == (20, 20)


@pytest.mark.parametrize("size", SIZES)
def test_everything_has_a_shape(size: str) -> None:
    kind = size if size in ("room", "wall", "door", "window", "thing") else "place"
    called = {7: Named("Tisch 7", size)} if kind == "place" else {}  # type: ignore[arg-type]
    element = fresh(kind, size, floor(), 7 if kind == "place" else None)  # type: ignore[arg-type]
    (shape,) = shapes(floor(element), called)
    assert shape.sign == size


def test_larger_things_lie_below_and_rooms_lowest() -> None:
    large = Element("place", 0, 0, 40, 40, resource_id=8)
    called = {7: Named("Tisch 7", "desk"), 8: Named("Saal", "meeting_room")}
    assert [shape.name for shape in shapes(floor(DESK, large, ROOM), called)] == ["Büro", "Saal", "Tisch 7"]


def test_a_place_that_nobody_knows_is_not_drawn() -> None:
    assert shapes(floor(DESK), {}) == []


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_desk_has_its_name_on_the_table(rotation: int) -> None:
    """The box stays where it lies; the chair is below, then left, above, right, and the name on the other side."""
    lying = rotation in (90, 270)
    element = Element("place", 10, 10, 12 if lying else 16, 16 if lying else 12, rotation, "", 7)  # type: ignore[arg-type]
    (shape,) = shapes(floor(element), {7: Named("Tisch 7", "desk")})
    assert (shape.width, shape.height) == (16, 12)
    middle = (element.x + element.width / 2, element.y + element.height / 2)
    assert (shape.x + shape.width / 2, shape.y + shape.height / 2) == middle
    off = round(shape.name_x - middle[0], 2), round(shape.name_y - middle[1], 2)
    assert off == {0: (0, -2.28), 90: (2.28, 0), 180: (0, 2.28), 270: (-2.28, 0)}[rotation]


def test_letters_fit_where_they_can() -> None:
    assert letters("Tisch 1", 40) == 2.6
    assert letters("Telefonkabine", 17) == 1.72
    assert letters("Ein sehr langer Name für einen Tisch", 5) == 1.6
    assert letters("", 5) == 2.6


def test_lengths_are_read_as_people_write_them() -> None:
    assert metres(24) == "2,4"
    with use_language("en"):
        assert metres(24) == "2.4"
    for text, units in {"2,4": 24, "2.4": 24, "2": 20, "2.40": 24, "0": 0, "39": 390}.items():
        assert form.floor_from(typed_thing(x=text), (), ()).elements[0].x == units
        assert form.spot_of({"x": text, "y": "0"}) == (metres(units), "0")
    for text in ("", "-1", "2,45", "1e2", "41", "zwei", "٢", "9" * 5000):
        with pytest.raises(InvalidInput) as refused:
            form.floor_from(typed_thing(x=text), (), ())
        assert list(refused.value.errors) == ["x-3"]


def typed_thing(**typed: str) -> form.TypedFloor:
    usual = {"kind": "thing", "x": "0", "y": "0", "width": "1", "height": "1", "rotation": "0", "label": ""}
    return form.TypedFloor("Halle", "40", "40", "1", [form.Row("3", {**usual, "resource_id": "", **typed})])


elements = st.builds(
    Element,
    kind=st.sampled_from(["room", "wall", "door", "window", "thing"]),
    x=st.integers(0, 40),
    y=st.integers(0, 40),
    width=st.integers(1, 80),
    height=st.integers(1, 40),
    rotation=st.sampled_from([0, 90, 180, 270]),
    label=st.text(st.characters(categories=["L", "N", "P"]), max_size=40),
)


@given(st.lists(elements, max_size=12), st.integers(120, 400), st.integers(80, 400))
def test_what_is_typed_from_a_floor_is_that_floor(drawn: list[Element], width: int, height: int) -> None:
    here = floor(*drawn, width=width, height=height)
    assert form.floor_from(form.floor_as_typed(here, 3), (), ()) == here


additions = st.tuples(
    st.just("add"), st.sampled_from(["room", "wall", "door", "window", "thing", "place", "castle", ""])
)
removals = st.tuples(st.just("remove"), st.integers(-1, 12).map(str))


@given(st.lists(st.one_of(additions, removals), max_size=30))
def test_whatever_buttons_are_pressed_the_floor_can_be_saved(pressed: list[tuple[str, str]]) -> None:
    called = {number: Named(f"Tisch {number}", "desk") for number in range(1, 5)}
    typed = form.floor_as_typed(floor(ROOM), 1)
    for verb, value in pressed:
        placed = {row.typed["resource_id"] for row in typed.rows}
        missing = next((str(one) for one in called if str(one) not in placed), "")
        typed = form.with_new(typed, value, missing, called) if verb == "add" else form.without(typed, value)
    assert form.floor_from(typed, called, ())
    _ground, drawn = form.drawn_rows(typed, called)
    assert len(drawn) == len(typed.rows)
