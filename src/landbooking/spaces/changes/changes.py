"""What was changed at a space, newest first. Triggers write it; nobody rewrites it; after a year it is forgotten."""

from datetime import datetime
from typing import Any, Literal, get_args

import asyncpg
import msgspec

from landbooking.database import Connection

Subject = Literal[
    "booking", "blackout", "closure", "hours", "rules", "tariff", "resource", "vehicle", "space", "photo", "plan",
    "host", "member", "charge",
]  # fmt: skip
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
KEPT = "1 year"  # as long as the trigger says: until then nobody can delete it


class Change(msgspec.Struct, frozen=True):
    """What one act did to things of one kind: `whats` holds for each of them the columns that matter.

    A column that changed is [before, after]. `by` is empty where the account is gone, `about` names who was named or
    dismissed. `for_district`: done for the district, not as a host.
    """

    id: int
    at: datetime
    by: str
    by_id: int | None
    for_district: bool
    subject: Subject
    verb: str
    about: list[str]
    whats: list[dict[str, Any]]


async def changes_at(
    connection: Connection, space_id: int, subject: Subject | None, before: int | None, limit: int
) -> list[Change]:
    """`before` is the id of the last one already had.

    An act has one instant, that of its transaction: by it the last row of each is found without reading all of a year.
    """
    rows = await connection.fetch(
        """SELECT last.id, last.at, last.subject, last.verb,
                  bool_or(one.for_district) AS for_district, max(person.id) AS by_id,
                  coalesce(max(coalesce(nullif(person.name, ''), person.email)), '') AS by,
                  array_agg(DISTINCT coalesce(nullif(about.name, ''), about.email))
                      FILTER (WHERE about.id IS NOT NULL) AS about,
                  jsonb_agg(one.what ORDER BY one.id) AS whats
           FROM (SELECT id, space_id, at, act, subject, verb FROM space_change AS last
                 WHERE space_id = $1 AND ($2::text IS NULL OR subject = $2)
                   AND id < coalesce($3::bigint, 9223372036854775807)
                   AND NOT EXISTS (
                       SELECT FROM space_change AS later
                       WHERE later.at = last.at AND later.id > last.id AND later.space_id = last.space_id
                         AND (later.act, later.subject, later.verb) = (last.act, last.subject, last.verb))
                 ORDER BY id DESC LIMIT $4) AS last
                JOIN space_change AS one ON one.at = last.at AND one.space_id = last.space_id
                     AND (one.act, one.subject, one.verb) = (last.act, last.subject, last.verb)
                LEFT JOIN person ON person.id = one.person_id
                LEFT JOIN person AS about ON about.id = one.about_id
           GROUP BY last.id, last.at, last.subject, last.verb ORDER BY last.id DESC""",
        space_id,
        subject,
        before,
        limit,
    )
    return [_change(row) for row in rows]


def _change(row: asyncpg.Record) -> Change:
    return Change(
        id=row["id"],
        at=row["at"],
        by=row["by"],
        by_id=row["by_id"],
        for_district=row["for_district"],
        subject=row["subject"],
        verb=row["verb"],
        about=row["about"] or [],
        whats=row["whats"],
    )


async def forget_changes(connection: Connection) -> None:
    await connection.execute("DELETE FROM space_change WHERE at < now() - $1::text::interval", KEPT)
