"""A draft saves itself while one types, and an application goes from draft to placement by each hand."""

import re

import pytest
from playwright.sync_api import expect

from browser.demo import NEIGHBOUR, RESIDENT, Demo
from browser.hands import HANDS, hand_of

BY_EACH = pytest.mark.parametrize("kind", HANDS)
SAVED = "Zwischengespeichert."


def test_what_is_typed_is_kept_without_a_button(demo: Demo) -> None:
    with demo.visitor(RESIDENT) as context:
        drafts = context.request.get("/api/v1/applications").json()["items"]
        [posting] = [one["posting_id"] for one in drafts if one["status"] == "draft"]
        page = context.new_page()
        page.goto(f"/de/internships/{posting}/application")
        page.locator("#field-letter").fill("Ich tippe noch.")
        expect(page.locator("[data-draft-state]")).to_have_text(SAVED)
        page.reload()
        expect(page.locator("#field-letter")).to_have_value("Ich tippe noch.")


@BY_EACH
def test_a_company_reads_talks_and_offers(demo: Demo, kind: str) -> None:
    """The neighbour's company; what the demo has at the first look is shortlisted, then declined and taken back."""
    with hand_of(demo, NEIGHBOUR, kind) as hand:
        page = hand.page
        with demo.visitor(RESIDENT) as context:
            company = context.request.get("/api/v1/applications").json()["items"][0]["company_id"]
        page.goto(f"/de/company/{company}/applications")
        hand.press(".rows .row-title")
        expect(page).to_have_url(re.compile(r"/applications/\d+$"))
        hand.fill("#field-text", f"Guten Tag, hier schreibt {kind}.")
        hand.press('form[action$="/messages"] button')
        expect(page.locator("main")).to_contain_text(f"hier schreibt {kind}.")
