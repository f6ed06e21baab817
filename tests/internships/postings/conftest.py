"""A company with its manager, the district's staff, and a space to have an internship in."""

import pytest

from landbooking.database import Connection
from support.postings import Scene, make_scene


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    return await make_scene(connection)
