"""Who gets what of applications: every route, by everybody, in one table made from the router itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.applications import a_pdf, make_offer, make_scene
from support.internships import TWO_WEEKS, make_application, make_company, make_member
from support.people import make_person, sign_in
from support.spaces import make_host
from support.world import address, all_routes

ROLES = ("nobody", "applicant", "rival", "manager", "mentor", "other company", "staff", "host")
GONE, REDIRECT, NOT_SIGNED_IN = 404, 303, 401


def by_all(
    signed_out: int, applicant: int, rival: int, manager: int, everybody_else: int, staff: int | None = None
) -> dict[str, int]:
    """A row of the table. Mentors, managers of other companies and hosts are everybody else."""
    other = everybody_else
    return dict(zip(ROLES, (signed_out, applicant, rival, manager, other, other, staff or other, other), strict=True))


def own(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    """Of the applicant alone: for everybody else it is not there."""
    return by_all(signed_out, status, GONE, GONE, GONE)


def of_company(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    """Of who manages the company alone; the applicant doesn't look at it from there either."""
    return by_all(signed_out, GONE, GONE, status, GONE)


def of_all(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    """Everybody with an account, about themselves."""
    return by_all(signed_out, status, status, status, status)


def of_staff(status: int, signed_out: int = NOT_SIGNED_IN) -> dict[str, int]:
    return by_all(signed_out, 403, 403, 403, 403, staff=status)


# The application is in the engere Wahl, with a CV; each request has the body below, or none. 409: it may, but not now.
PAGES = "/applications/{application_id:int}"
COMPANY = "/company/{company_id:int}/applications"
FORM = "/internships/{posting_id:int}/application"
PAPERS = "/district/internships/consents"
API = "/api/v1"
TABLE: dict[tuple[str, str], dict[str, int]] = {
    ("GET", FORM): by_all(REDIRECT, REDIRECT, REDIRECT, 200, 200),  # who has applied is led to what was sent
    ("POST", FORM): by_all(NOT_SIGNED_IN, 409, 409, REDIRECT, REDIRECT),
    ("POST", f"{FORM}/draft"): by_all(NOT_SIGNED_IN, 409, 409, 204, 204),
    ("GET", "/applications"): of_all(200, REDIRECT),
    ("GET", PAGES): own(200, REDIRECT),
    ("GET", f"{PAGES}/cv"): own(200, REDIRECT),
    ("GET", f"{PAGES}/interview.ics"): own(GONE, REDIRECT),  # no time is picked
    ("POST", f"{PAGES}/removal"): own(GONE),  # it is no draft any more
    ("POST", f"{PAGES}/withdrawal"): own(REDIRECT),
    ("POST", f"{PAGES}/acceptance"): own(409),
    ("POST", f"{PAGES}/exception"): own(409),
    ("POST", f"{PAGES}/refusal"): own(409),
    ("POST", f"{PAGES}/messages"): own(REDIRECT),
    ("POST", f"{PAGES}/interview"): own(409),
    ("POST", f"{PAGES}/interview/cancellation"): own(409),
    ("GET", "/applications/guardian"): of_all(200, REDIRECT),
    ("POST", "/applications/guardian"): of_all(REDIRECT),
    ("GET", COMPANY): of_company(200, REDIRECT),
    ("GET", f"{COMPANY}/{{application_id:int}}"): of_company(200, REDIRECT),
    ("GET", f"{COMPANY}/{{application_id:int}}/cv"): of_company(200, REDIRECT),
    ("GET", f"{COMPANY}/{{application_id:int}}/interview.ics"): of_company(GONE, REDIRECT),
    ("POST", f"{COMPANY}/{{application_id:int}}/shortlisting"): of_company(409),
    ("POST", f"{COMPANY}/{{application_id:int}}/offer"): of_company(REDIRECT),
    ("POST", f"{COMPANY}/{{application_id:int}}/decline"): of_company(REDIRECT),
    ("POST", f"{COMPANY}/{{application_id:int}}/restoration"): of_company(409),
    ("POST", f"{COMPANY}/{{application_id:int}}/messages"): of_company(REDIRECT),
    ("POST", f"{COMPANY}/{{application_id:int}}/interview"): of_company(422),  # no times in it
    ("POST", f"{COMPANY}/{{application_id:int}}/interview/cancellation"): of_company(409),
    ("GET", "/internships/consent/{token:str}"): of_all(410, 410),
    ("POST", "/internships/consent/{token:str}"): of_all(410, 410),
    ("GET", PAPERS): of_staff(200, REDIRECT),
    ("POST", PAPERS): of_staff(200),
    ("POST", f"{PAPERS}/{{person_id:int}}"): of_staff(REDIRECT),
    ("POST", f"{PAPERS}/{{person_id:int}}/revocation"): of_staff(GONE),  # nothing stands
    ("GET", f"/district/internships{PAGES}"): of_staff(GONE, REDIRECT),  # no offer stands
    ("POST", f"/district/internships{PAGES}/overrides"): of_staff(GONE),
    ("GET", f"{API}/applications/guardian"): of_all(200),
    ("POST", f"{API}/applications/guardian"): of_all(200),
    ("POST", f"{API}/districts/consents"): of_staff(200),
    ("POST", f"{API}/districts/consents/revocation"): of_staff(GONE),  # nothing stands
    ("GET", f"{API}/districts/applications"): of_staff(200),
    ("GET", f"{API}/districts{PAGES}"): of_staff(GONE),
    ("POST", f"{API}/districts{PAGES}/overrides"): of_staff(GONE),
    ("PUT", f"{API}/internships/{{posting_id:int}}/application"): by_all(NOT_SIGNED_IN, 409, 409, 200, 200),
    ("GET", f"{API}/applications"): of_all(200),
    ("GET", f"{API}{PAGES}"): own(200),
    ("DELETE", f"{API}{PAGES}"): own(GONE),
    ("PUT", f"{API}{PAGES}/cv"): own(422),  # that is no PDF
    ("GET", f"{API}{PAGES}/cv"): own(200),
    ("POST", f"{API}{PAGES}/submission"): own(422),
    ("POST", f"{API}{PAGES}/withdrawal"): own(200),
    ("POST", f"{API}{PAGES}/acceptance"): own(409),
    ("POST", f"{API}{PAGES}/exception"): own(409),
    ("POST", f"{API}{PAGES}/refusal"): own(409),
    ("POST", f"{API}{PAGES}/interview"): own(409),
    ("POST", f"{API}{PAGES}/interview/cancellation"): own(409),
    ("GET", f"{API}{PAGES}/messages"): own(200),
    ("POST", f"{API}{PAGES}/messages"): own(201),
    ("GET", f"{API}/companies/{{company_id:int}}/applications"): of_company(200),
    ("GET", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}"): of_company(200),
    ("GET", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/cv"): of_company(200),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/shortlisting"): of_company(409),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/offer"): of_company(200),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/decline"): of_company(200),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/restoration"): of_company(409),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/interview"): of_company(200),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/interview/cancellation"):
        of_company(409),
    ("GET", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/messages"): of_company(200),
    ("POST", f"{API}/companies/{{company_id:int}}/applications/{{application_id:int}}/messages"): of_company(201),
}  # fmt: skip

