"""Who moves up where a place becomes free before the start.

Open applications can be offered the place at once, so the company is told how many there are. Who was declined, or whom
nobody answered, is told while one can still apply, since a company can't take up an application that has ended.
"""

from landbooking.accounts.person import person_by_id
from landbooking.database import Connection
from landbooking.internships.applications.application import ENDED
from landbooking.internships.companies.company import managers_of
from landbooking.internships.placements.placement import Placement
from landbooking.internships.running.announcements import tell


async def tell_of_free_place(connection: Connection, placement: Placement) -> None:
    """In the transaction that frees it. `placement` is what has been cancelled."""
    waiting: int = await connection.fetchval(
        """SELECT count(*) FROM application
           WHERE posting_id = $1 AND status IN ('submitted', 'shortlisted', 'interview')""",
        placement.posting_id,
    )
    applications = f"/company/{placement.company_id}/applications"
    for person in await managers_of(connection, placement.company_id):
        await tell(connection, "place_free", person, placement, applications, {"waiting": f"{waiting}"})
    rows = await connection.fetch(
        """SELECT DISTINCT ended.person_id
           FROM application AS ended JOIN posting ON posting.id = ended.posting_id
                JOIN company ON company.id = company_id JOIN district ON district.id = district_id
           WHERE posting.id = $1 AND ended.person_id IS NOT NULL AND ended.person_id IS DISTINCT FROM $2
             AND (ended.status IN ('expired', 'lapsed') OR ended.status = 'declined' AND declined_by = 'company')
             AND posting.status = 'published' AND company.status = 'verified'
             AND now() < (deadline + 1)::timestamp AT TIME ZONE time_zone
             AND NOT EXISTS (SELECT FROM application AS other
                             WHERE other.posting_id = posting.id AND other.person_id = ended.person_id
                               AND other.status <> ALL($3))
           ORDER BY ended.person_id""",
        placement.posting_id,
        placement.person_id,
        ENDED,
    )
    again = f"/internships/{placement.posting_id}/application"
    for row in rows:
        await tell(connection, "place_free_again", await person_by_id(connection, row["person_id"]), placement, again)
