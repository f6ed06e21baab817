"""Who gets what of a placement that runs, and of its papers: every route, by everybody, made from the router itself."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from landbooking.database import Connection
from support.access import (
    GONE,
    NOT_SIGNED_IN,
    REDIRECT,
    ROLES,
    Row,
    Table,
    ask_each,
    make_others,
    of_all,
    public,
    routes_below,
    row,
)
from support.running import come_on, end, make_running, today


def taking_part(
    signed_out: int = NOT_SIGNED_IN, *, intern: int = 403, mentor: int = 403, manager: int = 403, staff: int = 403
) -> Row:
    """Who takes part knows of it, and is refused what is another's part; for everybody else it is not there."""
    return row(GONE, signed_out, applicant=intern, mentor=mentor, manager=manager, staff=staff)


def seen(signed_out: int = NOT_SIGNED_IN) -> Row:
    """What all who take part see; the agreement is nothing for mentors."""
    return taking_part(signed_out, intern=200, mentor=200, manager=200, staff=200)


def agreement(signed_out: int = NOT_SIGNED_IN) -> Row:
    return taking_part(signed_out, intern=200, manager=200, staff=200)


def of_intern(status: int) -> Row:
    return taking_part(intern=status)


def of_company(status: int) -> Row:
    return taking_part(mentor=status, manager=status)


def of_issuers(status: int) -> Row:
    return taking_part(mentor=status, manager=status, staff=status)


# It is run by a school and active; what comes after the end is asked of one that is completed.
PAGE, API = "/internships/placements/{placement_id:int}", "/api/v1/placements/{placement_id:int}"
TABLE: Table = {
    ("GET", PAGE): seen(REDIRECT),
    ("POST", f"{PAGE}/tasks"): of_company(REDIRECT),
    ("POST", f"{PAGE}/tasks/{{task_id:int}}/tick"): of_intern(REDIRECT),
    ("POST", f"{PAGE}/tasks/{{task_id:int}}/removal"): of_company(REDIRECT),
    ("POST", f"{PAGE}/diary"): of_intern(REDIRECT),
    ("POST", f"{PAGE}/reconfirmation"): of_intern(REDIRECT),
    ("POST", f"{PAGE}/absences"): of_intern(REDIRECT),
    ("POST", f"{PAGE}/address"): of_intern(REDIRECT),
    ("POST", f"{PAGE}/collective-agreements"): taking_part(manager=REDIRECT),
    ("GET", f"{PAGE}/agreement.pdf"): agreement(REDIRECT),
    ("POST", f"{PAGE}/feedback"): taking_part(intern=REDIRECT, mentor=REDIRECT, manager=REDIRECT),
    ("POST", f"{PAGE}/certificate"): of_issuers(REDIRECT),
    ("POST", f"{PAGE}/certificate/revocation"): of_issuers(REDIRECT),
    ("GET", f"{PAGE}/certificate.pdf"): seen(REDIRECT),
    ("GET", "/internships/school"): of_all(200, REDIRECT),
    ("GET", "/internships/reconfirmation/{token:str}"): public(410),
    ("POST", "/internships/reconfirmation/{token:str}"): public(410),
    ("GET", "/certificates/{code:str}"): public(200),
    ("GET", f"{API}/running"): seen(),
    ("POST", f"{API}/tasks"): of_company(201),
    ("PUT", f"{API}/tasks/{{task_id:int}}"): of_intern(200),
    ("DELETE", f"{API}/tasks/{{task_id:int}}"): of_company(204),
    ("PUT", f"{API}/diary/{{day:date}}"): of_intern(204),
    ("POST", f"{API}/reconfirmation"): of_intern(200),
    ("POST", f"{API}/absences"): of_intern(200),
    ("PUT", f"{API}/agreement/address"): of_intern(204),
    ("PUT", f"{API}/agreement/collective-agreements"): taking_part(manager=204),
    ("GET", f"{API}/agreement.pdf"): agreement(),
    ("GET", f"{API}/feedback"): seen(),
    ("POST", f"{API}/feedback"): taking_part(intern=200, mentor=200, manager=200),
    ("POST", f"{API}/certificate"): of_issuers(200),
    ("POST", f"{API}/certificate/revocation"): of_issuers(200),
    ("GET", f"{API}/certificate.pdf"): seen(),
    ("GET", "/api/v1/school/presence"): of_all(200),
    ("GET", "/api/v1/certificates/{code:str}"): public(200),
}
AFTERWARDS = ("/certificate", "/certificate/revocation", "/certificate.pdf", "/certificates/{code:str}", "/feedback")

BODIES: dict[str, dict[str, Any]] = {
    "/tasks": {"week": 1, "text": "Neu"},
    "/tick": {"done": "true"},
    "/tasks/{task_id:int}": {"done": True},
    "/diary": {"day": f"{today()}", "entry": "Neu"},
    "/diary/{day:date}": {"text": "Neu"},
    "/reconfirmation": {"answer": "yes"},
    "/reconfirmation/{token:str}": {"answer": "yes"},
    "/absences": {"day": f"{today() + timedelta(days=2)}"},
    "/address": {"address": "Weg 1"},
    "/collective-agreements": {"notice": "keine"},
    "/feedback": {"stars": 4},
}


def test_the_table_knows_every_route() -> None:
    """A new route fails here until somebody has written down who gets it."""
    assert routes_below("running", "papers") == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_gets_what_the_table_says(connection: Connection, client: httpx.AsyncClient, role: str) -> None:
    running = await make_running(connection, kind="school", school="Schule", school_email="school@example.org")
    people = await make_others(connection, running.company_id, running.space_id, running.intern, running.manager)
    await connection.execute("UPDATE placement SET mentor_id = $1", people["mentor"].id)
    await come_on(connection, running, 1)
    task_id = await connection.fetchval(
        "INSERT INTO placement_task (placement_id, week, text) VALUES ($1, 1, 'Streng geheim') RETURNING id",
        running.placement_id,
    )
    await connection.execute(
        """INSERT INTO certificate (placement_id, code, issued_on, stands_on_it)
           VALUES ($1, 'ABCDEFGHJKMN', now(), '{"intern": "", "company": "", "company_address": "", "mentor": "",
             "space": "", "title": "", "first": "2027-01-01", "last": "2027-01-02", "days": [], "minutes": 0,
             "tasks": [], "described": "x", "learning_goals": ""}')""",
        running.placement_id,
    )
    ids: dict[str, int | str] = {
        "placement_id": running.placement_id,
        "task_id": task_id,
        "day": f"{today()}",
        "code": "ABCDEFGHJKMN",
        "token": "no-such-link",
    }

    async def over(path: str) -> None:
        if path.endswith(AFTERWARDS):
            await end(connection, running)

    secrets = ("Mia", "Webseiten", "geheim")
    insiders = ("applicant", "mentor", "manager", "staff", "school")  # the school sees presence: test_week.py
    await ask_each(connection, client, TABLE, role, people, ids, BODIES, secrets, insiders, over)
