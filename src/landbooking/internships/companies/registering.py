"""Registering a company, changing what it says of itself, and naming who belongs to it."""

from typing import ClassVar

import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person, ensure_person, person_by_id
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, Stale
from landbooking.internships.companies.announcements import announce_membership
from landbooking.internships.companies.company import Company, MemberRole
from landbooking.internships.events import note_event
from landbooking.language import gettext as _
from landbooking.language import language

MOST_UNVERIFIED = 3  # of one person: more would only be work for the district


class CompanyProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a company says of itself. `contact_name`, address and website are public; the phone is for applicants."""

    name: str
    about: str = ""
    website: str = ""
    street: str
    postal_code: str
    town: str
    contact_name: str
    contact_phone: str = ""
    register_number: str = ""
    accident_insurer: str = ""


class TooManyCompanies(Refusal):
    code: ClassVar[str] = "too-many-companies"

    def __init__(self) -> None:
        super().__init__(
            _("Sie haben schon mehrere Firmen eingetragen, die der Landkreis noch prüft. Bitte warten Sie darauf.")
        )


class LastManager(Refusal):
    code: ClassVar[str] = "last-manager"

    def __init__(self) -> None:
        super().__init__(
            _("Eine Firma braucht jemanden, der sie leitet. Bitte tragen Sie zuerst eine andere Person ein.")
        )


async def register_company(connection: Connection, person: Person, district_id: int, profile: CompanyProfile) -> int:
    """The id; the person manages it. Raises TooManyCompanies, and NotFound where there is no such district."""
    await lock_person(connection, person.id)
    waiting = await connection.fetchval(
        """SELECT count(*) FROM company JOIN company_member member ON member.company_id = company.id
           WHERE member.person_id = $1 AND member.role = 'manager' AND company.status = 'unverified'""",
        person.id,
    )
    if waiting >= MOST_UNVERIFIED:
        raise TooManyCompanies
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM district WHERE id = $1)", district_id):
        raise NotFound
    company_id: int = await connection.fetchval(
        """INSERT INTO company (district_id, name, about, website, street, postal_code, town, contact_name,
                                contact_phone, register_number, accident_insurer)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id""",
        district_id,
        *msgspec.structs.astuple(profile),
    )
    await connection.execute(
        "INSERT INTO company_member (company_id, person_id, role) VALUES ($1, $2, 'manager')", company_id, person.id
    )
    await note_event(connection, "company", company_id, "", "unverified", "company", person)
    return company_id


async def change_company(
    connection: Connection, company: Company, version: int | None, profile: CompanyProfile
) -> Company:
    """Another name or register number than staff have verified waits for them (renaming.py). Raises Stale."""
    done = await connection.fetchval(
        """UPDATE company SET about = $4, website = $5, street = $6, postal_code = $7, town = $8,
                  contact_name = $9, contact_phone = $10, accident_insurer = $12,
                  name = CASE WHEN verified_by IS NULL THEN $3 ELSE name END,
                  register_number = CASE WHEN verified_by IS NULL THEN $11 ELSE register_number END,
                  asked_name = CASE WHEN verified_by IS NOT NULL AND (name, register_number) <> ($3, $11) THEN $3 END,
                  asked_register_number =
                      CASE WHEN verified_by IS NOT NULL AND (name, register_number) <> ($3, $11) THEN $11 END,
                  version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 RETURNING id""",
        company.id,
        company.version if version is None else version,
        *msgspec.structs.astuple(profile),
    )
    if done is None:
        raise Stale(f"/companies/{company.id}/profile")
    return company


async def name_member(connection: Connection, person: Person, company: Company, email: str, role: MemberRole) -> None:
    """Who has the address manages or mentors from now on, and gets a mail. Raises NotAnAddress, LastManager."""
    member_id = await ensure_person(connection, mail_address(email), language.get())
    await _keep_a_manager(connection, company.id, member_id, role)
    named = await connection.fetchval(
        """INSERT INTO company_member (company_id, person_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (company_id, person_id) DO UPDATE SET role = $3 WHERE company_member.role <> $3
           RETURNING person_id""",
        company.id,
        member_id,
        role,
    )
    if named and member_id != person.id:
        await announce_membership(connection, company, await person_by_id(connection, member_id), role)


async def remove_member(connection: Connection, company: Company, person_id: int) -> None:
    """Postings that they look after have no mentor then. Raises NotFound, LastManager."""
    await _keep_a_manager(connection, company.id, person_id, None)
    removed = await connection.fetchval(
        "DELETE FROM company_member WHERE company_id = $1 AND person_id = $2 RETURNING person_id", company.id, person_id
    )
    if removed is None:
        raise NotFound
    await connection.execute(
        "UPDATE posting SET mentor_id = NULL WHERE company_id = $1 AND mentor_id = $2", company.id, person_id
    )


async def _keep_a_manager(connection: Connection, company_id: int, person_id: int, role: MemberRole | None) -> None:
    """Under the company's lock, so that two who leave at once don't leave it to nobody."""
    await connection.execute("SELECT FROM company WHERE id = $1 FOR NO KEY UPDATE", company_id)
    others = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM company_member WHERE company_id = $1 AND person_id <> $2 AND role = 'manager')""",
        company_id,
        person_id,
    )
    if role != "manager" and not others:
        raise LastManager
