"""Boards that change under the eyes of who looks at them, and say so when they can't."""

import re
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from browser.demo import DESKTOP, HOST, NEIGHBOUR, RESIDENT, Demo
from browser.finding import BERLIN, SPACE, Place, a_free
from browser.line import line_to
from browser.watching import Watch

BOUND = 15_000  # milliseconds: for what hangs, no measure of what is fast


@pytest.fixture
def free(demo: Demo) -> Iterator[Place]:
    """A desk that is free from 9 to 12 on a day that no other test of this folder needs."""
    with demo.visitor() as context:
        yield a_free(context.request, ahead=40)


def book(demo: Demo, free: Place, who: str = NEIGHBOUR, end: str = "10:00") -> None:
    with demo.visitor(who) as context:
        answer = context.request.post(f"/resources/{free.id}/bookings", form={**free.form, "end": end})
        assert answer.ok
        assert "/bookings/" in answer.url


def open_board(page: Page, path: str) -> None:
    """With its stream open, so that what happens from now on is heard."""
    with page.expect_response(re.compile(r"/changes$")) as opened:
        page.goto(path)
    assert opened.value.status == 200


def day_of(free: Place) -> str:
    return f"/de/spaces/{SPACE}/days/{free.day}?kind=desk"


def until_desk_shows(page: Page, free: Place, text: str) -> None:
    strip = page.locator(".strip-desk", has=page.get_by_role("heading", name=free.name, exact=True))
    expect(strip).to_contain_text(text, timeout=BOUND)


def test_a_day_changes_when_somebody_else_books(page: Page, demo: Demo, free: Place) -> None:
    open_board(page, day_of(free))
    until_desk_shows(page, free, "08:00–")
    began = time.perf_counter()
    book(demo, free)
    booked = time.perf_counter()
    until_desk_shows(page, free, "10:00–")
    print(f"booked in {booked - began:.2f} s, shown {time.perf_counter() - booked:.2f} s later")
    expect(page.locator("#announcer")).to_have_text("Die Belegung hat sich geändert.", timeout=BOUND)
    expect(page.locator("#announcer")).to_be_empty(timeout=BOUND)
    expect(page.locator("#live-note")).to_be_hidden()


def test_a_hosts_board_shows_who_has_booked(demo: Demo, free: Place) -> None:
    with demo.visitor(HOST, viewport=DESKTOP) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        open_board(page, f"/de/host/spaces/{SPACE}?date={free.day}")
        row = page.locator(".board-scroll tr", has=page.get_by_role("rowheader", name=free.name, exact=True))
        expect(row).not_to_contain_text("Anwohner")
        book(demo, free)
        expect(row).to_contain_text("Anwohner", timeout=BOUND)
        assert watch.complaints == []


def test_the_week_and_the_kiosk_change_too(demo: Demo, free: Place) -> None:
    with demo.visitor(viewport=DESKTOP) as context:
        week, kiosk = context.new_page(), context.new_page()
        for page, path in ((kiosk, f"/de/spaces/{SPACE}/kiosk"), (week, f"/de/spaces/{SPACE}?date={free.day}")):
            open_board(page, path)
        before = week.locator("#live-week").inner_html()
        book(demo, free)
        week.wait_for_function(
            "before => document.querySelector('#live-week').innerHTML !== before", arg=before, timeout=BOUND
        )
        expect(kiosk.locator("#live-seen")).to_contain_text("Stand")


def test_a_plan_and_a_hosts_today_change_too(demo: Demo, free: Place) -> None:
    today = datetime.now(BERLIN).date()
    with demo.visitor(viewport=DESKTOP) as context, demo.visitor(HOST, viewport=DESKTOP) as hosting:
        plan, home = context.new_page(), hosting.new_page()
        watches = [Watch(page, demo.address) for page in (plan, home)]
        open_board(plan, f"/de/spaces/{SPACE}/plan?{free.wish}")
        open_board(home, "/de/host")
        desk = plan.get_by_label(f"{free.name}, frei von 09:00 bis 12:00 Uhr, Platz buchen")
        expect(desk).to_have_count(2)
        blocked = home.locator(f"#today-{SPACE}").get_by_text("Umbau am Abend")
        expect(blocked).to_have_count(0)
        book(demo, free)
        expect(plan.get_by_label(f"{free.name}, belegt")).to_have_count(1, timeout=BOUND)
        expect(desk).to_have_count(0)
        form = {"resource": str(free.id), "first": f"{today}", "from": "00:00", "last": f"{today}", "to": "00:00"}
        hosting.request.post(f"/host/spaces/{SPACE}/blackouts/new", form={**form, "reason": "Umbau am Abend"})
        expect(blocked).not_to_have_count(0, timeout=BOUND)
        assert [watch.complaints for watch in watches] == [[], []]


