"""An application as it stands, and the reads of both sides."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.applications.ages import age_on
from landbooking.internships.applications.reasons import Reason
from landbooking.internships.companies.company import company_for

Status = Literal[
    "draft",
    "submitted",
    "shortlisted",
    "interview",
    "offered",
    "accepted",
    "declined",
    "withdrawn",
    "expired",
    "lapsed",
    "cancelled",
]
OPEN: tuple[Status, ...] = ("submitted", "shortlisted", "interview", "offered")
ENDED: tuple[Status, ...] = ("declined", "withdrawn", "expired", "lapsed", "cancelled")

_APPLICATION = """
    SELECT application.id, application.version, application.status, application.person_id, application.posting_id,
           posting.company_id, company.name AS company, company.district_id, posting.title, posting.questions,
           posting.minimum_age, district.time_zone AS zone, application.letter, application.answers,
           application.space_id, space.name AS space, application.days, application.birthday,
           application.schooling_until, application.school, application.school_email, application.submitted_at,
           application.silent_since, application.offer_until_at, application.declined_by, application.decline_reason,
           application.declined_from, application.ended_at, application.exception_asked_at, person.name AS applicant,
           EXISTS (SELECT FROM application_cv WHERE application_id = application.id) AS has_cv,
           EXISTS (SELECT FROM internship_event WHERE application_id = application.id
                   AND to_status IN ('shortlisted', 'interview', 'offered')) AS was_chosen,
           application.status = 'accepted' AND EXISTS (
               SELECT FROM placement WHERE application_id = application.id AND ended_at IS NOT NULL) AS is_over
    FROM application
    JOIN posting ON posting.id = application.posting_id
    JOIN company ON company.id = posting.company_id
    JOIN district ON district.id = company.district_id
    LEFT JOIN space ON space.id = application.space_id
    LEFT JOIN person ON person.id = application.person_id
"""


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """`zone` is the name of the time zone of the company's district. `was_chosen`: the first look is over.
    `is_over`: it was accepted, and the placement that came of it has ended.

    `first` and `last` are the days that are wished for, None in a draft; `applicant` is None once the account is gone.
    """

    id: int
    version: int
    status: Status
    person_id: int | None
    posting_id: int
    company_id: int
    company: str
    district_id: int
    title: str
    questions: list[str]
    minimum_age: int
    zone: str
    letter: str
    answers: list[str]
    space_id: int | None
    space: str | None
    first: date | None
    last: date | None
    birthday: date | None
    schooling_until: date | None
    school: str
    school_email: str
    submitted_at: datetime | None
    silent_since: datetime | None
    offer_until_at: datetime | None
    declined_by: str | None
    decline_reason: Reason | None
    declined_from: Status | None
    ended_at: datetime | None
    exception_asked_at: datetime | None
    applicant: str | None
    has_cv: bool
    was_chosen: bool
    is_over: bool

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_anonymous(self) -> bool:
        """Whether the company may not see yet, or any more, who it is."""
        return not self.was_chosen and self.status not in ("shortlisted", "interview", "offered", "accepted")

    @property
    def cv_is_shown(self) -> bool:
        """Whether the company may read the CV: after the first look, until it has come to nothing."""
        return self.has_cv and not self.is_anonymous and self.status not in ENDED

    @property
    def meets_age_rule(self) -> bool:
        """Whether the applicant is old enough on the first day."""
        return self.birthday is not None and self.first is not None and self.age_on(self.first) >= self.minimum_age

    def age_on(self, day: date) -> int:
        """In years; 0 where no birthday was told."""
        return age_on(self.birthday, day) if self.birthday else 0


async def application_by_id(connection: Connection, application_id: int) -> Application:
    """Raises NotFound."""
    row = await connection.fetchrow(f"{_APPLICATION} WHERE application.id = $1", application_id)
    if row is None:
        raise NotFound
    return _application(row)


async def own_application(connection: Connection, person: Person, application_id: int) -> Application:
    """Raises NotFound for one that is another person's."""
    application = await application_by_id(connection, application_id)
    if application.person_id != person.id:
        raise NotFound
    return application


async def application_of_company(
    connection: Connection, manager: Person, company_id: int, application_id: int
) -> Application:
    """Raises NotFound for who does not manage the company, and for a draft: nobody sees that but who writes it."""
    application = await application_by_id(connection, application_id)
    if application.company_id != company_id or application.status == "draft":
        raise NotFound
    await company_for(connection, manager, company_id)
    return application


async def applications_of(
    connection: Connection, person: Person, before: int | None = None, limit: int = 200
) -> Sequence[Application]:
    """One's own, the latest first."""
    rows = await connection.fetch(
        f"""{_APPLICATION} WHERE application.person_id = $1 AND ($2::bigint IS NULL OR application.id < $2)
            ORDER BY application.id DESC LIMIT $3""",
        person.id,
        before,
        limit,
    )
    return [_application(row) for row in rows]


async def applications_to(
    connection: Connection, company_id: int, before: int | None = None, limit: int = 500
) -> Sequence[Application]:
    """A company's, without drafts, the latest first. Who may see them is the caller's question."""
    rows = await connection.fetch(
        f"""{_APPLICATION} WHERE posting.company_id = $1 AND application.status <> 'draft'
              AND ($2::bigint IS NULL OR application.id < $2)
            ORDER BY application.id DESC LIMIT $3""",
        company_id,
        before,
        limit,
    )
    return [_application(row) for row in rows]


async def asked_exceptions(connection: Connection, staff: Person) -> Sequence[Application]:
    """Offers that stand and for which staff were asked for an exception to the law, who asked first before others.

    Those of the district whose staff one is, of all for an operator.
    """
    rows = await connection.fetch(
        f"""{_APPLICATION} WHERE application.status = 'offered' AND application.exception_asked_at IS NOT NULL
              AND ($1::int IS NULL OR company.district_id = $1)
            ORDER BY application.exception_asked_at, application.id LIMIT 500""",
        None if staff.is_operator else staff.district_id,
    )
    return [_application(row) for row in rows]


async def active_application(connection: Connection, person: Person, posting_id: int) -> Application | None:
    """The one that stands for this posting, a draft too; there is one at most."""
    row = await connection.fetchrow(
        f"""{_APPLICATION} WHERE application.posting_id = $1 AND application.person_id = $2
              AND application.status IN ('draft', 'submitted', 'shortlisted', 'interview', 'offered', 'accepted')""",
        posting_id,
        person.id,
    )
    return _application(row) if row else None


def _application(row: asyncpg.Record) -> Application:
    fields: dict[str, Any] = dict(row)
    days = fields.pop("days")
    first = days.lower if days else None
    last = days.upper - timedelta(days=1) if days else None
    return Application(first=first, last=last, **fields)
