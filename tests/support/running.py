"""A placement that runs, for tests: its people, today among its days, and a desk booked for each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from support.clock import FORENOON, live_in_the_forenoon
from support.hosting import make_place
from support.internships import make_application, make_company, make_member, make_placement, make_posting
from support.people import make_person
from support.spaces import make_booking, make_desk

SCHOOL = "sekretariat@example.org"


class Running(NamedTuple):
    """`host` runs the space; `stranger` has nothing to do with any of it; `rival` manages another company."""

    placement_id: int
    posting_id: int
    company_id: int
    space_id: int
    intern: Person
    mentor: Person
    manager: Person
    staff: Person
    host: Person
    school: Person
    other_applicant: Person
    rival: Person
    stranger: Person

    @property
    def page(self) -> str:
        return f"/internships/placements/{self.placement_id}"

    @property
    def api(self) -> str:
        return f"/api/v1/placements/{self.placement_id}"


def today() -> date:
    """Where it is forenoon."""
    return datetime.now(FORENOON).date()


async def make_running(connection: Connection, begins_in: int = -3, days: int = 14, **columns: Any) -> Running:
    """Active, of somebody of age, every day of the week; began three days ago. `columns` are those of the placement."""
    place = await make_place(connection)
    await live_in_the_forenoon(connection)
    district = await connection.fetchval("SELECT id FROM district LIMIT 1")
    manager = await make_person(connection, "betrieb@example.org", name="Erika Betrieb")
    mentor = await make_person(connection, "anleitung@example.org", name="Anna Anleitung")
    company_id = await make_company(connection, manager, district_id=district)
    await make_member(connection, company_id, mentor, "mentor")
    rival = await make_person(connection, "konkurrenz@example.org")
    await make_company(connection, rival, district_id=district, name="Andere GmbH")
    first = today() + timedelta(days=begins_in)
    posting_id = await make_posting(
        connection,
        company_id,
        place.space_id,
        days=Range(first, first + timedelta(days=days)),
        weekdays=[1, 2, 3, 4, 5, 6, 7],
        mentor_id=mentor.id,
        taken=1,
    )
    intern = await make_person(connection, "mia@example.org", name="Mia Muster")
    application_id = await make_application(connection, posting_id, intern)
    usual = {"status": "active", "learning_goals": "Seiten bauen, die alle lesen können."}
    placement_id = await make_placement(connection, application_id, place.space_id, **{**usual, **columns})
    other = await make_person(connection, "andere-bewerbung@example.org")
    await make_application(connection, posting_id, other)
    return Running(
        placement_id,
        posting_id,
        company_id,
        place.space_id,
        intern,
        mentor,
        manager,
        await make_person(connection, "kreis@example.org", role="staff", district_id=district),
        place.host,
        await make_person(connection, SCHOOL),
        other,
        rival,
        await make_person(connection, "fremd@example.org"),
    )


async def book_today(connection: Connection, running: Running) -> int:
    """The id of the booking of a desk for the placement's day of today, which has just begun."""
    desk = await make_desk(connection, running.space_id, "Platz des Praktikums")
    start = datetime.now(UTC) - timedelta(minutes=10)
    period = Period(start, start + timedelta(hours=6))
    booking_id = await make_booking(connection, running.intern, desk, period)
    await connection.execute(
        "UPDATE placement_day SET booking_id = $2, period = $3, breaks = '{}' WHERE placement_id = $1 AND day = $4",
        running.placement_id,
        booking_id,
        period.range,
        today(),
    )
    return booking_id


async def come_on(connection: Connection, running: Running, count: int) -> list[date]:
    """As if the intern had checked in on the first days."""
    rows = await connection.fetch(
        """UPDATE placement_day SET checked_in_at = lower(period)
           WHERE placement_id = $1 AND day IN (SELECT day FROM placement_day WHERE placement_id = $1
                                               ORDER BY day LIMIT $2) RETURNING day""",
        running.placement_id,
        count,
    )
    return sorted(row["day"] for row in rows)


async def end(connection: Connection, running: Running, status: str = "completed", days_ago: float = 0) -> None:
    await connection.execute(
        "UPDATE placement SET status = $2, ended_at = now() - make_interval(secs => $3) WHERE id = $1",
        running.placement_id,
        status,
        days_ago * 86_400,
    )
