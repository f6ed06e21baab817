"""What is written in an application goes once nobody can need it any more; that there was one stays, as a number."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.application import ENDED
from landbooking.internships.applications.interviews import call_off_interviews_of
from landbooking.internships.applications.withdrawing import withdraw_all_of

# Who was turned down may claim within two months (AGG § 15 (4)) and sue within three more (ArbGG § 61b (1)); the sixth
# is for what was under way by mail.
KEPT = "6 months"
DRAFTS_KEPT = "6 months"  # after the last change, where nothing came of it


async def forget_ended_applications(connection: Connection) -> None:
    """Letter, answers, CV, messages, birthday and school of what ended that long ago; drafts go altogether."""
    async with connection.transaction():
        await connection.execute(
            f"""DELETE FROM application
                WHERE status = 'draft' AND changed_at < now() - interval '{DRAFTS_KEPT}'"""  # noqa: S608 ours
        )
        rows = await connection.fetch(
            f"""UPDATE application
                SET letter = '', answers = '{{}}', birthday = NULL, schooling_until = NULL, school = '',
                    school_email = ''
                WHERE status = ANY($1) AND ended_at < now() - interval '{KEPT}' AND birthday IS NOT NULL
                RETURNING id""",  # noqa: S608 ours
            ENDED,
        )
        await _forget_papers(connection, [row["id"] for row in rows])


async def forget_applications_of(connection: Connection, person: Person) -> None:
    """The account is closed: what is open is withdrawn, drafts go, and so does all that was written, by either side.

    The person's lock is held. What was accepted keeps the birthday and the school with its placement alone. Who runs a
    company calls off the interviews that are to come.
    """
    await call_off_interviews_of(connection, person)
    await withdraw_all_of(connection, person.id, "applicant", person)
    await connection.execute("DELETE FROM application WHERE person_id = $1 AND status = 'draft'", person.id)
    rows = await connection.fetch(
        """UPDATE application SET letter = '', answers = '{}', birthday = NULL, schooling_until = NULL, school = '',
                  school_email = ''
           WHERE person_id = $1 RETURNING id""",
        person.id,
    )
    await _forget_papers(connection, [row["id"] for row in rows])


async def _forget_papers(connection: Connection, application_ids: list[int]) -> None:
    await connection.execute("DELETE FROM application_cv WHERE application_id = ANY($1)", application_ids)
    await connection.execute("DELETE FROM application_message WHERE application_id = ANY($1)", application_ids)
