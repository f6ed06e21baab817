"""What the law says of a placement's rows: before it is accepted, at each change, and before the first work."""

from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest
from asyncpg import Range

from landbooking.database import Connection
from landbooking.internships.law.finding import refusals
from landbooking.internships.placements.judging import findings_of, may_begin, stands_before_work
from landbooking.internships.placements.placement import placement_by_id
from support.applications import grant, make_offer
from support.internships import make_application, make_member, make_placement, make_posting
from support.people import make_person, sign_in
from support.placements import Stage, confirm, make_stage, propose, status_of
from support.spaces import make_district

SEVENTEEN = date(2010, 12, 1)


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    """Under eighteen and out of school, seven hours a day without the break that this takes."""
    return await make_stage(connection, {"break_minutes": 30}, birthday=SEVENTEEN)


async def rules_against(connection: Connection, stage: Stage) -> set[str]:
    placement = await placement_by_id(connection, stage.placement_id)
    return {each.rule for each in refusals(await findings_of(connection, placement))}


async def test_an_offer_against_the_law_cant_be_accepted_and_both_see_why(
    connection: Connection, client: httpx.AsyncClient
) -> None:
    stage = await make_stage(connection)
    await connection.execute("DELETE FROM placement")
    await connection.execute("UPDATE posting SET taken = 0, break_minutes = 30")
    young = await make_person(connection, "jung@example.org", name="Jan Jung")
    await grant(connection, young)
    offer = await make_offer(connection, stage.posting_id, young, birthday=SEVENTEEN, space_id=stage.space_id)
    await sign_in(connection, client, stage.manager)
    seen = await client.get(f"/company/{stage.company_id}/applications/{offer}")
    await sign_in(connection, client, young)
    for page in (seen, await client.get(f"/applications/{offer}")):
        assert "§ 11 Abs. 1 Satz 2 Nr. 2 JArbSchG" in page.text
        assert "keine Rechtsberatung" in page.text
        assert "6. September 2027" in page.text
    answer = await client.post(f"/applications/{offer}/acceptance")
    assert answer.status_code == 409
    for cited in ("L6", "§ 11 Abs. 1 Satz 2 Nr. 2 JArbSchG", "6. September 2027", "1 Stunde"):
        assert cited in answer.text
    assert await connection.fetchval("SELECT count(*) FROM placement") == 0
    await connection.execute("UPDATE posting SET break_minutes = 60")
    assert (await client.post(f"/applications/{offer}/acceptance")).status_code == 303


