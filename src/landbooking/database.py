"""The connection pool; the one transaction that a request has is made in accounts/acting.py."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
from litestar.datastructures import State
from litestar.di import NamedDependency

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    # asyncpg's classes are generic for type checkers only. Litestar reads in the annotation of a handler's
    # `connection` or `reads` that it is injected by its name.
    Connection = NamedDependency[Any]
    Pool = Any

# What PostgreSQL says when it is away, starting, or when two transactions got in each other's way: try again later.
TRY_AGAIN = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
)


WAIT = 5.0  # seconds, for a free connection
CHANGED = "LB001"  # the SQLSTATE of a notice by which triggers say whose boards show something else now

Tell = Callable[[set[int]], object]


class _Connection(asyncpg.Connection):
    """`changed` are the spaces that triggers have named since it was taken from the pool."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.changed: set[int] = set()

    def note(self, _connection: Any, message: asyncpg.PostgresLogMessage) -> None:
        if message.sqlstate == CHANGED:
            self.changed.add(int(message.message))

    def get_reset_query(self) -> str:
        """Nothing: we change no session state, so giving a connection back costs no round trip."""
        return ""


class _Pool(asyncpg.Pool):
    """Tells what changed when a connection comes back: whatever web or worker did with it, its transaction is over."""

    tell: Tell

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 asyncpg's
        if connection._con is None:  # lost while it was held: the pool has let go of it
            await super().release(connection, timeout=timeout)
            return
        connection.remove_log_listener(connection.note)
        changed = connection.changed.copy()
        connection.changed.clear()
        try:
            await super().release(connection, timeout=timeout)
        finally:
            if changed:
                self.tell(changed)


async def _listen(connection: Any) -> None:
    connection.add_log_listener(connection.note)


async def create_pool(url: str, size: int, tell: Tell = len) -> Pool:
    """A pool of up to `size` connections that wait at most 5 s for a lock and 15 s for a statement.

    `tell` hears of the spaces whose boards changed, after the commit; it must neither wait nor raise.
    """
    pool = _Pool(
        url,
        min_size=0,  # so a process also starts while the database is away
        max_size=size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300,
        loop=None,
        connection_class=_Connection,
        record_class=asyncpg.Record,
        setup=_listen,
        init=prepare_connection,
        timeout=5,
        server_settings={
            "application_name": "landbooking",
            "timezone": "UTC",
            # asyncpg prepares what we say, and all of it goes by indices whatever the values: plans are made once.
            "plan_cache_mode": "force_generic_plan",
            "lock_timeout": "5s",
            "statement_timeout": "15s",
            "idle_in_transaction_session_timeout": "30s",
            "client_min_messages": "notice",  # by which changes are told
        },
    )
    pool.tell = tell
    return await pool


async def prepare_connection(connection: Connection) -> None:
    """Python objects go into and come out of `jsonb` columns."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


async def reading(state: State) -> AsyncGenerator[Connection, None]:
    """A request's connection without a transaction, for pages that only read: two round trips fewer."""
    async with connection_from(state.pool) as connection:
        yield connection


def connection_from(pool: Pool) -> AbstractAsyncContextManager[Connection]:
    """A connection of the pool. Raises TimeoutError where none gets free: a refusal is better than an endless queue."""
    return pool.acquire(timeout=WAIT)
