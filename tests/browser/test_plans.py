"""A floor plan is drawn by keys, by mouse and without a script, and nothing drawn is lost."""

import json
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import Page, expect

from browser.demo import DESKTOP, HOST, Demo
from browser.hands import Keyboard, NoScript, hand_of
from browser.keyboard import tab_to
from browser.watching import Watch

SECOND = 2  # in the demo the host's other space, with two floors; drawn on a third here, so that nobody minds
EDITOR = f"/de/host/spaces/{SECOND}/plan?floor=3"
DRAWN = "[data-element]"


def plan(demo: Demo, space: int = SECOND) -> dict[str, Any]:
    with demo.visitor() as context:
        found: dict[str, Any] = context.request.get(f"/api/v1/spaces/{space}/plan").json()
    return found


def third(demo: Demo) -> dict[str, Any]:
    """What is on the floor that these tests draw."""
    floors = plan(demo)["floors"]
    return floors[2] if len(floors) > 2 else {"elements": []}


@pytest.fixture(autouse=True)
def two_floors(demo: Demo) -> Iterator[None]:
    """As the demo has them, before a test and after it."""
    yield
    if len(plan(demo)["floors"]) > 2:
        with demo.visitor(HOST) as context:
            context.request.post(f"/host/spaces/{SECOND}/plan/removal?floor=3", form={})


def boxes(demo: Demo) -> list[tuple[str, int, int, int, int, int]]:
    return [
        tuple(one[name] for name in ("kind", "x", "y", "width", "height", "rotation"))
        for one in third(demo)["elements"]
    ]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def announced(page: Page, text: str) -> None:
    expect(page.locator("#announcer")).to_have_text(text)


def test_a_plan_is_drawn_with_the_keyboard_alone(demo: Demo) -> None:
    with hand_of(demo, HOST, "keyboard") as hand:
        page = hand.page
        page.goto(EDITOR)
        tab_to(page, '[name="add"][value="room"]')
        press(page, "Enter")
        expect(page.locator(f"{DRAWN}:focus")).to_have_attribute("aria-label", "Raum: 0 m von links, 0 m von oben")
        press(page, "ArrowRight", "ArrowRight", "ArrowDown", "Control+ArrowDown", "Shift+ArrowRight")
        announced(page, "Raum: 5,1 m breit, 4 m tief")
        press(page, "Shift+Tab")  # to the sheet, and on to the buttons
        tab_to(page, '[name="add"][value="door"]', most=200)
        press(page, "Enter", "r")
        announced(page, "Tür: um 90 Grad gedreht")
        press(page, "ArrowLeft")
        announced(page, "Tür: 0 m von links, 0 m von oben, weiter geht es nicht")
        tab_to(page, '[name="add"][value="wall"]', most=200)
        press(page, "Enter")
        announced(page, "Wand: hinzugefügt, noch nicht gespeichert, 0 m von links, 0 m von oben")
        press(page, "Delete")
        announced(page, "Wand: vom Plan genommen")
        press(page, "Control+z")
        announced(page, "Rückgängig gemacht")
        expect(page.locator(DRAWN)).to_have_count(3)
        tab_to(page, "[data-undo]", most=200)
        press(page, "Enter")  # the wall was never added
        expect(page.locator(DRAWN)).to_have_count(2)
        assert isinstance(hand, Keyboard)
        hand.press("form[data-plan] .button")
        expect(page.locator(".notice-success")).to_contain_text("Der Plan ist gespeichert.")
    assert boxes(demo) == [("room", 2, 11, 51, 40, 0), ("door", 0, 0, 10, 9, 90)]


def test_the_numbers_and_the_drawing_say_the_same(demo: Demo) -> None:
    with hand_of(demo, HOST, "keyboard") as hand:
        page = hand.page
        page.goto(EDITOR)
        tab_to(page, '[name="add"][value="thing"]')
        press(page, "Enter", "Enter")  # added, then its numbers opened
        expect(page.locator("#field-label-0")).to_be_focused()
        page.keyboard.type("Schrank")
        page.locator("#field-x-0").fill("2.5")
        expect(page.locator(f"{DRAWN} text")).to_have_text("Schrank")
        expect(page.locator(f"{DRAWN} rect")).to_have_attribute("x", "25")
        expect(page.locator("[data-row] summary")).to_contain_text("Schrank 2,5 m von links, 0 m von oben")


