"""Internships of the demo: a verified company with postings, one that waits for the district, and a saved search."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.internships.companies.company import company_for
from landbooking.internships.companies.registering import CompanyProfile, name_member, register_company
from landbooking.internships.companies.verification import verify_company
from landbooking.internships.postings.offering import Plan, write_posting
from landbooking.internships.postings.posting import posting_by_id
from landbooking.internships.postings.saved import save_search
from landbooking.internships.postings.search import Asked
from landbooking.internships.postings.search_form import known_places
from landbooking.internships.postings.transitions import take_step
from landbooking.period import monday_of

VERIFIED = CompanyProfile(
    name="Datenwerk Westpfalz GmbH",
    about="Wir bauen Webseiten und kleine Programme für Vereine und Betriebe.\nUnser Büro ist in Kaiserslautern.",
    website="https://datenwerk.example",
    street="Am Markt 3",
    postal_code="67655",
    town="Kaiserslautern",
    contact_name="Ausbildungsleitung",
    contact_phone="0631 555 0100",
    register_number="HRB 12345, Amtsgericht Kaiserslautern",
    accident_insurer="Verwaltungs-Berufsgenossenschaft",
)
WAITING = CompanyProfile(
    name="Büroservice Nordpfalz",
    about="Buchhaltung für kleine Betriebe.",
    street="Hauptstraße 8",
    postal_code="67722",
    town="Winnweiler",
    contact_name="Inhaberin",
)

# Title, field, kind, tasks, learning goals, skills, begins in so many days, weeks open or None, places, pay, age.
POSTINGS: list[tuple[str, str, str, str, str, str, int, int | None, int, int | None, int]] = [
    ("Webseiten für Vereine bauen", "it", "school",
     "Sie bauen mit uns die Webseite eines Sportvereins: Texte, Bilder und die Seiten selbst.\n"
     "Jeden Morgen sprechen wir per Video, was ansteht.",
     "Wie eine Webseite entsteht, und wie man sie für alle lesbar macht.", "Neugier. Vorkenntnisse sind nicht nötig.",
     45, None, 2, None, 14),
    ("Fotos und kurze Filme für das Netz", "media", "orientation",
     "Sie bearbeiten Fotos von Betrieben aus der Region und schneiden kurze Filme.",
     "Bildbearbeitung, Schnitt und Bildrechte.", "Freude am Gestalten.", 60, 3, 1, None, 16),
    ("Daten eines Wasserwerks auswerten", "science", "voluntary",
     "Sie werten Messwerte aus und zeichnen daraus verständliche Bilder.",
     "Rechnen mit Tabellen und Python.", "Sie rechnen gern.", 75, 4, 1, 1500, 18),
]  # fmt: skip
IN_REVIEW: tuple[str, str, str, str, str, str, int, int | None, int, int | None, int] = (
    "Ein Programm testen", "it", "mandatory", "Sie suchen Fehler in einem Programm und beschreiben sie.",
    "Wie man Programme prüft.", "Geduld und genaues Lesen.", 50, None, 1, None, 16,
)  # fmt: skip


async def add_internships(connection: Connection) -> None:
    boss, staff, resident = [await _person(connection, name) for name in ("gastgeberin", "kreis", "anwohnerin")]
    district = await connection.fetchval("SELECT district_id FROM person WHERE id = $1", staff.id)
    spaces = [row["id"] for row in await connection.fetch("SELECT id FROM space ORDER BY id LIMIT 3")]
    company_id = await register_company(connection, boss, district, VERIFIED)
    await verify_company(connection, staff, company_id, None, "register")
    company = await company_for(connection, boss, company_id)
    await name_member(connection, boss, company, "anwohner@landbooking.example", "mentor")
    for number, facts in enumerate([*POSTINGS, IN_REVIEW]):
        plan = _plan(boss, spaces[: 1 + number % 3], *facts)
        posting_id = await write_posting(connection, boss, company, plan)
        await take_step(connection, await posting_by_id(connection, posting_id), "submit", "company", boss)
        if facts is not IN_REVIEW:
            await take_step(connection, await posting_by_id(connection, posting_id), "publish", "staff", staff)
    await register_company(connection, resident, district, WAITING)
    await save_search(connection, resident, Asked(words="Webseiten"), await known_places(connection))


def _plan(
    boss: Person,
    spaces: list[int],
    title: str,
    field: Any,
    kind: Any,
    tasks: str,
    learning_goals: str,
    skills: str,
    begins_in: int,
    weeks: int | None,
    places: int,
    pay: int | None,
    age: int,
) -> Plan:
    first = monday_of(datetime.now(UTC).date() + timedelta(days=begins_in))
    return Plan(
        mentor_id=boss.id,
        kind=kind,
        title=title,
        field=field,
        tasks=tasks,
        learning_goals=learning_goals,
        skills=skills,
        first=first,
        day_after=first + timedelta(days=90 if weeks else 12),
        weeks=weeks,
        weekdays=(1, 2, 3, 4, 5),
        starts=time(8, 30),
        ends=time(15, 30),
        break_minutes=60,
        light_work=True,
        places=places,
        deadline=first - timedelta(days=14),
        pay_cents_hour=pay,
        minimum_age=age,
        adult_on_site="Gastgeberin des Raums" if age < 18 else "",
        questions=("Warum möchten Sie das lernen?",),
        space_ids=tuple(spaces),
    )


async def _person(connection: Connection, name: str) -> Person:
    person = await person_by_email(connection, f"{name}@landbooking.example")
    assert person is not None  # noqa: S101 the demo has just made them
    return person
