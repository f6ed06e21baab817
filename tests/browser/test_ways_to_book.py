"""Whatever one can book and however: series, waiting list, equipment; each by keyboard and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from browser.demo import NEIGHBOUR, RESIDENT, Demo
from browser.finding import a_free
from browser.hands import HANDS, hand_of

BY_EACH = pytest.mark.parametrize("kind", HANDS)
BOOKED = re.compile(r"/bookings/\d+$")
BOOK = 'form[action$="/bookings"] button'


@BY_EACH
def test_a_series_with_a_conflict_that_is_solved(demo: Demo, kind: str) -> None:
    """Somebody has the desk on the first of two days; there the series takes another hour."""
    with demo.visitor(NEIGHBOUR) as context:
        desk = a_free(context.request, first=9, last=17, weeks=2)
        context.request.post(f"/resources/{desk.id}/bookings", form={**desk.form, "end": "11:00"})
    with hand_of(demo, RESIDENT, kind) as hand:
        page = hand.page
        page.goto(f"/de/resources/{desk.id}/bookings/new?date={desk.day}&start=11:00&end=12:00")
        hand.press('main a[href*="/series/new"]')
        hand.fill("#field-start", "09:00")
        hand.fill("#field-end", "10:00")
        hand.choose('[name="repeats"][value="weekly"]')
        hand.fill("#field-count", "2")
        hand.press("main form .button")
        expect(page.locator("main")).to_contain_text("1 geht so nicht")
        hand.fill(f"#field-start-{desk.day}", "15:00")
        hand.fill(f"#field-end-{desk.day}", "16:00")
        hand.choose(f"#field-desk-{desk.day}", desk.name)
        hand.press('form[action$="/series"] .button')
        expect(page).to_have_url(re.compile(r"/series/\d+$"))
        first = page.locator("main .rows a").first
        expect(first).to_contain_text("15:00 bis 16:00")
        hand.press("main .rows a")
        expect(page.locator(".slip")).to_contain_text("15:00 bis 16:00")


@BY_EACH
def test_joining_the_line_and_accepting_what_is_held(demo: Demo, kind: str) -> None:
    with demo.visitor(NEIGHBOUR) as others, hand_of(demo, RESIDENT, kind) as hand:
        desk = a_free(others.request)
        booked = others.request.post(f"/resources/{desk.id}/bookings", form=desk.form).url
        hand.page.goto(f"/de/waiting/new?resource={desk.id}&kind=desk&{desk.wish}")
        hand.choose('[name="what"][value="resource"]')
        hand.press('form[action$="/waiting"] .button')
        expect(hand.page.locator("main")).to_contain_text("Ihre Stelle")
        others.request.post(f"{booked}/cancellation", form={})
        hand.page.reload()
        expect(hand.page.locator("h1")).to_have_text("Für Sie freigehalten")
        hand.press('form[action$="/acceptance"] .button')
        expect(hand.page).to_have_url(BOOKED)
        expect(hand.page.locator(".slip")).to_contain_text(desk.name)


@BY_EACH
def test_a_room_with_its_equipment(demo: Demo, kind: str) -> None:
    with hand_of(demo, RESIDENT, kind) as hand:
        room = a_free(hand.page.context.request, "meeting_room")
        hand.page.goto(f"/de/resources/{room.id}/bookings/new?{room.wish}")
        hand.choose("#field-with_equipment")
        piece = hand.page.locator('label[for="field-with_equipment"]').inner_text()
        hand.press(BOOK)
        expect(hand.page).to_have_url(BOOKED)
        expect(hand.page.locator(".slip")).to_contain_text(piece)
        hand.press('form[action$="/cancellation"] .button-danger')
        expect(hand.page.locator(".notice:visible")).to_contain_text(
            re.compile("abgesagt|zurückgezogen")
        )  # if asked for
