"""A stop of a ride as a point on the map: with the keyboard, by clicks without scripts, on a phone and on a desk."""

import re
from datetime import datetime, timedelta
from math import cos, radians

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from browser.demo import DESKTOP, HOST, NEIGHBOUR, PHONE, Demo
from browser.finding import BERLIN
from browser.hands import HANDS, hand_of
from browser.watching import Watch
from landbooking.rides.way import EARTH_M, Point, distance

ADENBACH = Point(49.665, 7.654)  # as the demo's list of municipalities has it
ON_MAP = '[name="stop"][value="from"]'
TAKE = '[name="done"][value="take"]'
MAP = ".pointing input:visible"


def away(north_m: float, east_m: float) -> Point:
    """From Adenbach."""
    degree = radians(1) * EARTH_M
    return Point(ADENBACH.lat + north_m / degree, ADENBACH.lon + east_m / degree / cos(radians(ADENBACH.lat)))


def point_in(page: Page) -> Point:
    typed = page.locator("#field-from").input_value()
    lat, lon = typed.split(", ")
    return Point(float(lat), float(lon))


def click(page: Page, right: float, down: float) -> None:
    """So far from the map's upper left corner, in parts of its side."""
    button = page.locator(MAP)
    box = button.bounding_box()
    assert box
    with page.expect_navigation():
        button.click(position={"x": box["width"] * right, "y": box["height"] * down})


@pytest.mark.parametrize("kind", HANDS)
def test_a_ride_starts_where_one_shows_it_and_who_rides_along_learns_it(demo: Demo, kind: str) -> None:
    """By the map's buttons, or by clicks; nobody reads the point in an address."""
    day = datetime.now(BERLIN).date() + timedelta(days=8 + list(HANDS).index(kind))
    with hand_of(demo, HOST, kind) as hand, hand_of(demo, NEIGHBOUR, kind) as riding:
        page, asked = hand.page, []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/de/rides/new")
        hand.fill("#field-from", "Adenbach")
        hand.press(ON_MAP)
        expect(page.locator("h1")).to_have_text("Start auf der Karte zeigen")
        if kind == "keyboard":
            hand.press('[name="step"][value="north"]')
            hand.press('[name="look"][value="nearer"]')
            hand.press('[name="step"][value="east"]')
            shown = away(400, 100)
        else:
            click(page, right=0.5, down=0.45)
            click(page, right=0.55, down=0.5)
            shown = away(400, 100)
        expect(page.locator("#spot")).to_contain_text("nördlich der Ortsmitte von Adenbach")
        hand.press(TAKE)
        assert distance(point_in(page), shown) < 50
        point = page.locator("#field-from").input_value()
        expect(page.locator("#hint-from")).to_have_text("Alle anderen sehen nur: Adenbach")
        hand.fill("#field-to", "Odenbach")
        hand.choose('[name="repeats"][value="once"]')
        hand.fill("#field-date", f"{day}")
        hand.fill("#field-time", "20:40")
        hand.press("main form .button")
        expect(page).to_have_url(re.compile(r"/rides/mine$"))
        expect(page.locator("main")).to_contain_text("Adenbach")
        expect(page.locator("main")).not_to_contain_text(point)
        number = max(map(int, re.findall(r"/rides/(\d+)/change", page.content())))  # the newest of all their rides
        assert not [url for url in asked if "49.6" in url]

        way: dict[str, str | float | bool] = {"from": "Adenbach", "to": "Odenbach", "day": f"{day}", "places": "1"}
        seat = riding.page.context.request.post(f"/rides/{number}/seat-requests", form=way).url
        riding.page.goto(seat)
        expect(riding.page.locator(".slip")).to_contain_text("noch nicht zugesagt")
        expect(riding.page.locator("main")).not_to_contain_text(point)
        page.goto("/de/rides/requests")
        hand.press(f'main a[href$="{seat.partition("/rides")[2]}"]')
        hand.press('form[action$="/acceptance"] .button')
        riding.page.goto(seat)
        link = riding.page.locator(".facts a")
        expect(link).to_have_text(point)
        expect(link).to_have_attribute("href", f"geo:{point.replace(' ', '')}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_click_shows_the_same_place_on_every_screen(demo: Demo, size: ViewportSize) -> None:
    with demo.visitor(HOST, viewport=size) as context:
        page = context.new_page()
        watch = Watch(page, demo.address)
        page.goto("/de/rides/new?from=Adenbach")
        with page.expect_navigation():
            page.locator(ON_MAP).click()
        click(page, right=0.375, down=0.625)
        click(page, right=0.75, down=0.25)
        with page.expect_navigation():
            page.locator(TAKE).click()
        assert distance(point_in(page), away(-1000 + 500, -1000 + 500)) < 50
        assert watch.complaints == []


def test_enter_in_a_field_asks_for_the_proposal_and_opens_no_map(demo: Demo) -> None:
    with demo.visitor(HOST) as context:
        page = context.new_page()
        page.goto("/de/rides/new?from=Adenbach&to=Odenbach&time=07:00")
        page.locator("#field-from").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".notice:visible")).to_contain_text("Vorschlag für")
