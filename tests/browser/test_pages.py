"""Every page, light and dark, German and English, on a phone and on a desk: nothing for axe to find."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, CDPSession, Page, ViewportSize

from browser.demo import DESKTOP, PHONE, Demo
from browser.stops import STOPS, Stop
from browser.watching import Watch
from support import people

NARROW: ViewportSize = {"width": 320, "height": 640}
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules of axe that a scheme can break


class Look(NamedTuple):
    """`rules` are those of axe to keep; None is all."""

    size: ViewportSize
    scheme: Literal["light", "dark"]
    rules: list[str] | None = None


# Between them every scheme on every width; the two languages differ in what they say, not in how it looks.
LOOKS = {
    "/de": [Look(PHONE, "light"), Look(DESKTOP, "dark")],
    "/en": [Look(PHONE, "dark"), Look(DESKTOP, "light", COLOURS)],
}

# Text as the stylesheet has it, and twice that. In one go, so that nothing is painted that nobody looks at.
LAYOUT = """(sizes) => {
  const root = document.documentElement;
  const widths = sizes.map((size) => {
    root.style.fontSize = size;
    return [innerWidth, root.scrollWidth];
  });
  root.style.fontSize = "";
  return { language: root.lang, headings: document.querySelectorAll("h1").length, widths };
}"""
TEXT_SIZES = ["", "225%"]

# All rules that axe has on by default, those of good practice among them; only what is wrong comes back.
AXE = """async (rules) => {
  const found = await axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}"""


class Window(NamedTuple):
    """A person's page with its watch, shown page after page: opening a new one costs more than loading it."""

    page: Page
    watch: Watch
    devtools: CDPSession

    def show(self, size: ViewportSize, scheme: Literal["light", "dark"]) -> None:
        """Only what the page believes: Playwright would resize the whole window, at three times the cost."""
        shape = {**size, "deviceScaleFactor": 1, "mobile": False}
        self.devtools.send("Emulation.setDeviceMetricsOverride", shape)
        self.page.emulate_media(color_scheme=scheme)


@pytest.fixture(scope="package")
def windows(demo: Demo) -> Iterator[dict[str | None, Window]]:
    """Axe is there from the start of each page: handed over once, and in frames too."""
    contexts = {who: demo.visitor(who) for who in {stop.who for stop in STOPS}}
    for context in contexts.values():
        context.add_init_script(AXE_SCRIPT)
    pages = {who: context.new_page() for who, context in contexts.items()}
    yield {
        who: Window(page, Watch(page, demo.address), contexts[who].new_cdp_session(page)) for who, page in pages.items()
    }
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
@pytest.mark.parametrize("prefix", LOOKS)
def test_page(stop: Stop, prefix: str, names: dict[str, Any], windows: dict[str | None, Window]) -> None:
    window = windows[stop.who]
    page, watch, _ = window
    watch.forget()
    window.show(NARROW, LOOKS[prefix][0].scheme)
    stop.go(page, prefix, names)

    assert watch.statuses[-1] == stop.status
    layout = page.evaluate(LAYOUT, TEXT_SIZES)
    assert layout["language"] == prefix[1:]
    assert layout["headings"] == 1
    for text_size, (width, needed) in zip(TEXT_SIZES, layout["widths"], strict=True):
        assert width == NARROW["width"]
        assert needed <= NARROW["width"], text_size
    for size, scheme, rules in LOOKS[prefix]:
        window.show(size, scheme)
        assert page.evaluate("innerWidth") == size["width"]
        assert page.evaluate(AXE, rules) == [], f"{size['width']} px, {scheme}"
    assert watch.complaints == []


def test_axe_and_the_watch_see_what_is_wrong(context: BrowserContext, demo: Demo) -> None:
    """The other tests pass because nothing is wrong, not because nobody looks."""
    page = context.new_page()
    watch = Watch(page, demo.address)
    page.goto("/de/")
    page.evaluate(
        """() => {
          document.querySelector("main").insertAdjacentHTML("beforeend", '<input><p style="color: #ccc">hell</p>');
          document.querySelector("main h1").style.color = "#ccc";
          fetch("http://elsewhere.invalid/").catch(() => {});
        }"""
    )
    page.wait_for_timeout(100)
    page.evaluate(AXE_SCRIPT)
    assert any(found.startswith("label") for found in page.evaluate(AXE))
    assert {found.partition(":")[0] for found in page.evaluate(AXE, COLOURS)} == {"color-contrast"}
    assert any("Content Security Policy" in complaint for complaint in watch.complaints)


def test_every_page_is_in_the_list(tmp_path: Path) -> None:
    assert _routes_of_pages(tmp_path) - {stop.route for stop in STOPS} == set()


def _routes_of_pages(tmp_path: Path) -> set[str]:
    """The routes that answer a GET with HTML: all but files, the API and what machines ask for."""
    from landbooking.app import create_app
    from landbooking.demo import mailbox

    settings = people.settings("postgresql://-/-", "redis://-")
    app = people.litestar(create_app(settings, extra_routes=mailbox.routes(tmp_path)))
    return {
        route.path_format
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if "GET" in handler.http_methods and _answers_html(handler) and not route.path_format.startswith("/health")
    }


def _answers_html(handler: Any) -> bool:
    return str(handler.parsed_fn_signature.return_type.annotation).endswith(("Response[str]", "Response[typing.Any]"))