async def test_a_company_learns_nothing_of_the_age_at_first_look(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    young = await make_person(connection, "jung@example.org", name="Jan Jung")
    one = await make_application(
        connection, stage.posting_id, young, birthday=SEVENTEEN, days=Range(date(2027, 9, 6), date(2027, 9, 18))
    )
    await sign_in(connection, client, stage.manager)
    shown = await client.get(f"/company/{stage.company_id}/applications/{one}")
    assert shown.status_code == 200
    assert "JArbSchG" not in shown.text


async def test_nobody_is_asked_to_sign_against_the_law(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await sign_in(connection, client, stage.manager)
    answer = await client.post(f"{stage.company}/proposal", data={"version": "1"})
    assert answer.status_code == 409
    assert "§ 11" in answer.text
    assert await status_of(connection, stage) == "agreement_draft"


async def test_staff_let_a_rule_pass_with_a_reason_that_both_sides_see(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    district = await connection.fetchval("SELECT id FROM district")
    staff = await make_person(connection, "kreis@example.org", name="Frau Kreis", role="staff", district_id=district)
    elsewhere = await make_person(
        connection, "fern@example.org", role="staff", district_id=await make_district(connection, "07335")
    )
    form = {"rule": "L6", "reason": "Der Betrieb legt die zweite Pause nach Absprache."}
    await sign_in(connection, client, stage.manager)
    assert (await client.post(f"{stage.district}/overrides", data=form)).status_code == 403
    await sign_in(connection, client, elsewhere)
    assert (await client.post(f"{stage.district}/overrides", data=form)).status_code == 404
    await sign_in(connection, client, staff)
    assert "Webseiten" in (await client.get("/district/internships/placements")).text
    for wrong in ({"rule": "L12", "reason": "Ja"}, {"rule": "L6", "reason": " "}):
        assert (await client.post(f"{stage.district}/overrides", data=wrong)).status_code == 422
    assert await rules_against(connection, stage) == {"L6"}
    assert (await client.post(f"{stage.district}/overrides", data={**form, "day": "2027-09-06"})).status_code == 303
    assert await rules_against(connection, stage) == {"L6"}
    assert (await client.post(f"{stage.district}/overrides", data=form)).status_code == 303
    assert await rules_against(connection, stage) == set()
    for person, path in ((stage.manager, stage.company), (stage.intern, stage.own), (staff, stage.district)):
        await sign_in(connection, client, person)
        shown = await client.get(path)
        assert form["reason"] in shown.text
        assert "Frau Kreis" in shown.text
    row = await connection.fetchrow("SELECT made_by, made_at FROM law_override ORDER BY id DESC LIMIT 1")
    assert row
    assert row["made_by"] == staff.id
    assert datetime.now(UTC) - row["made_at"] < timedelta(minutes=5)


async def test_what_is_known_of_the_person_is_judged(connection: Connection, stage: Stage) -> None:
    """Schooling, pay by kind, and what they have elsewhere: each makes its rule speak."""
    await connection.execute("UPDATE placement SET schooling_until = '2028-07-31'")
    assert "L3" in await rules_against(connection, stage)
    await connection.execute("UPDATE placement SET kind = 'school'")
    assert "L3" not in await rules_against(connection, stage)
    await connection.execute("UPDATE placement SET birthday = '2000-01-01', schooling_until = NULL, kind = 'voluntary'")
    assert await rules_against(connection, stage) == set()
    await connection.execute("UPDATE placement SET pay_cents_hour = NULL")
    assert await rules_against(connection, stage) == {"L11"}
    for kind in ("mandatory", "orientation", "study", "qualification", "school"):
        await connection.execute("UPDATE placement SET kind = $1", kind)
        assert await rules_against(connection, stage) == set()
    earlier = await make_posting(connection, stage.company_id, stage.space_id, kind="study")
    one = await make_application(connection, earlier, stage.intern)
    last_year = Range(date(2026, 9, 7), date(2026, 9, 19))
    await make_placement(connection, one, stage.space_id, days=last_year, status="completed", kind="study")
    await connection.execute("UPDATE placement SET kind = 'study'")
    assert "L11" in await rules_against(connection, stage)


async def test_work_elsewhere_counts_for_the_rest_between_days(connection: Connection, stage: Stage) -> None:
    await connection.execute("UPDATE placement SET birthday = '2000-01-01'")
    assert await rules_against(connection, stage) == set()
    late = await make_posting(
        connection,
        stage.company_id,
        stage.space_id,
        days=Range(date(2027, 9, 5), date(2027, 9, 6)),
        weekdays=[7],
        starts=time(16, 0),
        ends=time(23, 30),
        break_minutes=0,
    )
    one = await make_application(connection, late, stage.intern)
    other = await make_placement(connection, one, stage.space_id, status="confirmed")
    assert await rules_against(connection, stage) == {"L10"}
    await connection.execute("UPDATE placement SET status = 'cancelled' WHERE id = $1", other)
    assert await rules_against(connection, stage) == set()


async def test_check_in_is_locked_until_instruction_by_company_or_mentor(
    connection: Connection, client: httpx.AsyncClient
) -> None:
    stage = await make_stage(connection, birthday=SEVENTEEN)
    mentor = await make_person(connection, "mentorin@example.org")
    other = await make_person(connection, "andere@example.org")
    for member in (mentor, other):
        await make_member(connection, stage.company_id, member, "mentor")
    await connection.execute("UPDATE placement SET mentor_id = $1", mentor.id)
    await connection.execute(
        """INSERT INTO placement_signature (placement_id, signatory, email, terms_version, signed_at, channel)
           VALUES ($1, 'guardian', 'mutter@example.org', 1, now(), 'link')""",
        stage.placement_id,
    )
    assert [each.rule for each in await stands_before_work(connection, stage.placement_id)] == ["L8"]
    assert not await may_begin(connection, stage.placement_id)
    today = datetime.now(UTC).date()
    await sign_in(connection, client, other)
    assert (await client.get(stage.company)).status_code == 404
    assert (await client.post(f"{stage.company}/instruction", data={"instructed_on": f"{today}"})).status_code == 404
    await sign_in(connection, client, mentor)
    assert "Einchecken geht erst" in (await client.get(stage.company)).text
    for wrong in ("", "gestern", f"{today + timedelta(days=2)}", "1999-01-01"):
        answer = await client.post(f"{stage.company}/instruction", data={"instructed_on": wrong})
        assert answer.status_code == 422
        assert 'href="#field-instructed_on"' in answer.text
    assert (await client.post(f"{stage.company}/terms", data={})).status_code == 404
    await connection.execute("UPDATE placement SET instructed_on = '2027-08-30'")
    assert await may_begin(connection, stage.placement_id)
    assert (await client.post(f"{stage.company}/instruction", data={"instructed_on": f"{today}"})).status_code == 303
    row = await connection.fetchrow("SELECT instructed_on, instructed_by FROM placement")
    assert row
    assert tuple(row) == (today, mentor.id)
    await connection.execute("UPDATE placement SET instructed_on = lower(days) - 200")
    assert not await may_begin(connection, stage.placement_id)  # half a year is over by then


async def test_of_a_certificate_only_the_day_is_kept(connection: Connection, client: httpx.AsyncClient) -> None:
    stage = await make_stage(connection, {"light_work": False}, birthday=SEVENTEEN)
    assert "L9" in {each.rule for each in await stands_before_work(connection, stage.placement_id)}
    await sign_in(connection, client, stage.manager)
    today = f"{datetime.now(UTC).date()}"
    assert (await client.post(f"{stage.company}/certificate", data={"certificate_seen_on": today})).status_code == 303
    assert "L9" not in {each.rule for each in await stands_before_work(connection, stage.placement_id)}


async def test_a_pupil_says_how_many_days_of_holiday_work_there_are_elsewhere(
    connection: Connection, client: httpx.AsyncClient
) -> None:
    summer = {"days": Range(date(2027, 7, 5), date(2027, 7, 17))}
    stage = await make_stage(connection, summer, birthday=date(2011, 1, 1), schooling_until=date(2028, 7, 31))
    assert await rules_against(connection, stage) == set()
    await sign_in(connection, client, stage.intern)
    assert "anderswo im Jahr 2027" in (await client.get(stage.own)).text
    for wrong in ("", "-1", "400", "viele"):
        answer = await client.post(f"{stage.own}/days-elsewhere", data={"year": "2027", "days": wrong})
        assert answer.status_code == 422
    assert (await client.post(f"{stage.own}/days-elsewhere", data={"year": "2031", "days": "1"})).status_code == 422
    form = {"year": "2027", "days": "10"}
    assert (await client.post(f"{stage.own}/days-elsewhere", data=form)).status_code == 303
    assert await rules_against(connection, stage) == set()
    assert (await client.post(f"{stage.own}/days-elsewhere", data={**form, "days": "11"})).status_code == 303
    assert await rules_against(connection, stage) == {"L3"}


async def test_the_law_is_asked_again_before_it_is_confirmed(connection: Connection, client: httpx.AsyncClient) -> None:
    """What changed elsewhere meanwhile: the signatures stand, and the company is told."""
    stage = await make_stage(connection)
    await propose(connection, stage)
    await connection.execute("UPDATE placement SET pay_cents_hour = NULL")
    for person, root in ((stage.manager, stage.company), (stage.intern, stage.own)):
        await sign_in(connection, client, person)
        assert (await client.post(f"{root}/signature", data={"terms_version": "1"})).status_code == 303
    assert await status_of(connection, stage) == "awaiting_signatures"
    assert await connection.fetchval("SELECT count(*) FROM booking") == 0
    assert (
        await connection.fetchval(
            "SELECT count(*) FROM outbox WHERE context->>'subject' = 'Ein Praktikum geht so nicht'"
        )
        == 1
    )
    await connection.execute("UPDATE placement SET pay_cents_hour = 1500")
    await sign_in(connection, client, stage.manager)
    assert (await client.post(f"{stage.company}/confirmation")).status_code == 303
    assert await status_of(connection, stage) == "confirmed"


async def test_confirmed_ones_show_nothing_to_do(connection: Connection, client: httpx.AsyncClient) -> None:
    stage = await make_stage(connection)
    await confirm(connection, stage)
    await sign_in(connection, client, stage.intern)
    assert "Nichts spricht dagegen." in (await client.get(stage.own)).text
