"""The districts that a member of staff works for."""

import re

from landbooking.accounts.person import COLUMNS, Person, person_from
from landbooking.database import Connection
from landbooking.errors import Forbidden, NotFound


async def districts_of(connection: Connection, staff: Person) -> list[tuple[int, str]]:
    """Number and name of the districts that this person works for; an operator for all."""
    rows = await connection.fetch(
        "SELECT id, name FROM district WHERE $1 OR id = $2 ORDER BY name", staff.is_operator, staff.district_id
    )
    return [(row["id"], row["name"]) for row in rows]


async def asked_district(connection: Connection, staff: Person, asked: str) -> int:
    """The one that was asked for, else the first that the person works for. Raises NotFound, Forbidden."""
    own = [district_id for district_id, _name in await districts_of(connection, staff)]
    if not own:
        raise NotFound
    if re.fullmatch(r"[0-9]{1,9}", asked):
        if int(asked) not in own:
            raise Forbidden
        return int(asked)
    return own[0]


async def check_own_district(connection: Connection, staff: Person, district_id: int) -> None:
    """Raises Forbidden for another district, also for one that does not exist."""
    if district_id not in [own for own, _name in await districts_of(connection, staff)]:
        raise Forbidden


async def staff_of(connection: Connection, district_id: int) -> list[Person]:
    """Who works for the district; where nobody does, the operators, who may do what staff may."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM person WHERE role = 'staff' AND district_id = $1
                OR role = 'operator' AND NOT EXISTS (SELECT FROM person WHERE role = 'staff' AND district_id = $1)
            ORDER BY id""",  # noqa: S608 our own columns
        district_id,
    )
    return [person_from(row) for row in rows]
