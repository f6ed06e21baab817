"""What the addresses of the stops need, made in the demo as its people would make it."""

import re
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import APIRequestContext

from browser.demo import HOST, NEIGHBOUR, RESIDENT, STAFF, Demo, link_in
from browser.finding import SPACE, a_free, three_workdays
from browser.saving import save
from support.spaces import BERLIN


def world(demo: Demo) -> dict[str, Any]:
    """What the addresses below need: a day, one of each kind, a booking that stands, one that is cancelled, a link."""
    with demo.visitor(RESIDENT) as context:
        free = a_free(context.request)
        day, desk = free.day, free.id
        space = context.request.get(f"/api/v1/spaces/{SPACE}").json()
        kinds = {resource["kind"]: resource["id"] for resource in space["resources"]}
        booking, cancelled = (_book(context.request, desk, day, hour) for hour in (9, 10))
        context.request.post(f"/bookings/{cancelled}/cancellation", form={})
        series, dated = _book_series(context.request, desk, day)
    with demo.visitor(NEIGHBOUR) as context:
        _kept, given_up = (_book(context.request, desk, day, hour) for hour in (12, 14))
        with demo.visitor(RESIDENT) as waiting:
            in_line, offer = (_wait(waiting.request, desk, day, hour) for hour in (12, 14))
        context.request.post(f"/bookings/{given_up}/cancellation", form={})
    with demo.visitor(RESIDENT) as context:
        somebody = "karte@landbooking.example"
        context.request.post("/sign-in", form={"email": somebody})
    with demo.visitor(HOST) as context:
        wish: dict[str, str | float | bool] = {"date": day, "start": "16:00", "end": "17:00", "resource": str(desk)}
        booked = context.request.post(f"/counter/spaces/{SPACE}/bookings/new", form=wish)
        guest = booked.url.rpartition("/")[2]
        codes = context.request.get(f"/host/spaces/{SPACE}/codes").text()
    code = re.findall(r"/here/([0-9a-f]+)", codes)[0]
    asked, held = _ask_for_series(demo), _hold(demo, kinds["phone_booth"], day)
    with demo.visitor(STAFF) as context:
        made_there = context.request.post("/district/rides/organisations", form={"name": "Bürgerbus Lauterecken"})
        organisation = made_there.url.rpartition("/")[2]
        bench = re.findall(r"/district/meeting-points/(\d+)", context.request.get("/district/meeting-points").text())[0]
    workday = _workday()
    with demo.visitor(NEIGHBOUR) as context:  # who drives from Ulmet to Kusel every workday
        ride = re.findall(r"/rides/(\d+)/change", context.request.get("/rides/mine").text())[-1]
    with demo.visitor(RESIDENT) as context:
        owed = _book(context.request, kinds["phone_booth"], day, 16)  # it costs something since it was held
        seat = _ask_for_seat(context.request, workday)
        applied = _applications(context.request)
        over, running = (one["id"] for one in context.request.get("/api/v1/placements").json())
    with demo.visitor(STAFF) as context:
        in_review = re.findall(r"/internships/postings/(\d+)", context.request.get("/district/internships").text())[0]
    with demo.visitor(HOST) as context:
        company = re.findall(r"/companies/(\d+)/postings", context.request.get("/companies/mine").text())[0]
        posting = re.findall(r"/internships/(\d+)", context.request.get(f"/companies/{company}").text())[0]
        draft = _write_posting(context.request, company)
    with demo.visitor(NEIGHBOUR) as context:  # issued once: asked for again, it is the same
        certificate = context.request.post(f"/api/v1/placements/{over}/certificate").json()["code"]
    with demo.visitor(HOST) as context:
        applied["placement"] = context.request.get("/api/v1/placements").json()[0]["id"]
    token = link_in(demo.mailbox.wait_for(somebody)).rpartition("/")[2]
    made = {
        "booking": booking,
        "cancelled": cancelled,
        "guest": guest,
        "series": series,
        "dated": dated,
        "wish": in_line,
        "offer": offer,
        "asked": asked,
        "held": held,
        "owed": owed,
        "organisation": organisation,
        "bench": bench,
        "workday": workday,
        "past": f"{datetime.now(BERLIN).date() - timedelta(days=14)}",
        "ride": ride,
        "seat": seat,
        "running": running,
        "over": over,
        "certificate": certificate,
        **applied,
        "company": company,
        "posting": posting,
        "in_review": in_review,
        "draft": draft,
        "nobodys": "00000000-0000-4000-8000-000000000000",
    }
    return {**kinds, "space": SPACE, "day": day, "desk": desk, "token": token, "code": code, **made}


def _applications(request: APIRequestContext) -> dict[str, str]:
    """The numbers of what the demo has at its stages: the resident's own by title, the others come after them."""
    own = {one["title"]: one for one in request.get("/api/v1/applications").json()["items"]}
    offered, talking, draft = (
        own[title]
        for title in ("Ein Archiv ins Netz stellen", "Rechnungen ohne Papier", "Hilfe am Telefon und im Chat")
    )
    return {
        "offered": offered["id"],
        "talking": talking["id"],
        "draft_posting": draft["posting_id"],
        "unseen": draft["id"] + 1,
        "shortlisted": draft["id"] + 2,
        "employer": offered["company_id"],
    }


