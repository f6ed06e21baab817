"""The API with a resident's token, on a space with two desks that is open daily from 8 to 18."""

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import bearer, make_person
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
async def api(connection: Connection, client: httpx.AsyncClient, resident: Person) -> httpx.AsyncClient:
    """The client with a token of the resident's, speaking English."""
    client.headers.update({**await bearer(connection, resident), "Accept-Language": "en"})
    return client
