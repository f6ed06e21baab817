"""An application from the search to the yes: written and sent, answered by the company, talked about, accepted."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.demo import RESIDENT, Demo
from browser.finding import BERLIN
from browser.hands import HANDS, Hand, hand_of
from browser.placing import BOSS, Company, applicant, apply, publish
from browser.rounds import do_now
from landbooking.internships.postings import saved
from support.applications import a_pdf

BY_EACH = pytest.mark.parametrize("kind", HANDS)
APPLICATION = re.compile(r"/applications/\d+$")
SAVE, SEND = '[name="action"][value="save"]', '[name="action"][value="submit"]'


def test_what_is_typed_is_kept_without_a_button(demo: Demo) -> None:
    with demo.visitor(RESIDENT) as context:
        drafts = context.request.get("/api/v1/applications").json()["items"]
        [posting] = [one["posting_id"] for one in drafts if one["status"] == "draft"]
        page = context.new_page()
        page.goto(f"/de/internships/{posting}/application")
        page.locator("#field-letter").fill("Ich tippe noch.")
        expect(page.locator("[data-draft-state]")).to_have_text("Zwischengespeichert.")
        page.reload()
        expect(page.locator("#field-letter")).to_have_value("Ich tippe noch.")


@BY_EACH
def test_a_search_is_saved_and_ended(demo: Demo, kind: str) -> None:
    with hand_of(demo, applicant(kind), kind) as hand:
        main = hand.page.locator("main")
        hand.page.goto("/de/internships")
        hand.fill("#field-words", "Sternwarte")
        hand.press('form[role="search"] .button')
        hand.press('form[action$="/internships/searches"] button')
        expect(main.locator(".rows > li")).to_contain_text("Sternwarte")
        hand.press('form[action$="/end"] button')
        expect(main).to_contain_text("Noch keine. Suchen Sie nach einem Praktikum")


@BY_EACH
def test_a_search_is_ended_by_the_link_in_its_mail(
    demo: Demo, kind: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without signing in, and by a button: opening the link ends nothing."""
    with demo.visitor(applicant(kind)) as own, hand_of(demo, None, kind) as hand:
        own.request.post("/internships/searches", form={"words": "Herbarium"})
        publish(demo, company.id, f"Ein Herbarium anlegen: {kind}")
        monkeypatch.setattr(saved, "MARGIN", timedelta())  # what was published just now is not left for the next mail
        do_now(demo, saved.mail_new_postings)
        hand.page.goto(demo.mailbox.wait_for_link(applicant(kind), "/internships/searches/end/"))
        expect(hand.page.locator("main .lead")).to_contain_text("Herbarium")
        hand.press('form[action*="/searches/end/"] .button')
        expect(hand.page.locator(".notice-success")).to_be_visible()
        assert "Herbarium" not in own.request.get("/internships/searches").text()


@BY_EACH
def test_one_is_found_written_sent_and_withdrawn(demo: Demo, kind: str, company: Company, tmp_path: Path) -> None:
    """What is wrong is told, and what was typed and uploaded stays."""
    text, pdf = tmp_path / "lebenslauf.txt", tmp_path / "lebenslauf.pdf"
    text.write_text("Kein PDF")
    pdf.write_bytes(a_pdf())
    with hand_of(demo, applicant(kind), kind) as hand:
        page = hand.page
        page.goto("/de/internships")
        hand.fill("#field-words", "Kochbuch")
        hand.press('form[role="search"] .button')
        hand.press("main h3 a")
        hand.press('main a[href$="/application"]')
        hand.fill("#field-letter", "Guten Tag, ich koche gern.")
        hand.upload("#field-cv", text)
        hand.press(SEND)
        expect(page.locator(".error-summary")).to_contain_text("Lebenslauf als PDF")
        expect(page.locator("#field-letter")).to_have_value("Guten Tag, ich koche gern.")
        hand.fill("#field-birthday", "1999-03-14")
        hand.choose('[name="schooling"][value="over"]')
        hand.upload("#field-cv", pdf)
        hand.press(SAVE)
        expect(page.locator("main")).to_contain_text("Ein Lebenslauf ist gespeichert.")
        expect(page.locator("#field-birthday")).to_have_value("1999-03-14")
        hand.press(SEND)
        expect(page).to_have_url(APPLICATION)
        expect(stage(page)).to_contain_text("Abgeschickt")
        hand.press('form[action$="/withdrawal"] .button-danger')
        expect(page.locator("main")).to_contain_text("Zurückgezogen")


@BY_EACH
def test_one_is_declined_taken_back_talked_about_offered_and_accepted(demo: Demo, kind: str, company: Company) -> None:
    number = apply(demo, applicant(kind), company.postings[1])
    with hand_of(demo, BOSS, kind) as boss, hand_of(demo, applicant(kind), kind) as hand:
        boss.page.goto(f"/de/company/{company.id}/applications")
        boss.press(f'main a[href$="/applications/{number}"]')
        expect(boss.page.locator("h1")).to_have_text(f"Bewerbung Nr. {number}")
        boss.unfold("details:has([name='reason']) > summary")
        boss.choose('[name="reason"][value="dates"]')
        boss.press('form[action$="/decline"] .button-danger')
        boss.press('form[action$="/restoration"] button')
        boss.press('form[action$="/shortlisting"] .button')
        expect(boss.page.locator("h1")).to_have_text("Bewerberin")
        _propose_times(boss, kind)

        hand.page.goto("/de/applications")
        hand.press(f'main a[href$="/applications/{number}"]')
        second = hand.page.locator('[name="time"]').nth(1).get_attribute("value")
        hand.choose(f'[name="time"][value="{second}"]')
        hand.press('form[action$="/interview"] .button')
        expect(hand.page.locator("main")).to_contain_text("Ihr Gespräch")
        hand.fill("#field-text", f"Bis dann, schreibt {kind}.")
        hand.press('form[action$="/messages"] button')

        boss.page.reload()
        expect(boss.page.locator("main")).to_contain_text(f"Bis dann, schreibt {kind}.")
        boss.press('form[action$="/offer"] .button')
        hand.page.reload()
        hand.press('form[action$="/acceptance"] .button')
        expect(stage(hand.page)).to_contain_text("Angenommen")
        hand.press('main a.button[href*="/placements/"]')
        expect(hand.page.locator("main")).to_contain_text("Vereinbarung in Arbeit")


def _propose_times(boss: Hand, kind: str) -> None:
    """Each hand on a day of its own: the company is the same, and is in one talk at a time."""
    first = datetime.now(BERLIN).date() + timedelta(days=3 + list(HANDS).index(kind))
    boss.unfold("details:has(#field-day_1) > summary")
    for number, clock in ((1, "10:00"), (2, "14:30")):
        boss.fill(f"#field-day_{number}", f"{first}")
        boss.fill(f"#field-at_{number}", clock)
    boss.press('form[action$="/interview"] button')
    expect(boss.page.locator("main")).to_contain_text("Vorgeschlagene Termine")


def stage(page: Page) -> Locator:
    return page.locator('.steps [aria-current="step"]')
