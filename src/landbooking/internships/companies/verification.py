"""Staff of the district have seen that a company exists."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.internships.companies.announcements import announce_verification
from landbooking.internships.companies.company import Company, Proof, company_of_district
from landbooking.internships.events import note_event


async def verify_company(
    connection: Connection, staff: Person, company_id: int, version: int | None, proof: Proof
) -> Company:
    """By its register number or a letter; one that was suspended is let in again. Raises NotFound, Stale."""
    company = await company_of_district(connection, staff, company_id)
    done = await connection.fetchval(
        """UPDATE company SET status = 'verified', verified_by = $3, verified_at = now(), verified_staff = $4,
                  suspended_reason = '', version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 AND status <> 'verified' RETURNING id""",
        company.id,
        company.version if version is None else version,
        proof,
        staff.id,
    )
    if done is None:
        raise Stale(f"/district/internships/companies/{company.id}")
    await note_event(connection, "company", company.id, company.status, "verified", "staff", staff, proof)
    verified = await company_of_district(connection, staff, company_id)
    await announce_verification(connection, verified)
    return verified
