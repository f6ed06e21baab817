"""An offer that the law refuses: the applicant asks for an exception, staff allow it, and it can be accepted."""

from datetime import date

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.law.finding import refusals
from landbooking.internships.placements.judging import findings_of
from landbooking.internships.placements.placement import placement_by_id
from support.applications import Scene, grant, make_offer, make_scene, status_of, subjects_to
from support.internships import make_application
from support.people import make_person, sign_in
from support.spaces import make_district

SEVENTEEN = date(2010, 12, 1)
REASON = "Der Betrieb legt die zweite Pause nach Absprache."
EXCEPTION = {"rule": "L6", "reason": REASON}


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    """Seven hours a day with half an hour of break: too short for who is under 18 (JArbSchG § 11)."""
    return await make_scene(connection)


@pytest.fixture
async def young(connection: Connection) -> Person:
    young = await make_person(connection, "jung@example.org", name="Jan Jung")
    await grant(connection, young)
    return young


@pytest.fixture
async def offer(connection: Connection, scene: Scene, young: Person) -> int:
    return await make_offer(connection, scene.posting_id, young, birthday=SEVENTEEN, space_id=scene.space_id)


@pytest.fixture
async def staff(connection: Connection, scene: Scene) -> Person:
    district = await connection.fetchval("SELECT district_id FROM company WHERE id = $1", scene.company_id)
    return await make_person(connection, "kreis@example.org", name="Frau Kreis", role="staff", district_id=district)


async def test_from_the_refusal_to_the_yes(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, young: Person, offer: int, staff: Person
) -> None:
    own, district = f"/applications/{offer}", f"/district/internships/applications/{offer}"
    await sign_in(connection, client, young)
    shown = await client.get(own)
    assert "Um eine Ausnahme bitten" in shown.text
    assert "Angebot annehmen" not in shown.text
    refused = await client.post(f"{own}/acceptance")
    assert refused.status_code == 409
    assert "Der Landkreis kann eine Ausnahme zulassen." in refused.text
    assert f'{own}"' in refused.text
    for _twice in range(2):
        assert (await client.post(f"{own}/exception")).status_code == 303
    assert "Sie haben den Landkreis um eine Ausnahme gebeten." in (await client.get(own)).text
    assert await subjects_to(connection, staff) == ["Eine Bitte um eine Ausnahme"]
    path = await connection.fetchval("SELECT context ->> 'path' FROM outbox WHERE recipient = $1", staff.email)
    await sign_in(connection, client, staff)
    assert path == f"/de{district}"
    assert f'{district}"' in (await client.get("/district/internships")).text
    page = await client.get(path)
    assert page.status_code == 200
    for told in ("§ 11 Abs. 1 Satz 2 Nr. 2 JArbSchG", "Jan Jung", "L6"):
        assert told in page.text
    assert "Ich möchte gern bei Ihnen lernen." not in page.text
    for wrong in ({**EXCEPTION, "rule": "L12"}, {**EXCEPTION, "reason": " "}, {**EXCEPTION, "day": "morgen"}):
        again = await client.post(f"{district}/overrides", data=wrong)
        assert again.status_code == 422
        assert (REASON in again.text) is (wrong["reason"] == REASON)
    assert await connection.fetchval("SELECT count(*) FROM law_override") == 0
    assert (await client.post(f"{district}/overrides", data=EXCEPTION)).status_code == 303
    assert (await subjects_to(connection, young))[-1] == "Für Ihr Angebot gibt es eine Ausnahme"
    for person, where in ((scene.manager, f"{scene.company}/{offer}"), (staff, district), (young, own)):
        await sign_in(connection, client, person)
        seen = await client.get(where)
        for told in ("§ 11 Abs. 1 Satz 2 Nr. 2 JArbSchG", REASON, "Frau Kreis"):
            assert told in seen.text
    assert (await client.post(f"{own}/acceptance")).status_code == 303
    assert await status_of(connection, offer) == "accepted"
    placement_id = await connection.fetchval("SELECT id FROM placement WHERE application_id = $1", offer)
    findings = await findings_of(connection, await placement_by_id(connection, placement_id))
    assert refusals(findings) == []
    assert {one.overridden.reason for one in findings if one.rule == "L6" and one.overridden} == {REASON}
    assert REASON in (await client.get(f"/placements/{placement_id}")).text
    assert await connection.fetchval("SELECT made_by FROM law_override") == staff.id
    await sign_in(connection, client, staff)
    moved_on = await client.get(district)
    assert moved_on.headers["location"].endswith(f"/district/internships/placements/{placement_id}")
    late = await client.post(f"{district}/overrides", data=EXCEPTION)
    assert late.status_code == 409


