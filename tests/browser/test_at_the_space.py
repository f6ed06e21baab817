"""What residents and hosts do with one another: ask and answer, check in and leave, book for a guest."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from browser.demo import HOST, RESIDENT, Demo
from browser.finding import BERLIN, SPACE, a_free, three_workdays
from browser.hands import HANDS, hand_of
from browser.saving import save

BY_EACH = pytest.mark.parametrize("kind", HANDS)
OPEN = 2  # another space of HOST's, which these tests open day and night
QUARTER = timedelta(minutes=15)


@BY_EACH
def test_asking_and_the_hosts_answer(demo: Demo, kind: str) -> None:
    with demo.visitor(HOST) as context:
        save(context.new_page(), f"/de/host/spaces/{SPACE}/rules/equipment", {"approval": "yes"})
    with hand_of(demo, RESIDENT, kind) as hand, hand_of(demo, HOST, kind) as answering:
        piece = a_free(hand.page.context.request, "equipment")
        hand.page.goto(f"/de/resources/{piece.id}/bookings/new?{piece.wish}")
        hand.press('form[action$="/bookings"] .button')
        expect(hand.page.locator("h1")).to_have_text("Ihre Anfrage")
        number = hand.page.url.rpartition("/")[2]
        answering.page.goto(f"/de/host/spaces/{SPACE}/requests")
        answering.press(f'main .rows a[href$="/bookings/{number}"]')
        answering.press('form[action$="/approval"] .button')
        expect(answering.page.locator(".notice-success")).to_be_visible()
        hand.page.reload()
        expect(hand.page.locator("h1")).to_have_text("Ihre Buchung")
        hand.press('form[action$="/cancellation"] .button-danger')
        expect(hand.page.locator(".notice:visible")).to_contain_text("abgesagt")


@BY_EACH
def test_asking_for_a_series_of_which_one_date_breaks_a_rule_by_the_answer(demo: Demo, kind: str) -> None:
    """Three hours in a week are asked for, and by then two are allowed: the host confirms the other dates."""
    rules = f"/de/host/spaces/{SPACE}/rules/vehicle"
    with demo.visitor(HOST) as context:
        save(context.new_page(), rules, {"approval": "yes", "weekly_minutes": "0"})
    with hand_of(demo, RESIDENT, kind) as hand, hand_of(demo, HOST, kind) as answering:
        page, request = hand.page, hand.page.context.request
        monday, car = three_workdays(request), a_free(request, "vehicle")
        rule = f"date={monday}&start=09:00&end=10:00&repeats=daily&count=3"
        page.goto(f"/de/resources/{car.id}/series/new?{rule}")
        hand.press('form[action$="/series"] .button')
        expect(page.locator("h1")).to_have_text("Ihre Anfrage")
        first = (page.locator("main .rows a").first.get_attribute("href") or "").rpartition("/")[2]
        with demo.visitor(HOST) as context:
            save(context.new_page(), rules, {"weekly_minutes": "120"})
        answering.page.goto(f"/de/host/spaces/{SPACE}/requests")
        answering.press(f'main .rows a[href$="/bookings/{first}"]')
        expect(answering.page.locator("main .rows .notice-warning")).to_have_count(1)
        expect(answering.page.locator('form[action$="/approval"]')).to_contain_text("Die übrigen 2 Termine bestätigen")
        answering.press('form[action$="/approval"] .button')
        expect(answering.page.locator(".notice-success")).to_be_visible()
        page.reload()
        expect(page.locator("h1")).to_have_text("Ihre Serie")
        expect(page.locator("main .rows li", has_text="abgesagt")).to_have_count(1)
        hand.press('form[action$="/cancellation"] .button-danger')
        expect(page.locator("main .rows li", has_text="abgesagt")).to_have_count(3)


@BY_EACH
def test_checking_in_at_the_desk_and_leaving_early(demo: Demo, kind: str) -> None:
    """The code at one desk leads to the booking that is about to begin, that of another to what can be had at once."""
    with demo.visitor(HOST) as context:
        codes = _open_day_and_night(context.new_page())
    one, other = codes[:2] if kind == "keyboard" else codes[2:4]
    with hand_of(demo, RESIDENT, kind) as hand:
        page = hand.page
        desk = _resource_at(page, one)
        now = datetime.now(BERLIN)
        start = now - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) % QUARTER + QUARTER
        if start.date() != now.date():
            pytest.skip("in the day's last quarter of an hour nobody can leave early")
        times: dict[str, str | float | bool] = {
            "date": f"{start:%Y-%m-%d}",
            "start": f"{start:%H:%M}",
            "end": f"{start + 2 * QUARTER:%H:%M}",
        }
        booked = page.context.request.post(f"/resources/{desk}/bookings", form=times)
        assert re.search(r"/bookings/\d+$", booked.url), booked.text()
        page.goto(f"/de/here/{one}")
        hand.press('form[action$="/checkin"] .button')
        page.goto(f"/de/here/{one}")
        expect(page.locator("main")).to_contain_text("Sie sind eingecheckt.")

        page.goto(f"/de/here/{other}")
        hand.press('form[action$="/bookings"] button')
        page.goto(f"/de/here/{other}")
        expect(page.locator("main")).to_contain_text("Sie sind eingecheckt.")
        hand.press('form[action$="/early-leave"] button')
        expect(page.locator("main")).to_contain_text("der Rest der Zeit ist wieder frei")


@BY_EACH
def test_a_guest_at_the_counter_and_the_slip(demo: Demo, kind: str) -> None:
    with hand_of(demo, HOST, kind) as hand:
        page = hand.page
        desk = a_free(page.context.request)
        page.goto(f"/de/counter/spaces/{SPACE}")
        hand.press('main a[href$="/bookings/new"]')
        hand.fill("#field-date", desk.day)
        hand.fill("#field-start", "09:00")
        hand.fill("#field-end", "11:00")
        hand.press('main [name="check"]')
        hand.choose("#field-resource", desk.name)
        hand.fill("#field-name", "Nachbarin ohne Mail")
        hand.press("main form .button")
        code = re.sub(r"\D", "", page.locator("main .lead").inner_text())
        slip = page.locator('main a[href$="/slip.pdf"]').get_attribute("href")
        assert slip
        assert page.context.request.get(slip).body().startswith(b"%PDF")

        page.goto(f"/de/counter/spaces/{SPACE}")
        hand.fill("#field-code", code)
        hand.press('form[action$="/code"] .button')
        expect(page.locator(".slip")).to_contain_text("Nachbarin ohne Mail")
        hand.press('form[action$="/cancellation"] .button-danger')
        expect(page.locator("main")).to_contain_text("abgesagt")


def _open_day_and_night(page: Page) -> list[str]:
    """With check-in, and the shortest booking a quarter of an hour; the codes of the desks."""
    every_day = {f"{end}-{day}-0": "00:00" for day in range(1, 8) for end in ("opens", "closes")}
    second = {f"{end}-{day}-1": "" for day in range(1, 8) for end in ("opens", "closes")}
    save(page, f"/de/host/spaces/{OPEN}/hours", {**second, **every_day, "open_on_public_holidays": "1"})
    save(page, f"/de/host/spaces/{OPEN}/rules", {"shortest_minutes": "15"})
    save(page, f"/de/host/spaces/{OPEN}/checkin", {"patience": "15"})
    sheet = page.context.request.get(f"/host/spaces/{OPEN}/codes").text()
    return re.findall(r"<h2>Tisch \d+</h2>.*?/here/([0-9a-f]{12})", sheet, re.DOTALL)


def _resource_at(page: Page, code: str) -> str:
    """What the code stands at."""
    found = re.search(r'name="resource" value="(\d+)"', page.context.request.get(f"/here/{code}").text())
    assert found
    return found[1]
