"""Who gets what of placements: every route, by everybody, in one table made from the router itself."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.internships import make_company, make_member
from support.people import make_person, sign_in
from support.placements import Stage, make_stage, propose
from support.spaces import make_district, make_host
from support.world import address, all_routes

ROLES = ("nobody", "intern", "manager", "mentor", "other mentor", "other company", "staff", "other staff", "host")
GONE, REDIRECT, NOT_SIGNED_IN = 404, 303, 401
MODULES = ("own_pages", "company_pages", "district_pages", "signature_pages", "own_api", "company_api", "district_api")


def row(everybody_else: int, signed_out: int, **statuses: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, everybody_else) | {"nobody": signed_out} | statuses


def own(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    return row(GONE, signed_out, intern=status)


def company(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    """Of who manages the company alone."""
    return row(GONE, signed_out, manager=status)


def mentored(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    """Of managers, and of the mentor of this very placement."""
    return row(GONE, signed_out, manager=status, mentor=status)


def listed(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    """Any mentor of the company, who sees their own interns alone."""
    return mentored(status, signed_out) | {"other mentor": status}


def staff(status: int, elsewhere: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    return row(403, signed_out, staff=status) | {"other staff": elsewhere}


# It waits for signatures. 409: it may, but not now.
OWN, API = "/placements/{placement_id:int}", "/api/v1"
ROOT = "/company/{company_id:int}/placements"
ONE = f"{ROOT}/{{placement_id:int}}"
APIS = f"{API}/companies/{{company_id:int}}/placements"
API_ONE = f"{APIS}/{{placement_id:int}}"
DISTRICT, API_DISTRICT = "/district/internships/placements", f"{API}/districts/placements"
LINK = "/internships/signature/{token:str}"
TABLE: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/placements"): row(200, REDIRECT),
    ("GET", OWN): own(200, REDIRECT),
    ("POST", f"{OWN}/signature"): own(REDIRECT),
    ("POST", f"{OWN}/guardian"): own(409),  # of age
    ("POST", f"{OWN}/days-elsewhere"): own(REDIRECT),
    ("POST", f"{OWN}/cancellation"): own(REDIRECT),
    ("POST", f"{OWN}/end"): own(409),
    ("GET", ROOT): listed(200, REDIRECT),
    ("GET", ONE): mentored(200, REDIRECT),
    ("POST", f"{ONE}/proposal"): company(409),
    ("POST", f"{ONE}/signature"): company(REDIRECT),
    ("POST", f"{ONE}/confirmation"): company(409),
    ("POST", f"{ONE}/terms"): company(422),
    ("POST", f"{ONE}/days"): company(REDIRECT),
    ("POST", f"{ONE}/place"): company(422),
    ("POST", f"{ONE}/school-link"): company(409),
    ("POST", f"{ONE}/instruction"): mentored(REDIRECT),
    ("POST", f"{ONE}/certificate"): company(REDIRECT),
    ("POST", f"{ONE}/cancellation"): company(REDIRECT),
    ("POST", f"{ONE}/end"): company(409),
    ("GET", DISTRICT): staff(200, 200, REDIRECT),
    ("GET", f"{DISTRICT}/{{placement_id:int}}"): staff(200, GONE, REDIRECT),
    ("POST", f"{DISTRICT}/{{placement_id:int}}/overrides"): staff(REDIRECT, GONE),
    ("POST", f"{DISTRICT}/{{placement_id:int}}/paper"): staff(409, GONE),  # of age
    ("GET", LINK): row(410, 410),
    ("POST", LINK): row(410, 410),
    ("GET", f"{API}/placements"): row(200, NOT_SIGNED_IN),
    ("GET", f"{API}{OWN}"): own(200),
    ("POST", f"{API}{OWN}/signature"): own(200),
    ("POST", f"{API}{OWN}/guardian"): own(409),
    ("POST", f"{API}{OWN}/days-elsewhere"): own(200),
    ("POST", f"{API}{OWN}/cancellation"): own(200),
    ("POST", f"{API}{OWN}/end"): own(409),
    ("GET", APIS): listed(200),
    ("GET", API_ONE): mentored(200),
    ("PUT", f"{API_ONE}/terms"): company(422),  # in a space that the posting is not in
    ("POST", f"{API_ONE}/proposal"): company(409),
    ("POST", f"{API_ONE}/signature"): company(200),
    ("POST", f"{API_ONE}/confirmation"): company(409),
    ("POST", f"{API_ONE}/school-link"): company(409),
    ("POST", f"{API_ONE}/instruction"): mentored(200),
    ("POST", f"{API_ONE}/certificate"): company(200),
    ("POST", f"{API_ONE}/cancellation"): company(200),
    ("POST", f"{API_ONE}/end"): company(409),
    ("GET", API_DISTRICT): staff(200, 200),
    ("GET", f"{API_DISTRICT}/{{placement_id:int}}"): staff(200, GONE),
    ("POST", f"{API_DISTRICT}/{{placement_id:int}}/overrides"): staff(200, GONE),
    ("POST", f"{API_DISTRICT}/{{placement_id:int}}/paper"): staff(409, GONE),
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
    modules = {f"landbooking.internships.placements.{name}" for name in MODULES}
    known = {(method, path) for method, path, handler in all_routes() if handler.fn.__module__ in modules}
    assert known == set(TABLE)


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    stage = await make_stage(connection)
    await propose(connection, stage)
    return stage


@pytest.fixture
async def people(connection: Connection, stage: Stage) -> dict[str, Person]:
    names = [role for role in ROLES if role not in ("nobody", "intern", "manager", "staff", "other staff")]
    made = {role: await make_person(connection, f"{role.replace(' ', '-')}@example.org") for role in names}
    for role, district in (("staff", "07336"), ("other staff", "07335")):
        district_id = await make_district(connection, district)
        address_of = f"{role.replace(' ', '-')}@example.org"
        made[role] = await make_person(connection, address_of, role="staff", district_id=district_id)
    for mentor in ("mentor", "other mentor"):
        await make_member(connection, stage.company_id, made[mentor], "mentor")
    await connection.execute("UPDATE placement SET mentor_id = $1", made["mentor"].id)
    await make_company(connection, made["other company"], name="Andere GmbH")
    await make_host(connection, made["host"], stage.space_id)
    return made | {"intern": stage.intern, "manager": stage.manager}


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_gets_what_the_table_says(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, people: dict[str, Person], role: str
) -> None:
    ids: dict[str, int | str] = {
        "placement_id": stage.placement_id,
        "company_id": stage.company_id,
        "token": "no-such-link",
    }
    if role != "nobody":
        await sign_in(connection, client, people[role])
    for (method, path), expected in TABLE.items():
        body = next((value for end, value in BODIES.items() if path.endswith(end)), {})
        sent: dict[str, Any] = {} if method == "GET" else {"json" if path.startswith("/api/") else "data": body}
        transaction = connection.transaction()
        await transaction.start()
        try:
            answer = await client.request(method, address(path, ids), **sent)
        finally:
            await transaction.rollback()
        assert answer.status_code == expected[role], (method, path, role, answer.text[:300])
        if expected[role] in (403, 404):
            assert "Mia" not in answer.text
            assert "Webseiten" not in answer.text


async def test_a_mentor_sees_the_own_interns_alone(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, people: dict[str, Person]
) -> None:
    for role, seen in (("mentor", True), ("other mentor", False)):
        await sign_in(connection, client, people[role])
        assert ("Mia Muster" in (await client.get(f"/company/{stage.company_id}/placements")).text) is seen
