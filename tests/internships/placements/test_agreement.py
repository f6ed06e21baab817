"""From a draft to a confirmed placement with its desks, as both sides do it."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from landbooking.database import Connection
from landbooking.internships.events import events_of
from landbooking.internships.placements.placement import placement_by_id
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.placements.transitions import TABLE, move, possible
from support.applications import subjects_to, taken
from support.people import make_person, sign_in
from support.placements import (
    GUARDIAN,
    SCHOOL,
    Stage,
    confirm,
    desks,
    field,
    link_to,
    make_stage,
    propose,
    signed,
    status_of,
    terms_version,
)

SEVENTEEN = date(2010, 12, 1)


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    return await make_stage(connection)


async def test_from_draft_to_confirmed_with_a_desk_for_each_day(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await sign_in(connection, client, stage.manager)
    assert "Mia Muster" in (await client.get(f"/company/{stage.company_id}/placements")).text
    shown = await client.get(stage.company)
    assert shown.status_code == 200
    assert "Zum Unterschreiben schicken" in shown.text
    assert "keine Rechtsberatung" in shown.text
    assert (await client.post(f"{stage.company}/proposal", data={"version": "1"})).status_code == 303
    assert (await client.post(f"{stage.company}/proposal", data={"version": "1"})).status_code == 409
    version = field(await client.get(stage.company), "terms_version")
    assert (await client.post(f"{stage.company}/signature", data={"terms_version": version})).status_code == 303
    assert await status_of(connection, stage) == "awaiting_signatures"
    await sign_in(connection, client, stage.intern)
    own = await client.get(stage.own)
    assert "Vereinbarung unterschreiben" in own.text
    assert (await client.post(f"{stage.own}/signature", data={"terms_version": version})).status_code == 303
    assert await status_of(connection, stage) == "confirmed"
    assert await desks(connection, stage) == [stage.desk] * 10
    booking = await connection.fetchrow("SELECT booking_id, period FROM placement_day ORDER BY day LIMIT 1")
    assert booking
    after = await client.get(stage.own)
    assert f"/bookings/{booking['booking_id']}/rides" in after.text
    assert (await client.get(f"/bookings/{booking['booking_id']}")).status_code == 200
    assert "Alte Schule" in (await client.get("/bookings")).text
    assert [
        (event.from_status, event.to_status, event.acted_as)
        for event in await events_of(connection, "placement", stage.placement_id)
    ] == [
        ("agreement_draft", "awaiting_signatures", "company"),
        ("awaiting_signatures", "confirmed", "applicant"),
    ]
    assert [each for each in await subjects_to(connection, stage.intern) if each] == [
        "Bitte unterschreiben Sie Ihre Vereinbarung",
        "Ihr Praktikum ist bestätigt",
    ]
    assert await subjects_to(connection, stage.manager) == ["Ein Praktikum ist bestätigt"]
    series = await connection.fetchval(
        "SELECT count(*) FROM outbox WHERE recipient = $1 AND template = 'spaces/series/emails/confirmation'",
        stage.intern.email,
    )
    assert series == 1


async def test_who_is_under_eighteen_needs_the_guardian_by_a_link_that_works_once(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await minor_with_guardian(connection, stage)
    await propose(connection, stage)
    link = await link_to(connection, GUARDIAN)
    assert len(link.rpartition("/")[2]) == 22
    version = await terms_version(connection, stage)
    for person, root in ((stage.manager, stage.company), (stage.intern, stage.own)):
        await sign_in(connection, client, person)
        assert (await client.post(f"{root}/signature", data={"terms_version": version})).status_code == 303
    assert await status_of(connection, stage) == "awaiting_signatures"
    await client.post("/sign-out")
    page = await client.get(link)
    assert "Mia" in page.text
    assert "Muster" not in page.text
    assert "2010" not in page.text
    nameless = await client.post(link, data={"answer": "yes", "terms_version": version})
    assert nameless.status_code == 422
    assert 'href="#field-name"' in nameless.text
    answer = {"answer": "yes", "terms_version": version, "name": "Maria Muster"}
    assert (await client.post(link, data=answer)).status_code == 200
    assert await signed(connection, stage) == {"applicant", "company", "guardian"}
    assert await status_of(connection, stage) == "confirmed"
    assert (await client.post(link, data=answer)).status_code == 410
    assert (await client.get(link)).status_code == 410


async def minor_with_guardian(connection: Connection, stage: Stage) -> None:
    """Seventeen, out of school, with a guardian who has agreed to internships."""
    await connection.execute("UPDATE placement SET birthday = $1", SEVENTEEN)
    await connection.execute(
        """INSERT INTO guardian_consent (person_id, purpose, text_version, expires_at, channel, granted_at,
                                         guardian_email)
           VALUES ($1, 'internships', 1, now(), 'link', now(), $2)""",
        stage.intern.id,
        GUARDIAN,
    )


async def test_a_link_older_than_two_weeks_or_of_other_terms_is_good_for_nothing(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await minor_with_guardian(connection, stage)
    await propose(connection, stage)
    link = await link_to(connection, GUARDIAN)
    wrong = {"answer": "yes", "terms_version": "7", "name": "Maria Muster"}
    assert (await client.post(link, data=wrong)).status_code == 409
    await connection.execute("UPDATE placement_signature SET asked_at = now() - interval '15 days'")
    assert (await client.get(link)).status_code == 410
    assert (await client.post(link, data={**wrong, "terms_version": "1"})).status_code == 410
    await sign_in(connection, client, stage.intern)
    asked = await client.post(f"{stage.own}/guardian", data={"guardian_email": GUARDIAN})
    assert asked.status_code == 303
    assert (await client.get(await link_to(connection, GUARDIAN))).status_code == 200
    assert (await client.get(link)).status_code == 410
    again = await client.post(f"{stage.own}/guardian", data={"guardian_email": GUARDIAN})
    assert again.status_code == 429


@pytest.mark.parametrize("address", ["", "kein", "mia@example.org"])
async def test_a_pupil_cant_sign_as_the_guardian(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, address: str
) -> None:
    await connection.execute("UPDATE placement SET birthday = $1", SEVENTEEN)
    await propose(connection, stage)
    await sign_in(connection, client, stage.intern)
    answer = await client.post(f"{stage.own}/guardian", data={"guardian_email": address})
    assert answer.status_code == 422
    assert 'href="#field-guardian_email"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%signature'") == 0


async def test_nobody_signs_for_two(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    """Neither who is the guardian for the company, nor the database for anybody."""
    await connection.execute("UPDATE placement SET birthday = $1", SEVENTEEN)
    await propose(connection, stage)
    await sign_in(connection, client, stage.intern)
    asked = await client.post(f"{stage.own}/guardian", data={"guardian_email": stage.manager.email})
    assert asked.status_code == 303
    await sign_in(connection, client, stage.manager)
    answer = await client.post(f"{stage.company}/signature", data={"terms_version": "1"})
    assert answer.status_code == 409
    assert "Niemand kann für zwei unterschreiben" in answer.text
    assert await signed(connection, stage) == set()


async def test_a_guardians_no_ends_it(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    await minor_with_guardian(connection, stage)
    await propose(connection, stage)
    link = await link_to(connection, GUARDIAN)
    assert (await client.post(link, data={"answer": "no"})).status_code == 200
    assert await status_of(connection, stage) == "cancelled"
    assert await taken(connection, stage.posting_id) == 0
    assert (await client.get(link)).status_code == 410
    [_proposed, event] = await events_of(connection, "placement", stage.placement_id)
    assert (event.to_status, event.acted_as, event.by_id) == ("cancelled", "guardian", None)


async def test_a_school_signs_last(connection: Connection, client: httpx.AsyncClient) -> None:
    stage = await make_stage(connection, {"kind": "school"}, school="Realschule plus", school_email=SCHOOL)
    await propose(connection, stage)
    assert await link_to(connection, SCHOOL) is None
    for person, root in ((stage.manager, stage.company), (stage.intern, stage.own)):
        await sign_in(connection, client, person)
        assert (await client.post(f"{root}/signature", data={"terms_version": "1"})).status_code == 303
    assert await status_of(connection, stage) == "school_approval"
    link = await link_to(connection, SCHOOL)
    shown = await client.get(link)
    assert "Unfallkasse" in shown.text
    answer = {"answer": "yes", "terms_version": "1", "name": "Frau Direktorin"}
    assert (await client.post(link, data=answer)).status_code == 200
    assert await status_of(connection, stage) == "confirmed"
    assert [event.acted_as for event in await events_of(connection, "placement", stage.placement_id)] == [
        "company",
        "applicant",
        "school",
    ]


async def test_a_schools_address_is_nobody_elses(connection: Connection, client: httpx.AsyncClient) -> None:
    stage = await make_stage(connection, {"kind": "school"}, school="Schule", school_email="mia@example.org")
    await sign_in(connection, client, stage.manager)
    answer = await client.post(f"{stage.company}/proposal", data={"version": "1"})
    assert answer.status_code == 409
    assert "auch nicht für die Eltern oder die Schule" in answer.text
    assert "mia@example.org" not in answer.text
    assert await status_of(connection, stage) == "agreement_draft"


async def test_on_paper_it_is_staff_who_have_seen_it(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await connection.execute("UPDATE placement SET birthday = $1", SEVENTEEN)
    await propose(connection, stage)
    district = await connection.fetchval("SELECT id FROM district")
    staff = await make_person(connection, "kreis@example.org", name="Frau Kreis", role="staff", district_id=district)
    paper = {"signatory": "guardian", "name": "Maria Muster", "terms_version": "1"}
    await sign_in(connection, client, stage.intern)
    assert (await client.post(f"{stage.district}/paper", data=paper)).status_code == 403
    await sign_in(connection, client, staff)
    assert "Unterschrift auf Papier" in (await client.get(stage.district)).text
    assert (await client.post(f"{stage.district}/paper", data={**paper, "name": ""})).status_code == 422
    assert (await client.post(f"{stage.district}/paper", data={**paper, "terms_version": "9"})).status_code == 409
    assert (await client.post(f"{stage.district}/paper", data=paper)).status_code == 303
    assert await signed(connection, stage) == {"guardian"}
    row = await connection.fetchrow("SELECT channel, seen_by FROM placement_signature WHERE signatory = 'guardian'")
    assert row
    assert tuple(row) == ("paper", staff.id)


async def test_only_what_the_table_allows_is_possible(connection: Connection, stage: Stage) -> None:
    """Every verb by everybody from every state: as the table says, or refused and nothing changed."""
    states = {state for one in TABLE for state in (*one.froms, one.to)}
    assert len(states) == 9
    for status in states:
        for transition in TABLE:
            for who in ("applicant", "guardian", "company", "worker", "staff", "school", "host"):
                if status in transition.froms and who in transition.who:
                    continue
                await connection.execute("UPDATE placement SET status = $1", status)
                with pytest.raises(NotPossible):
                    await move(connection, stage.placement_id, transition.verb, who)
                assert await status_of(connection, stage) == status
                found = await placement_by_id(connection, stage.placement_id)
                assert transition.verb not in await possible(connection, found, who)


@pytest.mark.parametrize("side", ["own", "company"])
async def test_cancelling_frees_place_and_desks(
    connection: Connection, client: httpx.AsyncClient, stage: Stage, side: str
) -> None:
    await confirm(connection, stage)
    assert await taken(connection, stage.posting_id) == 1
    await sign_in(connection, client, stage.intern if side == "own" else stage.manager)
    root = stage.own if side == "own" else stage.company
    assert (await client.post(f"{root}/cancellation")).status_code == 303
    assert await status_of(connection, stage) == "cancelled"
    assert await taken(connection, stage.posting_id) == 0
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 0
    assert await connection.fetchval("SELECT count(*) FROM placement_day WHERE booking_id IS NOT NULL") == 0
    assert (await subjects_to(connection, stage.manager))[-1] == "Ein Praktikum ist abgesagt"
    assert (await client.post(f"{root}/cancellation")).status_code == 409


async def test_what_has_begun_is_ended_and_not_cancelled(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await confirm(connection, stage)
    await connection.execute("UPDATE placement SET status = 'active'")
    await sign_in(connection, client, stage.intern)
    assert (await client.post(f"{stage.own}/cancellation")).status_code == 409
    assert (await client.post(f"{stage.own}/end")).status_code == 303
    assert await status_of(connection, stage) == "discontinued"
    assert await taken(connection, stage.posting_id) == 1
    assert await desks(connection, stage) == []
    ended = await connection.fetchval("SELECT ended_at FROM placement")
    assert datetime.now(UTC) - ended < timedelta(minutes=5)


async def test_others_see_nothing_of_it(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    stranger = await make_person(connection, "fremd@example.org")
    await sign_in(connection, client, stranger)
    for path in (stage.own, stage.company, f"/company/{stage.company_id}/placements"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get(stage.district)).status_code == 403
    assert "Webseiten" not in (await client.get("/placements")).text
