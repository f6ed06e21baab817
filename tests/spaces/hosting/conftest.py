"""A space with two desks that is open daily from 8 to 18, its host, and the host's client."""

import httpx
import pytest

from landbooking.database import Connection
from support.hosting import Place
from support.people import make_person, sign_in
from support.spaces import make_desk, make_host, make_space, open_daily


@pytest.fixture
async def place(connection: Connection) -> Place:
    space_id = await make_space(connection)
    await open_daily(connection, space_id)
    desk = await make_desk(connection, space_id, "Tisch 1")
    other_desk = await make_desk(connection, space_id, "Tisch 2")
    host = await make_host(connection, await make_person(connection, "gastgeberin@example.org"), space_id)
    return Place(space_id, desk, other_desk, host)


@pytest.fixture
async def hosting(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    """The client, signed in as the space's host."""
    await sign_in(connection, client, place.host)
    return client
