"""Placements of the demo: one that runs, with tasks, diary and presence, and one that is over, with its certificate."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from asyncpg import Range

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.internships.papers.certificates import issue
from landbooking.internships.running.access import access_to
from landbooking.internships.running.diary import write_entry
from landbooking.internships.running.feedback import give_feedback
from landbooking.internships.running.tasks import set_task, tick_task
from landbooking.period import local_period

ZONE = ZoneInfo("Europe/Berlin")


class Made(msgspec.Struct, frozen=True):
    """The title, what is to be done, and what is learnt."""

    title: str
    tasks: str
    goals: str


RUNNING = Made(
    "Eine Karte der Wanderwege",
    "Sie zeichnen mit uns eine Karte der Wanderwege, die auch am Handy gut zu lesen ist.",
    "Wie Karten entstehen, und wie man sie für alle lesbar macht.",
)
OVER = Made(
    "Ein Rundbrief für den Verein",
    "Sie schreiben und gestalten mit uns einen Rundbrief.",
    "Texte kürzen, Bilder auswählen, Mails verschicken.",
)


async def add_placements(connection: Connection) -> None:
    intern, mentor = [await _person(connection, name) for name in ("anwohnerin", "anwohner")]
    company_id = await connection.fetchval(
        "SELECT min(company_id) FROM company_member WHERE person_id = $1 AND role = 'manager'",
        mentor.id,
    )
    monday = datetime.now(UTC).date() - timedelta(days=datetime.now(UTC).weekday())
    running = await _make(connection, company_id, intern, mentor, monday - timedelta(days=7), 3, RUNNING)
    for week, text in ((1, "Wege sammeln und prüfen"), (1, "Farben aussuchen"), (2, "Den ersten Weg zeichnen")):
        task = await set_task(connection, running, week, text)
        if week == 1:
            await tick_task(connection, running, task.id, True)
    for day, text in (
        (monday - timedelta(days=7), "Erster Tag: Wir haben die Wege aufgelistet. Das Büro ist ruhig."),
        (monday - timedelta(days=6), "Mit zwei Wirten telefoniert. Ich weiß jetzt, welche Wege gesperrt sind."),
    ):
        await write_entry(connection, running, day, text)
    over = await _make(connection, company_id, intern, mentor, monday - timedelta(days=35), 2, OVER)
    task = await set_task(connection, over, 1, "Drei Texte gekürzt")
    await tick_task(connection, over, task.id, True)
    await connection.execute(
        "UPDATE placement SET status = 'completed', ended_at = now() - interval '9 days' WHERE id = $1", over
    )
    await issue(connection, mentor, over)
    await give_feedback(connection, await access_to(connection, intern, over), 5, "Ich wurde jeden Tag gefragt.")
    await give_feedback(connection, await access_to(connection, mentor, over), 5, "Sehr genau und freundlich.")


async def _make(
    connection: Connection, company_id: int, intern: Person, mentor: Person, first: date, weeks: int, made: Made
) -> int:
    """Active, on the workdays of so many weeks; the intern came on each that is over but the second Wednesday."""
    days = Range(first, first + timedelta(days=7 * weeks - 2))
    space_id = await connection.fetchval("SELECT id FROM space WHERE name = 'Arbeitsplatz im Bahnhof'")
    posting_id = await connection.fetchval(
        """INSERT INTO posting (company_id, mentor_id, status, closed_because, kind, title, field, tasks,
                                learning_goals, days, starts, ends, break_minutes, places, taken, deadline,
                                published_at)
           VALUES ($1, $2, 'closed', 'filled', 'orientation', $3, 'media', $4, $5, $6, '08:30', '15:30', 60, 1, 1, $7,
                   now()) RETURNING id""",
        company_id,
        mentor.id,
        made.title,
        made.tasks,
        made.goals,
        days,
        first - timedelta(days=14),
    )
    application_id = await connection.fetchval(
        """INSERT INTO application (posting_id, person_id, status, birthday, days, space_id, submitted_at)
           VALUES ($1, $2, 'accepted', '1999-03-14', $3, $4, now()) RETURNING id""",
        posting_id,
        intern.id,
        days,
        space_id,
    )
    placement_id: int = await connection.fetchval(
        """INSERT INTO placement (application_id, company_id, person_id, mentor_id, space_id, status, kind, title,
                                  tasks, learning_goals, days, light_work, birthday, reconfirmed_at, intern_address)
           VALUES ($1, $2, $3, $4, $5, 'active', 'orientation', $6, $7, $8, $9, true, '1999-03-14', now(),
                   'Gartenweg 5, 66869 Kusel') RETURNING id""",
        application_id,
        company_id,
        intern.id,
        mentor.id,
        space_id,
        made.title,
        made.tasks,
        made.goals,
        days,
    )
    await connection.execute(
        """INSERT INTO placement_signature (placement_id, signatory, email, name, terms_version, signed_at, channel)
           VALUES ($1, 'applicant', $2, $3, 1, $6, 'account'), ($1, 'company', $4, $5, 1, $6, 'account')""",
        placement_id,
        intern.email,
        intern.name,
        mentor.email,
        mentor.name,
        local_period(first - timedelta(days=10), time(10), time(11), ZONE).start,
    )
    await _add_days(connection, placement_id, intern, space_id, first, weeks)
    return placement_id


async def _add_days(
    connection: Connection, placement_id: int, intern: Person, space_id: int, first: date, weeks: int
) -> None:
    """Their desks are a series, as if they had been booked when all had signed."""
    today = datetime.now(UTC).date()
    series_id = await connection.fetchval(
        """INSERT INTO series (person_id, repeats, weekdays, first, until, starts, ends, zone)
           VALUES ($1, 'weekly', '{1,2,3,4,5}', $2, $3, '08:30', '15:30', $4) RETURNING id""",
        intern.id,
        first,
        first + timedelta(days=7 * weeks - 3),
        ZONE.key,
    )
    desk = await connection.fetchval(
        "SELECT id FROM resource WHERE space_id = $1 AND kind = 'desk' ORDER BY id DESC LIMIT 1", space_id
    )
    for number in range(7 * weeks):
        day = first + timedelta(days=number)
        if day.isoweekday() > 5:
            continue
        period = local_period(day, time(8, 30), time(15, 30), ZONE)
        lunch = local_period(day, time(12), time(13), ZONE)
        came_at = period.start if day < today and number != 9 else None
        booking_id = await connection.fetchval(
            """INSERT INTO booking (resource_id, person_id, period, blocked, checked_in_at, series_id, planned_at)
               VALUES ($1, $2, $3, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id""",
            desk,
            intern.id,
            period.range,
            came_at,
            series_id,
            period.start,
        )
        await connection.execute(
            """INSERT INTO placement_day (placement_id, day, period, breaks, booking_id, checked_in_at)
               VALUES ($1, $2, $3, $4, $5, $6)""",
            placement_id,
            day,
            period.range,
            [lunch.range],
            booking_id,
            came_at,
        )


async def _person(connection: Connection, name: str) -> Person:
    person = await person_by_email(connection, f"{name}@landbooking.example")
    assert person is not None  # noqa: S101 the demo's own people
    return person
