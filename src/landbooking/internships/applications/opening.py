"""What one applies for: a posting as the form asks about it."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.postings.posting import CLOSES_AT, OPEN, TABLES


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """`first` and `last` are when it is or, with `weeks`, the window within which so many are to be found.

    `spaces` are (id, name). `is_open` says whether one can still apply, by the database's clock.
    """

    id: int
    company_id: int
    company: str
    title: str
    kind: str
    first: date
    last: date
    weeks: int | None
    minimum_age: int
    questions: list[str]
    spaces: list[tuple[int, str]]
    deadline: date
    closes_at: datetime
    zone: str
    is_open: bool

    @property
    def is_school_run(self) -> bool:
        return self.kind == "school"

    def days_from(self, first: date) -> tuple[date, date]:
        """The first and the last day where one begins on that day; the posting's own where there is no choice."""
        if self.weeks is None:
            return self.first, self.last
        return first, first + timedelta(days=7 * self.weeks - 1)


async def opening_for(connection: Connection, person: Person, posting_id: int) -> Opening:
    """Raises NotFound for one that is not public, unless the person has begun to apply while it was."""
    row = await connection.fetchrow(
        f"""SELECT posting.id, company.id AS company_id, company.name AS company, posting.title, posting.kind,
                  lower(posting.days) AS first, upper(posting.days) - 1 AS last, posting.weeks, posting.minimum_age,
                  posting.questions, posting.deadline, district.time_zone AS zone,
                  {CLOSES_AT} AS closes_at, {OPEN} AS is_open,
                  posting.status = 'published' AND company.status = 'verified' AS is_public,
                  EXISTS (SELECT FROM application
                          WHERE posting_id = posting.id AND person_id = $2 AND status = 'draft') AS begun
           FROM {TABLES} WHERE posting.id = $1""",  # noqa: S608 our own constants
        posting_id,
        person.id,
    )
    if row is None or not (row["is_public"] or row["begun"]):
        raise NotFound
    spaces = await connection.fetch(
        """SELECT space.id, space.name FROM posting_space JOIN space ON space.id = space_id
           WHERE posting_id = $1 ORDER BY space.name""",
        posting_id,
    )
    fields: dict[str, Any] = dict(row)
    del fields["is_public"], fields["begun"]
    return Opening(**fields, spaces=[(space["id"], space["name"]) for space in spaces])
