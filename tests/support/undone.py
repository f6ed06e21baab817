"""What tests do to the database is taken back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from landbooking.database import Connection


@asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[Connection]:
    """Whatever is done over this connection within it; it may stand in another one."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
