"""What a school's contact sees: who of its pupils comes, and nothing else.

Not where, not with whom, not what they do or write: the query reads no more than is shown.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person, first_name
from landbooking.database import Connection

Came = Literal["came", "excused", "missed", "due"]


class SchoolDay(msgspec.Struct, frozen=True):
    """ "excused": it was said before that nobody comes, without a reason; "due": the day is not over yet."""

    day: date
    came: Came


class Pupil(msgspec.Struct, frozen=True):
    """`called` is the first name, empty where none is known."""

    called: str
    days: list[SchoolDay]


async def pupils_of(connection: Connection, contact: Person) -> Sequence[Pupil]:
    """Of placements that name this person's address, once they are confirmed; by name.

    Signing in shows that the address is the person's. Days after an early end are not among them.
    """
    rows = await connection.fetch(
        """SELECT placement.id, person.name,
                  placement_day.day, checked_in_at IS NOT NULL AS came, upper(period) <= now() AS is_over,
                  told_absent_at IS NOT NULL AS is_excused
           FROM placement JOIN placement_day ON placement_id = placement.id
                JOIN person ON person.id = placement.person_id
           WHERE lower(school_email) = $1 AND kind = 'school'
             AND status IN ('confirmed', 'active', 'completed', 'discontinued', 'no_show')
             AND (checked_in_at IS NOT NULL OR ended_at IS NULL OR lower(period) < ended_at)
             AND upper(days) > $2
           ORDER BY person.name, placement.id, placement_day.day""",
        contact.email,
        date.fromordinal(datetime.now(UTC).date().toordinal() - KEPT_DAYS),
    )
    pupils: dict[int, Pupil] = {}
    for row in rows:
        pupil = pupils.setdefault(row["id"], Pupil(first_name(row["name"]), []))
        pupil.days.append(SchoolDay(row["day"], _came(row)))
    return list(pupils.values())


def _came(row: asyncpg.Record) -> Came:
    if row["came"]:
        return "came"
    if row["is_excused"]:
        return "excused"
    return "missed" if row["is_over"] else "due"


KEPT_DAYS = 365  # since the last day: longer no school has to know
