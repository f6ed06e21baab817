"""Where the law refuses an offer: the applicant asks the district for an exception, and staff let a rule pass."""

from datetime import date

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.applications.announcements import announce, path_for
from landbooking.internships.applications.application import Application, application_by_id
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.refusals import NotPossible
from landbooking.internships.law.finding import refusals
from landbooking.internships.law.plan import RuleId
from landbooking.internships.placements.making import findings_on_offer
from landbooking.internships.placements.overrides import let_pass


async def offer_in_district(connection: Connection, staff: Person, application_id: int) -> Application:
    """One with an offer, or accepted, for staff of the company's district and for operators; others are not theirs to
    see. Raises NotFound.
    """
    application = await application_by_id(connection, application_id)
    theirs = staff.is_operator or (staff.is_staff and application.district_id == staff.district_id)
    if not theirs or application.status not in ("offered", "accepted"):
        raise NotFound
    return application


async def ask_for_exception(connection: Connection, application_id: int) -> Application:
    """Tells staff of the district; asked again, nothing more happens. Whose it is, is the caller's question.

    Raises NotPossible where no offer stands or the law has nothing against it.
    """
    application = await lock_application(connection, application_id)
    if application.status != "offered" or not refusals(await findings_on_offer(connection, application)):
        raise NotPossible(path_for(application, "applicant"))
    if application.exception_asked_at:
        return application
    await connection.execute("UPDATE application SET exception_asked_at = now() WHERE id = $1", application.id)
    await announce(connection, ("exception_asked",), application, "applicant")
    return await application_by_id(connection, application.id)


async def allow_exception(
    connection: Connection, staff: Person, application_id: int, rule: RuleId, day: date | None, reason: str
) -> Application:
    """It stays for the placement that comes of the offer. Raises NotPossible where no offer stands, InvalidInput."""
    application = await lock_application(connection, application_id)
    if application.status != "offered":
        raise NotPossible(path_for(application, "staff"))
    override_id = await let_pass(connection, staff, application.id, rule, day, reason)
    await announce(connection, ("exception_allowed",), application, "staff", cause=f"{override_id}")
    return application
