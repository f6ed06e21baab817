"""Staff take down one posting that should not be shown: with a reason, for good, and nobody else can."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.events import events_of
from support.internships import make_posting
from support.people import make_person, sign_in
from support.postings import Scene, mails
from support.spaces import make_district

WHY = "Das ist Werbung und kein Praktikum."


@pytest.mark.parametrize("status", ["published", "paused"])
async def test_staff_take_a_posting_down_and_the_company_hears_why(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, status: str
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, status=status)
    staff_page, public = f"/district/internships/postings/{posting_id}", f"/internships/{posting_id}"
    await sign_in(connection, client, scene.staff)
    assert "Praktikum beenden" in (await client.get(staff_page)).text
    empty = await client.post(f"{staff_page}/steps", data={"step": "take_down", "reason": " ", "version": "1"})
    assert empty.status_code == 422
    assert 'id="error-reason"' in empty.text
    assert (await client.get(public)).status_code == 200
    taken = await client.post(f"{staff_page}/steps", data={"step": "take_down", "reason": WHY, "version": "1"})
    assert taken.status_code == 303
    assert (await client.get(public)).status_code == 410
    assert "Webseiten für Vereine" not in (await client.get("/internships")).text
    assert "vom Landkreis beendet" in (await client.get(staff_page)).text
    assert await mails(connection, "taken_down") == [scene.manager.email]
    [event] = await events_of(connection, "posting", posting_id)
    assert (event.from_status, event.to_status, event.acted_as, event.by_id, event.reason) == (
        status, "closed", "staff", scene.staff.id, WHY,
    )  # fmt: skip
    await sign_in(connection, client, scene.manager)
    shown = (await client.get(f"/postings/{posting_id}")).text
    assert f"Der Landkreis hat es beendet: {WHY}" in shown
    for step in ("resume", "take_back", "submit"):
        assert (await client.post(f"/postings/{posting_id}/steps", data={"step": step})).status_code == 409


@pytest.mark.parametrize("status", ["draft", "in_review", "closed", "archived"])
async def test_only_what_is_published_is_taken_down(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, status: str
) -> None:
    columns: dict[str, Any] = {"closed_because": "filled"} if status in ("closed", "archived") else {}
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, status=status, **columns)
    await sign_in(connection, client, scene.staff)
    answer = await client.post(
        f"/district/internships/postings/{posting_id}/steps", data={"step": "take_down", "reason": WHY}
    )
    assert answer.status_code == (404 if status == "draft" else 409)
    assert await connection.fetchval("SELECT status FROM posting") == status


async def test_programs_of_staff_do_it_too(connection: Connection, client: httpx.AsyncClient, scene: Scene) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id)
    steps = f"/api/v1/districts/{scene.staff.district_id}/postings/{posting_id}/steps"
    await sign_in(connection, client, scene.staff)
    answer = await client.post(steps, json={"step": "take_down"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:landbooking:problem:no-reason")
    answer = await client.post(steps, json={"step": "take_down", "reason": WHY})
    assert (answer.status_code, answer.json()["closed_because"], answer.json()["steps"]) == (200, "taken_down", [])
    assert (await client.get(f"/api/v1/internships/{posting_id}")).status_code == 410


async def test_nobody_else_takes_it_down(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    """Signed out, another resident, the company itself, staff of another district."""
    posting_id = await make_posting(connection, scene.company_id, scene.space_id)
    elsewhere = await make_district(connection, "07335", name="Kaiserslautern")
    neighbour = await make_person(connection, "nachbarkreis@example.org", role="staff", district_id=elsewhere)
    page = f"/district/internships/postings/{posting_id}/steps"
    api = f"/api/v1/districts/{scene.staff.district_id}/postings/{posting_id}/steps"
    form = {"step": "take_down", "reason": WHY}
    assert (await client.post(page, data=form)).status_code in (302, 303, 401)
    assert (await client.post(api, json=form)).status_code == 401
    for person, status in ((resident, 403), (scene.manager, 403), (neighbour, 404)):
        await sign_in(connection, client, person)
        assert (await client.post(page, data=form)).status_code == status
        assert (await client.post(api, json=form)).status_code == status
    await sign_in(connection, client, scene.manager)
    assert (await client.post(f"/postings/{posting_id}/steps", data=form)).status_code == 409
    assert await connection.fetchval("SELECT status FROM posting") == "published"
