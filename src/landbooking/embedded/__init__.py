"""Real PostgreSQL and real Valkey out of wheels, for `landbooking demo` and the tests, where no URL is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from landbooking.embedded.errors import EmbeddedError
from landbooking.embedded.postgres import PostgresServer
from landbooking.embedded.valkey import ValkeyServer

__all__ = ["EmbeddedError", "PostgresServer", "Servers", "ValkeyServer", "running_servers", "server_addresses"]


class Servers(NamedTuple):
    """Where the two servers answer: addresses for asyncpg, and for arq and redis-py."""

    database_url: str
    redis_url: str


@contextmanager
def running_servers(data: Path) -> Iterator[Servers]:
    """Both servers on the folder `data`, with a database "landbooking"; stopped at the end, whatever happens.

    Raises EmbeddedError where they cannot be started.
    """
    postgres, valkey = PostgresServer(data), ValkeyServer(data)
    try:
        postgres.start()
        postgres.create_database("landbooking")
        valkey.start()
        yield server_addresses(data)
    finally:
        try:
            valkey.stop()
        finally:
            postgres.stop()


def server_addresses(data: Path) -> Servers:
    """Where the servers that another process runs on the folder `data` answer."""
    return Servers(PostgresServer(data).url("landbooking"), ValkeyServer(data).url())
