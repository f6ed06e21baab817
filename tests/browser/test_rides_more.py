"""More ways of a ride: changed, paused and ended, said how it was, driven for an association, allowed by a guardian."""

import re
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from browser.demo import DESK, HOST, STAFF, Demo, link_in
from browser.finding import BERLIN
from browser.hands import HANDS, Hand, hand_of

BY_EACH = pytest.mark.parametrize("kind", HANDS)
DRIVER = "fahrerin@landbooking.example"  # has no rides but those below
DONE = ".notice-success:visible"


def _is_seen(page: Page, sentence: str) -> None:
    expect(page.locator(DONE)).to_contain_text(sentence)


@BY_EACH
def test_a_driver_changes_a_ride_skips_a_date_pauses_and_ends_it(demo: Demo, kind: str) -> None:
    """Who rides along says yes to the new time, and is told when it falls away."""
    day = datetime.now(BERLIN).date() + timedelta(days=7)
    ride = {"from": "Adenbach", "to": "Odenbach", "repeats": "weekly", "first": f"{day}"}
    terms = {f"time_{day.isoweekday()}": "21:40", "seats": "3", "detour": "0", "flexible": "0", "share": "0"}
    with hand_of(demo, DRIVER, kind) as hand, hand_of(demo, DESK, kind) as riding:
        page = hand.page
        offered = page.context.request.post("/rides/new", form={**ride, **terms, "instant": "1"})
        number = re.findall(r"/rides/(\d+)/change", offered.text())[-1]
        asked = {"from": "Adenbach", "to": "Odenbach", "day": f"{day}"}
        seat = riding.page.context.request.post(f"/rides/{number}/seat-requests", form={**asked, "places": "1"}).url
        slip = riding.page.locator(".slip")
        riding.page.goto(seat)
        expect(slip).to_contain_text("21:40")
        expect(slip).not_to_contain_text("noch nicht zugesagt")

        page.goto("/de/rides/mine")
        hand.press(f'main a[href$="/rides/{number}/change"]')
        hand.fill(f"#field-time_{day.isoweekday()}", "22:10")
        hand.press("main form .button")
        _is_seen(page, "Ihre Fahrt ist geändert")
        riding.page.goto(seat)
        expect(slip).to_contain_text("22:10")
        expect(slip).to_contain_text("Neue Zeit")
        riding.press('form[action$="/acceptance"] .button')
        expect(slip).not_to_contain_text("Neue Zeit")
        expect(slip).to_contain_text("zugesagt")

        run = f'main li:has(a[href$="/rides/{number}?day={day}"])'
        hand.unfold(f"{run} summary")
        hand.fill(f'{run} [name="message"]', "Das Auto ist in der Werkstatt")
        hand.press(f"{run} .button-danger")
        _is_seen(page, "Ihre Fahrt ist geändert")
        expect(page.locator(run)).to_have_count(0)
        riding.page.goto(seat)
        expect(slip).to_contain_text("abgesagt")

        _pause_and_lift(hand, number, day + timedelta(days=7))
        page.goto("/de/rides/mine")
        hand.unfold(f'main details:has(form[action$="/{number}/end"]) summary')
        hand.press(f'form[action$="/{number}/end"] .button-danger')
        _is_seen(page, "Ihre Fahrt ist beendet")
        expect(page.locator(f'main a[href*="/rides/{number}"]')).to_have_count(0)


def _pause_and_lift(hand: Hand, number: str, day: date) -> None:
    """It would run that day, at its new time."""
    page = hand.page
    hand.unfold(f'main details:has(form[action$="/{number}/pauses"]) summary')
    hand.fill(f"#first-{number}", f"{day}")
    hand.fill(f"#last-{number}", f"{day}")
    hand.press(f'form[action$="/{number}/pauses"] button')
    _is_seen(page, "Die Pause ist eingetragen")
    week = page.locator(".ride-week")
    page.goto(f"/de/rides/week?day={day}")
    expect(week).to_contain_text("fällt aus: Pause")
    page.goto("/de/rides/mine")
    hand.press(f'form[action$="/{number}/pauses/removal"] button')
    page.goto(f"/de/rides/week?day={day}")
    expect(week).to_contain_text("22:10")
    expect(week).not_to_contain_text("fällt aus")


@BY_EACH
def test_both_say_how_it_was_one_reports_and_blocks(demo: Demo, kind: str) -> None:
    """In a ride of each hand's own; the other side hears of neither the report nor the block."""
    with hand_of(demo, DESK, kind) as hand, hand_of(demo, HOST, kind) as driving, hand_of(demo, STAFF, kind) as staff:
        page = hand.page
        page.goto("/de/rides/seats")
        seat = page.locator("h2:text('Vergangene') + ul a").nth(list(HANDS).index(kind)).get_attribute("href")
        assert seat
        hand.press(f'main a[href="{seat}"]')
        driving.page.goto(seat)
        for one in (hand, driving):
            one.choose('[name="ridden"][value="yes"]')
            one.choose('[name="thumb"][value="up"]')
            one.press('form[action$="/feedback"] .button')
            _is_seen(one.page, "Danke für Ihre Antwort")
            expect(one.page.locator("main")).to_contain_text("Danke, das haben Sie gesagt.")
            expect(one.page.locator('form[action$="/feedback"]')).to_have_count(0)

        text = f"Ist zu schnell gefahren, gemeldet mit: {kind}"
        hand.unfold("main .disclosure summary")
        hand.fill("#field-text", text)
        hand.press('form[action$="/report"] button')
        _is_seen(page, "Der Landkreis liest Ihre Meldung")
        driving.page.reload()
        expect(driving.page.locator("main")).not_to_contain_text("zu schnell")
        staff.page.goto("/de/district/rides")
        report = staff.page.locator("main .rows > li", has_text=text)
        expect(report).to_contain_text("über Gastgeberin")
        staff.press(f'form[action="{report.locator("form").get_attribute("action")}"] button')
        _is_seen(staff.page, "Die Meldung ist erledigt")
        expect(report).to_have_count(0)

        hand.unfold("main .disclosure summary")
        hand.press('form[action$="/block"] button')
        _is_seen(page, "Sie beide finden einander nicht mehr")
        driving.page.goto("/de/rides/profile")
        expect(driving.page.locator('form[action*="/rides/blocks/"]')).to_have_count(0)
        hand.press('main a[href$="/rides/profile"]')
        hand.press('form[action*="/rides/blocks/"] button')
        _is_seen(page, "nicht mehr blockiert")
        expect(page.locator('form[action*="/rides/blocks/"]')).to_have_count(0)


