"""The person who is asking. Read once a request, with everything the guards and pages want to know."""

from typing import Literal

import asyncpg
import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput
from landbooking.language import gettext as _

Role = Literal["resident", "staff", "operator"]

# The columns of a Person, for a query whose `person` row goes by that name. The arrays cost no further round trip.
COLUMNS = """
    person.id, person.email, person.name, person.language, person.role, person.district_id, person.home_id,
    person.remind_day_before, person.remind_hour_before,
    ARRAY(SELECT space_id FROM space_host WHERE person_id = person.id) AS hosts,
    ARRAY(SELECT space_id FROM space_host WHERE person_id = person.id AND role = 'owner') AS owns
"""


class Person(msgspec.Struct, frozen=True):
    """`hosts` are the ids of the spaces that the person runs, `owns` of those among them that they answer for.

    `district_id` is set for district staff only.
    """

    id: int
    email: str
    name: str = ""
    language: str = "de"
    role: Role = "resident"
    district_id: int | None = None
    home_id: int | None = None
    remind_day_before: bool = True
    remind_hour_before: bool = True
    hosts: frozenset[int] = frozenset()
    owns: frozenset[int] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether the person works for a district; operators may do what staff may."""
        return self.role != "resident"

    @property
    def is_operator(self) -> bool:
        return self.role == "operator"

    def acts_for(self, space_id: int) -> bool:
        """Whether the person is a host of this space, whatever their role."""
        return space_id in self.hosts

    def answers_for(self, space_id: int) -> bool:
        """Whether the person is its host as an owner."""
        return space_id in self.owns


def person_from(row: asyncpg.Record) -> Person:
    """The Person in a row that has COLUMNS."""
    return Person(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        language=row["language"],
        role=row["role"],
        district_id=row["district_id"],
        home_id=row["home_id"],
        remind_day_before=row["remind_day_before"],
        remind_hour_before=row["remind_hour_before"],
        hosts=frozenset(row["hosts"]),
        owns=frozenset(row["owns"]),
    )


async def person_by_id(connection: Connection, person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM person WHERE id = $1",  # noqa: S608 the columns are our own constant
        person_id,
    )
    if row is None:
        raise NotFound
    return person_from(row)


async def person_by_email(connection: Connection, email: str) -> Person | None:
    """Whoever has this mail address, which is in lower case."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM person WHERE email = $1",  # noqa: S608 the columns are our own constant
        email,
    )
    return person_from(row) if row else None


async def person_at(connection: Connection, typed: str) -> Person:
    """Whoever has the address that was typed. Raises NotAnAddress, InvalidInput where nobody has."""
    person = await person_by_email(connection, mail_address(typed))
    if person is None:
        raise InvalidInput({"email": _("Mit dieser Adresse ist niemand angemeldet.")}, {"email": typed})
    return person


async def ensure_person(connection: Connection, email: str, language: str) -> int:
    """The id of whoever has this mail address; an account in `language` is made where nobody has."""
    created = await connection.fetchval(
        "INSERT INTO person (email, language) VALUES ($1, $2) ON CONFLICT (email) DO NOTHING RETURNING id",
        email,
        language,
    )
    person_id: int = created or await connection.fetchval("SELECT id FROM person WHERE email = $1", email)
    return person_id


async def change_profile(connection: Connection, person_id: int, name: str, language: str, home_id: int | None) -> None:
    """What the person says of themselves; `home_id` is the municipality that they live in."""
    await connection.execute(
        "UPDATE person SET name = $2, language = $3, home_id = $4 WHERE id = $1", person_id, name, language, home_id
    )


def first_name(name: str) -> str:
    """What two who don't know each other call one another; empty for who has told no name."""
    return name.split(maxsplit=1)[0] if name.strip() else ""
