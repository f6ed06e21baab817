"""The stages of an application, each row of the table: who may, what follows, who hears; and who sees what when."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.reasons import SENTENCES
from landbooking.internships.applications.refusals import NotPossible
from landbooking.internships.applications.transitions import TABLE, move, possible
from landbooking.internships.events import events_of
from support.applications import Scene, grant, status_of, subjects_to, taken
from support.internships import TWO_WEEKS, make_member
from support.people import make_person, sign_in

FIFTEEN = datetime.now(UTC).date() - timedelta(days=15 * 366)
SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)


async def test_from_the_first_look_to_a_placement(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    one = f"{scene.company}/{submitted}"
    listed = await client.get(scene.company)
    shown = await client.get(one)
    for page in (listed, shown):
        assert page.status_code == 200
        for secret in ("Mia", "Muster", "mia@example.org", "2000-05", "Mai 2000"):
            assert secret not in page.text
    assert "Ich möchte gern bei Ihnen lernen." in shown.text
    assert "Darum." in shown.text
    assert "Altersregel" in shown.text
    assert (await client.post(f"{one}/shortlisting", data={"version": "1"})).status_code == 303
    assert "Mia Muster" in (await client.get(one)).text
    stale = await client.post(f"{one}/offer", data={"version": "1"})
    assert stale.status_code == 409
    assert "inzwischen geändert" in stale.text
    assert (await client.post(f"{one}/offer", data={"version": "2"})).status_code == 303
    assert await taken(connection, scene.posting_id) == 1
    await sign_in(connection, client, applicant)
    own = await client.get(f"/applications/{submitted}")
    assert "Angebot annehmen" in own.text
    assert (await client.post(f"/applications/{submitted}/acceptance", data={"version": "3"})).status_code == 303
    assert await taken(connection, scene.posting_id) == 1
    placement = await connection.fetchrow("SELECT * FROM placement WHERE application_id = $1", submitted)
    assert placement
    assert (placement["status"], placement["days"], placement["space_id"]) == (
        "agreement_draft",
        TWO_WEEKS,
        scene.space_id,
    )
    days = await connection.fetch("SELECT * FROM placement_day ORDER BY day")
    assert len(days) == 10
    assert (days[0]["period"].upper - days[0]["period"].lower) == timedelta(hours=7, minutes=30)
    [pause] = days[0]["breaks"]
    assert (pause.lower - days[0]["period"].lower, pause.upper - pause.lower) == (
        timedelta(hours=3, minutes=30),
        timedelta(minutes=30),
    )
    assert [
        (event.to_status, event.acted_as, event.by_id)
        for event in await events_of(connection, "application", submitted)
    ] == [
        ("shortlisted", "company", scene.manager.id),
        ("offered", "company", scene.manager.id),
        ("accepted", "applicant", applicant.id),
    ]
    assert await subjects_to(connection, applicant) == [
        "Ihre Bewerbung ist in der engeren Wahl",
        "Sie haben ein Angebot für ein Praktikum",
    ]
    assert (await subjects_to(connection, scene.manager))[-1] == "Ihr Angebot ist angenommen"


async def test_only_what_the_table_allows_is_possible(
    connection: Connection, scene: Scene, applicant: Person, submitted: int
) -> None:
    """Every verb by everybody from every state: as the table says, or refused and nothing changed."""
    await grant(connection, applicant)
    for status in (
        "draft",
        "submitted",
        "shortlisted",
        "interview",
        "offered",
        "accepted",
        "declined",
        "withdrawn",
        "expired",
        "lapsed",
        "cancelled",
    ):
        until = datetime.now(UTC) + timedelta(days=1) if status == "offered" else None
        declined = ("company", "submitted") if status == "declined" else (None, None)
        for transition in TABLE:
            for who in ("applicant", "guardian", "company", "worker", "staff", "school", "host"):
                await connection.execute(
                    """UPDATE application SET status = $2, offer_until_at = $3, declined_by = $4, declined_from = $5,
                              ended_at = now() WHERE id = $1""",
                    submitted,
                    status,
                    until,
                    *declined,
                )
                if status in transition.froms and who in transition.who:
                    continue
                with pytest.raises(NotPossible):
                    await move(connection, submitted, transition.verb, who)
                assert await status_of(connection, submitted) == status
                shown = await possible(connection, await application_by_id(connection, submitted), who)
                assert transition.verb not in shown


async def test_a_company_declines_with_a_code_and_thinks_better_of_it(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    one = f"{scene.company}/{submitted}"
    assert (await client.post(f"{one}/decline", data={"reason": "war krank"})).status_code == 422
    assert (await client.post(f"{one}/decline", data={"version": "1"})).status_code == 422
    assert await status_of(connection, submitted) == "submitted"
    await client.post(f"{one}/shortlisting")
    assert (await client.post(f"{one}/decline", data={"reason": "skills"})).status_code == 303
    [sentences] = await connection.fetch(
        "SELECT context -> 'sentences' AS said FROM outbox WHERE context ->> 'subject' = 'Absage zu Ihrer Bewerbung'"
    )
    assert SENTENCES["skills"] in sentences["said"]
    assert "Absage zurücknehmen" in (await client.get(one)).text
    assert (await client.post(f"{one}/restoration")).status_code == 303
    assert await status_of(connection, submitted) == "shortlisted"
    await client.post(f"{one}/decline", data={"reason": "others"})
    await connection.execute("UPDATE application SET ended_at = now() - interval '48 hours 1 second'")
    assert "Absage zurücknehmen" not in (await client.get(one)).text
    assert (await client.post(f"{one}/restoration")).status_code == 409


@pytest.mark.parametrize("verb", ["shortlisting", "offer", "interview"])
async def test_under_sixteen_a_guardian_agrees_before_anybody_knows_who_it_is(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int, verb: str
) -> None:
    await connection.execute("UPDATE application SET birthday = $1", FIFTEEN)
    soon = datetime.now(UTC).date() + timedelta(days=3)
    form = {"day_1": f"{soon}", "at_1": "10:00", "day_2": f"{soon}", "at_2": "11:00", "minutes": "30"}
    refused = await client.post(f"{scene.company}/{submitted}/{verb}", data=form)
    assert refused.status_code == 409
    assert "Zustimmung" in refused.text
    assert "Mia" not in refused.text
    await grant(connection, applicant)
    assert (await client.post(f"{scene.company}/{submitted}/{verb}", data=form)).status_code == 303


async def test_under_eighteen_a_guardian_agrees_before_the_yes(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    await connection.execute("UPDATE application SET birthday = $1", SEVENTEEN)
    await connection.execute("UPDATE posting SET break_minutes = 60")  # JArbSchG § 11
    assert (await client.post(f"{scene.company}/{submitted}/offer")).status_code == 303
    assert "noch nicht 18" in (await client.get(f"{scene.company}/{submitted}")).text
    await sign_in(connection, client, applicant)
    assert "Zustimmung eines Elternteils" in (await client.get(f"/applications/{submitted}")).text
    refused = await client.post(f"/applications/{submitted}/acceptance")
    assert refused.status_code == 409
    assert "/applications/guardian" in refused.text
    await grant(connection, applicant)
    assert (await client.post(f"/applications/{submitted}/acceptance")).status_code == 303


async def test_messages_say_that_they_are_there_and_nothing_more(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    one, own = f"{scene.company}/{submitted}", f"/applications/{submitted}"
    assert (await client.post(f"{one}/messages", data={"text": ""})).status_code == 422
    assert (await client.post(f"{one}/messages", data={"text": "Können Sie <Python>?"})).status_code == 303
    await sign_in(connection, client, applicant)
    assert "Können Sie &lt;Python&gt;?" in (await client.get(own)).text
    assert (await client.post(f"{own}/messages", data={"text": "Ja, geheim."})).status_code == 303
    for row in await connection.fetch("SELECT context FROM outbox"):
        assert "geheim" not in f"{row['context']}"
        assert "Python" not in f"{row['context']}"
    assert await subjects_to(connection, scene.manager) == ["Eine Nachricht zu einer Bewerbung"]
    await client.post(f"{own}/withdrawal")
    assert (await client.post(f"{own}/messages", data={"text": "Doch?"})).status_code == 409


async def test_a_mentor_and_another_company_see_nothing(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, submitted: int
) -> None:
    mentor = await make_person(connection, "mentorin@example.org")
    await make_member(connection, scene.company_id, mentor, "mentor")
    for somebody in (mentor, await make_person(connection, "sonst@example.org")):
        await sign_in(connection, client, somebody)
        for path in (scene.company, f"{scene.company}/{submitted}", f"/applications/{submitted}"):
            assert (await client.get(path)).status_code == 404
