"""Applications for tests: a posting to apply for, a form that is right, a CV."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.internships import TWO_WEEKS, make_application, make_company, make_placement, make_posting
from support.people import make_person
from support.spaces import make_space


class Scene(NamedTuple):
    """A company with its manager, and a published posting in one space."""

    company_id: int
    posting_id: int
    space_id: int
    manager: Person

    @property
    def form(self) -> str:
        return f"/internships/{self.posting_id}/application"

    @property
    def company(self) -> str:
        return f"/company/{self.company_id}/applications"


async def make_scene(connection: Connection, **columns: Any) -> Scene:
    """`columns` are those of the posting."""
    manager = await make_person(connection, "betrieb@example.org", name="Erika Betrieb")
    company_id = await make_company(connection, manager)
    space_id = await make_space(connection)
    return Scene(company_id, await make_posting(connection, company_id, space_id, **columns), space_id, manager)


def complete(**changes: str) -> dict[str, str]:
    """The form as somebody of age fills it in for a posting without questions and choices."""
    return {"letter": "Ich möchte lernen.", "birthday": "2000-05-01", "schooling": "over", **changes}


async def draft_of(connection: Connection, person: Person) -> dict[str, str]:
    """What stands in the person's draft."""
    typed: dict[str, str] = await connection.fetchval(
        "SELECT typed FROM application WHERE person_id = $1 AND status = 'draft'", person.id
    )
    return typed


def a_pdf(pages: int = 1, **options: Any) -> bytes:
    """With so many empty pages; `options` are pikepdf's for saving."""
    import pikepdf

    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        file = io.BytesIO()
        pdf.save(file, **options)
    return file.getvalue()


async def status_of(connection: Connection, application_id: int) -> str:
    status: str = await connection.fetchval("SELECT status FROM application WHERE id = $1", application_id)
    return status


async def taken(connection: Connection, posting_id: int) -> int:
    """How many of the posting's places are held or given."""
    count: int = await connection.fetchval("SELECT taken FROM posting WHERE id = $1", posting_id)
    return count


async def grant(connection: Connection, person: Person) -> None:
    """A guardian has agreed, on paper."""
    await connection.execute(
        """INSERT INTO guardian_consent (person_id, purpose, text_version, expires_at, channel, granted_at)
           VALUES ($1, 'internships', 1, now(), 'paper', now())""",
        person.id,
    )


async def subjects_to(connection: Connection, person: Person) -> list[str]:
    """What the mails to this person are about, in their order."""
    rows = await connection.fetch(
        "SELECT context ->> 'subject' AS subject FROM outbox WHERE recipient = $1 ORDER BY id", person.email
    )
    return [row["subject"] for row in rows]


async def make_offer(connection: Connection, posting_id: int, person: Person, **columns: Any) -> int:
    """An application with an offer that stands, which holds its place."""
    until = datetime.now(UTC) + timedelta(days=14)
    await connection.execute("UPDATE posting SET taken = taken + 1 WHERE id = $1", posting_id)
    wish = {"days": TWO_WEEKS, "status": "offered", "offer_until_at": until}
    return await make_application(connection, posting_id, person, **{**wish, **columns})


async def make_applied(connection: Connection, owner: Person, space_id: int) -> dict[str, int | str]:
    """One row of everything, for tests that walk the app: `owner` manages the company and has applied to it."""
    company_id = await make_company(connection, owner)
    posting_id = await make_posting(connection, company_id, space_id)
    agreed = await make_application(connection, await make_posting(connection, company_id, space_id, taken=1), owner)
    return {
        "placement_id": await make_placement(connection, agreed, space_id),
        "company_id": company_id,
        "posting_id": posting_id,
        "application_id": await make_application(connection, posting_id, owner, days=TWO_WEEKS, space_id=space_id),
    }
