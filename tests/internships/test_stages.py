"""The stages of an application, each row of the table: who may, what follows, who hears; and who sees what when."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.reasons import SENTENCES
from landbooking.internships.applications.refusals import NoPlaceLeft, NotPossible
from landbooking.internships.applications.transitions import TABLE, move, possible
from landbooking.internships.events import events_of
from support.applications import Scene, grant, make_offer, make_scene, status_of, subjects_to, taken
from support.internships import TWO_WEEKS, make_application, make_member, make_placement, make_posting
from support.people import make_person, sign_in
from support.spaces import make_space

FIFTEEN = datetime.now(UTC).date() - timedelta(days=15 * 366)
SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)


@pytest.fixture
async def applicant(connection: Connection) -> Person:
    return await make_person(connection, "mia@example.org", name="Mia Muster")


@pytest.fixture
async def scene(connection: Connection, client: httpx.AsyncClient) -> Scene:
    """A posting with one place; the company's manager is signed in."""
    scene = await make_scene(connection, questions=["Warum?"])
    await sign_in(connection, client, scene.manager)
    return scene


@pytest.fixture
async def submitted(connection: Connection, scene: Scene, applicant: Person) -> int:
    return await make_application(
        connection, scene.posting_id, applicant, days=TWO_WEEKS, space_id=scene.space_id, answers=["Darum."]
    )


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
        "withdrawn",
        "expired",
        "lapsed",
        "cancelled",
    ):
        until = datetime.now(UTC) + timedelta(days=1) if status == "offered" else None
        for transition in TABLE:
            for who in ("applicant", "guardian", "company", "worker", "staff", "school", "host"):
                await connection.execute(
                    "UPDATE application SET status = $2, offer_until_at = $3 WHERE id = $1", submitted, status, until
                )
                if status in transition.froms and who in transition.who:
                    continue
                with pytest.raises(NotPossible):
                    await move(connection, submitted, transition.verb, who)
                assert await status_of(connection, submitted) == status
                shown = await possible(connection, await application_by_id(connection, submitted), who)
                assert transition.verb not in shown


async def test_a_place_is_held_until_the_offer_ends(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    rival = await make_person(connection, "rivale@example.org")
    other = await make_application(connection, scene.posting_id, rival, days=TWO_WEEKS)
    assert (await client.post(f"{scene.company}/{submitted}/offer")).status_code == 303
    full = await client.post(f"{scene.company}/{other}/offer")
    assert full.status_code == 409
    assert "Alle Plätze" in full.text
    await sign_in(connection, client, applicant)
    assert (await client.post(f"/applications/{submitted}/refusal", data={"version": "2"})).status_code == 303
    assert await taken(connection, scene.posting_id) == 0
    row = await connection.fetchrow("SELECT status, declined_by FROM application WHERE id = $1", submitted)
    assert row
    assert tuple(row) == ("declined", "applicant")
    await sign_in(connection, client, scene.manager)
    assert (await client.post(f"{scene.company}/{submitted}/restoration")).status_code == 409  # it was not their no
    assert (await client.post(f"{scene.company}/{other}/offer")).status_code == 303


@pytest.mark.parametrize("verb", ["decline", "withdraw", "refuse"])
async def test_every_end_of_an_offer_frees_its_place(
    connection: Connection, scene: Scene, applicant: Person, verb: str
) -> None:
    offered = await make_offer(connection, scene.posting_id, applicant)
    await move(connection, offered, verb, "company" if verb == "decline" else "applicant")  # type: ignore[arg-type]
    assert await taken(connection, scene.posting_id) == 0


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


async def test_a_no_is_taken_back_only_while_a_place_remains(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    one = f"{scene.company}/{submitted}"
    await client.post(f"{one}/decline", data={"reason": "others"})
    rival = await make_person(connection, "rivale@example.org")
    held = await make_offer(connection, scene.posting_id, rival)
    assert (await client.post(f"{one}/restoration")).status_code == 409
    await move(connection, held, "refuse", "applicant", rival)
    assert (await client.post(f"{one}/restoration")).status_code == 303
    await client.post(f"{one}/offer")
    await client.post(f"{one}/decline", data={"reason": "others"})
    assert await taken(connection, scene.posting_id) == 0
    assert (await client.post(f"{one}/restoration")).status_code == 303
    assert await status_of(connection, submitted) == "offered"
    assert await taken(connection, scene.posting_id) == 1


async def test_nobody_goes_back_to_who_has_applied_anew(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    await client.post(f"{scene.company}/{submitted}/decline", data={"reason": "others"})
    await make_application(connection, scene.posting_id, applicant)
    assert (await client.post(f"{scene.company}/{submitted}/restoration")).status_code == 409


async def test_accepting_withdraws_what_overlaps_and_nothing_else(
    connection: Connection, scene: Scene, applicant: Person
) -> None:
    offered = await make_offer(connection, scene.posting_id, applicant)
    during, after = [await make_posting(connection, scene.company_id, scene.space_id) for _ in range(2)]
    overlapping = await make_offer(connection, during, applicant)
    later = Range(date(2027, 9, 18), date(2027, 10, 2))
    free = await make_application(connection, after, applicant, days=later)
    await move(connection, offered, "accept", "applicant", applicant)
    assert await status_of(connection, overlapping) == "withdrawn"
    assert await taken(connection, during) == 0
    assert await status_of(connection, free) == "submitted"


async def test_nobody_is_in_two_placements_at_once(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person
) -> None:
    other = await make_posting(connection, scene.company_id, scene.space_id)
    standing = await make_application(connection, other, applicant, days=TWO_WEEKS)
    await make_placement(connection, standing, scene.space_id)
    offered = await make_offer(connection, scene.posting_id, applicant)
    await sign_in(connection, client, applicant)
    refused = await client.post(f"/applications/{offered}/acceptance")
    assert refused.status_code == 409
    assert "Zwei zugleich gehen nicht" in refused.text
    assert await status_of(connection, offered) == "offered"


async def test_an_offer_that_has_run_out_is_not_accepted(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person
) -> None:
    over = datetime.now(UTC) - timedelta(seconds=1)
    offered = await make_offer(connection, scene.posting_id, applicant, offer_until_at=over)
    await sign_in(connection, client, applicant)
    assert "Angebot annehmen" not in (await client.get(f"/applications/{offered}")).text
    assert (await client.post(f"/applications/{offered}/acceptance")).status_code == 409


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


async def test_the_last_place_is_not_offered_where_the_posting_was_taken_back(
    connection: Connection, scene: Scene, submitted: int
) -> None:
    await connection.execute("UPDATE posting SET status = 'closed', closed_because = 'withdrawn'")
    with pytest.raises(NotPossible):
        await move(connection, submitted, "offer", "company")
    await connection.execute("UPDATE posting SET closed_because = 'deadline'")
    await connection.execute("UPDATE posting SET taken = 1")
    with pytest.raises(NoPlaceLeft):
        await move(connection, submitted, "offer", "company")
    await connection.execute("UPDATE posting SET taken = 0")
    assert (await move(connection, submitted, "offer", "company")).status == "offered"


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


async def test_where_no_space_is_sure_nobody_is_placed(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person
) -> None:
    posting_id = await make_posting(
        connection, scene.company_id, scene.space_id, await make_space(connection, name="B")
    )
    offered = await make_offer(connection, posting_id, applicant)
    await sign_in(connection, client, applicant)
    assert (await client.post(f"/applications/{offered}/acceptance")).status_code == 409
    await connection.execute("UPDATE application SET space_id = $1", scene.space_id)
    assert (await client.post(f"/applications/{offered}/acceptance")).status_code == 303
