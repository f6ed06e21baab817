"""A running demo and Debian's chromium, started once for all tests in this folder.

The folder is one xdist group, so that one process runs all of it; its fixtures end with the folder's last test, since
Playwright's own event loop would be in the way of asynchronous tests that come after.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from browser.demo import Demo, Mailbox
from browser.placing import Company, a_company
from browser.stops import world
from browser.watching import Watch

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    required = os.environ.get("LANDBOOKING_REQUIRE_BROWSER") == "1"
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM and not required:
                item.add_marker(pytest.mark.skip(reason="there is no chromium here: apt-get install chromium"))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    assert CHROMIUM, "LANDBOOKING_REQUIRE_BROWSER is set and there is no chromium: apt-get install chromium"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def demo(playwright: Playwright, browser: Browser) -> Iterator[Demo]:
    """`landbooking demo` as a person starts it, on data of its own."""
    data = Path(tempfile.mkdtemp(prefix="landbooking-browser-"))
    data.chmod(0o711)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = data / "demo.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "landbooking", "demo", "--port", str(port), "--data", str(data)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(process, log)
        address = f"http://127.0.0.1:{port}"
        request = playwright.request.new_context(base_url=address)
        yield Demo(address, browser, Mailbox(request))
        request.dispose()
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(data, ignore_errors=True)


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while not re.search("landbooking is ready", log.read_text()):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


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
