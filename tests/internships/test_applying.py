"""From a draft to an application: what is kept while one types, and what is refused when one sends it."""

from datetime import date

import httpx
import pytest
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.applications import Scene, complete, draft_of, make_scene
from support.internships import make_application, make_posting
from support.people import make_person, sign_in
from support.seats import mails_to
from support.spaces import make_space

QUESTIONS = ["Was haben Sie schon gebaut?", "Welche Sprachen können Sie?"]


@pytest.fixture
async def scene(connection: Connection, client: httpx.AsyncClient, resident: Person) -> Scene:
    """A posting with two questions, and the resident signed in."""
    scene = await make_scene(connection, questions=QUESTIONS)
    await sign_in(connection, client, resident)
    return scene


async def test_somebody_applies(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    page = await client.get(scene.form)
    assert page.status_code == 200
    assert QUESTIONS[0] in page.text
    assert await connection.fetchval("SELECT count(*) FROM application") == 0  # looking leaves nothing behind
    sent = await client.post(scene.form, data={**complete(), "answer_1": "Einen Schuppen.", "action": "submit"})
    assert sent.status_code == 303
    row = await connection.fetchrow("SELECT * FROM application")
    assert row
    assert (row["status"], row["letter"], row["answers"]) == (
        "submitted",
        "Ich möchte lernen.",
        ["Einen Schuppen.", ""],
    )
    assert (row["birthday"], row["typed"], row["days"].lower) == (date(2000, 5, 1), {}, date(2027, 9, 6))
    assert row["space_id"] == scene.space_id
    own = await client.get(sent.headers["location"])
    assert "Abgeschickt" in own.text
    assert "Einen Schuppen." in own.text
    assert await mails_to(connection, resident) == ["news"]
    assert await mails_to(connection, scene.manager) == ["news"]
    [event] = await connection.fetch("SELECT * FROM internship_event")
    assert (event["from_status"], event["to_status"], event["by_id"]) == ("draft", "submitted", resident.id)


async def test_a_draft_keeps_even_mistakes(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    typed = {"letter": "Halb fer", "birthday": "31.02.2001", "schooling": "lasts", "answer_2": "Deutsch & <Englisch>"}
    saved = await client.post(scene.form, data={**typed, "action": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, scene.form)
    assert await draft_of(connection, resident) == typed
    again = await client.get(scene.form)
    for shown in ("Halb fer", "31.02.2001", "Deutsch &amp; &lt;Englisch&gt;", 'value="lasts" checked'):
        assert shown in again.text
    typing = await client.post(f"{scene.form}/draft", data={**typed, "letter": "Halb fertig"})
    assert (typing.status_code, typing.content) == (204, b"")
    assert (await draft_of(connection, resident))["letter"] == "Halb fertig"
    assert await mails_to(connection, scene.manager) == []
    row = await connection.fetchrow("SELECT status, letter, birthday FROM application")
    assert row
    assert tuple(row) == ("draft", "", None)


async def test_signing_in_comes_back_to_the_form(client: httpx.AsyncClient, scene: Scene) -> None:
    client.cookies.clear()
    answer = await client.get(scene.form)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"next=%2Finternships%2F{scene.posting_id}%2Fapplication")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"letter": ""}, "letter"),
        ({"letter": "x" * 4001}, "letter"),
        ({"answer_1": "x" * 1001}, "answer_1"),
        ({"birthday": ""}, "birthday"),
        ({"birthday": "2040-01-01"}, "birthday"),
        ({"birthday": "1850-01-01"}, "birthday"),
        ({"birthday": "2014-09-07"}, "birthday"),  # thirteen on the first day
        ({"schooling": ""}, "schooling"),
        ({"schooling": "lasts"}, "schooling_until"),
        ({"schooling": "lasts", "schooling_until": "bald"}, "schooling_until"),
    ],
)
async def test_what_is_wrong_is_told_and_the_rest_kept(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, change: dict[str, str], field: str
) -> None:
    form = {**complete(answer_2="Deutsch und Platt"), **change, "action": "submit"}
    answer = await client.post(scene.form, data=form)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert "Deutsch und Platt" in answer.text
    assert await connection.fetchval("SELECT status FROM application") == "draft"
    assert "Deutsch und Platt" in (await client.get(scene.form)).text


async def test_all_mistakes_are_told_at_once(client: httpx.AsyncClient, scene: Scene) -> None:
    answer = await client.post(scene.form, data={"action": "submit", "birthday": "gestern"})
    for field in ("letter", "birthday", "schooling"):
        assert f'href="#field-{field}"' in answer.text


async def test_a_window_leaves_the_first_day_open(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    other = await make_space(connection, name="Bahnhof")
    window = Range(date(2027, 8, 30), date(2027, 9, 25))
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, other, days=window, weeks=2)
    form = f"/internships/{posting_id}/application"
    for wrong in ({"first_day": ""}, {"first_day": "2027-08-29"}, {"first_day": "2027-09-12"}, {"space": "99"}):
        typed = {**complete(first_day="2027-09-06", space=f"{other}"), **wrong, "action": "submit"}
        answer = await client.post(form, data=typed)
        assert answer.status_code == 422, wrong
        assert f'href="#field-{next(iter(wrong))}"' in answer.text
    sent = await client.post(form, data={**complete(first_day="2027-09-11", space=f"{other}"), "action": "submit"})
    assert sent.status_code == 303
    row = await connection.fetchrow("SELECT days, space_id FROM application WHERE posting_id = $1", posting_id)
    assert row
    assert (row["days"], row["space_id"]) == (Range(date(2027, 9, 11), date(2027, 9, 25)), other)


