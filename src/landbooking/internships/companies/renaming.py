"""A verified company wants to be called something else: staff look at it again, and until then the old name stands."""

from typing import ClassVar

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal, Stale
from landbooking.internships.companies.announcements import announce_name_refusal, announce_renaming
from landbooking.internships.companies.company import Company, Proof, company_of_district
from landbooking.internships.companies.reasons import check_reason
from landbooking.internships.events import note_event
from landbooking.language import gettext as _


class NothingAsked(Refusal):
    code: ClassVar[str] = "no-name-asked"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Die Firma möchte gerade nicht anders heißen."), way_on)


async def rename_company(
    connection: Connection, staff: Person, company_id: int, version: int | None, proof: Proof
) -> Company:
    """As it has asked, whatever else its state is. Raises NotFound, NothingAsked, Stale."""
    company = await _asking(connection, staff, company_id)
    done = await connection.fetchval(
        """UPDATE company SET name = asked_name, register_number = asked_register_number, asked_name = NULL,
                  asked_register_number = NULL, verified_by = $3, verified_at = now(), verified_staff = $4,
                  version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 AND asked_name IS NOT NULL RETURNING id""",
        company.id,
        company.version if version is None else version,
        proof,
        staff.id,
    )
    if done is None:
        raise Stale(_path(company))
    renamed = await company_of_district(connection, staff, company_id)
    what = f"{company.identity} → {renamed.identity}"
    await note_event(connection, "company", company.id, company.status, "renamed", "staff", staff, what)
    await announce_renaming(connection, renamed)
    return renamed


async def refuse_name(
    connection: Connection, staff: Person, company_id: int, version: int | None, reason: str
) -> Company:
    """It goes on as it is called, and is told why. Raises NotFound, NothingAsked, NoReason, Stale."""
    company = await _asking(connection, staff, company_id)
    check_reason(reason)
    done = await connection.fetchval(
        """UPDATE company SET asked_name = NULL, asked_register_number = NULL, version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 AND asked_name IS NOT NULL RETURNING id""",
        company.id,
        company.version if version is None else version,
    )
    if done is None:
        raise Stale(_path(company))
    await note_event(connection, "company", company.id, company.status, "name_refused", "staff", staff, reason)
    kept = await company_of_district(connection, staff, company_id)
    await announce_name_refusal(connection, kept, company.asked_identity, reason)
    return kept


async def _asking(connection: Connection, staff: Person, company_id: int) -> Company:
    company = await company_of_district(connection, staff, company_id)
    if company.asked_name is None:
        raise NothingAsked(_path(company))
    return company


def _path(company: Company) -> str:
    return f"/district/internships/companies/{company.id}"
