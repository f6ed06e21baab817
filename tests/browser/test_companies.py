"""A company from its entry to an internship that all can find: written, verified, given back, published."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from browser.demo import STAFF, Demo
from browser.finding import BERLIN
from browser.hands import HANDS, Hand, hand_of
from browser.placing import BOSS

BY_EACH = pytest.mark.parametrize("kind", HANDS)


@BY_EACH
def test_it_is_verified_and_what_it_offers_is_looked_at_and_published(demo: Demo, kind: str) -> None:
    name = f"Tonwerkstatt {list(HANDS).index(kind) + 1}"
    title = f"Ein Hörspiel aufnehmen, Folge {list(HANDS).index(kind) + 1}"
    with hand_of(demo, BOSS, kind) as boss, hand_of(demo, STAFF, kind) as staff:
        _enter(boss, name)
        company = re.findall(r"/companies/(\d+)/postings", boss.page.url)[0]
        posting = _write(boss, title)

        staff.page.goto("/de/district")
        staff.press('main a[href$="/district/internships"]')
        staff.press(f'main a[href$="/district/internships/companies/{company}"]')
        staff.choose('[name="proof"][value="letter"]')
        staff.press('form[action$="/verification"] .button')
        staff.press("main a.back-link")
        staff.press(f'main a[href$="/district/internships/postings/{posting}"]')
        staff.fill("#field-reason", "Bitte nennen Sie die Pausen.")
        staff.press('[name="step"][value="give_back"]')

        boss.page.reload()
        expect(boss.page.locator("main .notice")).to_contain_text("Bitte nennen Sie die Pausen.")
        boss.press('main a[href$="/change"]')
        expect(boss.page.locator("#field-title")).to_have_value(title)
        boss.fill("#field-break_minutes", "45")
        boss.press("main form .button")
        boss.press('[name="step"][value="submit"]')
        staff.page.goto(f"/de/district/internships/postings/{posting}")
        staff.press('[name="step"][value="publish"]')

        boss.page.goto("/de/internships?words=Hörspiel")
        boss.press(f'main h3 a[href$="/internships/{posting}"]')
        expect(boss.page.locator("h1")).to_have_text(title)
        expect(boss.page.locator("main")).to_contain_text("dazu 45 Minuten Pause")


def _enter(boss: Hand, name: str) -> None:
    boss.page.goto("/de/internships")
    boss.press('main a[href$="/companies/mine"]')
    boss.press('main a[href$="/companies/new"]')
    boss.fill("#field-name", name)
    boss.fill("#field-street", "Am Bach 2")
    boss.fill("#field-postal_code", "6688")
    boss.fill("#field-town", "Altenglan")
    boss.fill("#field-contact_name", "Tonmeisterin")
    boss.press("main form .button")
    expect(boss.page.locator(".error-summary")).to_contain_text("Postleitzahl")
    expect(boss.page.locator("#field-name")).to_have_value(name)
    boss.fill("#field-postal_code", "66885")
    boss.press("main form .button")
    expect(boss.page.locator("h1")).to_have_text(name)


def _write(boss: Hand, title: str) -> str:
    """The number of what the district is to look at."""
    first = datetime.now(BERLIN).date() + timedelta(days=90)
    boss.press('main a[href$="/postings/new"]')
    boss.fill("#field-title", title)
    boss.choose("#field-field", "Texte")
    boss.fill("#field-tasks", "Sie nehmen Stimmen und Geräusche auf.")
    boss.choose("#field-spaces")
    boss.fill("#field-first", f"{first}")
    boss.fill("#field-last", f"{first + timedelta(days=11)}")
    boss.fill("#field-deadline", f"{first - timedelta(days=14)}")
    boss.fill("#field-adult_on_site", "Gastgeberin des Raums")
    boss.press("main form .button")
    boss.press('[name="step"][value="submit"]')
    expect(boss.page.locator("main .lead")).to_contain_text("wird geprüft")
    return boss.page.url.rpartition("/")[2]
