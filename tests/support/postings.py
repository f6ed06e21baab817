"""A verified company that offers internships, as tests of postings need it."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.internships import make_company
from support.people import make_person
from support.spaces import BERLIN, make_district, make_space


class Scene(NamedTuple):
    """A verified company, a space, the company's manager, staff of their district."""

    company_id: int
    space_id: int
    manager: Person
    staff: Person


async def make_scene(connection: Connection) -> Scene:
    space_id = await make_space(connection)
    manager = await make_person(connection, "firma@example.org", name="Firmenleitung")
    district_id = await make_district(connection)
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district_id)
    return Scene(await make_company(connection, manager), space_id, manager, staff)


def today() -> date:
    return datetime.now(BERLIN).date()


def posting_form(scene: Scene, **more: Any) -> dict[str, Any]:
    """A form of a posting that is accepted."""
    return {
        "title": "Webseiten für Vereine", "field": "it", "kind": "mandatory", "tasks": "Sie bauen Seiten.",
        "learning_goals": "HTML", "skills": "Neugier", "mentor": f"{scene.manager.id}", "spaces": [f"{scene.space_id}"],
        "first": f"{today() + timedelta(days=40)}", "last": f"{today() + timedelta(days=53)}", "weeks": "",
        "weekdays": ["1", "2", "3", "4", "5"], "starts": "08:30", "ends": "15:00", "break_minutes": "30",
        "light_work": "1", "places": "2", "deadline": f"{today() + timedelta(days=20)}", "pay": "",
        "minimum_age": "15", "adult_on_site": "Gastgeberin des Raums", "questions": "Warum?\nWomit?", "key": "k-1",
        **more,
    }  # fmt: skip


def new_posting(scene: Scene, **more: Any) -> dict[str, Any]:
    """The same for the JSON API."""
    first = today() + timedelta(days=40)
    return {
        "title": "Webseiten für Vereine", "field": "it", "kind": "mandatory", "tasks": "Sie bauen Seiten.",
        "mentor": scene.manager.id, "spaces": [scene.space_id], "first": f"{first}",
        "last": f"{first + timedelta(days=13)}", "weekdays": [1, 2, 3, 4, 5],
        "starts": "08:30", "ends": "15:00", "places": 2,
        "deadline": f"{today() + timedelta(days=20)}", "minimum_age": 15, "adult_on_site": "Gastgeberin", **more,
    }  # fmt: skip


async def mails(connection: Connection, template: str) -> list[str]:
    """Who got one of these, the first first."""
    rows = await connection.fetch(
        "SELECT recipient FROM outbox WHERE template = $1 ORDER BY id", f"internships/emails/{template}"
    )
    return [row["recipient"] for row in rows]
