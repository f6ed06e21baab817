"""From an accepted offer to a placement: its row, and its days as the posting plans them."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from asyncpg import ExclusionViolationError

from landbooking.database import Connection
from landbooking.days_off import public_holidays
from landbooking.errors import NotFound
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.refusals import AlreadyInPlacement, NoSpaceChosen
from landbooking.internships.law.finding import Finding
from landbooking.internships.placements.judging import Terms, check_law, findings_on
from landbooking.internships.placements.placement import PlannedDay, placement_by_id
from landbooking.period import Period, local_period


async def make_placement(connection: Connection, application: Application) -> int:
    """Its id. The person's lock and that of the posting are held.

    Raises NoSpaceChosen, LawRefuses, PlanUnclear, and AlreadyInPlacement where the person is in another one on any day
    of it.
    """
    plan = await _plan_of(connection, application)
    if plan["space_id"] is None:
        raise NoSpaceChosen
    placement_id = await _insert(connection, application, plan)
    await connection.executemany(
        "INSERT INTO placement_day (placement_id, day, period, breaks) VALUES ($1, $2, $3, $4)",
        [
            (placement_id, day, period.range, [each.range for each in breaks])
            for day, period, breaks in planned_days(plan)
        ],
    )
    await check_law(connection, await placement_by_id(connection, placement_id), f"/applications/{application.id}")
    return placement_id


async def findings_on_offer(connection: Connection, application: Application) -> list[Finding]:
    """What the law says of the placement that accepting would make, for both sides to see before. Raises PlanUnclear.

    Empty as long as it is not said where or when it would be.
    """
    plan = await _plan_of(connection, application)
    if plan["space_id"] is None or application.birthday is None:
        return []
    terms = Terms(
        application_id=application.id,
        person_id=application.person_id,
        company_id=plan["company_id"],
        kind=plan["kind"],
        days=[PlannedDay(day, period, tuple(breaks)) for day, period, breaks in planned_days(plan)],
        light_work=plan["light_work"],
        pay_cents_hour=plan["pay_cents_hour"],
        birthday=application.birthday,
        schooling_until=application.schooling_until,
        zone=plan["time_zone"],
        state=plan["state"],
    )
    return await findings_on(connection, terms)


async def placement_of(connection: Connection, application: Application) -> int | None:
    """The id of what has come of it; None as long as nothing has."""
    placement_id: int | None = await connection.fetchval(
        "SELECT id FROM placement WHERE application_id = $1", application.id
    )
    return placement_id


async def _plan_of(connection: Connection, application: Application) -> dict[str, Any]:
    plan = await connection.fetchrow(
        """SELECT posting.company_id, posting.mentor_id, posting.kind, posting.title, posting.tasks,
                  posting.learning_goals, posting.light_work, posting.pay_cents_hour, posting.adult_on_site,
                  posting.starts, posting.ends, posting.break_minutes, posting.weekdays,
                  coalesce(application.days, posting.days) AS days, district.time_zone, district.state,
                  coalesce(application.space_id, (SELECT min(space_id) FROM posting_space
                      WHERE posting_id = posting.id HAVING count(*) = 1)) AS space_id
           FROM application JOIN posting ON posting.id = application.posting_id
           JOIN company ON company.id = posting.company_id JOIN district ON district.id = company.district_id
           WHERE application.id = $1""",
        application.id,
    )
    if plan is None:
        raise NotFound
    return dict(plan)


async def _insert(connection: Connection, application: Application, plan: Mapping[str, Any]) -> int:
    try:
        placement_id: int = await connection.fetchval(
            """INSERT INTO placement (application_id, company_id, person_id, mentor_id, space_id, kind, title, tasks,
                                      learning_goals, days, light_work, pay_cents_hour, birthday, schooling_until,
                                      school, school_email, adult_on_site)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id""",
            application.id,
            plan["company_id"],
            application.person_id,
            plan["mentor_id"],
            plan["space_id"],
            plan["kind"],
            plan["title"],
            plan["tasks"],
            plan["learning_goals"],
            plan["days"],
            plan["light_work"],
            plan["pay_cents_hour"],
            application.birthday,
            application.schooling_until,
            application.school,
            application.school_email,
            plan["adult_on_site"],
        )
    except ExclusionViolationError:
        raise AlreadyInPlacement from None
    return placement_id


def planned_days(plan: Mapping[str, Any]) -> Iterator[tuple[date, Period, list[Period]]]:
    """The posting's weekdays but public holidays, each with its hours and one break in the middle of them."""
    zone = ZoneInfo(plan["time_zone"])
    first: date = plan["days"].lower
    for day in (first + timedelta(days=number) for number in range((plan["days"].upper - first).days)):
        if day.isoweekday() in plan["weekdays"] and day not in public_holidays(plan["state"], day.year, "de"):
            period = local_period(day, plan["starts"], plan["ends"], zone)
            yield day, period, one_break(period, plan["starts"], plan["break_minutes"])


def one_break(period: Period, starts: time, minutes: int) -> list[Period]:
    """In the middle, on a quarter of an hour, so that nobody is told to eat at 11:52."""
    if not minutes:
        return []
    worked = int(period.length.total_seconds()) // 60 - minutes
    before = worked // 2 - (starts.minute + worked // 2) % 15
    begin = period.start + timedelta(minutes=max(before, 0))
    return [Period(begin, begin + timedelta(minutes=minutes))]