def _workday() -> str:
    """The next day but one or later that is no weekend."""
    day = datetime.now(BERLIN).date() + timedelta(days=2)
    return f"{day + timedelta(days=max(0, 7 - day.weekday()) if day.isoweekday() > 5 else 0)}"


def _ask_for_seat(request: APIRequestContext, day: str) -> str:
    """The number of the seat that was asked for, in the first ride that is found."""
    way = {"from": "Ulmet", "to": "Kusel", "day": day}
    found = request.get("/rides/search", params={**way, "when": "arrive", "at": "09:00"}).text()
    ride = re.findall(r'href="/rides/(\d+)\?', found)[0]
    response = request.post(f"/rides/{ride}/seat-requests", form={**way, "places": "1"})
    return response.url.rpartition("/")[2]


def _write_posting(request: APIRequestContext, company: str) -> str:
    """The number of a draft."""
    asked = request.get(f"/companies/{company}/postings/new").text()
    patterns = r'<option value="(\d+)"', r'name="spaces" value="(\d+)"'
    mentor, space = (re.findall(pattern, asked)[0] for pattern in patterns)
    first = datetime.now(BERLIN).date() + timedelta(days=60)
    form: dict[str, str | float | bool] = {
        "title": "Ein Entwurf", "field": "office", "kind": "school", "tasks": "Briefe schreiben", "mentor": mentor,
        "spaces": space, "first": f"{first}", "last": f"{first + timedelta(days=11)}", "weekdays": "1",
        "starts": "09:00", "ends": "14:00", "break_minutes": "30", "places": "1",
        "deadline": f"{first - timedelta(days=9)}", "minimum_age": "15", "adult_on_site": "Gastgeberin",
    }  # fmt: skip
    return request.post(f"/companies/{company}/postings", form=form).url.rpartition("/")[2]


def _book(request: APIRequestContext, desk: int, day: str, hour: int) -> str:
    """The number of the booking that was made, out of its address."""
    response = request.post(
        f"/resources/{desk}/bookings", form={"date": day, "start": f"{hour:02}:00", "end": f"{hour + 1:02}:00"}
    )
    return response.url.rpartition("/")[2]


def _book_series(request: APIRequestContext, desk: int, day: str) -> tuple[str, str]:
    """The numbers of a series and of its first date."""
    rule = {"date": day, "start": "11:00", "end": "12:00", "repeats": "daily", "count": "2"}
    second = datetime.fromisoformat(day).date() + timedelta(days=1)
    response = request.post(f"/resources/{desk}/series", form={**rule, f"desk-{second}": "skip"})
    found = re.search(r'href="/bookings/(\d+)"', response.text())
    assert found
    return response.url.rpartition("/")[2], found[1]


def _wait(request: APIRequestContext, desk: int, day: str, hour: int) -> str:
    """The number of the wish for a desk that is taken."""
    form: dict[str, str | float | bool] = {
        "resource": desk, "what": "resource", "date": day, "start": f"{hour:02}:00", "end": f"{hour + 1:02}:00",
    }  # fmt: skip
    return request.post("/waiting", form=form).url.rpartition("/")[2]


def _ask_for_series(demo: Demo) -> str:
    """The number of the first of three dates of a requested series, of which the last is too much by now."""
    with demo.visitor(HOST) as hosting, demo.visitor(NEIGHBOUR) as context:
        page, rules = hosting.new_page(), f"/de/host/spaces/{SPACE}/rules/vehicle"
        save(page, rules, {"approval": "yes", "weekly_minutes": "0"})
        day, car = three_workdays(context.request), a_free(context.request, "vehicle", 20, 21).id
        rule: dict[str, str | float | bool] = {
            "date": f"{day}", "start": "20:00", "end": "21:00", "repeats": "daily", "count": "3",
        }  # fmt: skip
        answer = context.request.post(f"/resources/{car}/series", form=rule)
        found = re.search(r'href="[^"]*/bookings/(\d+)"', answer.text())
        assert found, answer.text()
        save(page, rules, {"weekly_minutes": "120"})
    return found[1]


def _hold(demo: Demo, booth: int, day: str) -> str:
    """The number of the wish of somebody with a ten-visit card, for whom a booth is held that costs something."""
    with demo.visitor(STAFF) as context:
        context.request.post("/district/cards", form={"visits": "10", "price": "60,00"})
    with demo.visitor(HOST) as context:
        context.request.post(f"/host/spaces/{SPACE}/tariffs", form={"of": "kind:phone_booth", "hour": "2,50"})
        context.request.post(f"/host/spaces/{SPACE}/till/cards", form={"email": NEIGHBOUR})
    with demo.visitor(RESIDENT) as others, demo.visitor(NEIGHBOUR) as context:
        booked = _book(others.request, booth, day, 15)
        wish = _wait(context.request, booth, day, 15)
        others.request.post(f"/bookings/{booked}/cancellation", form={})
    return wish
