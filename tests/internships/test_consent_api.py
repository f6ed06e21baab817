"""A guardian's consent over the JSON API: asked for by the minor, seen on paper by staff."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.guardian import guardian_agrees
from support.applications import make_scene, status_of
from support.internships import make_application
from support.people import bearer, live_in, make_person
from support.spaces import make_municipality

OWN, PAPERS = "/api/v1/applications/guardian", "/api/v1/districts/consents"
GUARDIAN = "mutter@example.org"


@pytest.fixture
async def minor(connection: Connection) -> Person:
    return await make_person(connection, "schueler@example.org", name="Max Muster")


async def test_a_minor_asks_and_sees_how_it_stands(
    connection: Connection, client: httpx.AsyncClient, minor: Person
) -> None:
    own = await bearer(connection, minor)
    nobody = await client.get(OWN, headers=own)
    assert nobody.json() == {"state": "none", "asked_at": None, "answered_at": None}
    for wrong in ("kein", minor.email, ""):
        refused = await client.post(OWN, json={"guardian_email": wrong}, headers=own)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "guardian_email")
    asked = await client.post(OWN, json={"guardian_email": GUARDIAN}, headers=own)
    assert (asked.status_code, asked.json()["state"]) == (200, "asked")
    link = await connection.fetchval("SELECT context->>'link_path' FROM outbox WHERE recipient = $1", GUARDIAN)
    assert (await client.post(link, data={"answer": "yes"})).status_code == 200
    stands = (await client.get(OWN, headers=own)).json()
    assert stands["state"] == "granted"
    assert stands["answered_at"] is not None
    answers = [(await client.post(OWN, json={"guardian_email": GUARDIAN}, headers=own)).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


async def test_a_link_that_nobody_answers_runs_out(
    connection: Connection, client: httpx.AsyncClient, minor: Person
) -> None:
    own = await bearer(connection, minor)
    await client.post(OWN, json={"guardian_email": GUARDIAN}, headers=own)
    await connection.execute("UPDATE guardian_consent SET expires_at = now() - interval '1 second'")
    assert (await client.get(OWN, headers=own)).json()["state"] == "expired"
    await connection.execute("UPDATE guardian_consent SET refused_at = now()")
    assert (await client.get(OWN, headers=own)).json()["state"] == "refused"


async def test_staff_record_paper_and_take_it_back(
    connection: Connection, client: httpx.AsyncClient, minor: Person
) -> None:
    scene = await make_scene(connection)
    await live_in(connection, minor, await make_municipality(connection))
    district = await connection.fetchval("SELECT id FROM district")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    for who, status in ((minor, 403), (scene.manager, 403)):
        answer = await client.post(PAPERS, json={"email": minor.email}, headers=await bearer(connection, who))
        assert answer.status_code == status
    key = await bearer(connection, staff)
    for wrong in ("kein", "niemand@example.org"):
        refused = await client.post(PAPERS, json={"email": wrong}, headers=key)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email")
    seen = await client.post(PAPERS, json={"email": minor.email}, headers=key)
    assert (seen.status_code, seen.json()["state"]) == (200, "granted")
    assert "Max" not in seen.text
    assert await guardian_agrees(connection, minor.id)
    assert await connection.fetchval("SELECT seen_by FROM guardian_consent") == staff.id
    seventeen = datetime.now(UTC).date() - timedelta(days=17 * 366)
    submitted = await make_application(connection, scene.posting_id, minor, birthday=seventeen)
    back = await client.post(f"{PAPERS}/revocation", json={"email": minor.email}, headers=key)
    assert (back.status_code, back.json()["state"]) == (200, "revoked")
    assert await status_of(connection, submitted) == "withdrawn"
    assert (await client.post(f"{PAPERS}/revocation", json={"email": minor.email}, headers=key)).status_code == 404
