"""A guardian's yes and no to internships, by a link that works once or on paper; and what a no takes with it."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.guardian import guardian_agrees
from support.applications import Scene, grant, make_offer, make_scene, status_of, subjects_to, taken
from support.internships import make_application, make_posting
from support.people import live_in, make_person, sign_in
from support.spaces import make_district, make_municipality

GUARDIAN = "mutter@example.org"
SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    return await make_scene(connection)


@pytest.fixture
async def minor(connection: Connection, client: httpx.AsyncClient) -> Person:
    person = await make_person(connection, "schueler@example.org", name="Max Muster")
    await sign_in(connection, client, person)
    return person


async def link(connection: Connection) -> str:
    """That of the mail written last to the guardian."""
    path: str = await connection.fetchval(
        "SELECT context->>'link_path' FROM outbox WHERE recipient = $1 ORDER BY id DESC LIMIT 1", GUARDIAN
    )
    return path


async def test_a_guardian_agrees_and_takes_it_back(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, minor: Person
) -> None:
    asked = await client.post("/applications/guardian", data={"guardian_email": GUARDIAN})
    assert asked.status_code == 303
    assert "noch nicht geantwortet" in (await client.get("/applications/guardian")).text
    first = await link(connection)
    assert re.fullmatch(r"/de/internships/consent/[\w-]{22}", first)
    page = await client.get(first)
    assert "Max" in page.text
    assert "Muster" not in page.text
    assert (await client.post(first, data={"answer": "vielleicht"})).status_code == 422
    assert not await guardian_agrees(connection, minor.id)
    assert (await client.post(first, data={"answer": "yes"})).status_code == 200
    assert await guardian_agrees(connection, minor.id)
    assert (await client.get(first)).status_code == 410
    submitted = await make_application(connection, scene.posting_id, minor, birthday=SEVENTEEN)
    other = await make_posting(connection, scene.company_id, scene.space_id)
    offered = await make_offer(connection, other, minor, birthday=SEVENTEEN)
    second = await link(connection)
    assert (await client.post(second, data={"answer": "no"})).status_code == 200
    assert not await guardian_agrees(connection, minor.id)
    assert [await status_of(connection, one) for one in (submitted, offered)] == ["withdrawn", "withdrawn"]
    assert await connection.fetchval("SELECT sum(taken) FROM posting") == 0
    events = await connection.fetch("SELECT DISTINCT acted_as, by_id FROM internship_event")
    assert [tuple(event) for event in events] == [("guardian", None)]


@pytest.mark.parametrize("address", ["", "kein", "schueler@example.org"])
async def test_not_every_address_is_a_guardians(
    connection: Connection, client: httpx.AsyncClient, minor: Person, address: str
) -> None:
    answer = await client.post("/applications/guardian", data={"guardian_email": address})
    assert answer.status_code == 422
    assert 'href="#field-guardian_email"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM guardian_consent") == 0


async def test_a_consent_to_rides_is_none_to_internships(connection: Connection, minor: Person) -> None:
    await connection.execute(
        """INSERT INTO guardian_consent (person_id, purpose, text_version, expires_at, channel, granted_at)
           VALUES ($1, 'rides', 1, now(), 'paper', now())""",
        minor.id,
    )
    assert not await guardian_agrees(connection, minor.id)


async def test_on_paper_it_is_staff_who_have_seen_it(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, minor: Person
) -> None:
    papers = "/district/internships/consents"
    await live_in(connection, minor, await make_municipality(connection))
    district = await connection.fetchval("SELECT id FROM district")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    for method, path in (("GET", papers), ("POST", papers), ("POST", f"{papers}/{minor.id}")):
        assert (await client.request(method, path, data={})).status_code == 403
    await sign_in(connection, client, staff)
    assert (await client.get(papers)).status_code == 200
    for wrong in ("", "kein", "niemand@example.org"):
        assert (await client.post(papers, data={"email": wrong})).status_code == 422
    shown = await client.post(papers, data={"email": minor.email})
    assert "Zustimmung eintragen" in shown.text
    assert "Max" not in shown.text
    assert (await client.post(f"{papers}/{minor.id}")).status_code == 303
    assert await guardian_agrees(connection, minor.id)
    submitted = await make_application(connection, scene.posting_id, minor, birthday=SEVENTEEN)
    assert (await client.post(f"{papers}/{minor.id}/revocation")).status_code == 303
    assert not await guardian_agrees(connection, minor.id)
    assert await status_of(connection, submitted) == "withdrawn"
    assert await subjects_to(connection, minor) == ["Ihre Bewerbung ist zurückgezogen"]
    [event] = await connection.fetch("SELECT acted_as, by_id FROM internship_event")
    assert tuple(event) == ("guardian", None)
    assert (await client.post(f"{papers}/{minor.id}/revocation")).status_code == 404


async def test_papers_are_seen_where_somebody_lives_applies_or_works(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, minor: Person
) -> None:
    """Staff of another district neither record nor revoke, nor learn whether there is such an account."""
    papers = f"/district/internships/consents/{minor.id}"
    other = await make_district(connection, "07335")
    here, elsewhere, operator = [
        await make_person(connection, f"{name}@example.org", role=role, district_id=district)
        for name, role, district in (
            ("kreis", "staff", await make_district(connection)),
            ("nachbarkreis", "staff", other),
            ("betreiber", "operator", None),
        )
    ]

    async def may(staff: Person) -> bool:
        await sign_in(connection, client, staff)
        recorded = (await client.post(papers)).status_code
        assert (await guardian_agrees(connection, minor.id)) == (recorded == 303)
        revoked = (await client.post(f"{papers}/revocation")).status_code
        assert (recorded, revoked) in ((303, 303), (404, 404))
        shown = await client.post("/district/internships/consents", data={"email": minor.email})
        unknown = await client.post("/district/internships/consents", data={"email": "niemand@example.org"})
        assert unknown.status_code == 422
        assert (shown.status_code == 200) == (recorded == 303)
        if recorded == 404:
            assert shown.text.replace(minor.email, "niemand@example.org") == unknown.text
        return recorded == 303

    assert [await may(staff) for staff in (here, elsewhere, operator)] == [False, False, True]
    draft = await make_application(connection, scene.posting_id, minor, status="draft")
    assert [await may(staff) for staff in (here, elsewhere)] == [True, False]
    await connection.execute("DELETE FROM application WHERE id = $1", draft)
    await live_in(connection, minor, await make_municipality(connection, "07335001", district_id=other, name="Bann"))
    assert [await may(staff) for staff in (here, elsewhere)] == [False, True]


async def test_a_refusal_leaves_drafts_and_what_is_over(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, minor: Person
) -> None:
    await grant(connection, minor)
    draft = await make_application(connection, scene.posting_id, minor, status="draft")
    other = await make_posting(connection, scene.company_id, scene.space_id)
    over = await make_application(connection, other, minor, status="expired")
    await client.post("/applications/guardian", data={"guardian_email": GUARDIAN})
    assert (await client.post(await link(connection), data={"answer": "no"})).status_code == 200
    assert [await status_of(connection, one) for one in (draft, over)] == ["draft", "expired"]
    assert await taken(connection, scene.posting_id) == 0
