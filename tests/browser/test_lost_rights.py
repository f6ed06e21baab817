"""Boards that lose their right under the eyes of who looks: they say why, show nothing more, and load nothing anew."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from browser.demo import DESKTOP, HOST, NEIGHBOUR, STAFF, Demo, sign_in
from browser.finding import SPACE, Place, a_free
from browser.watching import Watch

BOUND = 30_000  # milliseconds: for what hangs, no measure of what is fast
SIGNED_OUT = "Sie sind nicht mehr angemeldet. Deshalb steht hier nichts mehr."
GONE = "Diese Seite gibt es gerade nicht. Vielleicht ist der Raum nicht mehr veröffentlicht."


class Asked:
    """What the page asks for: how often it was loaded, and streams that it opened since `forget`."""

    def __init__(self, page: Page) -> None:
        self.loads = 0
        self.streams = 0
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.loads += request.is_navigation_request()
        self.streams += request.url.endswith("/changes")


@pytest.fixture
def free(demo: Demo) -> Iterator[Place]:
    """A desk that is free from 9 to 12 on a day that no other test of this folder needs."""
    with demo.visitor() as context:
        yield a_free(context.request, ahead=47)


@pytest.fixture
def host(demo: Demo) -> Iterator[BrowserContext]:
    """With a session of its own, which may end."""
    with demo.visitor(viewport=DESKTOP) as context:
        # This page stays open: Chromium forgets to close one whose next document is just arriving, and the test waits
        # for ever (playwright#42068). A context closes all of its pages safely.
        sign_in(context.new_page(), HOST, demo.mailbox)
        yield context


@contextmanager
def taken_down(demo: Demo) -> Iterator[None]:
    publish(demo, "no")
    try:
        yield
    finally:
        publish(demo, "yes")


def publish(demo: Demo, published: str) -> None:
    with demo.visitor(STAFF) as context:
        assert context.request.post(f"/district/spaces/{SPACE}/publication", form={"published": published}).ok


def book(demo: Demo, free: Place, end: str = "10:00") -> None:
    with demo.visitor(NEIGHBOUR) as context:
        answer = context.request.post(f"/resources/{free.id}/bookings", form={**free.form, "end": end})
        assert "/bookings/" in answer.url


def open_board(page: Page, path: str) -> Asked:
    """With its stream open, so that what happens from now on is heard."""
    asked = Asked(page)
    with page.expect_response(re.compile(r"/changes$")) as opened:
        page.goto(path)
    assert opened.value.status == 200
    asked.loads = asked.streams = 0
    return asked


def wake(page: Page) -> None:
    """As if the line were back: the page looks now and not in a minute."""
    page.evaluate("() => dispatchEvent(new Event('online'))")


def says(page: Page, sentence: str) -> None:
    expect(page.locator("#live-note")).to_contain_text(sentence, timeout=BOUND)
    expect(page.locator("#live-note")).to_be_visible()
    for region in page.locator("[data-live]").all():
        assert region.inner_html() == ""


def test_the_plan_of_who_is_where_changes_when_somebody_books(demo: Demo, free: Place) -> None:
    """And the plan that all see does too, without a name."""
    with demo.visitor(HOST, viewport=DESKTOP) as context, demo.visitor(viewport=DESKTOP) as other:
        page, plan = context.new_page(), other.new_page()
        watch = Watch(page, demo.address)
        open_board(page, f"/de/host/spaces/{SPACE}/whereabouts?{free.wish}")
        open_board(plan, f"/de/spaces/{SPACE}/plan?{free.wish}")
        taken = page.get_by_role("link", name=re.compile(rf"^{free.name}: gebucht.*Anwohner, 09:00–10:00"))
        expect(taken).to_have_count(0)
        book(demo, free)
        expect(taken).to_be_visible(timeout=BOUND)
        expect(page.locator(".rows")).to_contain_text("Anwohner")
        expect(plan.get_by_role("img", name=f"{free.name}, belegt", exact=True)).to_be_visible(timeout=BOUND)
        assert "Anwohner" not in plan.locator("body").inner_text()
        assert watch.complaints == []
        taken.click()
        expect(page).to_have_url(re.compile(rf"/host/spaces/{SPACE}/bookings/\d+$"))


def test_who_signs_out_in_another_tab_sees_no_more_names(demo: Demo, free: Place, host: BrowserContext) -> None:
    book(demo, free)
    board, places = host.new_page(), host.new_page()
    pages = {
        board: open_board(board, f"/de/host/spaces/{SPACE}?date={free.day}"),
        places: open_board(places, f"/de/host/spaces/{SPACE}/whereabouts?{free.wish}"),
    }
    for page in pages:
        expect(page.locator("[data-live]")).to_contain_text("Anwohner")
    assert host.request.post("/sign-out").ok
    book(demo, Place(free.id, free.name, free.day, "10:00", "11:00"), end="11:00")
    for page, asked in pages.items():
        says(page, SIGNED_OUT)
        assert "Anwohner" not in page.locator("main").inner_text()
        assert (asked.loads, asked.streams) == (0, 0)
    places.locator("#live-note a").click()
    expect(places).to_have_url(re.compile(r"/sign-in\?next=.*whereabouts"))


def test_whose_session_is_over_hears_it_on_coming_back_and_sees_all_after_signing_in(
    demo: Demo, host: BrowserContext, free: Place
) -> None:
    page = host.new_page()
    asked = open_board(page, f"/de/host/spaces/{SPACE}?date={free.day}")
    cookies = host.cookies()
    host.clear_cookies()
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    page.evaluate(hide, False)
    says(page, SIGNED_OUT)
    host.add_cookies([{**one} for one in cookies])  # type: ignore[typeddict-item]
    wake(page)
    expect(page.locator("#live-note")).to_be_hidden(timeout=BOUND)
    expect(page.locator("#live-board")).to_contain_text(free.name)
    assert asked.loads == 0


def test_a_space_that_is_taken_down_leaves_the_boards_of_residents_and_the_kiosk(demo: Demo) -> None:
    with demo.visitor(viewport=DESKTOP) as context:
        week, plan, kiosk = (context.new_page() for _ in range(3))
        pages = {
            page: open_board(page, f"/de/spaces/{SPACE}{path}")
            for page, path in ((week, ""), (plan, "/plan"), (kiosk, "/kiosk"))
        }
        known = kiosk.locator("#live-now h2").all_inner_texts()
        assert known
        with taken_down(demo):
            for page in pages:
                says(page, GONE)
            answer = context.request.get(f"/spaces/{SPACE}/changes")
            assert answer.status == 404  # the stream tells nothing more
        for page, asked in pages.items():
            wake(page)
            expect(page.locator("#live-note")).to_be_hidden(timeout=BOUND)
            assert asked.loads == 0  # each page is the one that was opened first
        assert len(kiosk.locator("#live-now h2").all_inner_texts()) == len(known)
        expect(kiosk.locator("#live-code svg")).to_be_visible()


def test_its_host_still_sees_a_space_that_is_taken_down(demo: Demo, free: Place) -> None:
    with demo.visitor(HOST, viewport=DESKTOP) as context:
        page = context.new_page()
        asked = open_board(page, f"/de/host/spaces/{SPACE}?date={free.day}")
        with page.expect_response(re.compile(r"/changes$")) as again, taken_down(demo):
            expect(page.locator("#live-board")).to_contain_text(free.name)
            again.value  # noqa: B018 its stream has ended, and it came back
        assert again.value.status == 200
        expect(page.locator("#live-note")).to_be_hidden()
        assert asked.loads == 0


def test_who_is_no_host_any_longer_is_told_so(demo: Demo, free: Place) -> None:
    with demo.visitor(HOST, viewport=DESKTOP) as context:
        page = context.new_page()
        asked = open_board(page, f"/de/host/spaces/{SPACE}?date={free.day}")
        page.route(re.compile(rf"/host/spaces/{SPACE}\?"), lambda route: route.fulfill(status=403, body="no"))
        wake(page)
        says(page, "Sie dürfen diese Seite nicht mehr sehen.")
        assert asked.loads == 0
