"""An application as it comes in: a posting with one place, who applies, and the company's manager signed in."""

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.applications import Scene, make_scene
from support.internships import TWO_WEEKS, make_application
from support.people import make_person, sign_in


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
