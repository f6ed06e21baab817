"""Whatever one can book and however: series, waiting list, equipment, cards; each by keyboard and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from browser.demo import HOST, NEIGHBOUR, RESIDENT, STAFF, Demo
from browser.finding import SPACE, a_free
from browser.hands import HANDS, Hand, hand_of

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


@BY_EACH
def test_a_card_that_is_sold_and_spent(demo: Demo, kind: str) -> None:
    with hand_of(demo, STAFF, kind) as hand:
        hand.page.goto("/de/district/cards")
        hand.fill("#field-visits", "2")
        hand.fill("#field-price", "12,00")
        hand.press('form[action$="/district/cards"] .button')
        expect(hand.page.locator(".notice-success")).to_be_visible()
    with hand_of(demo, HOST, kind) as hand:
        hand.page.goto(f"/de/host/spaces/{SPACE}/tariffs?of=kind:phone_booth")
        hand.fill("#field-hour", "2,50")
        hand.press('form[action$="/tariffs"] .button')
        hand.page.goto(f"/de/host/spaces/{SPACE}/till")
        hand.fill("#field-email", RESIDENT)
        hand.press('form[action$="/till/cards"] .button')
        expect(hand.page.locator(".notice-success")).to_be_visible()
    with hand_of(demo, RESIDENT, kind) as hand:
        _spend_a_visit(hand)


@BY_EACH
def test_paying_by_card_for_what_was_held(demo: Demo, kind: str) -> None:
    with demo.visitor(STAFF) as context:
        context.request.post("/district/cards", form={"visits": "10", "price": "60,00"})
    with demo.visitor(HOST) as context:
        context.request.post(f"/host/spaces/{SPACE}/tariffs", form={"of": "kind:phone_booth", "hour": "2,50"})
        context.request.post(f"/host/spaces/{SPACE}/till/cards", form={"email": RESIDENT})
    with demo.visitor(NEIGHBOUR) as others, hand_of(demo, RESIDENT, kind) as hand:
        page = hand.page
        booth = a_free(others.request, "phone_booth", first=13, last=14)
        booked = others.request.post(f"/resources/{booth.id}/bookings", form=booth.form).url
        wish = {"resource": f"{booth.id}", "what": "resource", **booth.form}
        waiting = page.context.request.post("/waiting", form=wish).url
        others.request.post(f"{booked}/cancellation", form={})
        page.goto(waiting.replace("/waiting/", "/de/waiting/"))
        expect(page.locator(".slip")).to_contain_text("2,50")
        number = page.locator('[name="pay_with"]:not([value=""])').first.get_attribute("value")
        hand.choose(f'[name="pay_with"][value="{number}"]')
        hand.press('form[action$="/acceptance"] .button')
        expect(page).to_have_url(BOOKED)
        expect(page.locator(".slip")).to_contain_text("Besuchskarte")


def _spend_a_visit(hand: Hand) -> None:
    page = hand.page
    page.goto("/de/cards")
    card = page.locator(".card").first
    expect(card).to_contain_text("noch 2 von 2 Besuchen")
    number = card.locator("h3").inner_text()
    booth = a_free(page.context.request, "phone_booth", last=10)
    page.goto(f"/de/resources/{booth.id}/bookings/new?{booth.wish}")
    value = page.locator(".choice", has_text=number).locator("input").get_attribute("value")
    hand.choose(f'[name="pay_with"][value="{value}"]')
    hand.press(BOOK)
    expect(page).to_have_url(BOOKED)
    page.goto("/de/cards")
    expect(page.locator(".card").first).to_contain_text("noch 1 von 2 Besuchen")
