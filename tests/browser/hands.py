"""Two ways of doing the same: with the keyboard alone, and with a browser that runs no scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page

from browser.demo import Demo
from browser.keyboard import tab_to
from browser.watching import Watch


class Hand(Protocol):
    """`press` what leads to another page; `fill` a field, times and days as 09:00 and 2026-12-31; `choose` a box, a
    circle or an option; `unfold` what a summary hides; `upload` a file; `download` one that is text.
    """

    page: Page

    def press(self, selector: str) -> None: ...
    def fill(self, selector: str, text: str) -> None: ...
    def choose(self, selector: str, option: str = "") -> None: ...
    def unfold(self, summary: str) -> None: ...
    def upload(self, selector: str, file: Path) -> None: ...
    def download(self, selector: str) -> str: ...


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page
        # Who listens only when the key is pressed may be too late: the browser then opens a window of its own.
        page.on("filechooser", lambda _chooser: None)

    def press(self, selector: str) -> None:
        tab_to(self.page, selector, most=200)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, selector: str, text: str) -> None:
        tab_to(self.page, selector, most=200)
        match self.page.locator(selector).get_attribute("type"):
            case "time":
                self.page.keyboard.type(f"{time.fromisoformat(text):{clock_and_day(self.page)[0]}}")
            case "date":
                self.page.keyboard.type(f"{date.fromisoformat(text):{clock_and_day(self.page)[1]}}")
            case _:
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(text)

    def choose(self, selector: str, option: str = "") -> None:
        """An option by its first letters, a circle by the arrows, a box by the space bar."""
        field = self.page.locator(selector)
        if option:
            tab_to(self.page, selector, most=200)
            self.page.keyboard.type(option)
        elif field.get_attribute("type") == "radio":
            tab_to(self.page, f'[type="radio"][name="{field.get_attribute("name")}"]', most=200)
            for _press in range(20):
                if field.is_checked():
                    return
                self.page.keyboard.press("ArrowDown")
        else:
            tab_to(self.page, selector, most=200)
            self.page.keyboard.press("Space")

    def unfold(self, summary: str) -> None:
        tab_to(self.page, summary, most=200)
        self.page.keyboard.press("Enter")

    def upload(self, selector: str, file: Path) -> None:
        tab_to(self.page, selector, most=200)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)

    def download(self, selector: str) -> str:
        tab_to(self.page, selector, most=200)
        with self.page.expect_download() as download:
            self.page.keyboard.press("Enter")
        return download.value.path().read_text("utf-8-sig")


class NoScript:
    """The page's own buttons and links, nothing else: whatever needs a script stands still."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def fill(self, selector: str, text: str) -> None:
        self.page.locator(selector).fill(text)

    def choose(self, selector: str, option: str = "") -> None:
        field = self.page.locator(selector)
        if option:
            field.select_option(value=field.locator("option", has_text=option).first.get_attribute("value"))
        else:
            field.check()

    def unfold(self, summary: str) -> None:
        self.page.locator(summary).click()

    def upload(self, selector: str, file: Path) -> None:
        self.page.locator(selector).set_input_files(file)

    def download(self, selector: str) -> str:
        with self.page.expect_download() as download:
            self.page.locator(selector).click()
        return download.value.path().read_text("utf-8-sig")


_CLOCKS_AND_DAYS: list[tuple[str, str]] = []


def clock_and_day(page: Page) -> tuple[str, str]:
    """How times and days are typed: as the language of the browser itself has it, whatever that of the page is."""
    if not _CLOCKS_AND_DAYS:
        with page.context.new_page() as aside:
            aside.set_content('<input type="time" value="12:00">')
            aside.locator("input").focus()
            aside.keyboard.type("0900")
            twelve_hours = aside.locator("input").input_value() == "21:00"
        _CLOCKS_AND_DAYS.append(("%I%M%p", "%m%d%Y") if twelve_hours else ("%H%M", "%d%m%Y"))
    return _CLOCKS_AND_DAYS[0]


HANDS: dict[str, type[Keyboard] | type[NoScript]] = {"keyboard": Keyboard, "no JavaScript": NoScript}


@contextmanager
def hand_of(demo: Demo, who: str | None, kind: str) -> Iterator[Hand]:
    """That person's hand on a page that must not complain."""
    with demo.visitor(who, java_script_enabled=kind != "no JavaScript") as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        yield HANDS[kind](page)
        assert watch.complaints == []
