from collections.abc import AsyncIterator

import httpx
import pytest

from landbooking.database import Connection
from support.people import sign_in
from support.undone import undone
from support.world import World, make_world


@pytest.fixture(scope="package")
async def world(worker_connection: Connection) -> AsyncIterator[World]:
    """Made once for all tests of this folder, since making it takes longer than most of them."""
    async with undone(worker_connection):
        yield await make_world(worker_connection)


@pytest.fixture
async def connection(worker_connection: Connection, world: World) -> AsyncIterator[Connection]:
    """Has the world in it; what the test does to that is rolled back."""
    async with undone(worker_connection) as connection:
        yield connection


@pytest.fixture
async def insider(connection: Connection, client: httpx.AsyncClient, world: World) -> httpx.AsyncClient:
    """The client, signed in as whoever may do everything in this world."""
    await sign_in(connection, client, world.owner)
    return client