async def test_a_school_is_asked_for_where_it_runs_it(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, kind="school", pay_cents_hour=None)
    form = f"/internships/{posting_id}/application"
    typed = complete(birthday="2012-01-01", schooling="lasts", schooling_until="2028-06-30", school_email="keine")
    answer = await client.post(form, data={**typed, "action": "submit"})
    assert answer.status_code == 422
    assert 'href="#field-school"' in answer.text
    assert 'href="#field-school_email"' in answer.text
    right = {**typed, "school": "Realschule plus Kusel", "school_email": "Lehrerin@schule.example"}
    assert (await client.post(form, data={**right, "action": "submit"})).status_code == 303
    row = await connection.fetchrow("SELECT school, school_email, schooling_until FROM application")
    assert row
    assert tuple(row) == ("Realschule plus Kusel", "lehrerin@schule.example", date(2028, 6, 30))


async def test_one_applies_once_and_again_after_the_end(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    sent = await client.post(scene.form, data={**complete(), "action": "submit"})
    own = sent.headers["location"]
    assert (await client.get(scene.form)).headers["location"] == own
    twice = await client.post(scene.form, data={**complete(), "action": "submit"})
    assert twice.status_code == 409
    assert own in twice.text
    assert (await client.post(f"{scene.form}/draft", data=complete())).status_code == 409
    assert (await client.post(f"{own}/withdrawal")).status_code == 303
    assert (await client.post(scene.form, data={**complete(), "action": "submit"})).status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM application WHERE person_id = $1", resident.id) == 2


@pytest.mark.parametrize(
    "closed",
    [
        "status = 'paused'",
        "status = 'draft'",
        "deadline = (now() AT TIME ZONE 'Europe/Berlin')::date - 1",
        "status = 'closed', closed_because = 'filled'",
    ],
)
async def test_a_draft_is_kept_where_one_comes_too_late(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, closed: str
) -> None:
    await client.post(scene.form, data={**complete(), "action": "save"})
    await connection.execute(f"UPDATE posting SET {closed}")  # noqa: S608 written by tests
    late = await client.post(scene.form, data={**complete(letter="Noch schnell"), "action": "submit"})
    assert late.status_code == 409
    assert "nicht mehr bewerben" in late.text
    assert "Noch schnell" in late.text
    assert await connection.fetchval("SELECT status FROM application") == "draft"
    assert "Noch schnell" in (await client.get(scene.form)).text


async def test_the_deadlines_own_day_still_counts(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await connection.execute("UPDATE posting SET deadline = (now() AT TIME ZONE 'Europe/Berlin')::date")
    assert (await client.post(scene.form, data={**complete(), "action": "submit"})).status_code == 303


async def test_what_is_not_public_is_not_there_for_who_has_not_begun(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await connection.execute("UPDATE company SET status = 'suspended'")
    assert (await client.get(scene.form)).status_code == 404
    assert (await client.post(scene.form, data={**complete(), "action": "submit"})).status_code == 404
    assert await connection.fetchval("SELECT count(*) FROM application") == 0


async def test_a_birthday_once_told_stays(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    earlier = await make_posting(connection, scene.company_id, scene.space_id)
    await make_application(connection, earlier, resident, birthday=date(2010, 1, 1), status="withdrawn")
    answer = await client.post(scene.form, data={**complete(birthday="2000-01-01"), "action": "submit"})
    assert answer.status_code == 422
    assert 'href="#field-birthday"' in answer.text
    right = await client.post(scene.form, data={**complete(birthday="2010-01-01"), "action": "submit"})
    assert right.status_code == 303


async def test_a_draft_is_thrown_away_by_its_person_alone(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await client.post(scene.form, data={**complete(), "action": "save"})
    draft = await connection.fetchval("SELECT id FROM application")
    other = await make_person(connection, "andere@example.org")
    page = await client.get(f"/applications/{draft}")
    assert page.headers["location"] == scene.form
    await sign_in(connection, client, other)
    assert (await client.post(f"/applications/{draft}/removal")).status_code == 404
    await sign_in(connection, client, scene.manager)
    assert (await client.get(f"{scene.company}/{draft}")).status_code == 404  # a draft is nobody else's to see
    assert await connection.fetchval("SELECT count(*) FROM application") == 1


async def test_what_is_longer_than_a_draft_keeps_leaves_what_was_kept(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    await client.post(scene.form, data={**complete(), "action": "save"})
    answer = await client.post(scene.form, data={**complete(letter="x" * 8001, answer_1="neu"), "action": "save"})
    assert answer.status_code == 422
    kept = await draft_of(connection, resident)
    assert (kept["letter"], kept["answer_1"]) == ("Ich möchte lernen.", "neu")
    assert (await client.post(f"{scene.form}/draft", data=complete(letter="x" * 8001))).status_code == 422
