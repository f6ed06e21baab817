"""Who gets what of companies, postings and saved searches: every route, by everybody, made from the router itself."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from landbooking.database import Connection
from support.access import (
    GONE,
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
)
from support.internships import make_application, make_company, make_posting
from support.people import make_person
from support.postings import Scene, new_posting, posting_form, today


def of_district(status: int) -> Row:
    """Where the district is named in the path, staff of another one are refused like everybody else."""
    return of_staff(status, 403)


# The posting is published, a draft to be changed, in review for staff; the company is verified unless that is asked.
ONE, POSTING = "/companies/{company_id:int}", "/postings/{posting_id:int}"
DISTRICT, API = "/district/internships", "/api/v1"
API_DISTRICT = f"{API}/districts/{{district_id:int}}"
END = "/internships/searches/end/{code:str}"
TABLE: Table = {
    ("GET", "/internships"): public(200),
    ("GET", "/internships/feed.rss"): public(200),
    ("GET", "/internships/easy"): public(200),
    ("GET", "/internships/{posting_id:int}"): public(200),
    ("GET", ONE): public(200),
    ("GET", "/internships/searches"): of_all(200, REDIRECT),
    ("POST", "/internships/searches"): of_all(REDIRECT),
    ("POST", "/internships/searches/{saved_search_id:int}/end"): own(REDIRECT),
    ("GET", END): public(200),
    ("POST", END): public(REDIRECT),
    ("GET", "/companies/mine"): of_all(200, REDIRECT),
    ("GET", "/companies/new"): of_all(200, REDIRECT),
    ("POST", "/companies"): of_all(REDIRECT),
    ("GET", f"{ONE}/profile"): of_company(200, REDIRECT),
    ("POST", f"{ONE}/profile"): of_company(REDIRECT),
    ("GET", f"{ONE}/members"): of_company(200, REDIRECT),
    ("POST", f"{ONE}/members"): of_company(REDIRECT),
    ("POST", f"{ONE}/members/{{person_id:int}}/removal"): of_company(REDIRECT),
    ("GET", f"{ONE}/postings"): of_company(200, REDIRECT),
    ("GET", f"{ONE}/postings/new"): of_company(200, REDIRECT),
    ("POST", f"{ONE}/postings"): of_company(REDIRECT),
    ("GET", POSTING): of_company(200, REDIRECT),
    ("GET", f"{POSTING}/change"): of_company(200, REDIRECT),
    ("POST", f"{POSTING}/change"): of_company(REDIRECT),
    ("POST", f"{POSTING}/terms"): of_company(REDIRECT),
    ("POST", f"{POSTING}/steps"): of_company(REDIRECT),
    ("GET", DISTRICT): of_staff(200, 200, REDIRECT),
    ("GET", f"{DISTRICT}{ONE}"): of_staff(200, GONE, REDIRECT),
    ("POST", f"{DISTRICT}{ONE}/verification"): of_staff(REDIRECT, GONE),
    ("POST", f"{DISTRICT}{ONE}/suspension"): of_staff(REDIRECT, GONE),
    ("POST", f"{DISTRICT}{ONE}/name"): of_staff(REDIRECT, GONE),
    ("POST", f"{DISTRICT}{ONE}/name/refusal"): of_staff(REDIRECT, GONE),
    ("GET", f"{DISTRICT}{POSTING}"): of_staff(200, GONE, REDIRECT),
    ("POST", f"{DISTRICT}{POSTING}/steps"): of_staff(REDIRECT, GONE),
    ("GET", f"{API}/internships"): public(200),
    ("GET", f"{API}/internships/{{posting_id:int}}"): public(200),
    ("GET", f"{API}{ONE}"): public(200),
    ("GET", f"{API}/saved-searches"): of_all(200),
    ("POST", f"{API}/saved-searches"): of_all(201),
    ("POST", f"{API}/saved-searches/{{saved_search_id:int}}/end"): own(200),
    ("GET", f"{API}/companies"): of_all(200),
    ("POST", f"{API}/companies"): of_all(201),
    ("POST", f"{API}{ONE}/change"): of_company(200),
    ("GET", f"{API}{ONE}/members"): of_company(200),
    ("POST", f"{API}{ONE}/members"): of_company(200),
    ("POST", f"{API}{ONE}/members/{{person_id:int}}/removal"): of_company(200),
    ("GET", f"{API}{ONE}/postings"): of_company(200),
    ("POST", f"{API}{ONE}/postings"): of_company(201),
    ("GET", f"{API}{POSTING}"): of_company(200),
    ("POST", f"{API}{POSTING}/change"): of_company(200),
    ("POST", f"{API}{POSTING}/terms"): of_company(200),
    ("POST", f"{API}{POSTING}/steps"): of_company(200),
    ("GET", f"{API_DISTRICT}/companies"): of_district(200),
    ("POST", f"{API_DISTRICT}{ONE}/verification"): of_staff(200, GONE),
    ("POST", f"{API_DISTRICT}{ONE}/suspension"): of_staff(200, GONE),
    ("POST", f"{API_DISTRICT}{ONE}/name"): of_staff(200, GONE),
    ("POST", f"{API_DISTRICT}{ONE}/name/refusal"): of_staff(200, GONE),
    ("GET", f"{API_DISTRICT}/postings"): of_district(200),
    ("POST", f"{API_DISTRICT}{POSTING}/steps"): of_staff(200, GONE),
}

PROFILE = {"name": "Neu", "street": "Weg 1", "postal_code": "66869", "town": "Kusel", "contact_name": "Leitung"}


def bodies(scene: Scene, district_id: int) -> dict[str, dict[str, Any]]:
    """By the ending of the path, as the pages and the JSON API take them."""
    terms = {"places": 3, "deadline": f"{today() + timedelta(days=20)}", "mentor": scene.manager.id}
    return {
        "/searches": {"words": "Webseiten"},
        "/saved-searches": {"words": "Webseiten"},
        f"{API}{ONE}/change": PROFILE,
        f"{ONE}/profile": PROFILE,
        f"{ONE}/members": {"email": "neu@example.org"},
        f"{API}{ONE}/postings": new_posting(scene),
        f"{ONE}/postings": posting_form(scene),
        f"{API}{POSTING}/change": new_posting(scene),
        f"{POSTING}/change": posting_form(scene),
        f"{POSTING}/terms": terms,
        f"{DISTRICT}{POSTING}/steps": {"step": "publish"},
        f"{API_DISTRICT}{POSTING}/steps": {"step": "publish"},
        f"{POSTING}/steps": {"step": "withdraw"},
        f"{API}/companies": {**PROFILE, "district_id": district_id},
        "/companies": {**PROFILE, "district": district_id},
        "/suspension": {"reason": "Briefkasten"},
        "/name/refusal": {"reason": "Zu lang"},
        "/verification": {"proof": "letter"},
        "/name": {"proof": "letter"},
    }


def test_the_table_knows_every_route() -> None:
    """A new route fails here until somebody has written down who gets it."""
    assert routes_below("companies", "postings") == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_gets_what_the_table_says(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, role: str
) -> None:
    applicant = await make_person(connection, "mia@example.org", name="Mia Muster")
    people = await make_others(connection, scene.company_id, scene.space_id, applicant, scene.manager)
    mentor = people["mentor"]
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, mentor_id=mentor.id)
    for person in (applicant, people["rival"]):
        await make_application(connection, posting_id, person)
    await connection.execute(
        "UPDATE company SET asked_name = 'Geheimer Plan AG', asked_register_number = '' WHERE id = $1", scene.company_id
    )
    unseen = {"status": "unverified", "verified_by": None, "verified_at": None, "name": "Ungeprüfte Firma"}
    unseen_id = await make_company(connection, scene.manager, **unseen)
    await make_posting(connection, unseen_id, scene.space_id, status="in_review", title="Ungelesenes Praktikum")
    [search] = await connection.fetch(
        "INSERT INTO saved_search (person_id, asked) VALUES ($1, '{}') RETURNING id, end_code", applicant.id
    )
    district_id = await connection.fetchval("SELECT district_id FROM company WHERE id = $1", scene.company_id)
    ids: dict[str, int | str] = {
        "company_id": scene.company_id,
        "posting_id": posting_id,
        "person_id": mentor.id,
        "district_id": district_id,
        "saved_search_id": search["id"],
        "code": f"{search['end_code']}",
    }

    async def as_asked(path: str) -> None:
        status = "draft" if path.endswith("/change") else "in_review" if "/district" in path else "published"
        await connection.execute("UPDATE posting SET status = $2 WHERE id = $1", posting_id, status)
        if path.endswith("/verification"):
            await connection.execute(
                """UPDATE company SET status = 'unverified', verified_at = NULL, verified_by = NULL, asked_name = NULL,
                          asked_register_number = NULL WHERE id = $1""",
                scene.company_id,
            )

    typed, secrets = bodies(scene, district_id), ("Mia", "Geheimer Plan", "Ungeprüft", "Ungelesen", "firma@example.org")
    insiders = ("applicant", "manager", "staff")
    await ask_each(connection, client, TABLE, role, people, ids, typed, secrets, insiders, as_asked)
