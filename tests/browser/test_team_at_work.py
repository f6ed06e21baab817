"""A host's two minutes on a phone: blocking, closing several spaces, inviting; by keyboard and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from browser.demo import HOST, Demo
from browser.finding import SPACE
from browser.hands import HANDS, Hand, hand_of
from support.spaces import day_after

BY_EACH = pytest.mark.parametrize("kind", HANDS)
DONE = ".notice-success:visible"


@BY_EACH
def test_a_usual_blackout_takes_two_presses(demo: Demo, kind: str) -> None:
    """From the first page, and one choice more for a single thing."""
    with hand_of(demo, HOST, kind) as hand:
        hand.page.goto("/de/host")
        hand.press(f'main a[href$="/host/spaces/{SPACE}/blackouts/new"]')
        hand.choose("#quick-resource", "Flipchart")
        hand.press('button[name="when"][value*="00:00,"]')
        _keep_what_is_in_the_way(hand)
        _press_beside(hand, "Flipchart")
        expect(hand.page.locator(DONE)).to_contain_text("aufgehoben")


@BY_EACH
def test_several_spaces_are_closed_at_once(demo: Demo, kind: str) -> None:
    day, why = day_after(401 + list(HANDS).index(kind)), f"Betriebsferien: {kind}"
    with hand_of(demo, HOST, kind) as hand:
        hand.page.goto("/de/host")
        hand.press('main a[href$="/host/closures"]')
        hand.choose('[name="space"][value="all"]')
        hand.fill("#field-first", f"{day}")
        hand.fill("#field-reason", why)
        hand.press("main .form .button")
        expect(hand.page.locator("h1")).to_have_text("Heute in Ihren Räumen")
        for space in (SPACE, SPACE + 1):
            hand.page.goto(f"/de/host/spaces/{space}/closures")
            expect(hand.page.locator("main .rows > li", has_text=why)).to_contain_text(f"{day.year}")
            _press_beside(hand, why)
            expect(hand.page.locator(DONE)).to_contain_text("wieder geöffnet")


@BY_EACH
def test_somebody_is_invited_comes_by_the_mail_and_is_dismissed(demo: Demo, kind: str) -> None:
    helper = f"tresen-{list(HANDS).index(kind)}@landbooking.example"
    with hand_of(demo, HOST, kind) as hand, hand_of(demo, None, kind) as invited:
        hand.page.goto(f"/de/host/spaces/{SPACE}")
        hand.press('main a[href$="/team"]')
        hand.fill("#field-email", helper)
        hand.choose('[name="role"][value="desk"]')
        hand.press("main .form .button")
        expect(hand.page.locator("main .rows > li", has_text=helper)).to_contain_text("Team vor Ort")

        invited.page.goto(demo.mailbox.wait_for_link(helper, f"/host/spaces/{SPACE}"))
        invited.fill("#field-email", helper)
        invited.press("main .form .button")
        invited.fill("#field-code", demo.mailbox.wait_for_code(helper))
        invited.press("main .form .button")
        expect(invited.page).to_have_url(re.compile(rf"/host/spaces/{SPACE}$"))
        expect(invited.page.get_by_role("link", name="Sperrzeiten", exact=True)).to_be_visible()
        expect(invited.page.locator('main a[href$="/team"]')).to_have_count(0)

        _press_beside(hand, helper)
        expect(hand.page.locator("main .rows")).not_to_contain_text(helper)
        hand.press('main a[href$="/changes"]')
        expect(hand.page.locator("main .rows li").first).to_contain_text("Aus dem Team genommen")
        invited.page.reload()
        expect(invited.page.locator("h1")).to_have_text("Nicht erlaubt")


def _keep_what_is_in_the_way(hand: Hand) -> None:
    """Other tests book here too."""
    if hand.page.locator("h1").inner_text() != "Sperrzeiten":
        for keep in hand.page.locator('.card [type="radio"][name^="choice-"][value="keep"]').all():
            hand.choose(f'[name="{keep.get_attribute("name")}"][value="keep"]')
        hand.press('form:has([name="seen"]) .button')


def _press_beside(hand: Hand, text: str) -> None:
    """The button of the list's first row that says so."""
    row = hand.page.locator("main .rows > li", has_text=text).first
    hand.press(f'form[action="{row.locator("form").get_attribute("action")}"] button')
