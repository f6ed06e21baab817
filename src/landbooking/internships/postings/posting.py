"""A posting as read from the database, and who may see or change it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar, Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.internships.companies.company import Company, company_from
from landbooking.internships.postings.fields import Field, Kind
from landbooking.internships.postings.pay import why_unpaid
from landbooking.language import gettext as _

Status = Literal["draft", "in_review", "published", "paused", "closed", "archived"]
ClosedBecause = Literal["deadline", "filled", "withdrawn", "taken_down"]
CALLED_OFF: tuple[ClosedBecause, ...] = ("withdrawn", "taken_down")  # who has applied hears that it does not take place


class PostingSpace(msgspec.Struct, frozen=True):
    """A co-working space in which the internship can be."""

    id: int
    name: str
    street: str
    postal_code: str
    town: str
    municipality_id: int
    lat: float
    lon: float

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postal_code} {self.town}"


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """`first` to `last` is when it is or, with `weeks`, the window within which so many are to be found.

    Weekdays are ISO's (Monday is 1), `starts` and `ends` local clock times. `deadline_over`: the end of that day in
    the district's time zone has passed by the database's clock. `taken` places are those of standing offers and of
    placements; `filled`: all are taken, and no offer waits for an answer. `pay_cents_hour` None: unpaid.
    """

    id: int
    company: Company
    mentor_id: int | None
    mentor: str
    status: Status
    closed_because: ClosedBecause | None
    kind: Kind
    title: str
    field: Field
    tasks: str
    learning_goals: str
    skills: str
    first: date
    last: date
    weeks: int | None
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    break_minutes: int
    light_work: bool
    places: int
    taken: int
    filled: bool
    deadline: date
    deadline_over: bool
    pay_cents_hour: int | None
    minimum_age: int
    adult_on_site: str
    questions: tuple[str, ...]
    review_note: str
    version: int
    published_at: datetime | None
    spaces: tuple[PostingSpace, ...]

    @property
    def company_id(self) -> int:
        return self.company.id

    @property
    def free(self) -> int:
        return self.places - self.taken

    @property
    def is_open(self) -> bool:
        """Whether one may apply: the one place that says so."""
        return self.status == "published" and self.company.is_verified and not self.deadline_over

    @property
    def is_over(self) -> bool:
        return self.status in ("closed", "archived") or (self.status == "published" and self.deadline_over)

    @property
    def minutes_a_day(self) -> int:
        """Without the break."""
        return minutes_between(self.starts, self.ends) - self.break_minutes

    @property
    def why_unpaid(self) -> str | None:
        """A sentence; None where it is paid."""
        return None if self.pay_cents_hour else why_unpaid(self.kind, self.first, self.last, self.weeks)


class PostingGone(Refusal):
    """It was published and is closed: search engines and readers are told that it will not come back."""

    status: ClassVar[int] = 410
    code: ClassVar[str] = "posting-gone"

    def __init__(self) -> None:
        super().__init__(_("Dieses Praktikum ist nicht mehr ausgeschrieben."), "/internships")


# When the deadline's day is over where the company offers. By the clock as it reads now, not as the transaction began:
# who has waited for a lock over midnight has come too late.
CLOSES_AT = "(posting.deadline + 1)::timestamp AT TIME ZONE district.time_zone"
DEADLINE_OVER = f"({CLOSES_AT} <= clock_timestamp())"
# Whether one may apply, as `Posting.is_open` says it of a row; for a query that has POSTINGS' tables.
OPEN = f"posting.status = 'published' AND company.status = 'verified' AND NOT {DEADLINE_OVER}"
TABLES = "posting JOIN company ON company.id = posting.company_id JOIN district ON district.id = company.district_id"
COLUMNS = f"""
    to_jsonb(company) AS company, company.verified_at, district.name AS district, district.time_zone AS zone,
    posting.id, posting.mentor_id,
    coalesce((SELECT coalesce(nullif(person.name, ''), person.email) FROM person WHERE person.id = mentor_id), '')
        AS mentor,
    posting.status, posting.closed_because, posting.kind, posting.title, posting.field, posting.tasks,
    posting.learning_goals, posting.skills, lower(posting.days) AS first, upper(posting.days) - 1 AS last,
    posting.weeks, posting.weekdays, posting.starts, posting.ends, posting.break_minutes, posting.light_work,
    posting.places, posting.taken,
    posting.taken >= posting.places AND NOT EXISTS (
        SELECT FROM application WHERE application.posting_id = posting.id AND application.status = 'offered') AS filled,
    posting.deadline, {DEADLINE_OVER} AS deadline_over, posting.pay_cents_hour,
    posting.minimum_age, posting.adult_on_site, posting.questions, posting.review_note, posting.version,
    posting.published_at,
    (SELECT jsonb_agg(jsonb_build_object(
                'id', space.id, 'name', space.name, 'street', space.street, 'postal_code', space.postal_code,
                'town', space.town, 'municipality_id', space.municipality_id, 'lat', space.lat, 'lon', space.lon)
            ORDER BY space.name, space.id)
     FROM posting_space JOIN space ON space.id = posting_space.space_id
     WHERE posting_space.posting_id = posting.id) AS spaces
