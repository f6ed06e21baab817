"""A draft, kept while it is typed, and what makes an application of it."""

from asyncpg import Range

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput
from landbooking.internships.applications.application import Application, active_application
from landbooking.internships.applications.form import Typed, Wish, too_long
from landbooking.internships.applications.opening import Opening
from landbooking.internships.applications.refusals import AlreadyApplied
from landbooking.internships.applications.transitions import move
from landbooking.language import gettext as _


async def save_draft(connection: Connection, person: Person, opening: Opening, typed: Typed) -> int:
    """The draft's id. Raises AlreadyApplied where it was sent, and InvalidInput for more than a draft keeps."""
    if errors := too_long(typed):
        raise InvalidInput(errors, typed)
    draft_id: int | None = await connection.fetchval(
        """INSERT INTO application (posting_id, person_id, typed) VALUES ($1, $2, $3)
           ON CONFLICT (posting_id, person_id)
               WHERE person_id IS NOT NULL
                 AND status IN ('draft', 'submitted', 'shortlisted', 'interview', 'offered', 'accepted')
           DO UPDATE SET typed = $3, changed_at = now() WHERE application.status = 'draft'
           RETURNING id""",
        opening.id,
        person.id,
        typed,
    )
    if draft_id is None:
        standing = await active_application(connection, person, opening.id)
        raise AlreadyApplied(standing.id if standing else None)
    return draft_id


async def typed_so_far(connection: Connection, person: Person, posting_id: int) -> Typed:
    """What stands in the person's draft; empty where there is none."""
    typed: Typed | None = await connection.fetchval(
        "SELECT typed FROM application WHERE posting_id = $1 AND person_id = $2 AND status = 'draft'",
        posting_id,
        person.id,
    )
    return typed or {}


async def discard_draft(connection: Connection, person: Person, application_id: int) -> None:
    """With its CV. Raises NotFound for one that is another's, or was sent."""
    gone = await connection.fetchval(
        "DELETE FROM application WHERE id = $1 AND person_id = $2 AND status = 'draft' RETURNING id",
        application_id,
        person.id,
    )
    if gone is None:
        raise NotFound


async def submit(connection: Connection, person: Person, draft_id: int, wish: Wish) -> Application:
    """Raises NotOpen, NotPossible, and InvalidInput where another birthday was told before."""
    await lock_person(connection, person.id)
    await _check_birthday(connection, person, wish)
    await connection.execute(
        """UPDATE application SET letter = $3, answers = $4, space_id = $5, days = $6, birthday = $7,
                  schooling_until = $8, school = $9, school_email = $10, typed = '{}'
           WHERE id = $1 AND person_id = $2 AND status = 'draft'""",
        draft_id,
        person.id,
        wish.letter,
        wish.answers,
        wish.space_id,
        Range(wish.first, wish.last, upper_inc=True),
        wish.birthday,
        wish.schooling_until,
        wish.school,
        wish.school_email,
    )
    return await move(connection, draft_id, "submit", "applicant", person)


async def _check_birthday(connection: Connection, person: Person, wish: Wish) -> None:
    """Once told it stays, so that a minor can't say otherwise to do without consent. Raises InvalidInput."""
    told = await connection.fetchval(
        """SELECT birthday FROM application WHERE person_id = $1 AND status <> 'draft' AND birthday IS NOT NULL
           ORDER BY id LIMIT 1""",
        person.id,
    )
    if told is not None and told != wish.birthday:
        sentence = _("In einer anderen Bewerbung haben Sie einen anderen Geburtstag angegeben.")
        raise InvalidInput({"birthday": sentence}, {})
