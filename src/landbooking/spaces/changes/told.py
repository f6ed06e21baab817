"""What was changed at a space, told in the reader's language."""

from datetime import datetime

import msgspec

from landbooking.database import Connection
from landbooking.spaces.changes.changes import Subject, changes_at
from landbooking.spaces.changes.sentences import details, done
from landbooking.spaces.hosting.resources import all_resources
from landbooking.spaces.space import Space


class ToldChange(msgspec.Struct, frozen=True):
    """What one act did to things of one kind; `done` and `details` are sentences in the asked language.

    `by` is empty where the account is gone. `for_district`: done for the district, not as a host.
    """

    id: int
    at: datetime
    by: str
    for_district: bool
    subject: Subject
    verb: str
    done: str
    details: list[str]


async def told_changes(
    connection: Connection, space: Space, subject: Subject | None, before: int | None, limit: int
) -> list[ToldChange]:
    """The newest first; `before` is the id of the last one already had."""
    names = {resource.id: resource.name for resource in await all_resources(connection, space.id)}
    return [
        ToldChange(
            id=one.id,
            at=one.at,
            by=one.by,
            for_district=one.for_district,
            subject=one.subject,
            verb=one.verb,
            done=done(one),
            details=details(one, space, names),
        )
        for one in await changes_at(connection, space.id, subject, before, limit)
    ]
