"""Spaces in which one has to check in."""

import pytest

from landbooking.database import Connection
from support.hosting import Place
from support.presence import with_check_in


@pytest.fixture(autouse=True)
async def _check_in(connection: Connection, place: Place) -> None:
    await with_check_in(connection)
