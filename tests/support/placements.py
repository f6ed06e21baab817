"""Placements for tests: a company, an intern, a space with desks, and how it stands."""

import re
from datetime import date, timedelta
from typing import Any, NamedTuple

import httpx
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.placements.signing import sign_by_account
from landbooking.internships.placements.transitions import move
from support.hosting import make_place
from support.internships import make_application, make_company, make_placement, make_posting
from support.people import make_person

GUARDIAN = "mutter@example.org"
SCHOOL = "sekretariat@example.org"


class Stage(NamedTuple):
    """A placement of two workweeks in a space with two desks, open daily from 8 to 18."""

    placement_id: int
    posting_id: int
    company_id: int
    space_id: int
    desk: int
    other_desk: int
    manager: Person
    intern: Person

    @property
    def own(self) -> str:
        return f"/placements/{self.placement_id}"

    @property
    def company(self) -> str:
        return f"/company/{self.company_id}/placements/{self.placement_id}"

    @property
    def district(self) -> str:
        return f"/district/internships/placements/{self.placement_id}"


def two_weeks(first: date | None = None) -> "Range[date]":
    """Monday to Friday of two weeks: without a day, those of September 2027, without holidays of either kind."""
    return Range(first, first + timedelta(days=12)) if first else Range(date(2027, 9, 6), date(2027, 9, 18))


async def make_stage(connection: Connection, posting: dict[str, Any] | None = None, **columns: Any) -> Stage:
    """In draft. `posting` are columns of the posting, `columns` those of the placement."""
    place = await make_place(connection)
    manager = await make_person(connection, "betrieb@example.org", name="Erika Betrieb")
    company_id = await make_company(connection, manager)
    wished = {"taken": 1, "break_minutes": 60, "days": two_weeks(), **(posting or {})}
    posting_id = await make_posting(connection, company_id, place.space_id, **wished)
    intern = await make_person(connection, "mia@example.org", name="Mia Muster")
    application_id = await make_application(
        connection, posting_id, intern, days=wished["days"], space_id=place.space_id
    )
    placement_id = await make_placement(connection, application_id, place.space_id, **columns)
    return Stage(placement_id, posting_id, company_id, place.space_id, place.desk, place.other_desk, manager, intern)


async def propose(connection: Connection, stage: Stage) -> None:
    await move(connection, stage.placement_id, "propose", "company", stage.manager)


async def confirm(connection: Connection, stage: Stage) -> None:
    """Signed by an intern of age and the company, so that it is confirmed and has its desks."""
    await propose(connection, stage)
    await sign_by_account(connection, stage.intern, stage.placement_id, "applicant", None)
    await sign_by_account(connection, stage.manager, stage.placement_id, "company", None)


async def status_of(connection: Connection, stage: Stage) -> str:
    status: str = await connection.fetchval("SELECT status FROM placement WHERE id = $1", stage.placement_id)
    return status


async def signed(connection: Connection, stage: Stage) -> set[str]:
    rows = await connection.fetch(
        "SELECT signatory FROM placement_signature WHERE placement_id = $1 AND signed_at IS NOT NULL",
        stage.placement_id,
    )
    return {row["signatory"] for row in rows}


async def desks(connection: Connection, stage: Stage) -> list[int]:
    """Of the days' bookings that stand, in the order of the days."""
    rows = await connection.fetch(
        """SELECT resource_id FROM placement_day JOIN booking ON booking.id = booking_id
           WHERE placement_id = $1 AND booking.status = 'confirmed' ORDER BY day""",
        stage.placement_id,
    )
    return [row["resource_id"] for row in rows]


async def link_to(connection: Connection, address: str) -> str:
    """That of the mail written last to this address."""
    path: str = await connection.fetchval(
        "SELECT context->>'link_path' FROM outbox WHERE recipient = $1 ORDER BY id DESC LIMIT 1", address
    )
    return path


async def terms_version(connection: Connection, stage: Stage) -> str:
    version: int = await connection.fetchval("SELECT terms_version FROM placement WHERE id = $1", stage.placement_id)
    return f"{version}"


def field(answer: httpx.Response, name: str) -> str:
    """What a hidden field of the page says."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return found.group(1)
