"""What is printed: the booking, week and day, plans, figures; nothing to press, one sheet where one is enough."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.demo import Demo
from browser.stops import STOPS, Stop

SHEETS = {
    "booked": 1,
    "cancelled": 1,
    "my bookings": 2,
    "space": 1,
    "plan": 2,  # one, unless much can not be had: other tests block that day
    "board": 2,
    "host's booking": 1,
    "host's week": 2,
    "a space in figures": 3,
    "the district in figures": 3,
    "changes": 4,  # a whole page of the log: other tests add to it
}

TO_PRESS = "nav, button, input, select, textarea, summary, .button, .button-secondary, .skip-link, .demo-banner, footer"


@pytest.mark.parametrize("stop", [stop for stop in STOPS if stop.name in SHEETS], ids=lambda stop: stop.name)
def test_paper_shows_the_page_and_nothing_to_press(stop: Stop, demo: Demo, names: dict[str, Any]) -> None:
    with demo.visitor(stop.who, color_scheme="dark") as context:
        page = context.new_page()
        stop.go(page, "/de", names)
        assert page.locator(TO_PRESS).filter(visible=True).count() > 0
        page.emulate_media(media="print", color_scheme="dark")

        assert page.locator(TO_PRESS).filter(visible=True).count() == 0
        assert page.locator("h1").is_visible()
        assert _colours_of_text(page) == ["rgb(0, 0, 0)"]
        sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
        assert 1 <= len(sheets) <= SHEETS[stop.name]


def test_paper_shows_the_hours_that_a_phone_leaves_out(demo: Demo, page: Page) -> None:
    page.goto("/de/spaces/1")
    assert not page.locator(".week-grid").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".week-grid").is_visible()
    assert not page.locator(".week-list").is_visible()


def _colours_of_text(page: Page) -> list[str]:
    """Of everything inside the page's main part that says something."""
    colours: list[str] = page.evaluate(
        """() => {
          const says = (it) => [...it.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
          const shown = [...document.querySelectorAll("main *")].filter((it) => it.checkVisibility() && says(it));
          return [...new Set(shown.map((it) => getComputedStyle(it).color))];
        }"""
    )
    return colours
