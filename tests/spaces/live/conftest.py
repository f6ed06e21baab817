import pytest

from landbooking.database import Connection
from support.world import World, make_world


@pytest.fixture
async def world(connection: Connection) -> World:
    return await make_world(connection)
