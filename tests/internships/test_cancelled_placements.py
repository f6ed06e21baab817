"""An application whose placement is cancelled has ended: its place is free, and the person may apply anew."""

from typing import Literal

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.application import application_by_id
from landbooking.internships.applications.refusals import NotPossible
from landbooking.internships.applications.transitions import move, possible
from landbooking.internships.events import events_of
from landbooking.internships.placements.transitions import move as move_placement
from support.applications import Scene, complete, make_offer, make_scene, status_of, subjects_to, taken
from support.people import make_person, sign_in


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    return await make_scene(connection)


@pytest.fixture
async def intern(connection: Connection) -> Person:
    return await make_person(connection, "mia@example.org", name="Mia Muster")


@pytest.fixture
async def accepted(connection: Connection, scene: Scene, intern: Person) -> int:
    offered = await make_offer(connection, scene.posting_id, intern)
    await move(connection, offered, "accept", "applicant", intern)
    return offered


async def placement_of(connection: Connection, application_id: int) -> int:
    placement_id: int = await connection.fetchval("SELECT id FROM placement WHERE application_id = $1", application_id)
    return placement_id


async def test_with_its_placement_over_it_stands_among_what_has_ended(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, intern: Person, accepted: int
) -> None:
    """On both sides' lists; until then it is one that runs."""
    lists = {
        intern: ("/applications", "Beendete"),
        scene.manager: (f"/company/{scene.company_id}/applications", "Beendet"),
    }
    over = "UPDATE placement SET status = 'completed', ended_at = now() WHERE application_id = $1"
    for is_over in (False, True):
        if is_over:
            await connection.execute(over, accepted)
        for person, (path, title) in lists.items():
            await sign_in(connection, client, person)
            page = (await client.get(path)).text
            assert (f"<h2>{title}</h2>" in page, "Praktikum vorbei" in page) == (is_over, is_over)
            assert f'{path}/{accepted}"' in page
            assert ("<h2>Angenommen</h2>" in page) == (person == scene.manager and not is_over)


@pytest.mark.parametrize("who", ["applicant", "company", "school", "staff"])
async def test_it_ends_with_its_placement_and_frees_the_place(
    connection: Connection,
    scene: Scene,
    intern: Person,
    accepted: int,
    who: Literal["applicant", "company", "school", "staff"],
) -> None:
    assert await taken(connection, scene.posting_id) == 1
    await move_placement(connection, await placement_of(connection, accepted), "cancel", who)
    assert await status_of(connection, accepted) == "cancelled"
    assert await taken(connection, scene.posting_id) == 0
    row = await connection.fetchrow("SELECT holds_place, ended_at FROM application WHERE id = $1", accepted)
    assert row
    assert (row["holds_place"], row["ended_at"] is not None) == (False, True)
    event = (await events_of(connection, "application", accepted))[-1]
    assert (event.from_status, event.to_status, event.acted_as) == ("accepted", "cancelled", who)
    for person, told in ((intern, "Ihr Praktikum ist abgesagt"), (scene.manager, "Ein Praktikum ist abgesagt")):
        assert (await subjects_to(connection, person)).count(told) == 1


async def test_both_sides_see_it_and_the_person_applies_again(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, intern: Person, accepted: int
) -> None:
    await sign_in(connection, client, intern)
    assert (await client.post(scene.form, data={**complete(), "action": "submit"})).status_code == 409
    placement_id = await placement_of(connection, accepted)
    assert (await client.post(f"/placements/{placement_id}/cancellation")).status_code == 303
    own = await client.get(f"/applications/{accepted}")
    assert "Praktikum abgesagt" in own.text
    assert "Als Nächstes kommt die Vereinbarung" not in own.text
    sent = await client.post(scene.form, data={**complete(), "action": "submit"})
    assert sent.status_code == 303
    assert await connection.fetchval("SELECT status FROM application ORDER BY id DESC LIMIT 1") == "submitted"
    await sign_in(connection, client, scene.manager)
    listed = await client.get(scene.company)
    assert "Beendet" in listed.text
    assert "Praktikum abgesagt" in listed.text
    again = await connection.fetchval("SELECT max(id) FROM application")
    assert (await client.post(f"{scene.company}/{again}/offer")).status_code == 303
    assert await taken(connection, scene.posting_id) == 1


@pytest.mark.parametrize("status", ["agreement_draft", "confirmed", "active", "completed", "discontinued", "no_show"])
async def test_it_stands_as_long_as_its_placement_is_not_cancelled(
    connection: Connection, scene: Scene, accepted: int, status: str
) -> None:
    await connection.execute("UPDATE placement SET status = $1", status)
    application = await application_by_id(connection, accepted)
    for who in ("applicant", "company", "staff"):
        assert "cancel" not in await possible(connection, application, who)
        with pytest.raises(NotPossible):
            await move(connection, accepted, "cancel", who)
    assert await taken(connection, scene.posting_id) == 1
