"""From a draft to an application: what is kept while one types, and what is refused when one sends it."""

from datetime import date

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.applications import Scene, complete, make_scene
from support.people import sign_in
from support.seats import mails_to


@pytest.fixture
async def scene(connection: Connection, client: httpx.AsyncClient, resident: Person) -> Scene:
    """A posting with two questions, and the resident signed in."""
    scene = await make_scene(connection, questions=["Was haben Sie schon gebaut?", "Welche Sprachen können Sie?"])
    await sign_in(connection, client, resident)
    return scene


async def test_somebody_applies(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    page = await client.get(scene.form)
    assert page.status_code == 200
    assert "Was haben Sie schon gebaut?" in page.text
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
