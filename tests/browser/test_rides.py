"""The ways of a ride: found and called off, offered, wished for, called for at a bench, booked with a desk."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from browser.demo import HOST, NEIGHBOUR, RESIDENT, Demo
from browser.finding import BERLIN, a_free
from browser.hands import HANDS, hand_of

BY_EACH = pytest.mark.parametrize("kind", HANDS)
BENCHES = [
    ("Mitfahrbank am Bahnhof", "Altenglan", "Kusel"),
    ("Mitfahrbank am Marktplatz", "Lauterecken", "Wolfstein"),
]
SEAT = re.compile(r"/rides/seats/\d+$")


def a_monday(kind: str) -> str:
    """Each hand has its own: one who has asked for a seat can't ask for it again."""
    today = datetime.now(BERLIN).date()
    return f"{today + timedelta(days=14 - today.weekday() + 7 * list(HANDS).index(kind))}"


@BY_EACH
def test_a_seat_is_found_asked_for_given_and_called_off(demo: Demo, kind: str) -> None:
    day = a_monday(kind)
    with hand_of(demo, RESIDENT, kind) as hand, hand_of(demo, NEIGHBOUR, kind) as driving:
        page = hand.page
        page.goto("/de/rides")
        hand.fill("#field-from", "Ulmet")
        hand.fill("#field-to", "Kusel")
        hand.fill("#field-day", day)
        hand.fill("#field-at", "08:00")
        hand.press('form[role="search"] .button')
        hand.press("main h3 a")
        hand.fill("#field-pick_up_place", "Vor der Kirche")
        hand.press('form[action$="/seat-requests"] .button')
        expect(page).to_have_url(SEAT)
        expect(page.locator(".slip")).to_contain_text("angefragt, noch nicht zugesagt")

        seat = page.url.rpartition("/")[2]
        driving.page.goto("/de/rides/requests")
        expect(driving.page.locator("main")).not_to_contain_text("Vor der Kirche")
        driving.press(f'main a[href$="/rides/seats/{seat}"]')
        driving.press('form[action$="/acceptance"] .button')
        expect(driving.page.locator("main")).to_contain_text("Vor der Kirche")

        page.goto(f"/de/rides/week?day={day}")
        expect(page.locator(".ride-week > li").first).to_contain_text("Sie fahren mit bei Anwohner")
        hand.press(f'main a[href$="/rides/seats/{seat}"]')
        hand.press('form[action$="/cancellation"] .button-danger')
        expect(page.locator(".slip")).to_contain_text("abgesagt")
        driving.page.goto(f"/de/rides/week?day={day}")
        expect(driving.page.locator(f'main a[href$="/rides/seats/{seat}"]')).to_have_count(0)


@BY_EACH
def test_a_ride_is_offered_there_and_back(demo: Demo, kind: str) -> None:
    """What was typed is kept while the proposal for the share is shown."""
    day = a_monday(kind)
    with hand_of(demo, HOST, kind) as hand:
        page = hand.page
        page.goto("/de/rides/new")
        hand.fill("#field-from", "Adenbach")
        hand.fill("#field-to", "Odenbach")
        hand.choose('[name="repeats"][value="once"]')
        hand.fill("#field-date", day)
        hand.fill("#field-time", "06:10")
        hand.choose("#field-with_return")
        hand.fill("#field-back_time", "18:20")
        hand.press('main form .button-secondary[name="action"]')
        expect(page.locator(".notice:visible")).to_contain_text("Vorschlag für")
        expect(page.locator("#field-from")).to_have_value("Adenbach")
        expect(page.locator("#field-back_time")).to_have_value("18:20")
        hand.press("main form .button")
        expect(page).to_have_url(re.compile(r"/rides/mine$"))
        page.goto(f"/de/rides/week?day={day}")
        monday = page.locator(".ride-week > li").first
        expect(monday.locator(".ride-week-what", has_text="Adenbach – Odenbach")).to_contain_text("06:10")
        expect(monday.locator(".ride-week-what", has_text="Odenbach – Adenbach")).to_contain_text("18:20")


