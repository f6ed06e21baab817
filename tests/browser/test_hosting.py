"""A host with a phone: the day, the week, a blackout that hits bookings."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from playwright.sync_api import Page, expect

from browser.demo import HOST, PHONE, RESIDENT, Demo
from browser.finding import SPACE, a_free
from browser.watching import Watch

ROOT = f"/de/host/spaces/{SPACE}"


def test_host_sees_the_day_and_the_week_on_a_phone(demo: Demo) -> None:
    day = _book_something(demo)
    with demo.visitor(HOST, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/de/")
        page.get_by_role("button", name="Menü").click()
        page.get_by_role("link", name="Gastgeben").click()
        page.get_by_role("link", name="Co-Working am Marktplatz", exact=True).click()
        expect(page.locator("h1")).to_contain_text("Heute")

        page.goto(f"{ROOT}?date={day}")
        booking = page.locator(".board-list a.kind-booking").first
        expect(booking).to_contain_text("Anwohnerin")
        expect(page.locator(".board-scroll")).to_be_hidden()
        booking.click()
        expect(page.locator("main")).to_contain_text(RESIDENT)

        page.goto(f"{ROOT}/week?date={day}")
        expect(page.locator("main")).to_contain_text("Anwohnerin")
        page.get_by_role("link", name="Nächste Woche").click()
        assert str(date.fromisoformat(day) + timedelta(days=7 - date.fromisoformat(day).weekday())) in page.url


def test_blackout_shows_the_bookings_in_its_way_first(demo: Demo) -> None:
    day = _book_something(demo)
    with demo.visitor(HOST, viewport=PHONE) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        page.goto(f"{ROOT}/blackouts/new?first={day}&last={day}")
        page.locator("#field-resource").check()
        page.locator("#field-reason").fill("Fenster wird repariert")
        page.get_by_role("button", name="Zeit sperren").click()

        expect(page.locator("h1")).to_have_text("Diese Buchungen liegen in der Sperrzeit")
        expect(page.locator("main form")).to_contain_text("Anwohnerin")
        page.get_by_role("button", name="Sperrzeit eintragen").click()
        expect(page.locator(".error-summary")).to_be_focused()  # nobody has decided anything yet
        for keep in page.locator('.card [type="radio"][name^="choice-"][value="keep"]').all():
            keep.check()
        page.get_by_role("button", name="Sperrzeit eintragen").click()

        expect(page.locator(".notice-success")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Fenster wird repariert")
        _lift(page, "Fenster wird repariert")
        page.goto(f"{ROOT}?date={day}")
        expect(page.locator(".board-list a.kind-booking").first).to_contain_text("Anwohnerin")
        assert watch.complaints == []


def _book_something(demo: Demo) -> str:
    """The day of a new booking by the resident in the host's space."""
    with demo.visitor(RESIDENT) as context:
        free = a_free(context.request)
        assert context.request.post(f"/resources/{free.id}/bookings", form={**free.form, "end": "10:00"}).ok
    return free.day


def _lift(page: Page, reason: str) -> None:
    page.locator("li", has_text=reason).get_by_role("button").first.click()
    expect(page.locator("main")).not_to_contain_text(reason)


def test_what_to_paste_elsewhere_is_copied(demo: Demo) -> None:
    with demo.visitor(HOST, viewport=PHONE, permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{ROOT}/sharing")
        button = page.locator('[data-copy="field-code-space"]')
        expect(button).to_contain_text("Kopieren: Jetzt frei: Co-Working am Marktplatz")
        button.click()
        expect(button).to_contain_text("Kopiert: Jetzt frei: Co-Working am Marktplatz")
        code = page.locator("#field-code-space").input_value()
        assert "<iframe" in code
        assert page.evaluate("() => navigator.clipboard.readText()") == code
    with demo.visitor(HOST, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{ROOT}/sharing")
        expect(page.locator("#field-code-space")).to_be_visible()
        expect(page.locator("[data-copy]").first).to_be_hidden()


def test_another_website_shows_what_is_free(demo: Demo) -> None:
    with demo.visitor(HOST) as context:
        page = context.new_page()
        page.goto(f"{ROOT}/sharing")
        code = page.locator("#field-code-space").input_value()
    with a_website(f"<!doctype html><title>Stadt Kusel</title>{code}") as address, demo.visitor() as context:
        page = context.new_page()
        page.goto(address)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_have_text("Jetzt frei: Co-Working am Marktplatz")
        frame.get_by_role("link", name="Platz buchen").click()
        page.wait_for_url(f"{demo.address}/de/spaces/{SPACE}")


@contextmanager
def a_website(html: str) -> Iterator[str]:
    """Of somebody else: its address."""

    class Website(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