"""  # noqa: S608 our own constants


async def posting_by_id(connection: Connection, posting_id: int) -> Posting:
    """Whatever its state: who calls has to know that the person may see it. Raises NotFound."""
    row = await connection.fetchrow(f"SELECT {COLUMNS} FROM {TABLES} WHERE posting.id = $1", posting_id)  # noqa: S608
    if row is None:
        raise NotFound
    return posting_from(row)


async def posting_for(connection: Connection, person: Person, posting_id: int) -> Posting:
    """As a manager of its company. Raises NotFound for anybody else: drafts and reviews are no one else's."""
    row = await connection.fetchrow(
        f"""SELECT {COLUMNS} FROM {TABLES} WHERE posting.id = $1 AND EXISTS (
                SELECT FROM company_member member
                WHERE member.company_id = posting.company_id AND member.person_id = $2 AND member.role = 'manager')""",  # noqa: S608
        posting_id,
        person.id,
    )
    if row is None:
        raise NotFound
    return posting_from(row)


async def posting_of_district(connection: Connection, staff: Person, posting_id: int) -> Posting:
    """As staff of its company's district, once it has left the draft. Raises NotFound for anybody else."""
    row = await connection.fetchrow(
        f"""SELECT {COLUMNS} FROM {TABLES} WHERE posting.id = $1 AND ($2 OR company.district_id = $3)
            AND posting.status <> 'draft'""",  # noqa: S608
        posting_id,
        staff.is_operator,
        staff.district_id if staff.is_staff else None,
    )
    if row is None:
        raise NotFound
    return posting_from(row)


async def public_posting(connection: Connection, posting_id: int) -> Posting:
    """As everybody may see it: published or paused. Raises PostingGone once it is closed, NotFound before."""
    posting = await posting_by_id(connection, posting_id)
    if posting.published_at is None or posting.status in ("draft", "in_review"):
        raise NotFound
    if posting.is_over:
        raise PostingGone
    if not posting.company.is_verified:
        raise NotFound
    return posting


async def postings_of(connection: Connection, company_id: int) -> list[Posting]:
    """All of a company's but archived ones, those under way first."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM {TABLES} WHERE posting.company_id = $1 AND posting.status <> 'archived'
            ORDER BY posting.status = 'closed', posting.deadline, posting.id""",  # noqa: S608
        company_id,
    )
    return [posting_from(row) for row in rows]


async def open_postings_of(connection: Connection, company_id: int) -> list[Posting]:
    """Those that one may apply for, the first deadline first."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM {TABLES} WHERE posting.company_id = $1 AND {OPEN}
            ORDER BY posting.deadline, posting.id""",  # noqa: S608
        company_id,
    )
    return [posting_from(row) for row in rows]


async def postings_to_review(connection: Connection, staff: Person) -> Sequence[Posting]:
    """Those that staff of this district have to look at, the oldest first; an operator sees all."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM {TABLES} WHERE posting.status = 'in_review'
            AND ($1::int IS NULL OR company.district_id = $1) ORDER BY posting.changed_at, posting.id""",  # noqa: S608
        staff.district_id,
    )
    return [posting_from(row) for row in rows]


def posting_from(row: "asyncpg.Record | dict[str, Any]") -> Posting:
    """The Posting in a row that has COLUMNS."""
    names = [name for name in Posting.__struct_fields__ if name not in ("company", "spaces", "weekdays", "questions")]
    company = {**row["company"], **{name: row[name] for name in ("verified_at", "district", "zone")}}
    return Posting(
        **{name: row[name] for name in names},
        company=company_from(company),
        weekdays=tuple(row["weekdays"]),
        questions=tuple(row["questions"]),
        spaces=msgspec.convert(row["spaces"] or (), tuple[PostingSpace, ...]),
    )


def minutes_between(starts: time, ends: time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
