"""Suspending a company: what it has published is halted, and it is told why."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.internships.companies.announcements import announce_suspension
from landbooking.internships.companies.company import Company, company_of_district
from landbooking.internships.companies.reasons import check_reason
from landbooking.internships.events import note_event
from landbooking.internships.postings.posting import postings_of
from landbooking.internships.postings.transitions import take_step


async def suspend_company(
    connection: Connection, staff: Person, company_id: int, version: int | None, reason: str
) -> Company:
    """Applications under way stay as they are. Raises NotFound, Stale, NoReason."""
    company = await company_of_district(connection, staff, company_id)
    check_reason(reason)
    done = await connection.fetchval(
        """UPDATE company SET status = 'suspended', suspended_reason = $3, version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 AND status <> 'suspended' RETURNING id""",
        company.id,
        company.version if version is None else version,
        reason,
    )
    if done is None:
        raise Stale(f"/district/internships/companies/{company.id}")
    await note_event(connection, "company", company.id, company.status, "suspended", "staff", staff, reason)
    halted = [
        await take_step(connection, posting, "halt", "staff", staff)
        for posting in await postings_of(connection, company.id)
        if posting.status == "published"
    ]
    suspended = await company_of_district(connection, staff, company_id)
    await announce_suspension(connection, suspended, [posting.title for posting in halted])
    return suspended
