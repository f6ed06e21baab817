"""A placement as it stands, its days, and who may look at it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.applications.ages import age_on
from landbooking.period import Period

Status = Literal[
    "agreement_draft",
    "awaiting_signatures",
    "school_approval",
    "confirmed",
    "active",
    "completed",
    "discontinued",
    "no_show",
    "cancelled",
]
BEFORE_ACTIVE: tuple[Status, ...] = ("agreement_draft", "awaiting_signatures", "school_approval", "confirmed")
ENDED: tuple[Status, ...] = ("completed", "discontinued", "no_show", "cancelled")
Role = Literal["manager", "mentor"]

_PLACEMENT = """
    SELECT placement.id, placement.version, placement.terms_version, placement.status, placement.application_id,
           application.posting_id, placement.person_id, person.name AS applicant, placement.company_id,
           company.name AS company, company.district_id, placement.mentor_id, mentor.name AS mentor,
           placement.space_id, space.name AS space, placement.kind, placement.title, placement.tasks,
           placement.learning_goals, placement.days, placement.light_work, placement.pay_cents_hour,
           placement.birthday, placement.schooling_until, placement.school, placement.school_email,
           placement.adult_on_site, placement.instructed_on, placement.certificate_seen_on,
           placement.days_elsewhere, placement.ended_at, district.time_zone AS zone, place.state
    FROM placement
    JOIN application ON application.id = placement.application_id
    JOIN company ON company.id = placement.company_id
    JOIN district ON district.id = company.district_id
    JOIN space ON space.id = placement.space_id
    JOIN municipality ON municipality.id = space.municipality_id
    JOIN district AS place ON place.id = municipality.district_id
    LEFT JOIN person ON person.id = placement.person_id
    LEFT JOIN person AS mentor ON mentor.id = placement.mentor_id
"""


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """`zone` is the time zone of the company's district, `state` the Land of the space, whose holidays count.

    `first` and `last` are the first and the last day. `applicant` and `person_id` are None once the account is gone.
    `terms_version` is what one signs: it rises with dates, hours, place or tasks. `days_elsewhere` is by calendar year.
    """

    id: int
    version: int
    terms_version: int
    status: Status
    application_id: int
    posting_id: int
    person_id: int | None
    applicant: str | None
    company_id: int
    company: str
    district_id: int
    mentor_id: int | None
    mentor: str | None
    space_id: int
    space: str
    kind: str
    title: str
    tasks: str
    learning_goals: str
    first: date
    last: date
    light_work: bool
    pay_cents_hour: int | None
    birthday: date | None
    schooling_until: date | None
    school: str
    school_email: str
    adult_on_site: str
    instructed_on: date | None
    certificate_seen_on: date | None
    days_elsewhere: dict[str, int]
    ended_at: datetime | None
    zone: str
    state: str

    @property
    def is_school_run(self) -> bool:
        return self.kind == "school"

    @property
    def is_over(self) -> bool:
        return self.status in ENDED

    @property
    def is_before_active(self) -> bool:
        return self.status in BEFORE_ACTIVE

    def age_on(self, day: date) -> int:
        """In years; 0 where no birthday is known (any more)."""
        return age_on(self.birthday, day) if self.birthday else 0


class PlannedDay(msgspec.Struct, frozen=True):
    """`period` with its `breaks`; `booking_id` is the desk's once it is confirmed."""

    day: date
    period: Period
    breaks: tuple[Period, ...] = ()
    booking_id: int | None = None
    checked_in_at: datetime | None = None
    left_at: datetime | None = None


async def placement_by_id(connection: Connection, placement_id: int) -> Placement:
    """Raises NotFound."""
    row = await connection.fetchrow(f"{_PLACEMENT} WHERE placement.id = $1", placement_id)
    if row is None:
        raise NotFound
    return _placement(row)


async def own_placement(connection: Connection, person: Person, placement_id: int) -> Placement:
    """Raises NotFound for one that is another person's."""
    placement = await placement_by_id(connection, placement_id)
    if placement.person_id != person.id:
        raise NotFound
    return placement


async def placement_of_company(
    connection: Connection, person: Person, company_id: int, placement_id: int, roles: Sequence[Role] = ("manager",)
) -> Placement:
    """For who manages the company and, where `roles` has it, for the placement's own mentor. Raises NotFound."""
    placement = await placement_by_id(connection, placement_id)
    role = await connection.fetchval(
        "SELECT role FROM company_member WHERE company_id = $1 AND person_id = $2", company_id, person.id
    )
    if placement.company_id != company_id or role not in roles:
        raise NotFound
    if role == "mentor" and placement.mentor_id != person.id:
        raise NotFound
    return placement


async def placement_in_district(connection: Connection, staff: Person, placement_id: int) -> Placement:
    """For staff of the company's district, and for operators. Raises NotFound."""
    placement = await placement_by_id(connection, placement_id)
    if not staff.is_operator and placement.district_id != staff.district_id:
        raise NotFound
    return placement


async def placements_of(connection: Connection, person: Person) -> Sequence[Placement]:
    """One's own, the latest first."""
    rows = await connection.fetch(f"{_PLACEMENT} WHERE placement.person_id = $1 ORDER BY placement.id DESC", person.id)
    return [_placement(row) for row in rows]


async def placements_at(
    connection: Connection, person: Person, company_id: int, before: int | None = None, limit: int = 500
) -> Sequence[Placement]:
    """All for who manages the company, their own interns for a mentor; the latest first. Raises NotFound for others."""
    role = await connection.fetchval(
        "SELECT role FROM company_member WHERE company_id = $1 AND person_id = $2", company_id, person.id
    )
    if role is None:
        raise NotFound
    rows = await connection.fetch(
        f"""{_PLACEMENT} WHERE placement.company_id = $1 AND ($2::bigint IS NULL OR placement.mentor_id = $2)
              AND ($3::bigint IS NULL OR placement.id < $3)
            ORDER BY placement.id DESC LIMIT $4""",
        company_id,
        person.id if role == "mentor" else None,
        before,
        limit,
    )
    return [_placement(row) for row in rows]


async def placements_in_district(connection: Connection, staff: Person) -> Sequence[Placement]:
    """Those that are not over, of the member of staff's district; of all for an operator."""
    rows = await connection.fetch(
        f"""{_PLACEMENT} WHERE ($1::int IS NULL OR company.district_id = $1) AND placement.status <> ALL($2)
            ORDER BY placement.days, placement.id LIMIT 500""",
        None if staff.is_operator else staff.district_id,
        ENDED,
    )
    return [_placement(row) for row in rows]


async def days_of(connection: Connection, placement_id: int) -> list[PlannedDay]:
    """In order."""
    rows = await connection.fetch(
        """SELECT day, period, breaks, booking_id, checked_in_at, left_at FROM placement_day
           WHERE placement_id = $1 ORDER BY day""",
        placement_id,
    )
    return [planned_day(row) for row in rows]


def planned_day(row: asyncpg.Record) -> PlannedDay:
    return PlannedDay(
        row["day"],
        Period(row["period"].lower, row["period"].upper),
        tuple(Period(each.lower, each.upper) for each in row["breaks"]),
        row["booking_id"],
        row["checked_in_at"],
        row["left_at"],
    )


def _placement(row: asyncpg.Record) -> Placement:
    fields: dict[str, Any] = dict(row)
    days = fields.pop("days")
    return Placement(first=days.lower, last=date.fromordinal(days.upper.toordinal() - 1), **fields)
