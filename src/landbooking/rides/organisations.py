"""Volunteer drivers ("Bürgerbus"): an organisation offers rides, who manages it and who drives."""

from typing import Literal

import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.person import Person, ensure_person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.rides.ride import COLUMNS, Ride, ride_from

MemberRole = Literal["manager", "driver"]


class Organisation(msgspec.Struct, frozen=True):
    """`phone` is public: where one books by telephone."""

    id: int
    district_id: int
    name: str
    phone: str
    description: str


class Volunteer(msgspec.Struct, frozen=True):
    person_id: int
    email: str
    name: str
    role: MemberRole

    @property
    def called(self) -> str:
        return self.name or self.email


async def create_organisation(connection: Connection, staff: Person, district_id: int, name: str, phone: str) -> int:
    """In the member of staff's district; an operator may choose. Raises NotFound for another one."""
    if staff.district_id not in (None, district_id):
        raise NotFound
    organisation_id: int = await connection.fetchval(
        "INSERT INTO ride_organisation (district_id, name, phone) VALUES ($1, $2, $3) RETURNING id",
        district_id,
        name,
        phone,
    )
    return organisation_id


async def organisations_of_district(connection: Connection, staff: Person) -> list[Organisation]:
    rows = await connection.fetch(
        """SELECT id, district_id, name, phone, description FROM ride_organisation
           WHERE retired_at IS NULL AND ($1::int IS NULL OR district_id = $1) ORDER BY name, id""",
        staff.district_id,
    )
    return [Organisation(**row) for row in rows]


async def organisations_managed(connection: Connection, person: Person) -> list[Organisation]:
    """For which the person may offer rides."""
    rows = await connection.fetch(
        """SELECT organisation.id, district_id, name, phone, description FROM ride_organisation organisation
           JOIN ride_organisation_member member ON member.organisation_id = organisation.id
           WHERE member.person_id = $1 AND member.role = 'manager' AND retired_at IS NULL
           ORDER BY name, organisation.id""",
        person.id,
    )
    return [Organisation(**row) for row in rows]


async def answers_for(connection: Connection, person: Person, ride: Ride) -> bool:
    """Whether the person drives it, or manages the organisation that offers it."""
    if ride.organisation_id is None:
        return ride.driver_id == person.id
    manages: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM ride_organisation_member
                          WHERE organisation_id = $1 AND person_id = $2 AND role = 'manager')""",
        ride.organisation_id,
        person.id,
    )
    return manages


async def organisation_for(connection: Connection, person: Person, organisation_id: int) -> Organisation:
    """As a manager, or as staff of its district. Raises NotFound for anybody else: the pages are no one else's."""
    row = await connection.fetchrow(
        """SELECT id, district_id, name, phone, description,
                  EXISTS (SELECT FROM ride_organisation_member WHERE organisation_id = $1 AND person_id = $2
                          AND role = 'manager') AS manages
           FROM ride_organisation WHERE id = $1 AND retired_at IS NULL""",
        organisation_id,
        person.id,
    )
    if row is None:
        raise NotFound
    works_there = person.is_operator or (person.is_staff and person.district_id == row["district_id"])
    if not row["manages"] and not works_there:
        raise NotFound
    return Organisation(row["id"], row["district_id"], row["name"], row["phone"], row["description"])


async def members_of(connection: Connection, organisation_id: int) -> list[Volunteer]:
    rows = await connection.fetch(
        """SELECT person.id AS person_id, person.email, person.name, member.role
           FROM ride_organisation_member member JOIN person ON person.id = member.person_id
           WHERE member.organisation_id = $1 ORDER BY member.role DESC, person.name, person.email""",
        organisation_id,
    )
    return [Volunteer(**row) for row in rows]


async def name_member(connection: Connection, organisation_id: int, email: str, role: MemberRole) -> None:
    """Who has the address from now on manages or drives; managers drive too. Raises NotAnAddress."""
    person_id = await ensure_person(connection, mail_address(email), language.get())
    await connection.execute(
        """INSERT INTO ride_organisation_member (organisation_id, person_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (organisation_id, person_id) DO UPDATE SET role = $3""",
        organisation_id,
        person_id,
        role,
    )


async def remove_member(connection: Connection, organisation_id: int, person_id: int) -> None:
    """With the duties that are still to come: the rota shows them as open."""
    await connection.execute(
        "DELETE FROM ride_organisation_member WHERE organisation_id = $1 AND person_id = $2", organisation_id, person_id
    )
    await connection.execute(
        """DELETE FROM ride_duty USING ride WHERE ride.id = ride_duty.ride_id AND ride.organisation_id = $1
           AND ride_duty.person_id = $2 AND ride_duty.day >= current_date""",
        organisation_id,
        person_id,
    )


async def rides_of_organisation(connection: Connection, organisation_id: int) -> list[Ride]:
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM ride WHERE ride.organisation_id = $1 AND ride.ended_at IS NULL
            AND coalesce(upper(ride.days) >= current_date, true) ORDER BY ride.id""",  # noqa: S608 a constant
        organisation_id,
    )
    return [ride_from(row) for row in rows]


async def ride_of_organisation(connection: Connection, organisation_id: int, ride_id: int) -> Ride | None:
    """None where it is not among those that still run."""
    rides = await rides_of_organisation(connection, organisation_id)
    return next((ride for ride in rides if ride.id == ride_id), None)


def no_such_ride() -> str:
    return _("Diese Fahrt gibt es nicht mehr. Bitte wählen Sie eine andere.")
