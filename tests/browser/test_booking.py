"""A desk is booked as a person would do it: by hand, by keyboard alone, without JavaScript."""

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from browser.demo import RESIDENT, Demo, enter_code, link_in
from browser.keyboard import tab_to

BOOKED = re.compile(r"/bookings/\d+$")


def test_booking_from_the_first_page_to_the_cancellation(page: Page, demo: Demo) -> None:
    somebody = f"neu-{uuid4().hex[:8]}@landbooking.example"
    page.goto("/de/")
    _search(page, "Lauterecken")
    page.locator('main a[href*="/days/"]').first.click()
    page.get_by_role("link", name=re.compile("^Wählen")).first.click()
    chosen = page.locator(".facts").inner_text()

    _hold(page, somebody)
    enter_code(page, somebody, demo.mailbox)
    expect(page.locator("main")).to_contain_text("für Sie freigehalten")
    assert page.locator(".facts").inner_text() == chosen  # nothing was lost on the way
    page.get_by_role("button", name="Platz buchen").click()

    expect(page).to_have_url(BOOKED)
    expect(page.locator(".notice-success")).to_contain_text("Ihre Buchung steht")
    assert chosen.splitlines()[1] in page.locator(".slip").inner_text()
    confirmation = demo.mailbox.wait_for(somebody, 2)
    assert "METHOD:REQUEST" in demo.mailbox.read(confirmation.attachments[0])

    page.get_by_role("link", name="Meine Buchungen").first.click()
    page.locator("main .rows a").click()
    page.get_by_role("link", name="Verschieben").click()
    page.locator("#field-start").fill("10:00")
    page.get_by_role("button", name="Verschieben").click()
    expect(page.locator(".slip")).to_contain_text("10:00 bis")
    moved = demo.mailbox.wait_for(somebody, 3)
    assert "SEQUENCE:1" in demo.mailbox.read(moved.attachments[0])

    page.get_by_role("button", name="Buchung absagen").click()
    expect(page.locator(".notice:visible")).to_have_text("Ihre Buchung ist abgesagt. Der Platz ist wieder frei.")
    cancelled = demo.mailbox.wait_for(somebody, 4)
    assert "METHOD:CANCEL" in demo.mailbox.read(cancelled.attachments[0])
    page.goto("/de/bookings")
    expect(page.get_by_role("heading", name="Abgesagte")).to_be_visible()


def test_three_clicks_lead_from_the_results_to_a_booking(demo: Demo) -> None:
    with demo.visitor(RESIDENT) as context:
        page = context.new_page()
        page.goto("/de/")
        _search(page, "Altenglan")
        page.locator('main a[href*="/days/"]').first.click()
        page.get_by_role("link", name=re.compile("^Wählen")).first.click()
        page.get_by_role("button", name="Platz buchen").click()
        expect(page).to_have_url(BOOKED)


def test_search_that_is_wrong_keeps_what_was_typed_and_names_every_mistake(page: Page) -> None:
    page.goto("/de/")
    page.locator("#field-place").fill("Kuhsel")
    page.locator("#field-start").fill("12:00")
    page.locator("#field-end").fill("09:00")
    page.get_by_role("button", name="Plätze suchen").click()

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    assert [page.locator(f"#field-{name}").input_value() for name in ("place", "start", "end")] == [
        "Kuhsel",
        "12:00",
        "09:00",
    ]
    summary.get_by_role("link").last.click()
    assert page.evaluate("document.activeElement.id") in ("field-place", "field-end")


def test_booking_by_keyboard_alone(page: Page, demo: Demo) -> None:
    somebody = f"tastatur-{uuid4().hex[:8]}@landbooking.example"
    page.goto("/de/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    tab_to(page, "#field-place")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()  # it was sent empty: the mistake is in focus
    tab_to(page, '.error-summary a[href="#field-place"]')
    page.keyboard.press("Enter")
    expect(page.locator("#field-place")).to_be_focused()
    page.keyboard.type("Lauterecken")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("Plätze bei Lauterecken")
    for target in ('main a[href*="/days/"]', 'main a[href*="/bookings/new"]'):
        tab_to(page, target)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    tab_to(page, "#field-email")
    page.keyboard.type(somebody)
    page.keyboard.press("Enter")
    expect(page.locator("#field-code")).to_be_visible()
    tab_to(page, "#field-code")
    page.keyboard.type(demo.mailbox.wait_for_code(somebody))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Platz buchen")).to_be_visible()
    tab_to(page, 'main form[action$="/bookings"] button')
    page.keyboard.press("Enter")
    expect(page).to_have_url(BOOKED)
    tab_to(page, 'form[action$="/cancellation"] button')
    page.keyboard.press("Enter")
    expect(page.locator(".notice:visible")).to_have_text("Ihre Buchung ist abgesagt. Der Platz ist wieder frei.")


def test_booking_without_javascript(demo: Demo) -> None:
    somebody = f"ohne-{uuid4().hex[:8]}@landbooking.example"
    with demo.visitor(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/de/")
        _search(page, "Kusel")
        page.locator('main a[href*="/days/"]').first.click()
        page.get_by_role("link", name=re.compile("^Wählen")).first.click()
        _hold(page, somebody)
        enter_code(page, somebody, demo.mailbox)
        page.get_by_role("button", name="Platz buchen").click()
        expect(page).to_have_url(BOOKED)
        page.get_by_role("button", name="Buchung absagen").click()
        expect(page.locator(".notice:visible")).to_have_text("Ihre Buchung ist abgesagt. Der Platz ist wieder frei.")


def test_link_in_the_mail_signs_in_by_its_button_only(page: Page, demo: Demo) -> None:
    somebody = f"link-{uuid4().hex[:8]}@landbooking.example"
    page.goto("/de/sign-in")
    page.locator("#field-email").fill(somebody)
    page.get_by_role("button", name="Code schicken").click()
    link = link_in(demo.mailbox.wait_for(somebody))
    with demo.visitor() as scanner:
        scanner.new_page().goto(link)
        assert not [cookie for cookie in scanner.cookies() if cookie["name"] == "session"]

    page.goto(link)
    page.goto("/de/bookings")
    expect(page.locator("h1")).to_have_text("Anmelden")  # still nobody
    page.goto(link)
    page.get_by_role("button", name="Jetzt anmelden").click()
    page.goto("/de/bookings")
    expect(page.locator("h1")).to_have_text("Meine Buchungen")


def _search(page: Page, place: str) -> None:
    page.locator("#field-place").fill(place)
    page.get_by_role("button", name="Plätze suchen").click()
    expect(page.locator("h1")).to_contain_text(f"Plätze bei {place}")


def _hold(page: Page, somebody: str) -> None:
    page.locator("#field-email").fill(somebody)
    page.get_by_role("button", name="Platz freihalten").click()
    expect(page.locator(".notice:visible")).to_contain_text("für Sie freigehalten")
