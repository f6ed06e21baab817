"""Applications of the demo: a company of a neighbour's with three postings, and somebody at each stage of them."""

from datetime import UTC, date, datetime, time, timedelta

from asyncpg import Range

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.applying import save_draft, submit
from landbooking.internships.applications.form import typed_in, wish_in
from landbooking.internships.applications.interviews import propose_times
from landbooking.internships.applications.messages import write_message
from landbooking.internships.applications.opening import opening_for
from landbooking.internships.applications.transitions import move
from landbooking.internships.placements.making import placement_of
from landbooking.internships.placements.signing import sign_by_account
from landbooking.internships.placements.transitions import move as lead
from landbooking.period import Period

# Title, field, tasks.
POSTINGS = [
    ("Ein Archiv ins Netz stellen", "media", "Sie scannen alte Dorfbilder, beschreiben sie und stellen sie online."),
    ("Rechnungen ohne Papier", "office", "Sie richten mit uns einen Ablauf für digitale Rechnungen ein."),
    ("Hilfe am Telefon und im Chat", "office", "Sie beantworten mit uns Fragen von Kundinnen und Kunden."),
]
LETTER = (
    "Guten Tag,\n\nich habe in meinem Verein die Bilder von dreißig Jahren sortiert und möchte lernen, "
    "wie man daraus ein Archiv macht, das alle finden. Ich arbeite gern genau.\n\nViele Grüße"
)


async def add_applications(connection: Connection) -> None:
    her, him, host = [await _person(connection, name) for name in ("anwohnerin", "anwohner", "gastgeberin")]
    archive, bills, chat = await _add_postings(connection, him)
    offered = await _apply(connection, her, archive)
    await move(connection, offered, "offer", "company", him)
    talking = await _apply(connection, her, bills)
    await write_message(connection, her, await application_by_id(connection, talking), "applicant", "Geht auch Mai?")
    tomorrow = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    times = [Period(tomorrow + timedelta(hours=n), tomorrow + timedelta(hours=n, minutes=30)) for n in (0, 2, 5)]
    await propose_times(connection, him, await application_by_id(connection, talking), times, "Video, Link kommt noch")
    await save_draft(connection, her, await opening_for(connection, her, chat), {"letter": "Guten Tag,"})
    await _apply(connection, host, bills)
    shortlisted = await _apply(connection, host, chat)
    await move(connection, shortlisted, "shortlist", "company", him)
    await _agree(connection, host, him, await _apply(connection, host, archive))


async def _agree(connection: Connection, intern: Person, manager: Person, application_id: int) -> None:
    """A placement that waits for the company's signature."""
    await move(connection, application_id, "offer", "company", manager)
    accepted = await move(connection, application_id, "accept", "applicant", intern)
    placement_id = await placement_of(connection, accepted)
    assert placement_id is not None  # noqa: S101 accepting has just made it
    await lead(connection, placement_id, "propose", "company", manager)
    await sign_by_account(connection, intern, placement_id, "applicant", None)


async def _add_postings(connection: Connection, manager: Person) -> list[int]:
    """Their numbers, in the order of POSTINGS: each for two weeks, one after the other."""
    company_id = await connection.fetchval(
        """INSERT INTO company (district_id, name, about, street, postal_code, town, contact_name, status, verified_by,
                                verified_at)
           SELECT id, 'Glantaler Büroservice GmbH', 'Wir nehmen Vereinen und Betrieben die Büroarbeit ab.',
                  'Bahnhofstraße 3', '66869', 'Kusel', 'Ausbildung', 'verified', 'letter', now()
           FROM district RETURNING id"""
    )
    await connection.execute("INSERT INTO company_member VALUES ($1, $2, 'manager')", company_id, manager.id)
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=63 - today.weekday())
    return [
        await _add_posting(connection, company_id, manager, monday + timedelta(days=21 * number), *facts)
        for number, facts in enumerate(POSTINGS)
    ]


async def _add_posting(
    connection: Connection, company_id: int, manager: Person, first: date, title: str, field: str, tasks: str
) -> int:
    posting_id: int = await connection.fetchval(
        """INSERT INTO posting (company_id, mentor_id, status, kind, title, field, tasks, days, starts, ends,
                                break_minutes, places, deadline, minimum_age, questions, published_at)
           VALUES ($1, $2, 'published', 'orientation', $3, $4, $5, $6, $7, $8, 60, 2, $9, 16, $10, now())
           RETURNING id""",
        company_id,
        manager.id,
        title,
        field,
        tasks,
        Range(first, first + timedelta(days=12)),
        time(8, 30),
        time(16, 0),
        first - timedelta(days=21),
        ["Was haben Sie in diesem Feld schon einmal gemacht?"],
    )
    await connection.execute("INSERT INTO posting_space SELECT $1, id FROM space ORDER BY id LIMIT 1", posting_id)
    return posting_id


async def _apply(connection: Connection, person: Person, posting_id: int) -> int:
    opening = await opening_for(connection, person, posting_id)
    answer = {"answer_1": "Für unseren Verein habe ich Plakate und eine Liste der Mitglieder gemacht."}
    typed = typed_in(opening, {"letter": LETTER, "birthday": "1999-03-14", "schooling": "over", **answer})
    draft_id = await save_draft(connection, person, opening, typed)
    return (await submit(connection, person, draft_id, wish_in(opening, typed))).id


async def _person(connection: Connection, name: str) -> Person:
    person = await person_by_email(connection, f"{name}@landbooking.example")
    assert person is not None  # noqa: S101 the demo has just made them
    return person
