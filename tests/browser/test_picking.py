"""A place is picked on a floor plan, by keyboard and without a script."""

import re

from playwright.sync_api import expect

from browser.demo import RESIDENT, Demo
from browser.finding import SPACE, a_free
from browser.hands import hand_of


def test_a_resident_picks_a_desk_by_keyboard_and_books_it(demo: Demo) -> None:
    with hand_of(demo, RESIDENT, "keyboard") as hand:
        page = hand.page
        free = a_free(page.request, ahead=23)
        page.goto(f"/de/spaces/{SPACE}/days/{free.day}?kind=desk&start={free.start}&end={free.end}")
        hand.press(f'a[href^="/de/spaces/{SPACE}/plan?"]')
        said = f"{free.name}, frei von {free.start} bis {free.end} Uhr, Platz buchen"
        hand.press(f'.plan a[aria-label="{said}"]')
        hand.press("main form .button")
        expect(page.locator(".notice-success")).to_contain_text("Ihre Buchung steht.")
        page.goto(f"/de/spaces/{SPACE}/plan?{free.wish}")
        expect(page.locator(f'.plan [aria-label="{free.name}, belegt"]')).to_have_class(re.compile("plan-full"))
        expect(page.locator(f'a[aria-label="{said}"]')).to_have_count(0)


def test_a_resident_picks_a_desk_without_a_script(demo: Demo) -> None:
    with hand_of(demo, RESIDENT, "no JavaScript") as hand:
        free = a_free(hand.page.request, ahead=24)
        hand.page.goto(f"/de/spaces/{SPACE}/plan?{free.wish}")
        hand.press(f'.rows a[aria-label^="{free.name}, frei"]')
        hand.press("main form .button")
        expect(hand.page.locator(".notice-success")).to_contain_text("Ihre Buchung steht.")
