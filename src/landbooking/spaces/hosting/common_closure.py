"""Which spaces a person may close at once: those that they answer for, and staff those of their district."""

from collections.abc import Collection

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Forbidden


class ClosableSpace(msgspec.Struct, frozen=True):
    id: int
    name: str
    town: str


async def closable_spaces(connection: Connection, person: Person) -> list[ClosableSpace]:
    """By town and name."""
    rows = await connection.fetch(
        """SELECT space.id, space.name, space.town
           FROM space JOIN municipality ON municipality.id = space.municipality_id
           WHERE space.id = ANY($1) OR $2 OR municipality.district_id = $3 ORDER BY space.town, space.name, space.id""",
        list(person.owns),
        person.is_operator,
        person.district_id,
    )
    return [ClosableSpace(**row) for row in rows]


def check_closable(chosen: Collection[int], known: Collection[ClosableSpace]) -> None:
    """Raises Forbidden for a space that is not among those they may close, or that there is not."""
    if not set(chosen) <= {space.id for space in known}:
        raise Forbidden
