"""What one applies for: a posting as the form asks about it."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound


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
        """SELECT posting.id, company.id AS company_id, company.name AS company, posting.title, posting.kind,
                  lower(posting.days) AS first, upper(posting.days) - 1 AS last, posting.weeks, posting.minimum_age,
                  posting.questions, posting.deadline, district.time_zone AS zone,
                  (deadline + 1)::timestamp AT TIME ZONE time_zone AS closes_at,
                  posting.status = 'published' AND company.status = 'verified' AS is_public,
                  clock_timestamp() < (deadline + 1)::timestamp AT TIME ZONE time_zone AS in_time,
                  EXISTS (SELECT FROM application
                          WHERE posting_id = posting.id AND person_id = $2 AND status = 'draft') AS begun
           FROM posting JOIN company ON company.id = company_id JOIN district ON district.id = district_id
           WHERE posting.id = $1""",
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
    is_public, in_time, _begun = (fields.pop(name) for name in ("is_public", "in_time", "begun"))
    return Opening(**fields, is_open=is_public and in_time, spaces=[(space["id"], space["name"]) for space in spaces])
