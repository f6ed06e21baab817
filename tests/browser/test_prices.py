"""Prices and what pays them: set, sold at the counter, spent, redeemed, waived and settled; by each hand."""

import csv
import re
from io import StringIO

import pytest
from playwright.sync_api import Page, expect

from browser.demo import HOST, NEIGHBOUR, RESIDENT, STAFF, Demo
from browser.finding import SPACE, Place, a_free
from browser.hands import HANDS, Hand, hand_of

BY_EACH = pytest.mark.parametrize("kind", HANDS)
BOOKED = re.compile(r"/bookings/\d+$")
BOOK = 'form[action$="/bookings"] button'
TILL = f"/de/host/spaces/{SPACE}/till"


@BY_EACH
def test_a_card_is_sold_and_spent_and_settled(demo: Demo, kind: str) -> None:
    with hand_of(demo, STAFF, kind) as staff, hand_of(demo, HOST, kind) as host, hand_of(demo, RESIDENT, kind) as hand:
        staff.page.goto("/de/district/cards")
        staff.fill("#field-visits", "2")
        staff.fill("#field-price", "12,00")
        staff.press('form[action$="/district/cards"] .button')
        expect(staff.page.locator(".notice-success")).to_be_visible()
        _set_price(host)
        host.press(f'main a[href$="/host/spaces/{SPACE}/till"]')
        host.fill("#field-email", RESIDENT)
        host.press('form[action$="/till/cards"] .button')
        expect(host.page.locator(".notice-success")).to_be_visible()

        booth = a_free(hand.page.context.request, "phone_booth", last=10)
        staff.page.goto("/de/district")
        staff.press('main a[href$="/district/settlement"]')
        before = _visits(staff.page, booth.day[:7])
        _spend_a_visit(hand, booth)
        assert _visits(staff.page, booth.day[:7]) == before + 1
        table = csv.DictReader(StringIO(staff.download('main a[href*="/district/settlement.csv"]')), delimiter=";")
        lines = [line for line in table if (line["Verkauft von"], line["Besucht in"]) == ("Kusel", "Kusel")]
        assert [(line["Monat"], line["Besuche"]) for line in lines] == [(booth.day[:7], f"{before + 1}")]


@BY_EACH
def test_a_pass_is_sold_and_pays_a_month(demo: Demo, kind: str) -> None:
    commuter = f"pendlerin-{list(HANDS).index(kind)}@landbooking.example"
    _price(demo)
    with hand_of(demo, HOST, kind) as host, hand_of(demo, commuter, kind) as hand:
        booth = a_free(hand.page.context.request, "phone_booth", last=10)
        host.page.goto(f"/de/host/spaces/{SPACE}/tariffs")
        host.fill("#field-month", "45,00")
        host.press('form[action$="/tariffs"] .button')
        host.press(f'main a[href$="/host/spaces/{SPACE}/till"]')
        host.fill("#field-pass_email", commuter)
        host.fill("#field-first", booth.day)
        host.press('form[action$="/till/passes"] button')
        expect(host.page.locator(".notice-success")).to_be_visible()

        hand.page.goto(f"/de/resources/{booth.id}/bookings/new?{booth.wish}")
        expect(hand.page.locator("main")).to_contain_text("im Monatspass enthalten")
        hand.press(BOOK)
        expect(hand.page).to_have_url(BOOKED)
        expect(hand.page.locator(".slip")).to_contain_text("im Monatspass enthalten")


