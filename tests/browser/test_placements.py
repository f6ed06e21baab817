"""A placement from the guardian's yes to the first day: agreement, signatures, desks; then tasks, diary, papers."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from browser.demo import NEIGHBOUR, RESIDENT, Demo, link_in
from browser.finding import BERLIN
from browser.hands import HANDS, Hand, hand_of
from browser.placing import BOSS, Company, apply, pupil, sign

BY_EACH = pytest.mark.parametrize("kind", HANDS)
SIGN = 'form[action$="/signature"] .button'


@BY_EACH
def test_a_pupil_a_guardian_and_a_company_agree(demo: Demo, kind: str, company: Company) -> None:
    seventeen = datetime.now(BERLIN).year - 17
    number = apply(demo, pupil(kind), company.postings[1], f"{seventeen}-01-02")
    guardian = f"mutter-{list(HANDS).index(kind)}@landbooking.example"
    with hand_of(demo, pupil(kind), kind) as hand, hand_of(demo, BOSS, kind) as boss, hand_of(demo, None, kind) as home:
        hand.page.goto(f"/de/applications/{number}")
        hand.press('main a[href$="/applications/guardian"]')
        hand.fill("#field-guardian_email", guardian)
        hand.press('form[action$="/applications/guardian"] .button')
        home.page.goto(link_in(demo.mailbox.wait_for(guardian), "/internships/consent/"))
        hand.page.goto(f"/de/applications/{number}")
        expect(hand.page.locator("main")).to_contain_text("Es fehlt noch die Zustimmung")
        home.press('[name="answer"][value="yes"]')
        expect(home.page.locator("main")).to_contain_text("Ihre Zustimmung ist gespeichert")

        boss.page.goto(f"/de/company/{company.id}/applications/{number}")
        boss.press('form[action$="/offer"] .button, form[action$="/offer"] .button-secondary')
        hand.page.reload()
        expect(hand.page.locator("main")).not_to_contain_text("Es fehlt noch die Zustimmung")
        hand.press('form[action$="/acceptance"] .button')
        boss.page.reload()
        boss.press('main a.button[href*="/placements/"]')
        boss.press('form[action$="/proposal"] .button')
        hand.press('main a.button[href*="/placements/"]')
        hand.press(SIGN)
        home.page.goto(link_in(demo.mailbox.wait_for(guardian, 3), "/internships/signature/"))
        home.fill("#field-name", "Mutter der Lehrlinge")
        home.press('[name="answer"][value="yes"]')
        expect(home.page.locator("main")).to_contain_text("Ihre Unterschrift ist gespeichert")
        boss.page.reload()
        boss.press(SIGN)
        expect(boss.page.locator('.steps [aria-current="step"]')).to_contain_text("Bestätigt")
        _instruct(boss)
        hand.page.reload()
        hand.unfold("main details:has(a[href*='/bookings/']) > summary")
        hand.press('main a[href*="/bookings/"]')
        expect(hand.page.locator(".slip")).to_contain_text("Arbeitsplatz im Bahnhof")


def _instruct(boss: Hand) -> None:
    """What the law wants before the first work: until then nobody checks in."""
    today = datetime.now(BERLIN).date()
    boss.fill("#field-instructed_on", f"{today}")
    boss.press('form[action$="/instruction"] button')
    expect(boss.page.locator("#field-instructed_on")).to_have_value(f"{today}")


@BY_EACH
def test_tasks_are_set_and_done_and_the_diary_is_kept(demo: Demo, kind: str) -> None:
    with hand_of(demo, RESIDENT, kind) as hand, hand_of(demo, NEIGHBOUR, kind) as mentor:
        placements = hand.page.context.request.get("/api/v1/placements").json()
        [running] = [one["id"] for one in placements if one["status"] == "active"]
        mentor.page.goto(f"/de/internships/placements/{running}")
        mentor.fill("#field-text", f"Wegzeichen zählen: {kind}")
        mentor.press('form[action$="/tasks"] button')

        hand.page.goto("/de/placements")
        hand.press(f'main a[href$="/placements/{running}"]')
        hand.press(f'main a[href$="/internships/placements/{running}"]')
        task = hand.page.locator(".rows > li", has_text=f"Wegzeichen zählen: {kind}")
        hand.press(f'form[action="{task.locator("form").get_attribute("action")}"] button')
        expect(task).to_contain_text("Erledigt:")
        hand.fill("#field-entry", f"Heute habe ich gezählt: {kind}.")
        hand.press('form[action$="/diary"] button')
        mentor.page.reload()
        expect(mentor.page.locator("main")).to_contain_text(f"Heute habe ich gezählt: {kind}.")
        hand.unfold("details:has(#field-address) > summary")
        hand.fill("#field-address", "Gartenweg 5, 66869 Kusel")
        hand.press('form[action$="/address"] button')
        paper = hand.page.context.request.get(f"/internships/placements/{running}/agreement.pdf")
        assert paper.headers["content-type"] == "application/pdf"
        assert re.match(rb"%PDF-", paper.body())


@BY_EACH
def test_a_school_agrees_by_its_link(demo: Demo, kind: str, company: Company) -> None:
    number = list(HANDS).index(kind)
    intern, school = f"schuelerin-{number}@landbooking.example", f"lehrkraft-{number}@landbooking.example"
    application = apply(demo, intern, company.postings[2], school="Schule am Wald", school_email=school)
    placement = sign(demo, intern, company.id, application)
    link = link_in(demo.mailbox.wait_for(school), "/internships/signature/")
    with hand_of(demo, None, kind) as office, hand_of(demo, intern, kind) as hand:
        office.page.goto(link)
        expect(office.page.locator("main")).to_contain_text("Unfallkasse Rheinland-Pfalz")
        office.press('[name="answer"][value="yes"]')
        expect(office.page.locator("#error-name")).to_contain_text("Bitte schreiben Sie Ihren Namen.")
        hand.page.goto(f"/de/placements/{placement}")
        expect(hand.page.locator('.steps [aria-current="step"]')).not_to_contain_text("Bestätigt")
        office.fill("#field-name", "Lehrkraft am Wald")
        office.press('[name="answer"][value="yes"]')
        expect(office.page.locator("main")).to_contain_text("Ihre Unterschrift ist gespeichert")
        hand.page.reload()
        expect(hand.page.locator('.steps [aria-current="step"]')).to_contain_text("Bestätigt")
    with demo.visitor() as again:
        assert again.request.get(link).status == 410


@BY_EACH
def test_a_certificate_is_revoked_and_a_new_one_issued(demo: Demo, kind: str) -> None:
    with (
        hand_of(demo, NEIGHBOUR, kind) as mentor,
        demo.visitor(RESIDENT) as intern,
        hand_of(demo, None, kind) as anybody,
    ):
        placements = intern.request.get("/api/v1/placements").json()
        [over] = [one["id"] for one in placements if one["status"] == "completed"]
        code = mentor.page.context.request.post(f"/api/v1/placements/{over}/certificate").json()["code"]
        anybody.page.goto(f"/de/certificates/{code}")
        expect(anybody.page.locator("main")).to_contain_text("Diese Bescheinigung ist echt.")
        mentor.page.goto(f"/de/internships/placements/{over}")
        mentor.unfold("details:has(form[action$='/certificate/revocation']) > summary")
        mentor.press('form[action$="/certificate/revocation"] button')
        expect(mentor.page.locator("main")).to_contain_text("Die Bescheinigung ist widerrufen am")
        anybody.page.reload()
        expect(anybody.page.locator("main")).to_contain_text("Diese Bescheinigung gilt nicht mehr.")
        assert intern.request.get(f"/internships/placements/{over}/certificate.pdf").status == 404

        mentor.press('form[action$="/certificate"] button')
        expect(mentor.page.locator('main a[href$="/certificate.pdf"]')).to_be_visible()
        assert intern.request.get(f"/internships/placements/{over}/certificate.pdf").ok
        anybody.page.reload()
        expect(anybody.page.locator("main")).to_contain_text("Diese Bescheinigung gilt nicht mehr.")
