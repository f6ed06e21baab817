"""What comes before an internship begins: a guardian's yes on paper, an exception from the law, coming or not."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from browser.demo import STAFF, Demo
from browser.finding import BERLIN, a_free
from browser.hands import HANDS, hand_of
from browser.placing import Company, applicant, apply, offer, publish, sign
from browser.rounds import do_now
from landbooking.internships.running.reconfirmation import ask_to_reconfirm

BY_EACH = pytest.mark.parametrize("kind", HANDS)
DISTRICT = "/de/district/internships"


@BY_EACH
def test_a_guardian_agrees_and_signs_on_paper(demo: Demo, kind: str, company: Company) -> None:
    """Staff have seen both papers; without the first nobody could accept the offer."""
    minor = f"azubi-{list(HANDS).index(kind)}@landbooking.example"
    application = apply(demo, minor, company.postings[0], f"{datetime.now(BERLIN).year - 17}-01-02")
    with hand_of(demo, STAFF, kind) as staff:
        page = staff.page
        page.goto(DISTRICT)
        staff.press('main a[href$="/internships/consents"]')
        staff.fill("#field-email", minor)
        staff.press("main form .button")
        staff.press('form[action*="/internships/consents/"] button')
        expect(page.locator(".notice-success")).to_be_visible()

        placement = sign(demo, minor, company.id, application)
        page.goto(DISTRICT)
        staff.press('main a[href$="/internships/placements"]')
        staff.press(f'main a[href$="/internships/placements/{placement}"]')
        staff.unfold("details:has(#field-signatory) > summary")
        staff.choose("#field-signatory", "Elternteil")
        staff.press('form[action$="/paper"] button')
        expect(page.locator("#error-name")).to_be_visible()
        staff.fill("#field-name", "Vater des Azubis")
        staff.press('form[action$="/paper"] button')
        expect(page.locator("main")).to_contain_text("auf Papier")
        expect(page.locator("main strong").first).to_have_text("Bestätigt")


@BY_EACH
def test_staff_let_a_rule_pass_and_say_why(demo: Demo, kind: str, company: Company) -> None:
    """Ten hours a day: the offer is accepted once the district has made an exception."""
    first = datetime.now(BERLIN).date() + timedelta(days=28 - datetime.now(BERLIN).weekday())
    days = {"first": f"{first}", "last": f"{first + timedelta(days=18)}", "deadline": f"{first - timedelta(days=9)}"}
    hours = {"starts": "08:00", "ends": "19:00", "break_minutes": "60"}
    posting = publish(demo, company.id, f"Lange Tage in der Backstube: {kind}", **days, **hours)
    application = apply(demo, applicant(kind), posting)
    offer(demo, company.id, application)
    with hand_of(demo, applicant(kind), kind) as hand, hand_of(demo, STAFF, kind) as staff:
        hand.page.goto(f"/de/applications/{application}")
        expect(hand.page.locator('form[action$="/acceptance"]')).to_have_count(0)
        hand.press('form[action$="/exception"] button')
        expect(hand.page.locator("main")).to_contain_text("um eine Ausnahme gebeten")

        staff.page.goto(DISTRICT)
        staff.press(f'main a[href$="/internships/applications/{application}"]')
        staff.unfold("details:has(#field-reason) > summary")
        staff.choose("#field-rule", "L10")
        staff.press('form[action$="/overrides"] .button-danger')
        expect(staff.page.locator("#error-reason")).to_be_visible()
        staff.fill("#field-reason", "Danach sind vier Tage frei.")
        staff.press('form[action$="/overrides"] .button-danger')
        expect(staff.page.locator(".notice-success")).to_be_visible()

        hand.page.reload()
        expect(hand.page.locator("main")).to_contain_text("Danach sind vier Tage frei.")
        hand.press('form[action$="/acceptance"] .button')
        expect(hand.page.locator('.steps [aria-current="step"]')).to_contain_text("Angenommen")


@BY_EACH
def test_coming_or_not_is_answered_by_the_link_in_the_mail(demo: Demo, kind: str, company: Company) -> None:
    """No, and the place is free: they apply once more, and then come."""
    who, today = applicant(kind), datetime.now(BERLIN).date()
    with demo.visitor(who) as own:
        day = a_free(own.request, first=9, last=14, ahead=2).day
        soon = {"first": f"{today + timedelta(days=2)}", "last": day, "deadline": f"{today + timedelta(days=1)}"}
        weekday = f"{datetime.fromisoformat(day).isoweekday()}"
        posting = publish(demo, company.id, f"Ein Tag im Studio: {kind}", **soon, weekdays=weekday)
        for number, (answer, told, state) in enumerate(
            (
                ("no", "Das Praktikum ist abgesagt", "cancelled"),
                ("yes", "Die Firma weiß, dass Sie kommen.", "confirmed"),
            )
        ):
            placement = sign(demo, who, company.id, apply(demo, who, posting))
            do_now(demo, ask_to_reconfirm)
            link = demo.mailbox.wait_for_link(who, "/internships/reconfirmation/", number + 1)
            with hand_of(demo, None, kind) as hand:
                hand.page.goto(link)
                expect(hand.page.locator("main .lead")).to_contain_text("Ein Tag im Studio")
                hand.press(f'[name="answer"][value="{answer}"]')
                expect(hand.page.locator("main .notice")).to_contain_text(told)
                assert hand.page.request.get(link).status == 410
            assert own.request.get(f"/api/v1/placements/{placement}").json()["status"] == state
