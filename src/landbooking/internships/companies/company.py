"""A company as read from the database, and who may act for it."""

from datetime import datetime
from typing import Any, ClassVar, Literal

import asyncpg
import msgspec

from landbooking.accounts.person import COLUMNS as PERSON
from landbooking.accounts.person import Person, person_from
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _

Status = Literal["unverified", "verified", "suspended"]
Proof = Literal["register", "letter"]
MemberRole = Literal["manager", "mentor"]


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """`zone` is the name of its district's time zone; `suspended_reason` is told to the company and to staff alone.

    `asked_name` and `asked_register_number` are what it wants to be from now on, None where it has not asked: as long
    as staff have not looked at them, everybody sees what was verified.
    """

    id: int
    district_id: int
    district: str
    zone: str
    name: str
    about: str
    website: str
    street: str
    postal_code: str
    town: str
    contact_name: str
    contact_phone: str
    register_number: str
    accident_insurer: str
    status: Status
    verified_by: Proof | None
    verified_at: datetime | None
    suspended_reason: str
    asked_name: str | None
    asked_register_number: str | None
    version: int

    @property
    def asked_identity(self) -> str:
        """Name and register number that staff have to look at; empty where there are none."""
        return ", ".join(part for part in (self.asked_name, self.asked_register_number) if part)

    @property
    def identity(self) -> str:
        return ", ".join(part for part in (self.name, self.register_number) if part)

    @property
    def is_verified(self) -> bool:
        return self.status == "verified"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postal_code} {self.town}"


class Member(msgspec.Struct, frozen=True):
    person_id: int
    email: str
    name: str
    role: MemberRole

    @property
    def called(self) -> str:
        return self.name or self.email


class NotVerified(Refusal):
    """A company that staff have not seen yet, or have suspended, shows nothing to applicants."""

    code: ClassVar[str] = "company-not-verified"

    def __init__(self) -> None:
        super().__init__(
            _("Der Landkreis hat diese Firma noch nicht bestätigt, oder sie ist gesperrt. Der Entwurf bleibt erhalten.")
        )


_COLUMNS = """
    company.id, company.district_id, district.name AS district, district.time_zone AS zone, company.name, company.about,
    company.website, company.street, company.postal_code, company.town, company.contact_name, company.contact_phone,
    company.register_number, company.accident_insurer, company.status, company.verified_by, company.verified_at,
    company.suspended_reason, company.asked_name, company.asked_register_number, company.version
"""
_COMPANIES = f"SELECT {_COLUMNS} FROM company JOIN district ON district.id = company.district_id"  # noqa: S608 constant


async def company_for(connection: Connection, person: Person, company_id: int) -> Company:
    """As one of its managers. Raises NotFound for anybody else: its pages are no one else's."""
    row = await connection.fetchrow(
        f"""{_COMPANIES} WHERE company.id = $1 AND EXISTS (
                SELECT FROM company_member WHERE company_id = $1 AND person_id = $2 AND role = 'manager')""",
        company_id,
        person.id,
    )
    return _found(row)


async def company_of_district(connection: Connection, staff: Person, company_id: int) -> Company:
    """As staff of its district, or as an operator. Raises NotFound for anybody else."""
    row = await connection.fetchrow(
        f"{_COMPANIES} WHERE company.id = $1 AND ($2 OR company.district_id = $3)",
        company_id,
        staff.is_operator,
        staff.district_id if staff.is_staff else None,
    )
    return _found(row)


async def public_company(connection: Connection, company_id: int) -> Company:
    """As everybody may see it: once it is verified. Raises NotFound."""
    return _found(await connection.fetchrow(f"{_COMPANIES} WHERE company.id = $1 AND status = 'verified'", company_id))


async def companies_of(connection: Connection, person: Person) -> list[tuple[Company, MemberRole]]:
    """To which the person belongs, and as what."""
    rows = await connection.fetch(
        f"""SELECT member.role AS member_role, {_COLUMNS} FROM company_member member
            JOIN company ON company.id = member.company_id JOIN district ON district.id = company.district_id
            WHERE member.person_id = $1 ORDER BY company.name, company.id""",  # noqa: S608 a constant
        person.id,
    )
    return [(company_from(row), row["member_role"]) for row in rows]


async def companies_of_district(connection: Connection, staff: Person) -> list[Company]:
    """Those first who wait for verification, be it of a new name; an operator sees those of all districts."""
    rows = await connection.fetch(
        f"""{_COMPANIES} WHERE $1::int IS NULL OR company.district_id = $1
            ORDER BY company.status <> 'unverified' AND company.asked_name IS NULL, company.name, company.id""",
        staff.district_id,
    )
    return [company_from(row) for row in rows]


async def members_of(connection: Connection, company_id: int) -> list[Member]:
    """Managers first."""
    rows = await connection.fetch(
        """SELECT person.id AS person_id, person.email, person.name, member.role
           FROM company_member member JOIN person ON person.id = member.person_id
           WHERE member.company_id = $1 ORDER BY member.role, person.name, person.email""",
        company_id,
    )
    return [Member(**row) for row in rows]


async def managers_of(connection: Connection, company_id: int, mentor_id: int | None = None) -> list[Person]:
    """Who is written to about the company; with `mentor_id` that mentor of it too."""
    rows = await connection.fetch(
        f"""SELECT {PERSON} FROM company_member member JOIN person ON person.id = member.person_id
            WHERE member.company_id = $1 AND (member.role = 'manager' OR person.id = $2)
            ORDER BY person.id""",  # noqa: S608 our own constant
        company_id,
        mentor_id,
    )
    return [person_from(row) for row in rows]


def company_from(row: "asyncpg.Record | dict[str, Any]") -> Company:
    return Company(**{field: row[field] for field in Company.__struct_fields__})


def _found(row: asyncpg.Record | None) -> Company:
    if row is None:
        raise NotFound
    return company_from(row)