@BY_EACH
def test_an_association_has_a_rota_and_is_called(demo: Demo, kind: str) -> None:
    """District staff found it and take the call; who manages it offers a ride and drives it."""
    day = datetime.now(BERLIN).date() + timedelta(days=3)
    guest = f"Frau Anruf, {kind}"
    with hand_of(demo, STAFF, kind) as hand, hand_of(demo, DESK, kind) as driving:
        page = hand.page
        page.goto("/de/district/rides")
        hand.fill("#field-name", f"Dorfbus, {kind}")
        hand.fill("#field-phone", "06381 5550")
        hand.press('form[action$="/district/rides/organisations"] button')
        hand.fill("#field-email", DESK)
        hand.choose('[name="role"][value="manager"]')
        hand.press('form[action$="/members"] .button')
        expect(page.locator("main .rows")).to_contain_text("leitet und fährt")
        bus = page.url.rpartition("/")[2]

        driving.page.goto("/de/rides/profile")
        driving.press(f'main a[href$="/rides/organisations/{bus}"]')
        driving.press('main a[href*="/rides/new?organisation="]')
        driving.choose(f'[name="organisation"][value="{bus}"]')
        driving.fill("#field-from", "Adenbach")
        driving.fill("#field-to", "Odenbach")
        driving.choose('[name="repeats"][value="once"]')
        driving.fill("#field-date", f"{day}")
        driving.fill("#field-time", "09:30")
        driving.press("main form .button")
        driving.choose('main select[name="person"]', "Helferin")
        driving.press('form[action$="/duties"] button')
        _is_seen(driving.page, "Der Dienst ist eingetragen")
        driving.page.goto("/de/rides/duties")
        expect(driving.page.locator("main .rows > li", has_text=f"Dorfbus, {kind}")).to_contain_text("09:30")

        hand.press(f'main a[href$="/rides/organisations/{bus}"]')
        hand.press('main a[href$="/bookings/new"]')
        hand.fill("#field-day", f"{day}")
        hand.fill("#field-from", "Adenbach")
        hand.fill("#field-pick_up_place", "An der alten Mühle")
        hand.fill("#field-to", "Odenbach")
        hand.fill("#field-name", guest)
        hand.fill("#field-phone", "06381 777")
        hand.press('form[action$="/bookings/new"] .button')
        _is_seen(page, "Der Platz ist für die Person da")
        driving.page.goto("/de/rides/requests")
        expect(driving.page.locator("main")).to_contain_text(guest)
        expect(driving.page.locator("main")).to_contain_text("An der alten Mühle")

        call = page.locator("main .rows > li", has_text=guest)
        hand.press(f'form[action="{call.locator("form").get_attribute("action")}"] button')
        _is_seen(page, "Die Fahrt der Person ist abgesagt")
        expect(call).to_have_count(0)
        driving.page.reload()
        expect(driving.page.locator("main")).not_to_contain_text(guest)


@BY_EACH
def test_a_minor_rides_with_a_guardians_consent(demo: Demo, kind: str) -> None:
    """By the link that was mailed; another one, which comes with the thanks, takes it back."""
    number = list(HANDS).index(kind)
    minor, guardian = f"schueler-{number}@landbooking.example", f"vater-{number}@landbooking.example"
    with hand_of(demo, minor, kind) as hand, hand_of(demo, None, kind) as home:
        page = hand.page
        page.goto("/de/rides/profile")
        hand.fill("#field-phone", "06381 4711")
        hand.fill("#field-birthday", f"{datetime.now(BERLIN).year - 15}-01-02")
        hand.press('form[action$="/rides/profile"] .button')
        _is_seen(page, "Ihr Profil für Fahrten ist gespeichert")
        expect(page.locator("#field-phone")).to_have_value("06381 4711")
        hand.fill("#field-guardian_email", guardian)
        hand.press('form[action$="/profile/guardian"] button')
        _is_seen(page, "Die Bitte um Zustimmung ist unterwegs")
        expect(page.locator("main")).to_contain_text("noch nicht geantwortet")

        home.page.goto(link_in(demo.mailbox.wait_for(guardian), "/rides/consent/"))
        home.press('[name="answer"][value="yes"]')
        expect(home.page.locator("main")).to_contain_text("Ihre Zustimmung ist gespeichert")
        page.reload()
        expect(page.locator("main")).to_contain_text("Die Zustimmung liegt vor")

        home.page.goto(link_in(demo.mailbox.wait_for(guardian, 2), "/rides/consent/"))
        home.press('[name="answer"][value="no"]')
        expect(home.page.locator("main")).to_contain_text("keine Zustimmung")
        page.reload()
        expect(page.locator("main")).to_contain_text("Die Zustimmung wurde zurückgenommen")