SOON = datetime.now(UTC) + timedelta(days=3)
TIMES = [{"start": f"{SOON + timedelta(hours=n)}", "end": f"{SOON + timedelta(hours=n + 1)}"} for n in (0, 2)]
BODIES: dict[str, dict[str, Any]] = {
    "/companies/{company_id:int}/applications/{application_id:int}/interview": {"times": TIMES},
    "/decline": {"reason": "skills"},
    "/messages": {"text": "Guten Tag"},
    "/applications/{application_id:int}/interview": {"time": "1", "time_id": 1},
    "/overrides": {"rule": "L6", "reason": "Grund"},
    "/guardian": {"guardian_email": "mutter@example.org"},
    "/consents": {"email": "mia@example.org"},
    "/districts/consents/revocation": {"email": "mia@example.org"},
    "/{token:str}": {"answer": "no"},
}


def test_the_table_knows_every_route() -> None:
    """A new route fails here until somebody has written down who gets it."""
    known = {
        (method, path)
        for method, path, handler in all_routes()
        if handler.fn.__module__.startswith("landbooking.internships.applications.")
    }
    assert known == set(TABLE)


@pytest.fixture
async def people(connection: Connection) -> dict[str, Person]:
    names = [role for role in ROLES if role not in ("nobody", "manager")]
    made = {role: await make_person(connection, f"{role.replace(' ', '-')}@example.org") for role in names}
    return made | {"applicant": await make_person(connection, "mia@example.org", name="Mia Muster")}


@pytest.fixture
async def ids(connection: Connection, people: dict[str, Person]) -> dict[str, int | str]:
    scene = await make_scene(connection, places=9)
    people["manager"] = scene.manager
    await make_member(connection, scene.company_id, people["mentor"], "mentor")
    await make_company(connection, people["other company"], name="Andere GmbH")
    await make_host(connection, people["host"], scene.space_id)
    district = await connection.fetchval("SELECT id FROM district")
    await connection.execute(
        "UPDATE person SET role = 'staff', district_id = $2 WHERE id = $1", people["staff"].id, district
    )
    await make_offer(connection, scene.posting_id, people["rival"])
    columns = {"status": "shortlisted", "days": TWO_WEEKS, "space_id": scene.space_id}
    application_id = await make_application(connection, scene.posting_id, people["applicant"], **columns)
    await connection.execute(
        "INSERT INTO application_cv (application_id, pdf, pages) VALUES ($1, $2, 1)", application_id, a_pdf()
    )
    return {
        "posting_id": scene.posting_id,
        "company_id": scene.company_id,
        "application_id": application_id,
        "person_id": people["applicant"].id,
        "token": "no-such-link",
    }


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_gets_what_the_table_says(
    connection: Connection, client: httpx.AsyncClient, people: dict[str, Person], ids: dict[str, int | str], role: str
) -> None:
    if role != "nobody":
        await sign_in(connection, client, people[role])
    for (method, path), expected in TABLE.items():
        body = next((value for end, value in BODIES.items() if path.endswith(end)), {})
        if path.startswith("/api/"):
            known = {name: value for name, value in body.items() if name != "time"}
            sent: dict[str, Any] = {"json": known} if method in ("POST", "PUT") else {}
        else:
            sent = {"data": {name: value for name, value in body.items() if name != "time_id"}}
            sent = sent if method == "POST" else {}
        transaction = connection.transaction()
        await transaction.start()
        try:
            answer = await client.request(method, address(path, ids), **sent)
        finally:
            await transaction.rollback()
        assert answer.status_code == expected[role], (method, path, role, answer.text[:300])
        if expected[role] in (403, 404):
            assert "Mia" not in answer.text
