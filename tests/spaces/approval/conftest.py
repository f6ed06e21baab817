"""Spaces whose hosts have to agree."""

import pytest

from landbooking.database import Connection
from support.approval import with_approval
from support.hosting import Place


@pytest.fixture(autouse=True)
async def _approval(connection: Connection, place: Place) -> None:
    await with_approval(connection, place.space_id)