def test_a_plan_is_drawn_with_the_mouse(demo: Demo) -> None:
    with demo.visitor(HOST, viewport=DESKTOP) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        page.goto(EDITOR)
        page.get_by_role("button", name="Möbel", exact=True).click()
        drag(page, DRAWN, 40, 20)
        drag(page, "[data-handle]", 10, 5)
        assert values(page) == (40, 20, 22, 11)
        drag(page, DRAWN, 900, 900)  # the floor ends before
        assert values(page) == (98, 69, 22, 11)
        press(page, "Control+z")
        assert values(page) == (40, 20, 22, 11)
        press(page, "Control+z", "Control+z")
        assert values(page) == (0, 0, 12, 6)
        drag(page, DRAWN, 7, 3)
        with page.expect_navigation():
            page.get_by_role("button", name="Plan speichern").click()
        assert watch.complaints == []
    assert boxes(demo) == [("thing", 7, 3, 12, 6, 0)]


def values(page: Page) -> tuple[int, ...]:
    return tuple(
        round(float(page.locator(f'[data-row] [data-field="{name}"]').input_value()) * 10)
        for name in ("x", "y", "width", "height")
    )


def drag(page: Page, selector: str, right: int, down: int) -> None:
    """By so many units of the drawing, in three steps as a hand would."""
    page.locator(selector).first.scroll_into_view_if_needed()
    box = page.locator(selector).first.bounding_box()
    assert box
    scale: float = page.evaluate('document.querySelector(".plan-drawing").getScreenCTM().a')
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right * scale, y + down * scale, steps=3)
    page.mouse.up()


def test_a_plan_is_drawn_without_a_script(demo: Demo) -> None:
    with hand_of(demo, HOST, "no JavaScript") as hand:
        assert isinstance(hand, NoScript)
        hand.page.goto(EDITOR)
        hand.press('[name="add"][value="room"]')
        hand.fill("#field-label-0", "Saal")
        hand.press('[name="add"][value="wall"]')
        hand.press('[name="add"][value="door"]')
        hand.page.locator('[data-row="1"] summary').click()
        hand.press('[name="remove"][value="1"]')
        hand.page.locator('[data-row="2"] summary').click()
        hand.fill("#field-x-2", "99")
        hand.press("form[data-plan] .button")
        expect(hand.page.locator(".error-summary")).to_contain_text("Tür, von links: Bitte eine Länge von 0 bis 40 m")
        hand.fill("#field-x-2", "3,5".replace(",", "."))
        hand.choose("#field-rotation-2", "um 180 Grad")
        hand.press("form[data-plan] .button")
        expect(hand.page.locator(".notice-success")).to_contain_text("Der Plan ist gespeichert.")
    assert boxes(demo) == [("room", 0, 0, 50, 40, 0), ("door", 35, 0, 9, 10, 180)]


def test_a_place_is_taken_off_and_put_on_again(demo: Demo) -> None:
    """On the floor where it stands, and back as it was: nothing is saved."""
    with hand_of(demo, HOST, "keyboard") as hand:
        page = hand.page
        page.goto(f"/de/host/spaces/{SECOND}/plan")
        desk = page.locator(f'{DRAWN}[aria-label^="Tisch 3:"]')
        desk.focus()
        press(page, "Delete")
        expect(desk).to_have_count(0)
        expect(page.locator("#field-resource option")).to_have_text(["Tisch 3"])
        tab_to(page, '[name="add"][value="place"]', most=200)
        press(page, "Enter")
        expect(desk).to_have_count(1)
        expect(page.locator("#field-resource option")).to_have_count(0)
        page.evaluate("localStorage.clear()")


