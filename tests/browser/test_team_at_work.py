"""A host's two minutes on a phone, by keyboard and without JavaScript: blocking, closing several spaces, inviting."""

import re

from playwright.sync_api import Page, expect

from browser.demo import HOST, PHONE, Demo
from browser.finding import SPACE
from browser.keyboard import tab_to
from browser.watching import Watch
from support.spaces import day_after


def test_blocking_closing_and_inviting_without_javascript(demo: Demo) -> None:
    with demo.visitor(HOST, viewport=PHONE, java_script_enabled=False) as context:
        _block_and_lift(context.new_page())
        _close_all(context.new_page(), days=401)
        _invite_and_dismiss(context.new_page(), "ohne-skript@landbooking.example")


def _block_and_lift(page: Page) -> None:
    """From the first page two presses, and one more for a single thing."""
    page.goto("/de/host")
    page.get_by_role("link", name=re.compile("Sperren ?: Co-Working am Marktplatz")).click()
    page.locator("#quick-resource").select_option(label="Flipchart")
    page.get_by_role("button", name="Morgen den ganzen Tag").click()
    _keep_what_is_in_the_way(page)
    expect(page.locator("main .rows")).to_contain_text("Flipchart")
    page.get_by_role("button", name=re.compile("Aufheben ?: Flipchart")).first.click()
    expect(page.locator(".notice-success")).to_be_visible()


def _keep_what_is_in_the_way(page: Page) -> None:
    """Other tests book here too."""
    if page.locator("h1").inner_text() != "Sperrzeiten":
        for keep in page.locator('.card [type="radio"][name^="choice-"][value="keep"]').all():
            keep.check()
        page.get_by_role("button", name="Sperrzeit eintragen").click()


def _close_all(page: Page, days: int) -> None:
    page.goto("/de/host")
    page.get_by_role("link", name="Mehrere Räume schließen").click()
    page.get_by_label("Alle hier").check()
    page.locator("#field-first").fill(f"{day_after(days)}")
    page.get_by_role("button", name="Räume schließen").click()
    expect(page.locator("h1")).to_have_text("Heute in Ihren Räumen")
    for space in (SPACE, SPACE + 1):
        page.goto(f"/de/host/spaces/{space}/closures")
        page.get_by_role("button", name=f"{day_after(days).year}").last.click()
        expect(page.locator(".notice-success")).to_be_visible()


def _invite_and_dismiss(page: Page, somebody: str) -> None:
    page.goto(f"/de/host/spaces/{SPACE}")
    page.get_by_role("link", name="Team", exact=True).click()
    page.locator("#field-email").fill(somebody)
    page.get_by_label("Team vor Ort").check()
    page.get_by_role("button", name="Einladen").click()
    expect(page.locator("main .rows")).to_contain_text(somebody)
    page.get_by_role("button", name=re.compile(f"Entfernen ?: {somebody}")).click()
    expect(page.locator("main .rows")).not_to_contain_text(somebody)
    page.get_by_role("link", name="Verlauf", exact=True).click()
    expect(page.locator("main .rows li").first).to_contain_text("Aus dem Team genommen")


def test_blocking_closing_and_inviting_by_keyboard(demo: Demo) -> None:
    with demo.visitor(HOST) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        page.goto(f"/de/host/spaces/{SPACE}/blackouts/new")
        tab_to(page, "#quick-resource")
        page.keyboard.type("Flip")
        tab_to(page, 'button[name="when"][value*="00:00,"]')
        with page.expect_navigation():
            page.keyboard.press("Enter")
        _keep_what_is_in_the_way(page)
        expect(page.locator("main .rows")).to_contain_text("Flipchart")
        page.get_by_role("button", name=re.compile("Aufheben ?: Flipchart")).first.click()

        page.goto("/de/host/closures")
        tab_to(page, '[name="space"]')
        page.keyboard.press("Space")
        page.locator("#field-first").fill(f"{day_after(402)}")  # typed into a date's parts it depends on the system
        page.locator("#field-first").focus()
        tab_to(page, "main .form .button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".notice-success")).to_be_visible()

        page.goto(f"/de/host/spaces/{SPACE}/team")
        tab_to(page, "#field-email")
        page.keyboard.type("tasten@landbooking.example")
        tab_to(page, '[name="role"]')
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**/team")
        expect(page.locator("main .rows")).to_contain_text("tasten@landbooking.example")
        tab_to(page, 'form[action$="/removal"] button')
        assert watch.complaints == []
