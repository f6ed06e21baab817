"""A verified company wants another name: staff look at it, and until then everybody sees the old one."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.companies.company import company_for
from landbooking.internships.companies.registering import CompanyProfile, change_company
from support.companies import profile_of
from support.internships import make_posting
from support.people import make_person, sign_in
from support.postings import Scene, mails
from support.spaces import make_district

OLD, NEW = "Datenwerk GmbH", "Datenwerk AG"


async def profile(connection: Connection, scene: Scene, **changes: Any) -> CompanyProfile:
    return profile_of(await company_for(connection, scene.manager, scene.company_id), **changes)


def form(asked: CompanyProfile, **more: str) -> dict[str, str]:
    return {**{name: getattr(asked, name) for name in CompanyProfile.__struct_fields__}, **more}


async def ask(connection: Connection, scene: Scene, **changes: Any) -> None:
    company = await company_for(connection, scene.manager, scene.company_id)
    await change_company(connection, company, None, profile_of(company, **{"name": NEW, **changes}))


async def test_until_staff_have_looked_everybody_sees_the_old_name(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id)
    public, own, district = (
        f"/companies/{scene.company_id}",
        f"/companies/{scene.company_id}/profile",
        f"/district/internships/companies/{scene.company_id}",
    )
    await sign_in(connection, client, scene.manager)
    changed = form(await profile(connection, scene, name=NEW, register_number="HRB 7", town="Kusel"), version="1")
    assert (await client.post(own, data=changed)).status_code == 303
    shown = (await client.get(f"{public}/postings")).text
    assert f"Der Landkreis prüft: {NEW}, HRB 7" in shown
    assert f'value="{NEW}"' in (await client.get(own)).text  # saving again does not take it back
    for path in (public, f"/internships/{posting_id}", "/internships"):
        page = (await client.get(path)).text
        assert OLD in page
        assert NEW not in page
    assert "67655 Kusel" in (await client.get(public)).text  # what nobody has to look at is changed at once
    await sign_in(connection, client, scene.staff)
    assert "neuer Name zu prüfen" in (await client.get("/district/internships")).text
    page = (await client.get(district)).text
    assert f"{NEW}, HRB 7" in page
    assert (await client.post(f"{district}/name", data={"proof": "register", "version": "1"})).status_code == 409
    assert (await client.post(f"{district}/name", data={"proof": "register", "version": "2"})).status_code == 303
    assert await mails(connection, "renaming") == [scene.manager.email]
    for path in (public, f"/internships/{posting_id}", "/internships"):
        page = (await client.get(path)).text
        assert NEW in page
        assert OLD not in page
    history = (await client.get(district)).text
    assert f"Heißt jetzt anders: {OLD} → {NEW}, HRB 7" in history
    assert scene.staff.email in history
    again = await client.post(f"{district}/name", data={"proof": "register"})
    assert again.status_code == 409
    assert "möchte gerade nicht anders heißen" in again.text


async def test_staff_refuse_with_a_reason(connection: Connection, client: httpx.AsyncClient, scene: Scene) -> None:
    await ask(connection, scene)
    district = f"/district/internships/companies/{scene.company_id}"
    await sign_in(connection, client, scene.staff)
    empty = await client.post(f"{district}/name/refusal", data={"reason": "  ", "version": "2"})
    assert empty.status_code == 422
    assert 'href="#field-name_reason"' in empty.text
    long = await client.post(f"{district}/name/refusal", data={"reason": "x" * 1001, "version": "2"})
    assert long.status_code == 422
    assert "x" * 1001 in long.text
    done = await client.post(f"{district}/name/refusal", data={"reason": "Nicht im Register.", "version": "2"})
    assert done.status_code == 303
    assert await mails(connection, "name_refusal") == [scene.manager.email]
    assert "Neuer Name abgelehnt: Nicht im Register." in (await client.get(district)).text
    company = await company_for(connection, scene.manager, scene.company_id)
    assert (company.name, company.asked_name) == (OLD, None)


async def test_typing_the_old_name_takes_it_back(connection: Connection, scene: Scene) -> None:
    await ask(connection, scene, register_number="HRB 7")
    await ask(connection, scene, name=OLD, register_number="")
    company = await company_for(connection, scene.manager, scene.company_id)
    assert (company.name, company.asked_name, company.asked_register_number) == (OLD, None, None)


async def test_what_nobody_has_verified_is_changed_at_once(connection: Connection, scene: Scene) -> None:
    await connection.execute(
        "UPDATE company SET status = 'unverified', verified_by = NULL, verified_at = NULL WHERE id = $1",
        scene.company_id,
    )
    await ask(connection, scene)
    company = await company_for(connection, scene.manager, scene.company_id)
    assert (company.name, company.asked_name) == (NEW, None)


async def test_programs_ask_and_answer(connection: Connection, client: httpx.AsyncClient, scene: Scene) -> None:
    await sign_in(connection, client, scene.manager)
    change = form(await profile(connection, scene, name=NEW))
    own = f"/api/v1/companies/{scene.company_id}/change"
    asked = (await client.post(own, json=change)).json()
    assert (asked["name"], asked["asked_name"], asked["asked_register_number"]) == (OLD, NEW, "")
    await sign_in(connection, client, scene.staff)
    district = f"/api/v1/districts/{scene.staff.district_id}/companies/{scene.company_id}/name"
    no_reason = await client.post(f"{district}/refusal", json={"reason": " "})
    assert (no_reason.status_code, no_reason.json()["type"]) == (422, "urn:landbooking:problem:no-reason")
    named = (await client.post(district, json={"proof": "letter", "version": asked["version"]})).json()
    assert (named["name"], named["asked_name"], named["status"]) == (NEW, None, "verified")
    nothing = await client.post(f"{district}/refusal", json={"reason": "Nein."})
    assert (nothing.status_code, nothing.json()["type"]) == (409, "urn:landbooking:problem:no-name-asked")


@pytest.mark.parametrize("way", ["name", "name/refusal"])
async def test_nobody_else_decides(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene, way: str
) -> None:
    """Signed out, another resident, the company itself, staff of another district."""
    await ask(connection, scene)
    elsewhere = await make_district(connection, "07335", name="Kaiserslautern")
    neighbour = await make_person(connection, "nachbarkreis@example.org", role="staff", district_id=elsewhere)
    page = f"/district/internships/companies/{scene.company_id}/{way}"
    api = f"/api/v1/districts/{scene.staff.district_id}/companies/{scene.company_id}/{way}"
    said = {"reason": "Neid"} if way == "name/refusal" else {"proof": "letter"}
    assert (await client.post(page, data=said)).status_code in (302, 303, 401)
    assert (await client.post(api, json=said)).status_code == 401
    for person, status in ((resident, 403), (scene.manager, 403), (neighbour, 404)):
        await sign_in(connection, client, person)
        assert (await client.post(page, data=said)).status_code == status
        assert (await client.post(api, json=said)).status_code == status
    company = await company_for(connection, scene.manager, scene.company_id)
    assert (company.name, company.asked_name) == (OLD, NEW)
