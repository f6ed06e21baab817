import httpx
import pytest

from landbooking.database import Connection
from support.people import sign_in
from support.world import World, make_world


@pytest.fixture
async def world(connection: Connection) -> World:
    return await make_world(connection)


@pytest.fixture
async def insider(connection: Connection, client: httpx.AsyncClient, world: World) -> httpx.AsyncClient:
    """The client, signed in as whoever may do everything in this world."""
    await sign_in(connection, client, world.owner)
    return client