def test_what_one_reads_stays_where_it_is(page: Page, demo: Demo, free: Place) -> None:
    open_board(page, day_of(free))
    other = page.locator(".strip-desk", has_not_text=free.name).last.locator("a").last
    other.focus()
    page.evaluate("() => { document.activeElement.isTheSame = true; }")
    seen_at = "() => Math.round(document.activeElement.getBoundingClientRect().top)"
    address, top = other.get_attribute("href"), page.evaluate(seen_at)
    book(demo, free)
    until_desk_shows(page, free, "10:00–")
    same = "() => [document.activeElement.isTheSame, document.activeElement.getAttribute('href')]"
    assert page.evaluate(same) == [True, address]
    assert abs(page.evaluate(seen_at) - top) <= 1  # where more stands above it, the page was scrolled by that


def test_focus_on_what_is_gone_stays_in_its_board(page: Page, demo: Demo, free: Place) -> None:
    open_board(page, day_of(free))
    strip = page.locator(".strip-desk", has=page.get_by_role("heading", name=free.name, exact=True))
    strip.locator("a").last.focus()
    with demo.visitor(HOST) as context:
        form = {"resource": str(free.id), "first": free.day, "from": "00:00", "last": free.day, "to": "00:00"}
        context.request.post(f"/host/spaces/{SPACE}/blackouts/new", form={**form, "reason": "Umbau"})
    expect(strip).to_contain_text("belegt", timeout=BOUND)
    assert page.evaluate("() => document.querySelector('#live-day').contains(document.activeElement)")


def test_a_form_that_is_being_filled_in_is_left_alone(page: Page, demo: Demo, free: Place) -> None:
    loaded = 0

    def with_form(route: Route) -> None:
        nonlocal loaded
        loaded += 1
        answer = route.fetch()
        form = f'<form id="typed"><p>{loaded}. Mal</p><label>Wort <input name="word"></label></form>'
        route.fulfill(response=answer, body=re.sub(r'(id="live-day"[^>]*>)', rf"\1{form}", answer.text(), count=1))

    page.route(re.compile(r"/days/"), with_form)
    open_board(page, day_of(free))
    page.locator("#typed input").fill("halb fert")
    page.locator("h1").click()
    book(demo, free)
    until_desk_shows(page, free, "10:00–")
    expect(page.locator("#typed input")).to_have_value("halb fert")
    expect(page.locator("#typed p")).to_have_text("1. Mal")
    page.locator("#typed input").fill("")
    page.locator("h1").click()
    with demo.visitor(RESIDENT) as context:
        answer = context.request.post(f"/resources/{free.id}/bookings", form={**free.form, "start": "11:00"})
        assert answer.ok
    expect(page.locator("#typed p")).not_to_have_text("1. Mal", timeout=BOUND)


def test_a_board_says_since_when_it_is_stale_and_catches_up(demo: Demo, free: Place) -> None:
    with line_to(demo.address) as line, demo.visitor() as context:
        page = context.new_page()
        open_board(page, line.address + day_of(free))
        line.cut()
        note = page.locator("#live-note")
        expect(note).to_have_text(re.compile(r"^Stand \d\d:\d\d Uhr, gerade keine Verbindung\.$"), timeout=BOUND)
        expect(note).to_be_visible()
        until_desk_shows(page, free, "08:00–")  # what was known stays
        book(demo, free)
        line.mend()
        expect(note).to_be_hidden(timeout=60_000)
        until_desk_shows(page, free, "10:00–")


def test_a_kiosk_keeps_the_last_known_state(demo: Demo) -> None:
    with line_to(demo.address) as line, demo.visitor(viewport=DESKTOP) as context:
        page = context.new_page()
        open_board(page, f"{line.address}/de/spaces/{SPACE}/kiosk")
        known = page.locator("#live-now").inner_text()
        line.cut()
        expect(page.locator("#live-note")).to_contain_text("gerade keine Verbindung", timeout=BOUND)
        assert page.locator("#live-now").inner_text() == known
        line.mend()
        expect(page.locator("#live-note")).to_be_hidden(timeout=60_000)


def test_without_javascript_a_refresh_shows_it(demo: Demo, free: Place) -> None:
    with demo.visitor(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(day_of(free))
        until_desk_shows(page, free, "08:00–")
        book(demo, free)
        page.reload()
        until_desk_shows(page, free, "10:00–")
        expect(page.locator("#live-note")).to_be_hidden()


def test_who_looks_elsewhere_needs_no_stream(context: BrowserContext, demo: Demo, free: Place) -> None:
    """Closed while the page is hidden, and caught up with when it is seen again."""
    page = context.new_page()
    open_board(page, day_of(free))
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/changes")):
        page.evaluate(hide, True)
    book(demo, free)
    page.evaluate(hide, False)
    until_desk_shows(page, free, "10:00–")