def test_nothing_is_lost_by_a_reload_nor_by_a_co_host(demo: Demo) -> None:
    with demo.visitor(HOST) as context:
        page, other = context.new_page(), context.new_page()
        page.goto(EDITOR)
        page.get_by_role("button", name="Möbel", exact=True).click()
        page.keyboard.press("ArrowRight")
        page.reload()
        expect(page.locator("[data-was-restored]")).to_be_visible()
        expect(page.locator("[data-row] [data-spot]")).to_have_text("0,1 m von links, 0 m von oben")

        add: dict[str, str | float | bool] = {"name": "Keller", "width": "12", "height": "8", "element": "0"}
        add |= {
            "kind-0": "room",
            "x-0": "1",
            "y-0": "1",
            "width-0": "5",
            "height-0": "5",
            "rotation-0": "0",
            "label-0": "Gewölbe",
        }
        assert other.request.post(f"/host/spaces/{SECOND}/plan?floor=3", form=add).ok
        page.reload()
        page.get_by_role("button", name="Plan speichern").click()
        expect(page.locator("main")).to_contain_text("Jemand anderes hat den Plan inzwischen geändert.")
        expect(page.get_by_role("img", name="Gespeicherter Plan")).to_contain_text("Gewölbe")
        expect(page.locator("[data-row] [data-spot]")).to_have_text("0,1 m von links, 0 m von oben")
        assert [one["label"] for one in third(demo)["elements"]] == ["Gewölbe"]

        page.get_by_role("link", name="Den gespeicherten Plan behalten").click()
        page.goto(EDITOR)
        expect(page.locator("[data-was-restored]")).to_be_hidden()
        expect(page.locator("[data-row]")).to_contain_text(["Gewölbe"])


KEYS = [
    *("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"),
    *("Control+ArrowRight", "Control+ArrowDown", "Control+Shift+ArrowRight", "r", "Delete", "Control+z", "Tab"),
]
ADDED = ["room", "wall", "door", "window", "thing"]


def test_whatever_is_pressed_the_plan_can_be_saved(demo: Demo) -> None:
    """Every state that keys and buttons lead to is a plan; the server says so of each, and shows the same again."""
    with demo.visitor(HOST, viewport=DESKTOP) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)

        @settings(max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(st.lists(st.one_of(st.sampled_from(ADDED), *[st.sampled_from(KEYS)] * 4), min_size=10, max_size=25))
        def draw(pressed: list[str]) -> None:
            page.goto(EDITOR)
            page.evaluate("localStorage.clear()")
            page.goto(EDITOR)
            for one in pressed:
                if one in ADDED:
                    page.locator(f'[name="add"][value="{one}"]').evaluate("button => button.click()")
                else:
                    page.keyboard.press(one)
            drawn = fields(page)
            with page.expect_navigation():
                page.locator("form[data-plan] .button").click()
            assert watch.statuses[-1] == 200, (pressed, drawn, page.locator(".error-summary").all_inner_texts())
            assert fields(page) == drawn

        draw()
        assert watch.complaints == []


def fields(page: Page) -> list[tuple[str, ...]]:
    """What the form says of each element, beside its number."""
    found: list[list[str]] = page.locator("[data-rows] [data-row]").evaluate_all(
        """rows => rows.map(row => [...row.querySelectorAll("[name]")].filter(field => field.name.includes("-"))
             .map(field => field.value))"""
    )
    return [tuple(one) for one in found]


def test_a_draft_is_nothing_that_can_break_the_page(demo: Demo) -> None:
    with demo.visitor(HOST) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        page.goto(EDITOR)
        for kept in (
            "{",
            "null",
            "[]",
            json.dumps({"version": "1", "plan": "{"}),
            json.dumps({"plan": '{"rows": [3]}'}),
        ):
            page.evaluate(f"kept => localStorage.setItem('plan-{SECOND}-2', kept)", kept)
            page.reload()
            page.get_by_role("button", name="Möbel", exact=True).click()
            expect(page.locator("[data-row]")).to_have_count(1)
            page.evaluate("localStorage.clear()")
        assert watch.complaints == []
