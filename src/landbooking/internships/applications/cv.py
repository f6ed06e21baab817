"""The CV of an application: in the database, and read by the applicant and, after the first look, the company alone."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.applications.application import application_of_company, own_application
from landbooking.internships.applications.pdf import Pdf


async def keep_cv(connection: Connection, person: Person, application_id: int, pdf: Pdf) -> None:
    """In place of one that was there. Raises NotFound unless it is a draft of the person's own."""
    await _check_draft(connection, person, application_id)
    await connection.execute(
        """INSERT INTO application_cv (application_id, pdf, pages) VALUES ($1, $2, $3)
           ON CONFLICT (application_id) DO UPDATE SET pdf = $2, pages = $3, uploaded_at = now()""",
        application_id,
        pdf.content,
        pdf.pages,
    )


async def remove_cv(connection: Connection, person: Person, application_id: int) -> None:
    """Raises NotFound unless it is a draft of the person's own."""
    await _check_draft(connection, person, application_id)
    await connection.execute("DELETE FROM application_cv WHERE application_id = $1", application_id)


async def own_cv(connection: Connection, person: Person, application_id: int) -> bytes:
    """Raises NotFound for anybody else, and where there is none."""
    application = await own_application(connection, person, application_id)
    return await _pdf(connection, application.id)


async def cv_for_company(connection: Connection, manager: Person, company_id: int, application_id: int) -> bytes:
    """Raises NotFound for who does not manage the company, before the first look is over, and after the end."""
    application = await application_of_company(connection, manager, company_id, application_id)
    if not application.cv_is_shown:
        raise NotFound
    return await _pdf(connection, application.id)


async def _check_draft(connection: Connection, person: Person, application_id: int) -> None:
    """Its row is held: what is being sent at this moment gets no other CV."""
    draft = await connection.fetchval(
        "SELECT id FROM application WHERE id = $1 AND person_id = $2 AND status = 'draft' FOR NO KEY UPDATE",
        application_id,
        person.id,
    )
    if draft is None:
        raise NotFound


async def _pdf(connection: Connection, application_id: int) -> bytes:
    pdf: bytes | None = await connection.fetchval(
        "SELECT pdf FROM application_cv WHERE application_id = $1", application_id
    )
    if pdf is None:
        raise NotFound
    return pdf