async def test_only_staff_of_the_district_allow_it(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, young: Person, offer: int
) -> None:
    elsewhere = await make_person(
        connection, "fern@example.org", role="staff", district_id=await make_district(connection, "07335")
    )
    pages, api = f"/district/internships/applications/{offer}", f"/api/v1/districts/applications/{offer}"
    for person, status in ((young, 403), (scene.manager, 403), (elsewhere, 404)):
        await sign_in(connection, client, person)
        answers = [
            await client.get(pages),
            await client.post(f"{pages}/overrides", data=EXCEPTION),
            await client.get(api),
            await client.post(f"{api}/overrides", json=EXCEPTION),
        ]
        for answer in answers:
            assert answer.status_code == status
            assert "Jan" not in answer.text
    assert await connection.fetchval("SELECT count(*) FROM law_override") == 0
    operator = await make_person(connection, "betreiber@example.org", role="operator")
    await sign_in(connection, client, operator)
    assert (await client.get(pages)).status_code == 200


async def test_staff_see_no_application_without_an_offer(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, staff: Person
) -> None:
    other = await make_person(connection, "andere@example.org")
    await sign_in(connection, client, staff)
    for status in ("draft", "submitted", "shortlisted", "withdrawn"):
        one = await make_application(connection, scene.posting_id, other, status=status)
        assert (await client.get(f"/district/internships/applications/{one}")).status_code == 404
        await connection.execute("DELETE FROM application WHERE id = $1", one)


async def test_nothing_is_asked_where_nothing_stands_in_the_way(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, staff: Person
) -> None:
    adult = await make_person(connection, "erwachsen@example.org")
    offered = await make_offer(connection, scene.posting_id, adult, space_id=scene.space_id)
    await sign_in(connection, client, adult)
    assert "Um eine Ausnahme bitten" not in (await client.get(f"/applications/{offered}")).text
    assert (await client.post(f"/applications/{offered}/exception")).status_code == 409
    assert await subjects_to(connection, staff) == []


async def test_where_a_district_has_no_staff_operators_are_asked(
    connection: Connection, client: httpx.AsyncClient, young: Person, offer: int
) -> None:
    operator = await make_person(connection, "betreiber@example.org", role="operator")
    await sign_in(connection, client, young)
    await client.post(f"/applications/{offer}/exception")
    assert await subjects_to(connection, operator) == ["Eine Bitte um eine Ausnahme"]


async def test_programs_ask_and_allow(
    connection: Connection, client: httpx.AsyncClient, young: Person, offer: int, staff: Person
) -> None:
    own, district = f"/api/v1/applications/{offer}", f"/api/v1/districts/applications/{offer}"
    await sign_in(connection, client, young)
    refused = await client.post(f"{own}/acceptance", json={})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:landbooking:problem:law-refuses")
    assert {one["rule"] for one in refused.json()["findings"]} == {"L6"}
    assert (await client.post(f"{own}/exception")).json()["exception_asked_at"]
    await sign_in(connection, client, staff)
    [listed] = (await client.get("/api/v1/districts/applications")).json()
    assert listed["id"] == offer
    seen = (await client.get(district)).json()
    assert {one["rule"] for one in seen["findings"] if one["weight"] == "refuses"} == {"L6"}
    allowed = await client.post(f"{district}/overrides", json=EXCEPTION)
    assert {one["overridden_because"] for one in allowed.json()["findings"] if one["rule"] == "L6"} == {REASON}
    await sign_in(connection, client, young)
    assert (await client.post(f"{own}/acceptance", json={})).json()["status"] == "accepted"
    await sign_in(connection, client, staff)
    after = (await client.get(district)).json()
    assert (after["status"], after["findings"]) == ("accepted", [])
    assert after["placement_id"]
