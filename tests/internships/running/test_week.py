"""A placement's page while it runs: tasks by week, the diary, and who has come, by whoever may see what."""

from datetime import timedelta

import httpx
import pytest

from landbooking.database import Connection
from support.people import sign_in
from support.running import Running, come_on, end, make_running, today

CANARY = "Geheime Nachtigall"


@pytest.fixture
async def running(connection: Connection) -> Running:
    return await make_running(connection)


async def task_id(connection: Connection) -> int:
    found: int = await connection.fetchval("SELECT id FROM placement_task ORDER BY id DESC LIMIT 1")
    return found


async def test_the_company_sets_tasks_and_the_intern_ticks_them(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await sign_in(connection, client, running.mentor)
    answer = await client.post(f"{running.page}/tasks", data={"week": "1", "text": "Startseite entwerfen"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("?week=1")
    number = await task_id(connection)
    await sign_in(connection, client, running.intern)
    shown = await client.get(f"{running.page}?week=1")
    assert "Startseite entwerfen" in shown.text
    assert "Startseite entwerfen" not in (await client.get(f"{running.page}?week=2")).text
    tick = f"{running.page}/tasks/{number}/tick"
    assert (await client.post(tick, data={"done": "true"})).status_code == 303
    first = await connection.fetchval("SELECT done_at FROM placement_task")
    await client.post(tick, data={"done": "true"})
    assert await connection.fetchval("SELECT done_at FROM placement_task") == first
    assert "Erledigt:" in (await client.get(f"{running.page}?week=1")).text
    await sign_in(connection, client, running.manager)
    removal = f"{running.page}/tasks/{number}/removal"
    assert (await client.post(removal)).status_code == 409
    await sign_in(connection, client, running.intern)
    await client.post(tick)
    assert await connection.fetchval("SELECT done_at FROM placement_task") is None
    await sign_in(connection, client, running.manager)
    assert (await client.post(removal)).status_code == 303
    assert (await client.post(removal)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"week": "1", "text": ""}, "text"), ({"week": "9", "text": "Zu spät"}, "week"), ({"text": "Ohne"}, "week"),
     ({"week": "1", "text": "x" * 301}, "text")],
)  # fmt: skip
async def test_a_wrong_task_is_told_and_kept(
    connection: Connection, client: httpx.AsyncClient, running: Running, typed: dict[str, str], field: str
) -> None:
    await sign_in(connection, client, running.manager)
    answer = await client.post(f"{running.page}/tasks", data=typed)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert typed["text"] in answer.text
    assert await connection.fetchval("SELECT count(*) FROM placement_task") == 0


