"""Takes the pictures of README.md anew, from a demo of its own: `python tests/browser/pictures.py [NAME ...]`."""

import io
import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.demo import ARGUMENTS, DESKTOP, HOST, PHONE, RESIDENT, Demo, running_demo
from browser.finding import BERLIN, SPACE, a_free

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
GERMAN = {"LANGUAGE": "de", "LC_ALL": "de_DE.UTF-8"}  # date fields are the browser's own: Debian's chromium-l10n has it
TALL: ViewportSize = {"width": 1280, "height": 1280}
COLOURS = 64  # of a picture: text and flat grounds need no more


class Picture(NamedTuple):
    """`size` None is all of the page on a desk; else it begins where `top` stands, or with `do` done."""

    name: str
    path: str
    who: str | None = None
    size: ViewportSize | None = None
    top: str = ""
    dark: bool = False
    do: Callable[[Page], None] | None = None


def book(page: Page) -> None:
    page.locator('form[action$="/bookings"] .button').first.click()
    page.locator(".slip").wait_for()


def open_first(page: Page) -> None:
    page.locator("main h3 a").first.click()
    page.locator("main h1").wait_for()
    page.wait_for_url("**/rides/*")


SEARCH = "/search?place=Lauterecken&date={day}&start=09:00&end=12:00"
RIDES = "/rides/search?from=Ulmet&to=Kusel&day={day}&when=arrive&at=09:00"
WEEK = f"/spaces/{SPACE}?date={{day}}"
BOARD = f"/host/spaces/{SPACE}?date={{day}}"
ALL = [
    Picture("home", "/"),
    Picture("home-phone", "/", size=PHONE),
    Picture("results", SEARCH),
    Picture("results-phone", SEARCH, size=PHONE),
    Picture("week", WEEK, size=DESKTOP, top="#week"),
    Picture("week-dark", WEEK, size=DESKTOP, top="#week", dark=True),
    Picture("week-phone", WEEK, size=PHONE, top="#week"),
    Picture("booked", "/resources/{desk}/bookings/new?{wish}", RESIDENT, DESKTOP, do=book),
    Picture("board", BOARD, HOST),
    Picture("board-phone-dark", BOARD, HOST, PHONE, top="main h2", dark=True),
    Picture("rides", RIDES),
    Picture("ride", RIDES, RESIDENT, TALL, do=open_first),
    Picture("rides-phone", RIDES, size=PHONE, top="main h2"),
    Picture("internships", "/internships?place=Kusel", size=TALL),
    Picture("internships-phone", "/internships?place=Kusel", size=PHONE, top="main h2"),
    Picture("application", "/applications/{offered}", RESIDENT, TALL),
    Picture("application-phone", "/applications/{interview}", RESIDENT, PHONE),
]


def take(demo: Demo, picture: Picture, names: dict[str, Any]) -> None:
    scheme = "dark" if picture.dark else "light"
    with demo.visitor(picture.who, viewport=picture.size or DESKTOP, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto("/de" + picture.path.format(**names))
        if picture.do:
            picture.do(page)
        if picture.top:
            page.locator(picture.top).first.evaluate("it => scrollTo(0, it.getBoundingClientRect().top - 18)")
        taken = page.screenshot(full_page=picture.size is None)
    small = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{picture.name}.png", optimize=True)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*ARGUMENTS, "--lang=de"], env={**os.environ, **GERMAN}
        )
        with running_demo(playwright, browser) as demo:
            with demo.visitor(RESIDENT) as context:
                desk = a_free(context.request)
                applied = context.request.get("/api/v1/applications").json()["items"]
            today = datetime.now(BERLIN).date()
            day = today + timedelta(days=8 - today.weekday())  # next Tuesday: on days to come the demo has bookings
            names = {"desk": desk.id, "wish": desk.wish, "day": day, **{one["status"]: one["id"] for one in applied}}
            for picture in ALL:
                if picture.name in (sys.argv[1:] or [one.name for one in ALL]):
                    take(demo, picture, names)
        browser.close()


if __name__ == "__main__":
    main()
