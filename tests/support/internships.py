"""Companies, postings, applications and placements for tests: plain inserts, no random factories."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.spaces import BERLIN, insert, make_district

# In no school holidays and without a public holiday in Rhineland-Palatinate: Monday to Friday of two weeks.
TWO_WEEKS = Range(date(2027, 9, 6), date(2027, 9, 18))


async def make_company(connection: Connection, manager: Person | None = None, **columns: Any) -> int:
    """A verified one's id, in the district of Kusel."""
    verified = {"status": "verified", "verified_by": "register", "verified_at": datetime.now(UTC)}
    defaults = {
        "district_id": columns.get("district_id") or await make_district(connection),
        "name": "Datenwerk GmbH",
        "street": "Am Markt 3",
        "postal_code": "67655",
        "town": "Kaiserslautern",
        "contact_name": "Kontakt Praktikum",
    }
    company_id = await insert(connection, "company", {**defaults, **verified, **columns})
    if manager:
        await make_member(connection, company_id, manager)
    return company_id


async def make_member(connection: Connection, company_id: int, person: Person, role: str = "manager") -> None:
    await connection.execute(
        "INSERT INTO company_member (company_id, person_id, role) VALUES ($1, $2, $3)", company_id, person.id, role
    )


async def make_posting(connection: Connection, company_id: int, *space_ids: int, **columns: Any) -> int:
    """A published one's id, for two weeks of seven hours a day, in the given spaces."""
    defaults = {
        "company_id": company_id,
        "status": "published",
        "published_at": datetime.now(UTC),
        "kind": "voluntary",
        "title": "Webseiten für Vereine",
        "field": "it",
        "tasks": "Sie bauen mit uns eine Webseite.",
        "days": TWO_WEEKS,
        "starts": time(8, 30),
        "ends": time(16, 0),
        "break_minutes": 30,
        "places": 1,
        "deadline": datetime.now(BERLIN).date() + timedelta(days=60),
        "pay_cents_hour": 1500,
    }
    posting_id = await insert(connection, "posting", {**defaults, **columns})
    for space_id in space_ids:
        await connection.execute(
            "INSERT INTO posting_space (posting_id, space_id) VALUES ($1, $2)", posting_id, space_id
        )
    return posting_id


async def make_application(connection: Connection, posting_id: int, person: Person, **columns: Any) -> int:
    """A submitted one's id, of somebody of age."""
    now = datetime.now(UTC)
    defaults = {
        "posting_id": posting_id,
        "person_id": person.id,
        "status": "submitted",
        "letter": "Ich möchte gern bei Ihnen lernen.",
        "birthday": date(2000, 5, 1),
        "submitted_at": now,
        "silent_since": now,
    }
    return await insert(connection, "application", {**defaults, **columns})


async def make_placement(connection: Connection, application_id: int, space_id: int, **columns: Any) -> int:
    """The id of one in draft, with what its posting says; a day each workday, without desks."""
    row = await connection.fetchrow(
        """SELECT company_id, application.person_id, mentor_id, kind, title, tasks, posting.days, light_work,
                  pay_cents_hour, birthday, starts, ends, break_minutes, weekdays, time_zone
           FROM application JOIN posting ON posting.id = posting_id JOIN company ON company.id = company_id
                JOIN district ON district.id = district_id WHERE application.id = $1""",
        application_id,
    )
    plan = dict(row or {})
    starts, ends, minutes, weekdays = (plan.pop(name) for name in ("starts", "ends", "break_minutes", "weekdays"))
    zone = ZoneInfo(plan.pop("time_zone"))
    placement_id = await insert(
        connection, "placement", {**plan, "application_id": application_id, "space_id": space_id, **columns}
    )
    await connection.execute("UPDATE application SET status = 'accepted' WHERE id = $1", application_id)
    first, last = plan["days"].lower, plan["days"].upper
    for day in (first + timedelta(days=number) for number in range((last - first).days)):
        if day.isoweekday() in weekdays:
            noon = datetime.combine(day, time(12), zone)
            breaks = [Range(noon, noon + timedelta(minutes=minutes))] if minutes else []
            period = Range(datetime.combine(day, starts, zone), datetime.combine(day, ends, zone))
            await connection.execute(
                "INSERT INTO placement_day (placement_id, day, period, breaks) VALUES ($1, $2, $3, $4)",
                placement_id,
                day,
                period,
                breaks,
            )
    return placement_id
