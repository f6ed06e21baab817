"""The running demo as tests see it: its address, its people, its mailbox."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, Playwright, ViewportSize

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE = 60.0  # seconds: a limit for what hangs, no measure of what is fast

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

RESIDENT = "anwohnerin@landbooking.example"
NEIGHBOUR = "anwohner@landbooking.example"
HOST = "gastgeberin@landbooking.example"
DESK = "helferin@landbooking.example"
STAFF = "kreis@landbooking.example"

T = TypeVar("T")


class Mail(NamedTuple):
    """`attachments` are paths of ours."""

    subject: str
    to: str
    text: str
    attachments: list[str]


class Mailbox:
    """The demo's page of mails, read as a person reads it, only faster."""

    def __init__(self, request: APIRequestContext) -> None:
        self.request = request

    def mails(self, to: str) -> list[Mail]:
        """The newest first."""
        html = self.request.get("/de/demo/mail").text()
        articles = re.findall(r"<article.*?</article>", html, re.DOTALL)
        return [mail for mail in map(_mail, articles) if mail.to == to]

    def codes(self, to: str) -> list[str]:
        """Those that were mailed to sign in, the newest first."""
        found = (re.search(r"^\s*(\d{6})\s*$", mail.text, re.MULTILINE) for mail in self.mails(to))
        return [code[1] for code in found if code]

    def wait_for_code(self, to: str, number: int = 1) -> str:
        """The newest, as soon as there are `number` of them: other mails may come at any time."""
        return _newest(self.codes, to, number)

    def wait_for(self, to: str, number: int = 1) -> Mail:
        """The newest mail to this address, as soon as there are `number` of them."""
        return _newest(self.mails, to, number)

    def wait_for_link(self, to: str, path: str, number: int = 1) -> str:
        """The address in the newest mail that leads there, as soon as there are `number` of them."""
        return link_in(_newest(lambda to: [mail for mail in self.mails(to) if path in mail.text], to, number), path)

    def read(self, path: str) -> str:
        """An attachment."""
        response = self.request.get(path)
        assert response.ok, path
        return response.text()


def _newest(find: Callable[[str], list[T]], to: str, number: int) -> T:
    deadline = time.monotonic() + PATIENCE
    while len(found := find(to)) < number:
        assert time.monotonic() < deadline, f"{to} has {len(found)}, not {number}"
        time.sleep(0.1)
    return found[0]


def _mail(article: str) -> Mail:
    def text_of(pattern: str) -> str:
        found = re.search(pattern, article, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    return Mail(
        subject=text_of(r"<h2>(.*?)</h2>"),
        to=text_of(r"<p class=\"soft small\">\S+ (\S+?),"),
        text=text_of(r"<pre.*?>(.*?)</pre>"),
        attachments=re.findall(r'href="(/[^"]*/demo/mail/[^"]+)"', article),
    )


class Demo:
    """Signs each person in once and keeps the cookies, as a browser would."""

    def __init__(self, address: str, browser: Browser, mailbox: Mailbox, data: Path) -> None:
        self.address = address
        self.browser = browser
        self.mailbox = mailbox
        self.data = data
        self._cookies: dict[str, Any] = {}

    def visitor(self, email: str | None = None, **options: Any) -> BrowserContext:
        """A new browser of that person; of nobody in particular where `email` is None."""
        options = {"viewport": PHONE, "locale": "de-DE", "base_url": self.address, **options}
        if email and email not in self._cookies:
            # Each from a household of their own: to one only so many codes are sent.
            household = {"X-Forwarded-For": f"192.0.2.{len(self._cookies)}"}
            with self.browser.new_context(base_url=self.address, extra_http_headers=household) as context:
                sign_in(context.new_page(), email, self.mailbox)
                self._cookies[email] = context.storage_state()
        return self.browser.new_context(**options, storage_state=self._cookies[email] if email else None)


@contextmanager
def running_demo(playwright: Playwright, browser: Browser) -> Iterator[Demo]:
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
        yield Demo(address, browser, Mailbox(request), data)
        request.dispose()
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(data, ignore_errors=True)


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 3 * PATIENCE
    while not re.search("landbooking is ready", log.read_text()):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def sign_in(page: Page, email: str, mailbox: Mailbox) -> None:
    """From the page that asks for the address to the one that comes after; the code out of the mail."""
    if "/sign-in" not in page.url:
        page.goto("/de/sign-in")
    before = len(mailbox.codes(email))
    page.locator("#field-email").fill(email)
    page.get_by_role("button", name="Code schicken").click()
    enter_code(page, email, mailbox, before + 1)


def enter_code(page: Page, email: str, mailbox: Mailbox, number: int = 1) -> None:
    """The newest of so many that came to the address."""
    page.locator("#field-code").fill(mailbox.wait_for_code(email, number))
    page.locator("main").get_by_role("button", name="Anmelden").click()


def link_in(mail: Mail, path: str = "/sign-in/link/") -> str:
    """The address in it that leads there."""
    found = re.search(rf"\S+{path}\S*", mail.text)
    assert found, mail.text
    return found[0]
