"""Internships for the walks: a company of their own, its postings, and how far somebody has come with them."""

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from playwright.sync_api import APIRequestContext

from browser.demo import STAFF, Demo
from browser.finding import BERLIN
from browser.hands import HANDS

BOSS = "ausbildung@landbooking.example"
TITLES = ("Ein Kochbuch aus dem Dorf", "Eine Chronik der Mühle", "Ein Schulgarten im Netz")
OF_SCHOOL = TITLES[2]
Form = dict[str, str | float | bool]


class Company(NamedTuple):
    """Its number, and those of its postings in the order of TITLES."""

    id: str
    postings: tuple[str, ...]


def applicant(kind: str) -> str:
    """Each hand has a person of its own: one applies for a posting once."""
    return f"bewerberin-{list(HANDS).index(kind)}@landbooking.example"


def pupil(kind: str) -> str:
    return f"lehrling-{list(HANDS).index(kind)}@landbooking.example"


def a_company(demo: Demo) -> Company:
    """Verified, and all is published that it offers."""
    with demo.visitor(BOSS) as context, demo.visitor(STAFF) as staff:
        context.request.post("/profile", form={"language": "de", "name": "Ausbilderin"})
        profile: Form = {
            "name": "Mühlenverlag", "street": "Mühlweg 1", "postal_code": "66869", "town": "Kusel",
            "contact_name": "Ausbilderin",
        }  # fmt: skip
        company = re.findall(r"/companies/(\d+)/", context.request.post("/companies", form=profile).url)[0]
        staff.request.post(f"/district/internships/companies/{company}/verification", form={"proof": "letter"})
    return Company(company, tuple(publish(demo, company, title) for title in TITLES))


def publish(demo: Demo, company: str, title: str, **terms: str) -> str:
    """The posting's number. `terms` are those that differ from the usual ones."""
    with demo.visitor(BOSS) as context, demo.visitor(STAFF) as staff:
        boss = context.request
        asked = boss.get(f"/companies/{company}/postings/new").text()
        mentor = re.findall(r'<option value="(\d+)"', asked)[0]
        space = re.findall(r'value="(\d+)"[^>]*>\s*<div>\s*<label[^>]*>Arbeitsplatz im Bahnhof', asked)[0]
        written = boss.post(f"/companies/{company}/postings", form={**posting_form(title, mentor, space), **terms})
        number = written.url.rpartition("/")[2]
        boss.post(f"/postings/{number}/steps", form={"step": "submit", "version": 1})
        step: Form = {"step": "publish", "version": 2}
        published = staff.request.post(f"/district/internships/postings/{number}/steps", form=step)
        assert published.ok, published.text()
        return number


def posting_form(title: str, mentor: str, space: str) -> Form:
    """Three Mondays, of which not all are holidays, for half a day, as anybody from 16 on may work.

    A school's is on Tuesdays, so that it finds desks beside the others.
    """
    today = datetime.now(BERLIN).date()
    first = today + timedelta(days=49 - today.weekday())
    kind, weekday = ("school", "2") if title == OF_SCHOOL else ("orientation", "1")
    return {
        "title": title, "field": "media", "kind": kind, "tasks": "Rezepte sammeln", "light_work": "1",
        "mentor": mentor, "spaces": space, "first": f"{first}", "last": f"{first + timedelta(days=18)}",
        "weekdays": weekday, "starts": "09:00", "ends": "13:30", "break_minutes": "30", "places": "10",
        "deadline": f"{first - timedelta(days=9)}", "minimum_age": "16", "adult_on_site": "Gastgeberin des Raums",
        "questions": "Warum möchten Sie das lernen?",
    }  # fmt: skip


def apply(demo: Demo, who: str, posting: str, birthday: str = "1999-03-14", **more: str) -> str:
    """The number of what was sent. `more` is what only some postings ask."""
    form: dict[str, Any] = {
        "letter": "Guten Tag, ich koche gern.", "answer_1": "Weil ich schreiben möchte.", "birthday": birthday,
        "schooling": "over", "action": "submit", **more,
    }  # fmt: skip
    with demo.visitor(who) as context:
        context.request.post("/profile", form={"language": "de", "name": "Bewerberin"})
        sent = context.request.post(f"/internships/{posting}/application", multipart=form)
    assert re.search(r"/applications/\d+$", sent.url), sent.text()
    return sent.url.rpartition("/")[2]


def offer(demo: Demo, company: str, application: str) -> None:
    with demo.visitor(BOSS) as boss:
        _done(boss.request, f"/api/v1/companies/{company}/applications/{application}/offer")


def sign(demo: Demo, intern: str, company: str, application: str) -> str:
    """The number of the placement: offered, accepted, and signed by intern and company."""
    offer(demo, company, application)
    with demo.visitor(intern) as own, demo.visitor(BOSS) as boss:
        of_company = f"/api/v1/companies/{company}"
        _done(own.request, f"/api/v1/applications/{application}/acceptance")
        one = own.request.get("/api/v1/placements").json()[0]["id"]  # the newest first
        _done(boss.request, f"{of_company}/placements/{one}/proposal")
        version = own.request.get(f"/api/v1/placements/{one}").json()["terms_version"]
        _done(own.request, f"/api/v1/placements/{one}/signature", terms_version=version)
        _done(boss.request, f"{of_company}/placements/{one}/signature", terms_version=version)
        return f"{one}"


def _done(request: APIRequestContext, path: str, **body: int) -> None:
    answer = request.post(path, data=body)
    assert answer.ok, answer.text()
