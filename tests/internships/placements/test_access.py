"""Who gets what of placements: every route, by everybody, in one table made from the router itself."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.access import (
    GONE,
    NOT_SIGNED_IN,
    REDIRECT,
    ROLES,
    Row,
    Table,
    ask_each,
    make_others,
    of_all,
    of_company,
    of_staff,
    own,
    public,
    routes_below,
    row,
)
from support.people import sign_in
from support.placements import Stage, make_stage, propose


def mentored(status: int, signed_out: int = NOT_SIGNED_IN) -> Row:
    """Of managers, and of the mentor of this very placement."""
    return row(GONE, signed_out, manager=status, mentor=status)


def listed(status: int, signed_out: int = NOT_SIGNED_IN) -> Row:
    """Any mentor of the company, who sees their own interns alone."""
    return row(GONE, signed_out, manager=status, mentor=status, other_mentor=status)


# It waits for signatures. 409: it may, but not now.
OWN, API = "/placements/{placement_id:int}", "/api/v1"
ROOT = "/company/{company_id:int}/placements"
ONE = f"{ROOT}/{{placement_id:int}}"
APIS = f"{API}/companies/{{company_id:int}}/placements"
API_ONE = f"{APIS}/{{placement_id:int}}"
DISTRICT, API_DISTRICT = "/district/internships/placements", f"{API}/districts/placements"
LINK = "/internships/signature/{token:str}"
TABLE: Table = {
    ("GET", "/placements"): of_all(200, REDIRECT),
    ("GET", OWN): own(200, REDIRECT),
    ("POST", f"{OWN}/signature"): own(REDIRECT),
    ("POST", f"{OWN}/guardian"): own(409),  # of age
    ("POST", f"{OWN}/days-elsewhere"): own(REDIRECT),
    ("POST", f"{OWN}/cancellation"): own(REDIRECT),
    ("POST", f"{OWN}/end"): own(409),
    ("GET", ROOT): listed(200, REDIRECT),
    ("GET", ONE): mentored(200, REDIRECT),
    ("POST", f"{ONE}/proposal"): of_company(409),
    ("POST", f"{ONE}/signature"): of_company(REDIRECT),
    ("POST", f"{ONE}/confirmation"): of_company(409),
    ("POST", f"{ONE}/terms"): of_company(422),
    ("POST", f"{ONE}/days"): of_company(REDIRECT),
    ("POST", f"{ONE}/place"): of_company(422),
    ("POST", f"{ONE}/school-link"): of_company(409),
    ("POST", f"{ONE}/instruction"): mentored(REDIRECT),
    ("POST", f"{ONE}/certificate"): of_company(REDIRECT),
    ("POST", f"{ONE}/cancellation"): of_company(REDIRECT),
    ("POST", f"{ONE}/end"): of_company(409),
    ("GET", DISTRICT): of_staff(200, 200, REDIRECT),
    ("GET", f"{DISTRICT}/{{placement_id:int}}"): of_staff(200, GONE, REDIRECT),
    ("POST", f"{DISTRICT}/{{placement_id:int}}/overrides"): of_staff(REDIRECT, GONE),
    ("POST", f"{DISTRICT}/{{placement_id:int}}/paper"): of_staff(409, GONE),  # of age
    ("GET", LINK): public(410),
    ("POST", LINK): public(410),
    ("GET", f"{API}/placements"): of_all(200),
    ("GET", f"{API}{OWN}"): own(200),
    ("POST", f"{API}{OWN}/signature"): own(200),
    ("POST", f"{API}{OWN}/guardian"): own(409),
    ("POST", f"{API}{OWN}/days-elsewhere"): own(200),
    ("POST", f"{API}{OWN}/cancellation"): own(200),
    ("POST", f"{API}{OWN}/end"): own(409),
    ("GET", APIS): listed(200),
    ("GET", API_ONE): mentored(200),
    ("PUT", f"{API_ONE}/terms"): of_company(422),  # in a space that the posting is not in
    ("POST", f"{API_ONE}/proposal"): of_company(409),
    ("POST", f"{API_ONE}/signature"): of_company(200),
    ("POST", f"{API_ONE}/confirmation"): of_company(409),
    ("POST", f"{API_ONE}/school-link"): of_company(409),
    ("POST", f"{API_ONE}/instruction"): mentored(200),
    ("POST", f"{API_ONE}/certificate"): of_company(200),
    ("POST", f"{API_ONE}/cancellation"): of_company(200),
    ("POST", f"{API_ONE}/end"): of_company(409),
    ("GET", API_DISTRICT): of_staff(200, 200),
    ("GET", f"{API_DISTRICT}/{{placement_id:int}}"): of_staff(200, GONE),
    ("POST", f"{API_DISTRICT}/{{placement_id:int}}/overrides"): of_staff(200, GONE),
    ("POST", f"{API_DISTRICT}/{{placement_id:int}}/paper"): of_staff(409, GONE),
}

DAY = {"day": "2027-09-08", "start": "09:00:00", "end": "14:00:00", "break_minutes": 30}
BODIES: dict[str, dict[str, Any]] = {
    "/signature": {"terms_version": 1},
    "/guardian": {"guardian_email": "mutter@example.org"},
    "/days-elsewhere": {"year": 2027, "days": 3},
    "/days": {**DAY, "start": "09:00", "end": "14:00"},
    "/place": {"space": 999_999},
    "/company/{company_id:int}/placements/{placement_id:int}/instruction": {"instructed_on": "2026-11-01"},
    "/company/{company_id:int}/placements/{placement_id:int}/certificate": {"certificate_seen_on": "2026-11-01"},
    "/instruction": {"on": "2026-11-01"},
    "/certificate": {"on": "2026-11-01"},
    "/overrides": {"rule": "L6", "reason": "Grund"},
    "/paper": {"signatory": "guardian", "name": "Maria Muster", "terms_version": 1},
    "/{token:str}": {"answer": "no"},
    f"{API_ONE}/terms": {"space_id": 999_999, "tasks": "Neu", "days": [DAY]},
}


def test_the_table_knows_every_route() -> None:
    """A new route fails here until somebody has written down who gets it."""
    assert routes_below("placements") == set(TABLE)


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    stage = await make_stage(connection)
    await propose(connection, stage)
    return stage


@pytest.fixture
async def people(connection: Connection, stage: Stage) -> dict[str, Person]:
    made = await make_others(connection, stage.company_id, stage.space_id, stage.intern, stage.manager)
    await connection.execute("UPDATE placement SET mentor_id = $1", made["mentor"].id)
    return made


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_gets_what_the_table_says(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, people: dict[str, Person], role: str
) -> None:
    ids: dict[str, int | str] = {
        "placement_id": stage.placement_id,
        "company_id": stage.company_id,
        "token": "no-such-link",
    }
    secrets, insiders = ("Mia", "Webseiten"), ("applicant", "manager", "mentor", "staff")
    await ask_each(connection, client, TABLE, role, people, ids, BODIES, secrets, insiders)


async def test_a_mentor_sees_the_own_interns_alone(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, people: dict[str, Person]
) -> None:
    for role, seen in (("mentor", True), ("other mentor", False)):
        await sign_in(connection, client, people[role])
        assert ("Mia Muster" in (await client.get(f"/company/{stage.company_id}/placements")).text) is seen
