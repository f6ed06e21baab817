"""The API with a resident's token."""

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import bearer


@pytest.fixture
async def api(connection: Connection, client: httpx.AsyncClient, resident: Person) -> httpx.AsyncClient:
    """The client with a token of the resident's, speaking English."""
    client.headers.update({**await bearer(connection, resident), "Accept-Language": "en"})
    return client
