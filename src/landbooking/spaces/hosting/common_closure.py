"""Which spaces a person may close at once: those that they answer for, and staff those of their district."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection


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
