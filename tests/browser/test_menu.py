"""The menu of a phone: a button opens it, by the keyboard and without scripts too; with more room it is a bar."""

import pytest
from playwright.sync_api import Page, expect

from browser.demo import DESKTOP, Demo
from browser.hands import HANDS, hand_of

OPENS = "header > div > .site-menu-button"
PLACES = ".site-nav a"


@pytest.mark.parametrize("kind", HANDS)
def test_it_leads_on(demo: Demo, kind: str) -> None:
    with hand_of(demo, None, kind) as hand:
        hand.page.goto("/de/")
        expect(hand.page.locator(PLACES).first).to_be_hidden()
        hand.unfold(OPENS)
        expect(hand.page.locator(PLACES).first).to_be_in_viewport()
        hand.press('.site-nav a[href$="/internships"]')
        expect(hand.page.locator("h1")).to_contain_text("Praktika")


def test_escape_closes_it_and_leads_back(page: Page) -> None:
    page.goto("/de/")
    page.locator(OPENS).click()
    page.keyboard.press("Escape")
    expect(page.locator(PLACES).first).to_be_hidden()
    expect(page.locator(OPENS)).to_be_focused()


def test_it_is_a_bar_where_there_is_room(demo: Demo) -> None:
    with demo.visitor(viewport=DESKTOP) as context:
        page = context.new_page()
        page.goto("/de/")
        expect(page.locator(PLACES).first).to_be_visible()
        expect(page.locator(".site-menu-button").first).to_be_hidden()