@BY_EACH
def test_vouchers_are_issued_and_redeemed_and_what_is_left_is_waived(demo: Demo, kind: str) -> None:
    """One is worth visits, the other an amount. A code that is wrong is told, and stays typed."""
    _price(demo)
    with hand_of(demo, STAFF, kind) as staff, hand_of(demo, HOST, kind) as host, hand_of(demo, RESIDENT, kind) as hand:
        page, wrong = hand.page, "GIBTSNICHT"
        visits, amount = _issue(staff, "worth_visits", "3"), _issue(staff, "worth", "1,00")
        page.goto("/de/cards")
        for code in (wrong, visits):
            hand.fill("#field-code", code)
            hand.press('form[action$="/cards/vouchers"] button')
        expect(page.locator(".card").first).to_contain_text("noch 3 von 3 Besuchen")

        booth = a_free(page.context.request, "phone_booth", last=10)
        page.goto(page.context.request.post(f"/resources/{booth.id}/bookings", form=booth.form).url)
        hand.unfold("details:has(#field-code) > summary")
        hand.fill("#field-code", wrong)
        hand.press('form[action$="/voucher"] button')
        expect(page.locator("#error-code")).to_contain_text("Diesen Gutschein gibt es nicht")
        expect(page.locator("#field-code")).to_have_value(wrong)
        hand.fill("#field-code", amount)
        hand.press('form[action$="/voucher"] button')
        expect(page.locator(".slip")).to_contain_text("1,50")

        host.page.goto(f"/de/host/spaces/{SPACE}/bookings/{page.url.rpartition('/')[2]}")
        host.press('main a[href$="/waiver"]')
        host.press('form[action$="/waiver"] .button')
        expect(host.page.locator(".error-summary")).to_be_visible()
        host.choose('[name="reason"][value="income"]')
        host.press('form[action$="/waiver"] .button')
        expect(host.page.locator(".notice-success")).to_be_visible()
        page.reload()
        expect(page.locator(".slip")).to_contain_text("erlassen")


@BY_EACH
def test_paying_by_card_for_what_was_held(demo: Demo, kind: str) -> None:
    with demo.visitor(STAFF) as context:
        context.request.post("/district/cards", form={"visits": "10", "price": "60,00"})
    _price(demo)
    with demo.visitor(HOST) as context:
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


def _price(demo: Demo) -> None:
    """Of a booth; all else in the space is free."""
    with demo.visitor(HOST) as context:
        context.request.post(f"/host/spaces/{SPACE}/tariffs", form={"of": "kind:phone_booth", "hour": "2,50"})


def _set_price(host: Hand) -> None:
    """The same by hand."""
    host.page.goto(TILL)
    host.press(f'main a[href$="/host/spaces/{SPACE}/tariffs"]')
    host.choose("#field-of", "Telefonkabinen")
    host.fill("#field-hour", "2,50")
    host.press('form[action$="/tariffs"] .button')
    expect(host.page.locator("main .rows > li", has_text="Telefonkabinen")).to_contain_text(re.compile(r"Stunde\s2,50"))


def _visits(page: Page, month: str) -> int:
    """With cards that were sold in Kusel and used there, as the month's settlement has them."""
    page.goto(f"/de/district/settlement?month={month}")
    lines = [row.locator("td").all_inner_texts() for row in page.locator("main tbody tr").all()]
    return sum(int(line[2]) for line in lines if line[:2] == ["Kusel", "Kusel"])


def _spend_a_visit(hand: Hand, booth: Place) -> None:
    page = hand.page
    page.goto("/de/cards")
    card = page.locator(".card").first
    expect(card).to_contain_text("noch 2 von 2 Besuchen")
    number = card.locator("h3").inner_text()
    page.goto(f"/de/resources/{booth.id}/bookings/new?{booth.wish}")
    value = page.locator(".choice", has_text=number).locator("input").get_attribute("value")
    hand.choose(f'[name="pay_with"][value="{value}"]')
    hand.press(BOOK)
    expect(page).to_have_url(BOOKED)
    page.goto("/de/cards")
    expect(page.locator(".card").first).to_contain_text("noch 1 von 2 Besuchen")


def _issue(staff: Hand, field: str, worth: str) -> str:
    """The code of the voucher."""
    staff.page.goto("/de/district/cards")
    staff.fill(f"#field-{field}", worth)
    staff.press('form[action$="/district/vouchers"] button')
    newest = staff.page.locator("main .rows > li").first
    expect(newest).to_contain_text("noch nicht eingelöst")
    return newest.locator(".row-title").inner_text()
