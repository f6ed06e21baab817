"""Who is acting in a transaction, so that the database can note who changed what at a space (migrations 0037, 0039)."""

import uuid
from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request

from landbooking.accounts.person import Person
from landbooking.database import Connection, connection_from


async def act_as(connection: Connection, person: Person) -> None:
    """Until commit all that is changed at spaces is this person's act. One act may change several things."""
    await connection.execute(
        "SELECT set_config('landbooking.actor', $1, true), set_config('landbooking.act', $2, true)",
        str(person.id),
        str(uuid.uuid4()),
    )


async def transaction(request: Request[Any, Any, Any]) -> AsyncGenerator[Connection, None]:
    """A request's connection inside its one transaction: committed before the answer, rolled back by a raise.

    Only who runs spaces or works for a district can change what is noted; others are spared the round trip.
    """
    viewer: Person | None = request.scope.get("user")
    async with connection_from(request.app.state.pool) as connection, connection.transaction():
        if viewer is not None and (viewer.hosts or viewer.is_staff):
            await act_as(connection, viewer)
        yield connection
