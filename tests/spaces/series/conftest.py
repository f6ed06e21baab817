"""A day in August 2027, before weeks without public or school holidays in Rhineland-Palatinate."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from landbooking.database import Connection
from support.hosting import Place


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 8, 2, 8, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def monday() -> date:
    return date(2027, 8, 30)


@pytest.fixture
async def place(place: Place, connection: Connection) -> Place:
    """Where one can book two years ahead."""
    await connection.execute("UPDATE space SET horizon_days = 730")
    return place
