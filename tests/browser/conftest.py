"""A running demo and Debian's chromium, started once for all tests in this folder.

The folder is one xdist group, so that one process runs all of it; its fixtures end with the folder's last test, since
Playwright's own event loop would be in the way of asynchronous tests that come after.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from browser.demo import ARGUMENTS, Demo, running_demo
from browser.placing import Company, a_company
from browser.watching import Watch
from browser.world import world

# Debian has the same engine without the window around it, which took a quarter of a page's processor time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
MISSING = "there is no chromium here: apt-get install chromium-headless-shell"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    required = os.environ.get("LANDBOOKING_REQUIRE_BROWSER") == "1"
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM and not required:
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    assert CHROMIUM, f"LANDBOOKING_REQUIRE_BROWSER is set and {MISSING}"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def demo(playwright: Playwright, browser: Browser) -> Iterator[Demo]:
    with running_demo(playwright, browser) as demo:
        yield demo


@pytest.fixture(scope="package")
def names(demo: Demo) -> dict[str, Any]:
    """What the addresses of the stops need."""
    return world(demo)


@pytest.fixture(scope="package")
def company(demo: Demo) -> Company:
    return a_company(demo)


@pytest.fixture
def context(demo: Demo) -> Iterator[BrowserContext]:
    """A visitor who is not signed in, with a phone."""
    context = demo.visitor()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, demo: Demo) -> Iterator[Page]:
    """A page that must not complain: no error in its console, no request to elsewhere."""
    page = context.new_page()
    watch = Watch(page, demo.address)
    yield page
    assert watch.complaints == []
