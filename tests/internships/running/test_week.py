"""A placement's page while it runs: tasks by week, the diary, and who has come, by whoever may see what."""

from datetime import timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.app import create_app
from landbooking.database import Connection
from landbooking.internships.running.access import RIGHTS
from support.people import settings, sign_in
from support.running import Running, come_on, end, make_running, today
from support.world import routes_of

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


def everybody(running: Running) -> dict[str, Person]:
    return {
        "intern": running.intern, "mentor": running.mentor, "manager": running.manager, "staff": running.staff,
        "host": running.host, "school": running.school, "other applicant": running.other_applicant,
        "rival": running.rival, "stranger": running.stranger,
    }  # fmt: skip


WRITES = {
    "tasks": ("set_tasks", {"week": "1", "text": "Neu"}),
    "tasks/{task}/tick": ("tick_tasks", {"done": "true"}),
    "tasks/{task}/removal": ("set_tasks", {}),
    "diary": ("write_diary", {"day": f"{today()}", "entry": "Neu"}),
    "reconfirmation": ("reconfirm", {"answer": "yes"}),
    "absences": ("tell_absent", {"day": f"{today() + timedelta(days=2)}"}),
    "address": ("own_address", {"address": "Weg 1"}),
    "collective-agreements": ("notice_agreements", {"notice": "keine"}),
}
AFTERWARDS = {
    "certificate": ("issue", {}),
    "certificate/revocation": ("issue", {}),
    "feedback": ("give_feedback", {"stars": "4"}),
}
FILES = {"agreement.pdf": "agreement", "certificate.pdf": "certificate"}


ROOT = "/internships/placements/{placement_id:int}"
# Whose right is not that of a person in the table: anybody's with the link or the code, and a school's, tested above.
BY_OTHERS = {
    ("GET", "/internships/reconfirmation/{token:str}"), ("POST", "/internships/reconfirmation/{token:str}"),
    ("GET", "/certificates/{code:str}"), ("GET", "/internships/school"),
}  # fmt: skip


def test_the_tables_know_every_page() -> None:
    """A new one fails here until somebody has written down whose it is."""
    of_pages = ("landbooking.internships.running.", "landbooking.internships.papers.")
    known = {
        (method, path)
        for method, path, handler in routes_of(create_app(settings("postgresql://nowhere/none", "redis://nowhere")))
        if handler.fn.__module__.startswith(of_pages) and not path.startswith("/api/")
    }
    told = {("POST", f"{ROOT}/{path.format(task='{task_id:int}')}") for path in (*WRITES, *AFTERWARDS)}
    assert known == told | {("GET", f"{ROOT}/{path}") for path in FILES} | {("GET", ROOT)} | BY_OTHERS


@pytest.mark.parametrize("who", [*everybody(Running(*[None] * 13)), "signed out"])  # type: ignore[arg-type]
async def test_each_may_what_the_table_says_and_outsiders_nothing(
    connection: Connection, client: httpx.AsyncClient, running: Running, who: str
) -> None:
    await come_on(connection, running, 1)
    rights = RIGHTS.get(who, frozenset())  # type: ignore[call-overload]
    if who != "signed out":
        await sign_in(connection, client, everybody(running)[who])
    refused = 403 if rights else 401 if who == "signed out" else 404
    seen = await client.get(running.page)
    assert seen.status_code == (200 if rights else 303 if who == "signed out" else 404)
    for paths, status in ((WRITES, "active"), (AFTERWARDS, "completed")):
        if status == "completed":
            await end(connection, running)
        for path, (right, typed) in paths.items():
            task = await connection.fetchval(
                "INSERT INTO placement_task (placement_id, week, text) VALUES ($1, 1, 'Da') RETURNING id",
                running.placement_id,
            )
            answer = await client.post(f"{running.page}/{path.format(task=task)}", data=typed)
            assert answer.status_code == (303 if right in rights else refused), path
    await connection.execute("UPDATE certificate SET revoked_at = NULL")
    await connection.execute(
        """INSERT INTO certificate (placement_id, code, issued_on, stands_on_it)
           SELECT $1, 'ABCDEFGHJKMN', now(), '{"intern": "", "company": "", "company_address": "", "mentor": "",
             "space": "", "title": "", "first": "2027-01-01", "last": "2027-01-02", "days": [], "minutes": 0,
             "tasks": [], "described": "x", "learning_goals": ""}' ON CONFLICT DO NOTHING""",
        running.placement_id,
    )
    for path, right in FILES.items():
        answer = await client.get(f"{running.page}/{path}")
        wrong = 303 if who == "signed out" else refused
        assert answer.status_code == (200 if right in rights else wrong), path
