"""What has happened to companies, postings, applications and placements: a row a change of state, only added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection

Subject = Literal["company", "posting", "application", "placement"]
ActedAs = Literal["applicant", "guardian", "company", "school", "staff", "host", "worker"]


class Event(msgspec.Struct, frozen=True):
    """`by_id` is None for the worker, for who came by a link, and for who has closed their account since.

    A company is also "renamed", or its new name was "name_refused", while its state stays as it is.
    """

    from_status: str
    to_status: str
    at: datetime
    acted_as: ActedAs
    by_id: int | None = None
    reason: str = ""


async def note_event(
    connection: Connection,
    subject: Subject,
    subject_id: int,
    from_status: str,
    to_status: str,
    acted_as: ActedAs,
    by: Person | None = None,
    reason: str = "",
) -> None:
    """In the transaction of the change. `reason` is a code or what staff wrote, never about somebody's health."""
    await connection.execute(
        f"""INSERT INTO internship_event ({subject}_id, from_status, to_status, acted_as, by_id, reason)
            VALUES ($1, $2, $3, $4, $5, $6)""",  # noqa: S608 one of four words of our own
        subject_id,
        from_status,
        to_status,
        acted_as,
        by.id if by else None,
        reason,
    )


async def events_of(connection: Connection, subject: Subject, subject_id: int) -> Sequence[Event]:
    """The oldest first."""
    rows = await connection.fetch(
        f"""SELECT from_status, to_status, at, acted_as, by_id, reason FROM internship_event
            WHERE {subject}_id = $1 ORDER BY id""",  # noqa: S608 one of four words of our own
        subject_id,
    )
    return [Event(**row) for row in rows]
