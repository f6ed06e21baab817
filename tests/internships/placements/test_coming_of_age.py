"""Who turns 18 between the draft and the last signature: from then on they decide alone, and what was signed stands."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from landbooking.database import Connection
from landbooking.internships.applications.consent import revoke_on_paper
from landbooking.internships.applications.refusals import OfAge
from landbooking.internships.applications.transitions import move as move_application
from landbooking.internships.placements.signing import record_paper, sign_by_account
from landbooking.internships.placements.transitions import move
from support.applications import grant, make_offer, make_scene
from support.applications import status_of as application_status
from support.internships import make_posting
from support.people import make_person, sign_in
from support.placements import GUARDIAN, Stage, link_to, make_stage, propose, signed, status_of

SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    """Proposed, of somebody who is 17; the guardian has a link."""
    stage = await make_stage(connection, birthday=SEVENTEEN)
    await grant(connection, stage.intern)
    await connection.execute("UPDATE guardian_consent SET guardian_email = $1, channel = 'link'", GUARDIAN)
    await propose(connection, stage)
    return stage


async def turn_eighteen(connection: Connection) -> None:
    """Today is the birthday; what was signed was signed before."""
    await connection.execute("UPDATE placement SET birthday = current_date - interval '18 years'")
    await connection.execute("UPDATE application SET birthday = current_date - interval '18 years'")
    await connection.execute("UPDATE placement_signature SET signed_at = signed_at - interval '3 days'")


async def test_who_signs_on_the_birthday_signs_alone(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await turn_eighteen(connection)
    await sign_in(connection, client, stage.intern)
    assert "Mail-Adresse eines Elternteils" not in (await client.get(stage.own)).text
    assert (await client.post(f"{stage.own}/signature", data={"terms_version": "1"})).status_code == 303
    await sign_by_account(connection, stage.manager, stage.placement_id, "company", 1)
    assert await status_of(connection, stage) == "confirmed"
    assert await signed(connection, stage) == {"applicant", "company"}


async def test_who_signed_too_young_signs_once_more_and_no_guardian_is_needed(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await sign_by_account(connection, stage.intern, stage.placement_id, "applicant", 1)
    await sign_by_account(connection, stage.manager, stage.placement_id, "company", 1)
    await sign_in(connection, client, stage.intern)
    before = await client.get(stage.own)
    assert "Vereinbarung unterschreiben" not in before.text
    assert "Mail-Adresse eines Elternteils" in before.text
    await turn_eighteen(connection)
    after = await client.get(stage.own)
    assert "Bitte unterschreiben Sie noch einmal" in after.text
    assert "Mail-Adresse eines Elternteils" not in after.text
    seen = (await client.get(f"/api/v1{stage.own}")).json()
    assert [(one["signatory"], one["signed_at"] is not None) for one in seen["signatures"]] == [
        ("applicant", False),
        ("company", True),
    ]
    await sign_in(connection, client, stage.manager)  # nobody else can make it good
    assert (await client.post(f"{stage.company}/confirmation")).status_code == 409
    await sign_in(connection, client, stage.intern)
    assert (await client.post(f"{stage.own}/signature", data={"terms_version": "1"})).status_code == 303
    assert await status_of(connection, stage) == "confirmed"
    assert await signed(connection, stage) == {"applicant", "company"}


async def test_a_guardians_signature_stays(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    await sign_by_account(connection, stage.intern, stage.placement_id, "applicant", 1)
    link = await link_to(connection, GUARDIAN)
    form = {"answer": "yes", "name": "Maria Muster", "terms_version": "1"}
    assert (await client.post(link, data=form)).status_code == 200
    await turn_eighteen(connection)
    await sign_in(connection, client, stage.intern)
    page = await client.get(stage.own)
    assert "Elternteil oder Vormund" in page.text
    assert "Bitte unterschreiben Sie noch einmal" not in page.text
    await sign_by_account(connection, stage.manager, stage.placement_id, "company", 1)
    assert await status_of(connection, stage) == "confirmed"
    assert await signed(connection, stage) == {"applicant", "guardian", "company"}


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_a_guardian_is_not_asked_any_more(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, answer: str
) -> None:
    link = await link_to(connection, GUARDIAN)
    await turn_eighteen(connection)
    form = {"answer": answer, "name": "Maria Muster", "terms_version": "1"}
    for said in (await client.get(link), await client.post(link, data=form)):
        assert said.status_code == 409
        assert "inzwischen 18" in said.text
    assert await status_of(connection, stage) == "awaiting_signatures"
    assert await signed(connection, stage) == set()
    staff = await make_person(connection, "betreiber@example.org", role="operator")
    with pytest.raises(OfAge):
        await record_paper(connection, staff, stage.placement_id, "guardian", 1, "Maria Muster")


async def test_a_consent_that_is_taken_back_ends_nothing_of_who_is_of_age(connection: Connection, stage: Stage) -> None:
    other = await make_posting(connection, stage.company_id, stage.space_id)
    offered = await make_offer(connection, other, stage.intern, birthday=SEVENTEEN)
    await turn_eighteen(connection)
    await revoke_on_paper(connection, stage.intern.id)
    assert await status_of(connection, stage) == "awaiting_signatures"
    assert await application_status(connection, offered) == "offered"
    for ends in (
        move(connection, stage.placement_id, "cancel", "guardian"),
        move_application(connection, offered, "withdraw", "guardian"),
    ):
        with pytest.raises(OfAge):
            await ends


async def test_under_age_it_ends_all(connection: Connection, stage: Stage) -> None:
    other = await make_posting(connection, stage.company_id, stage.space_id)
    offered = await make_offer(connection, other, stage.intern, birthday=SEVENTEEN)
    await revoke_on_paper(connection, stage.intern.id)
    assert await status_of(connection, stage) == "cancelled"
    assert await application_status(connection, offered) == "withdrawn"


async def test_of_age_the_offer_is_accepted_without_consent(connection: Connection) -> None:
    """Applied for under age: judged when the offer is accepted."""
    scene = await make_scene(connection, break_minutes=60)
    person = await make_person(connection, "jung@example.org")
    offered = await make_offer(connection, scene.posting_id, person, birthday=SEVENTEEN, space_id=scene.space_id)
    await turn_eighteen(connection)
    assert (await move_application(connection, offered, "accept", "applicant", person)).status == "accepted"
