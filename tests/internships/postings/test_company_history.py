"""What has happened to a company is kept: who, when, why. Staff of its district read it, nobody else."""

import asyncpg
import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.companies.registering import CompanyProfile, register_company
from landbooking.internships.companies.verification import verify_company
from landbooking.internships.events import events_of
from landbooking.internships.postings.suspension import suspend_company
from support.people import sign_in
from support.postings import Scene

PROFILE = CompanyProfile(name="Neu GmbH", street="Weg 1", postal_code="66869", town="Kusel", contact_name="Leitung")


async def test_registering_verifying_suspending_and_lifting_are_events(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    assert scene.staff.district_id is not None
    company_id = await register_company(connection, resident, scene.staff.district_id, PROFILE)
    await verify_company(connection, scene.staff, company_id, None, "letter")
    await suspend_company(connection, scene.staff, company_id, None, "Meldet sich nie.")
    await verify_company(connection, scene.staff, company_id, None, "register")
    events = await events_of(connection, "company", company_id)
    assert [(one.from_status, one.to_status, one.acted_as, one.by_id, one.reason) for one in events] == [
        ("", "unverified", "company", resident.id, ""),
        ("unverified", "verified", "staff", scene.staff.id, "letter"),
        ("verified", "suspended", "staff", scene.staff.id, "Meldet sich nie."),
        ("suspended", "verified", "staff", scene.staff.id, "register"),
    ]
    for change in ("reason = ''", "at = now() - interval '1 day'", "company_id = NULL"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with connection.transaction():
                await connection.execute(f"UPDATE internship_event SET {change}")  # noqa: S608 our own words
    await sign_in(connection, client, scene.staff)
    page = (await client.get(f"/district/internships/companies/{company_id}")).text
    for said in (
        "Gesperrt: Meldet sich nie.",
        "Firma geprüft und bestätigt: nach dem Register",
        scene.staff.email,
        "durch die Firma",
    ):
        assert said in page
    await sign_in(connection, client, resident)
    for path in (f"/companies/{company_id}", f"/companies/{company_id}/postings"):
        page = (await client.get(path)).text
        assert "Meldet sich nie." not in page  # it is let in again
        assert scene.staff.email not in page