async def test_the_diary_is_read_by_the_mentor_alone(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await sign_in(connection, client, running.intern)
    answer = await client.post(f"{running.page}/diary", data={"day": f"{today()}", "entry": CANARY})
    assert answer.status_code == 303
    assert CANARY in (await client.get(running.page)).text
    await sign_in(connection, client, running.mentor)
    assert CANARY in (await client.get(running.page)).text
    for other in (running.manager, running.staff):
        await sign_in(connection, client, other)
        shown = await client.get(running.page)
        assert shown.status_code == 200
        assert CANARY not in shown.text
    await sign_in(connection, client, running.intern)
    await client.post(f"{running.page}/diary", data={"day": f"{today()}", "entry": "Neu"})
    await client.post(f"{running.page}/diary", data={"day": f"{today()}", "entry": ""})
    assert await connection.fetchval("SELECT count(*) FROM diary_entry") == 0


@pytest.mark.parametrize("day", ["morgen", f"{today() + timedelta(days=1)}", "2020-01-01", ""])
async def test_a_diary_has_days_of_the_placement_that_have_come(
    connection: Connection, client: httpx.AsyncClient, running: Running, day: str
) -> None:
    await sign_in(connection, client, running.intern)
    answer = await client.post(f"{running.page}/diary", data={"day": day, "entry": "Text"})
    assert answer.status_code == 422
    assert await connection.fetchval("SELECT count(*) FROM diary_entry") == 0


async def test_presence_is_seen_by_day(connection: Connection, client: httpx.AsyncClient, running: Running) -> None:
    await come_on(connection, running, 2)
    await sign_in(connection, client, running.mentor)
    page = (await client.get(f"{running.page}?week=1")).text + (await client.get(f"{running.page}?week=2")).text
    assert page.count("Da seit 08:30 Uhr") == 2
    assert "2 von 3 Tagen" in page or "2 von 4 Tagen" in page
    assert "Nicht da" in page


async def test_what_is_over_is_written_no_more(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await end(connection, running, "discontinued")
    await sign_in(connection, client, running.manager)
    assert (await client.post(f"{running.page}/tasks", data={"week": "1", "text": "Zu spät"})).status_code == 409
    await sign_in(connection, client, running.intern)
    assert (await client.post(f"{running.page}/diary", data={"day": f"{today()}", "entry": "x"})).status_code == 409
    assert "Entfallen" in (await client.get(f"{running.page}?week=2")).text


async def test_a_school_sees_presence_and_nothing_else(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    came = await come_on(connection, running, 1)
    await connection.execute(
        """UPDATE placement SET kind = 'school', school = 'Canary-School', school_email = 'Sekretariat@example.org',
                  title = $1, tasks = $1, learning_goals = $1, adult_on_site = $1""",
        CANARY,
    )
    for table in ("company SET name", "space SET name", "person SET name"):
        await connection.execute(f"UPDATE {table} = $1", CANARY)
    await connection.execute("UPDATE person SET name = 'Mia Geheim' WHERE id = $1", running.intern.id)
    await connection.execute("UPDATE person SET name = '' WHERE id = $1", running.school.id)
    await sign_in(connection, client, running.intern)
    await client.post(f"{running.page}/diary", data={"day": f"{came[0]}", "entry": CANARY})
    await sign_in(connection, client, running.school)
    page = await client.get("/internships/school")
    assert page.status_code == 200
    assert "Mia" in page.text
    assert page.text.count(">Da<") == 1
    answer = await client.get("/api/v1/school/presence")
    assert answer.json()["items"][0]["called"] == "Mia"
    assert set(answer.json()["items"][0]["days"][0]) == {"day", "came"}
    for shown in (page.text, answer.text):
        for secret in (CANARY, "Geheim", "Canary", "mia@example.org", "2000"):
            assert secret not in shown, secret
    assert (await client.get(running.page)).status_code == 404
    await sign_in(connection, client, running.stranger)
    assert "Mia" not in (await client.get("/internships/school")).text


async def test_a_school_sees_who_has_told_that_they_do_not_come(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    """Also of a day that is over, and never why."""
    await connection.execute("UPDATE placement SET kind = 'school', school_email = $1", running.school.email)
    day = await connection.fetchval(
        """UPDATE placement_day SET period = tstzrange(now() - interval '2 hours', now() - interval '1 hour')
           WHERE day = (SELECT min(day) FROM placement_day) RETURNING day"""
    )
    await sign_in(connection, client, running.school)
    missed = (await client.get("/internships/school")).text.count("Nicht da")
    await connection.execute("UPDATE placement_day SET told_absent_at = now() WHERE day = $1", day)
    page = (await client.get("/internships/school")).text
    assert (page.count("Abgemeldet"), page.count("Nicht da")) == (1, missed - 1)
    shown = (await client.get("/api/v1/school/presence")).json()["items"][0]["days"]
    assert [one["came"] for one in shown if one["day"] == f"{day}"] == ["excused"]


async def test_a_school_sees_only_what_it_runs(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await connection.execute("UPDATE placement SET school_email = 'sekretariat@example.org'")
    await sign_in(connection, client, running.school)
    assert "Mia" not in (await client.get("/internships/school")).text
    await connection.execute("UPDATE placement SET kind = 'school', status = 'awaiting_signatures'")
    assert "Mia" not in (await client.get("/internships/school")).text
