"""Applications for tests: a posting to apply for, a form that is right, a CV."""

import io
from typing import Any, NamedTuple

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.internships import make_company, make_posting
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