@BY_EACH
def test_a_wish_is_left_and_taken_back(demo: Demo, kind: str) -> None:
    with hand_of(demo, RESIDENT, kind) as hand:
        page = hand.page
        page.goto(f"/de/rides/search?from=Adenbach&to=Waldmohr&day={a_monday(kind)}&when=arrive&at=05:00")
        hand.press('main a[href*="/rides/wishes/new"]')
        hand.press('form[action$="/rides/wishes"] .button')
        expect(page.locator(".notice-success:visible")).to_contain_text("Ihr Wunsch ist eingetragen")
        wish = page.locator(".rows > li", has_text="Adenbach → Waldmohr")
        expect(wish).to_contain_text("Ankunft bis 05:00 Uhr")
        hand.press(f'form[action="{wish.locator("form").get_attribute("action")}"] button')
        expect(page.locator(".notice-success:visible")).to_contain_text("zurückgenommen")
        expect(wish).to_have_count(0)


@BY_EACH
def test_at_a_bench_drivers_are_told(demo: Demo, kind: str) -> None:
    """From what its sheet says, at a bench of each hand's own; somebody passes there in a quarter of an hour."""
    name, village, there = BENCHES[list(HANDS).index(kind)]
    soon = datetime.now(BERLIN) + timedelta(minutes=15)
    ride = {
        "from": f"{village}, {name}",
        "to": there,
        "repeats": "once",
        "date": f"{soon:%Y-%m-%d}",
        "time": f"{soon:%H:%M}",
    }
    with demo.visitor(HOST) as context:
        terms = {"seats": "3", "detour": "10", "flexible": "0", "share": "0"}
        assert context.request.post("/rides/new", form={**ride, **terms}).url.endswith("/rides/mine")
    before = len(demo.mailbox.mails(HOST))
    with hand_of(demo, RESIDENT, kind) as hand:
        page = hand.page
        page.goto("/de/meeting-points")
        card = page.locator("main a[href*='/meeting-points/']", has_text=name).first
        sheet = page.context.request.get(f"{card.get_attribute('href')}/sheet").text()
        address = re.search(r"http://\S+?/meeting-points/\d+", sheet)
        assert address
        page.goto(address[0])
        expect(page.locator("main")).to_contain_text(village)
        expect(page.locator("main .rows")).to_contain_text(f"{soon:%H:%M} Uhr Richtung {there}")
        hand.fill("#field-to", there)
        hand.press('form[action$="/calls"] .button')
        expect(page.locator(".notice-success:visible")).to_contain_text("weiß Bescheid")
    mail = demo.mailbox.wait_for(HOST, before + 1)
    assert mail.subject == "An Ihrem Weg wartet jemand"
    assert name in mail.text


@BY_EACH
def test_a_desk_and_the_rides_to_it_in_one_go(demo: Demo, kind: str) -> None:
    with hand_of(demo, RESIDENT, kind) as hand:
        page = hand.page
        desk = a_free(page.context.request, first=9, last=16, ahead=24 + 7 * list(HANDS).index(kind))
        page.goto(f"/de/resources/{desk.id}/bookings/new?{desk.wish}")
        hand.press('main a[href*="/journeys/new"]')
        hand.fill("#field-from", "Ulmet")
        hand.press('form[action$="/journeys/new"] button')
        expect(page.locator('[name="there"]:checked')).to_have_value(re.compile(desk.day))
        hand.fill("#field-pick_up_place", "Vor der Kirche")
        hand.press('form[method="post"] .button')
        expect(page.locator(".notice-success:visible")).to_contain_text("Alles ist eingetragen")
        page.goto(f"/de/my-day?date={desk.day}")
        expect(page.locator("main .rows > li")).to_contain_text(["Ulmet – Kusel", desk.name, "Kusel – Ulmet"])
