"""The client of the place's host."""

import httpx
import pytest

from landbooking.database import Connection
from support.hosting import Place
from support.people import sign_in


@pytest.fixture
async def hosting(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    """The client, signed in as the space's host."""
    await sign_in(connection, client, place.host)
    return client
