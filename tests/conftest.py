"""A real PostgreSQL for every run, a database for every worker, a rolled-back transaction for every test.

The controller starts the servers (or takes LANDBOOKING_TEST_DATABASE_URL and LANDBOOKING_TEST_REDIS_URL) and builds
one template database by the real migrations; everything else is cloned from it.
"""

import asyncio
import os
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from landbooking import database
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool, create_pool, prepare_connection
from landbooking.migrate import migrate
from landbooking.settings import Settings
from support import people
from support.hosting import Place, make_place
from support.rides import Road, make_road
from support.servers import remove_folder
from support.undone import undone

DATABASE = "LANDBOOKING_TEST_DATABASE_URL"
REDIS = "LANDBOOKING_TEST_REDIS_URL"
TEMPLATE = "landbooking_template"
# By files: the other way, page by page through the log, takes up to three times the processor time.
COPY = f"TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
LONGEST = 900  # seconds for a test: a limit for what hangs, no measure of what is fast

_started: list[object] = []

# Where two cores are busy, drawing the first example may take a second; that says nothing about the code.
hypothesis_settings.register_profile("landbooking", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("landbooking")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if DATABASE not in os.environ or REDIS not in os.environ:
        from landbooking.embedded import PostgresServer, ValkeyServer

        folder = Path(tempfile.mkdtemp(prefix="landbooking-tests-"))
        folder.chmod(0o755)
        _started.append(folder)
        if DATABASE not in os.environ:
            postgres = PostgresServer(folder, {"fsync": "off", "max_connections": "300"})
            postgres.start()
            _started.append(postgres)
            os.environ[DATABASE] = postgres.url()
        if REDIS not in os.environ:
            valkey = ValkeyServer(folder)
            valkey.start()
            _started.append(valkey)
            os.environ[REDIS] = valkey.url()
    asyncio.run(_build_template())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What xdist 3.8 means to do: since pytest 9.2 an item's name is kept elsewhere, and no group stayed together."""
    for item in items:
        groups = {mark.args[0] for mark in item.iter_markers("xdist_group")}
        suffix = f"@{'_'.join(sorted(groups))}"
        if groups and hasattr(item, "_id") and not item.nodeid.endswith(suffix):
            item._id = type(item._id).parse(f"{item.nodeid}{suffix}")


def _within_the_limit(item: pytest.Item) -> Generator[None]:
    """What waits for ever fails, and does not keep the whole run from its end."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"{item.nodeid} has not ended within {LONGEST} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(LONGEST)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# Each for itself: what hung in the test may hang in putting away what it used, too.
@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    return (yield from _within_the_limit(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    return (yield from _within_the_limit(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    return (yield from _within_the_limit(item))


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in reversed(_started):
        if isinstance(server, Path):
            remove_folder(server)
        else:
            server.stop()  # type: ignore[attr-defined]
    _started.clear()


def database_url(name: str) -> str:
    """The test server's address with another database's name."""
    return urlunsplit(urlsplit(os.environ[DATABASE])._replace(path=f"/{name}"))


async def _build_template() -> None:
    await _run_on_server(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
    connection = await asyncpg.connect(database_url(TEMPLATE))
    try:
        await migrate(connection)
    finally:
        await connection.close()


async def _run_on_server(*statements: str) -> None:
    connection = await asyncpg.connect(os.environ[DATABASE])
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def cloned_database() -> AsyncIterator[str]:
    """The URL of a fresh copy of the migrated, empty database; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    await _run_on_server(f"CREATE DATABASE {name} {COPY}")
    try:
        yield database_url(name)
    finally:
        await _run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def worker_database() -> Iterator[str]:
    """A copy that belongs to this test process; its tests roll back, so it stays empty."""
    name = f"test_worker_{uuid.uuid4().hex[:12]}"
    asyncio.run(_run_on_server(f"CREATE DATABASE {name} {COPY}"))
    yield database_url(name)
    asyncio.run(_run_on_server(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
async def worker_connection(worker_database: str) -> AsyncIterator[Connection]:
    """One for all tests of this process: a new one knows no plans and no types, which took half of each test's time."""
    connection = await asyncpg.connect(worker_database, server_settings={"timezone": "UTC"})
    await prepare_connection(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def connection(worker_connection: Connection) -> AsyncIterator[Connection]:
    """A connection whose transaction is rolled back after the test."""
    async with undone(worker_connection) as connection:
        yield connection


@pytest.fixture
async def pool(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pool]:
    """A pool on a database of this test's own, for races and whatever must really commit.

    Its connections are patient: races tell who wins, not whether a busy machine lets all of them win in time.
    """
    monkeypatch.setattr(database, "prepare_connection", _prepare_patient_connection)
    async with cloned_database() as url:
        pool = await create_pool(url, 50)
        try:
            yield pool
        finally:
            await pool.close()


async def _prepare_patient_connection(connection: Connection) -> None:
    await prepare_connection(connection)
    await connection.execute("SET lock_timeout = '2min'; SET statement_timeout = '3min'")


@pytest.fixture
def settings(worker_database: str, redis_url: str) -> Settings:
    return people.settings(worker_database, redis_url)


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> str:
    """A Valkey database that belongs to this test process: another one's limits don't count here."""
    number = int(worker_id.removeprefix("gw")) % 16 if worker_id.startswith("gw") else 0
    return f"{os.environ[REDIS]}?db={number}"


class OneConnection:
    """Stands in for the pool where everything must happen in the test's one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        for name in ("execute", "fetch", "fetchrow", "fetchval"):
            setattr(self, name, getattr(connection, name))

    @asynccontextmanager
    async def acquire(self, timeout: float | None = None) -> AsyncIterator[Connection]:  # noqa: ASYNC109 asyncpg's
        # What a transaction knows ends with it; here all requests of a test share one.
        await self.connection.execute("SELECT set_config('landbooking.actor', '', true)")
        yield self.connection

    async def close(self) -> None:
        """The connection belongs to the test."""


@pytest.fixture
async def client(connection: Connection, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Drives the whole app over ASGI, in the test's transaction (the app's own becomes a savepoint)."""
    async with people.client_for(settings, OneConnection(connection)) as client:
        yield client


@pytest.fixture
async def resident(connection: Connection) -> Person:
    return await people.make_person(connection, "anwohnerin@example.org")


@pytest.fixture
async def place(connection: Connection) -> Place:
    return await make_place(connection)


@pytest.fixture
async def hosting(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    """The client, signed in as the space's host."""
    await people.sign_in(connection, client, place.host)
    return client


@pytest.fixture
async def outsider(connection: Connection) -> Person:
    return await people.make_person(connection, "fremder@example.org")


@pytest.fixture
async def road(connection: Connection) -> Road:
    return await make_road(connection)


@pytest.fixture
async def driver(connection: Connection) -> Person:
    return await people.make_person(connection, "fahrerin@example.org", name="Frieda Fahrerin")
