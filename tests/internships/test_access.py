"""Who gets what of applications: every route, by everybody, in one table made from the router itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from internships.placements.test_access import TABLE as PLACEMENTS
from internships.postings.test_access import TABLE as POSTINGS
from internships.running.test_access import TABLE as RUNNING
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
from support.applications import a_pdf, make_offer, make_scene
from support.internships import TWO_WEEKS, make_application


def applying(signed_out: int, has_applied: int, everybody_else: int) -> Row:
    """Anybody may apply, once."""
    return row(everybody_else, signed_out, applicant=has_applied, rival=has_applied)


# The application is in the engere Wahl, with a CV; for staff it has an offer, since they see no other. Each request has
# the body below, or none. 409: it may, but not now.
PAGES = "/applications/{application_id:int}"
COMPANY = "/company/{company_id:int}/applications"
FORM = "/internships/{posting_id:int}/application"
PAPERS = "/district/internships/consents"
API = "/api/v1"
TABLE: Table = {
    ("GET", FORM): applying(REDIRECT, REDIRECT, 200),  # who has applied is led to what was sent
    ("POST", FORM): applying(NOT_SIGNED_IN, 409, REDIRECT),
    ("POST", f"{FORM}/draft"): applying(NOT_SIGNED_IN, 409, 204),
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
    ("GET", "/internships/consent/{token:str}"): public(410),
    ("POST", "/internships/consent/{token:str}"): public(410),
    ("GET", PAPERS): of_staff(200, 200, REDIRECT),
    ("POST", PAPERS): of_staff(200, 422),
    ("POST", f"{PAPERS}/{{person_id:int}}"): of_staff(REDIRECT, GONE),
    ("POST", f"{PAPERS}/{{person_id:int}}/revocation"): of_staff(REDIRECT, GONE),
    ("GET", f"/district/internships{PAGES}"): of_staff(200, GONE, REDIRECT),
    ("POST", f"/district/internships{PAGES}/overrides"): of_staff(REDIRECT, GONE),
    ("GET", f"{API}/applications/guardian"): of_all(200),
    ("POST", f"{API}/applications/guardian"): of_all(200),
    ("POST", f"{API}/districts/consents"): of_staff(200, 422),
    ("POST", f"{API}/districts/consents/revocation"): of_staff(200, 422),
    ("GET", f"{API}/districts/applications"): of_staff(200, 200),
    ("GET", f"{API}/districts{PAGES}"): of_staff(200, GONE),
    ("POST", f"{API}/districts{PAGES}/overrides"): of_staff(200, GONE),
    ("PUT", f"{API}/internships/{{posting_id:int}}/application"): applying(NOT_SIGNED_IN, 409, 200),
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
    f"{API}{PAGES}/interview": {"time_id": 1},
    f"{PAGES}/interview": {"time": "1"},
    "/overrides": {"rule": "L6", "reason": "Grund"},
    "/guardian": {"guardian_email": "mutter@example.org"},
    "/consents": {"email": "mia@example.org"},
    "/districts/consents/revocation": {"email": "mia@example.org"},
    "/{token:str}": {"answer": "no"},
}


def test_the_table_knows_every_route() -> None:
    """A new route fails here until somebody has written down who gets it."""
    assert routes_below("applications") == set(TABLE)


def test_no_route_is_in_none_of_the_tables() -> None:
    """Be it in a new folder."""
    assert routes_below() == set(TABLE) | set(PLACEMENTS) | set(POSTINGS) | set(RUNNING)


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_gets_what_the_table_says(
    connection: Connection, client: httpx.AsyncClient, applicant: Person, role: str
) -> None:
    scene = await make_scene(connection, places=9)
    people = await make_others(connection, scene.company_id, scene.space_id, applicant, scene.manager)
    await connection.execute("UPDATE posting SET mentor_id = $1", people["mentor"].id)
    await make_offer(connection, scene.posting_id, people["rival"])
    columns = {"status": "shortlisted", "days": TWO_WEEKS, "space_id": scene.space_id}
    application_id = await make_application(connection, scene.posting_id, applicant, **columns)
    await connection.execute(
        "INSERT INTO application_cv (application_id, pdf, pages) VALUES ($1, $2, 1)", application_id, a_pdf()
    )
    ids: dict[str, int | str] = {
        "posting_id": scene.posting_id,
        "company_id": scene.company_id,
        "application_id": application_id,
        "person_id": applicant.id,
        "token": "no-such-link",
    }

    async def with_an_offer(path: str) -> None:
        if "/district" in path:
            await connection.execute(
                "UPDATE application SET status = 'offered', offer_until_at = now() + interval '1 day' WHERE id = $1",
                application_id,
            )

    secrets, insiders = ("Mia", "guardian@example.org"), ("applicant", "manager", "staff")
    await ask_each(connection, client, TABLE, role, people, ids, BODIES, secrets, insiders, with_an_offer)
