import pytest

from landbooking.database import Connection
from support.hosting import Place


@pytest.fixture
async def old(connection: Connection, place: Place) -> Place:
    """The place, as it has been for years."""
    await connection.execute("UPDATE opening_hours SET since = '-infinity'")
    await connection.execute("UPDATE resource SET created_at = '2020-01-01'")
    return place
