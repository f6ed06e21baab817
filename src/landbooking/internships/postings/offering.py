"""Writing a posting, changing its draft, and changing what may be changed while people apply."""

from datetime import date, time
from typing import ClassVar

import asyncpg
import msgspec
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal, Stale
from landbooking.internships.companies.company import Company
from landbooking.internships.events import note_event
from landbooking.internships.postings.fields import Field, Kind
from landbooking.internships.postings.posting import Posting
from landbooking.internships.postings.transitions import NotNow
from landbooking.language import gettext as _

MOST_DRAFTS = 50  # of one company


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that a company says of an internship, as it was checked; the words are those of Posting."""

    mentor_id: int
    kind: Kind
    title: str
    field: Field
    tasks: str
    learning_goals: str
    skills: str
    first: date
    day_after: date
    weeks: int | None
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    break_minutes: int
    light_work: bool
    places: int
    deadline: date
    pay_cents_hour: int | None
    minimum_age: int
    adult_on_site: str
    questions: tuple[str, ...]
    space_ids: tuple[int, ...]


class TooManyDrafts(Refusal):
    code: ClassVar[str] = "too-many-drafts"

    def __init__(self) -> None:
        super().__init__(_("Sie haben schon viele Entwürfe. Bitte ziehen Sie zuerst einen zurück."))


class PlacesTaken(Refusal):
    """Some have been promised a place already."""

    code: ClassVar[str] = "places-taken"

    def __init__(self, taken: int) -> None:
        super().__init__(
            _("Vergeben oder angeboten sind schon %(taken)s Plätze; weniger geht nicht.") % {"taken": taken}
        )

    @property
    def fields(self) -> dict[str, str]:
        return {"places": self.message}


async def write_posting(connection: Connection, person: Person, company: Company, plan: Plan) -> int:
    """A draft, also for a company that is not verified. Raises TooManyDrafts."""
    await connection.execute("SELECT FROM company WHERE id = $1 FOR NO KEY UPDATE", company.id)
    drafts = await connection.fetchval(
        "SELECT count(*) FROM posting WHERE company_id = $1 AND status = 'draft'", company.id
    )
    if drafts >= MOST_DRAFTS:
        raise TooManyDrafts
    posting_id: int = await connection.fetchval(
        """INSERT INTO posting (company_id, mentor_id, kind, title, field, tasks, learning_goals, skills, days, weeks,
                                weekdays, starts, ends, break_minutes, light_work, places, deadline, pay_cents_hour,
                                minimum_age, adult_on_site, questions)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
           RETURNING id""",
        company.id,
        *_columns(plan),
    )
    await _set_spaces(connection, posting_id, plan)
    await note_event(connection, "posting", posting_id, "", "draft", "company", person)
    return posting_id


async def change_draft(connection: Connection, posting: Posting, version: int | None, plan: Plan) -> None:
    """Raises NotNow once it is no draft any more: who applies has to know for what. Raises Stale."""
    if posting.status != "draft":
        raise NotNow
    changed = await connection.fetchval(
        """UPDATE posting SET mentor_id = $3, kind = $4, title = $5, field = $6, tasks = $7, learning_goals = $8,
                  skills = $9, days = $10, weeks = $11, weekdays = $12, starts = $13, ends = $14, break_minutes = $15,
                  light_work = $16, places = $17, deadline = $18, pay_cents_hour = $19, minimum_age = $20,
                  adult_on_site = $21, questions = $22, version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 AND status = 'draft' RETURNING id""",
        posting.id,
        posting.version if version is None else version,
        *_columns(plan),
    )
    if changed is None:
        raise Stale(f"/postings/{posting.id}")
    await connection.execute("DELETE FROM posting_space WHERE posting_id = $1", posting.id)
    await _set_spaces(connection, posting.id, plan)


async def change_terms(
    connection: Connection, posting: Posting, version: int | None, places: int, deadline: date, mentor_id: int
) -> None:
    """What may be changed while people apply. Raises NotNow, Stale, and PlacesTaken for fewer places than are taken."""
    check_running(posting)
    try:
        async with connection.transaction():  # the constraint's refusal would end the request's own
            changed = await connection.fetchval(
                """UPDATE posting SET places = $4, deadline = $5, mentor_id = $6, version = version + 1,
                          changed_at = now()
                   WHERE id = $1 AND version = $2 AND status = $3 RETURNING id""",
                posting.id,
                posting.version if version is None else version,
                posting.status,
                places,
                deadline,
                mentor_id,
            )
    except asyncpg.CheckViolationError as violation:
        if violation.constraint_name != "posting_places":
            raise
        taken = await connection.fetchval("SELECT taken FROM posting WHERE id = $1", posting.id)
        raise PlacesTaken(taken) from None
    if changed is None:
        raise Stale(f"/postings/{posting.id}")


def check_running(posting: Posting) -> None:
    """Raises NotNow for one that nobody applies for yet, or any more."""
    if posting.status not in ("published", "paused"):
        raise NotNow


def _columns(plan: Plan) -> tuple[object, ...]:
    """In the order of both statements."""
    return (
        plan.mentor_id,
        plan.kind,
        plan.title,
        plan.field,
        plan.tasks,
        plan.learning_goals,
        plan.skills,
        Range(plan.first, plan.day_after),
        plan.weeks,
        list(plan.weekdays),
        plan.starts,
        plan.ends,
        plan.break_minutes,
        plan.light_work,
        plan.places,
        plan.deadline,
        plan.pay_cents_hour,
        plan.minimum_age,
        plan.adult_on_site,
        list(plan.questions),
    )


async def _set_spaces(connection: Connection, posting_id: int, plan: Plan) -> None:
    await connection.execute(
        "INSERT INTO posting_space (posting_id, space_id) SELECT $1, unnest($2::int[])",
        posting_id,
        list(plan.space_ids),
    )
