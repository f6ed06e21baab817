"""Migrations: forward only, whole or not at all, and safe to start from several machines at once."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from conftest import _run_on_server, database_url
from landbooking.database import Connection
from landbooking.migrate import MigrationError, migrate
from landbooking.paths import MIGRATIONS


@pytest.fixture
async def empty() -> AsyncIterator[str]:
    """The URL of a database in which there is nothing."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    await _run_on_server(f"CREATE DATABASE {name}")
    yield database_url(name)
    await _run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def fresh(empty: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(empty)
    yield connection
    await connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_villages.sql").write_text("CREATE TABLE village (name text);")
    (tmp_path / "0002_barns.sql").write_text("CREATE TABLE barn (name text); INSERT INTO barn VALUES ('rot');")
    return tmp_path


async def tables(connection: Connection) -> set[str]:
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row["tablename"] for row in rows}


async def test_our_own_apply_to_an_empty_database_and_then_never_again(fresh: Connection) -> None:
    assert await migrate(fresh) == sorted(file.name for file in MIGRATIONS.glob("*.sql"))
    assert {"district", "person", "outbox", "booking", "migration"} <= await tables(fresh)
    assert await migrate(fresh) == []


async def test_only_what_is_missing_is_applied(fresh: Connection, folder: Path) -> None:
    assert await migrate(fresh, folder) == ["0001_villages.sql", "0002_barns.sql"]
    (folder / "0003_ponds.sql").write_text("CREATE TABLE pond (name text);")
    assert await migrate(fresh, folder) == ["0003_ponds.sql"]
    assert await tables(fresh) == {"village", "barn", "pond", "migration"}


async def test_a_file_that_was_changed_is_refused(fresh: Connection, folder: Path) -> None:
    await migrate(fresh, folder)
    (folder / "0001_villages.sql").write_text("CREATE TABLE town (name text);")
    (folder / "0003_ponds.sql").write_text("CREATE TABLE pond (name text);")
    with pytest.raises(MigrationError, match=r"0001_villages\.sql was changed after it had been applied"):
        await migrate(fresh, folder)
    assert "pond" not in await tables(fresh)


async def test_a_newer_database_is_refused(fresh: Connection, folder: Path) -> None:
    await migrate(fresh, folder)
    (folder / "0002_barns.sql").unlink()
    with pytest.raises(MigrationError, match="newer than this program: it has migration 2"):
        await migrate(fresh, folder)


@pytest.mark.parametrize("name", ["3_ponds.sql", "0003-ponds.sql", "0002_again.sql"])
async def test_a_file_of_a_wrong_name_is_refused(fresh: Connection, folder: Path, name: str) -> None:
    (folder / name).write_text("CREATE TABLE pond (name text);")
    with pytest.raises(MigrationError, match=r"is not named like 0001_subject\.sql, or its number is taken"):
        await migrate(fresh, folder)
    assert await tables(fresh) == {"migration"}


async def test_a_file_that_fails_leaves_nothing_of_itself(fresh: Connection, folder: Path) -> None:
    (folder / "0003_ponds.sql").write_text("CREATE TABLE pond (name text); INSERT INTO lake VALUES (1);")
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(fresh, folder)
    assert await tables(fresh) == {"village", "barn", "migration"}
    (folder / "0003_ponds.sql").write_text("CREATE TABLE pond (name text);")
    assert await migrate(fresh, folder) == ["0003_ponds.sql"]  # and the lock of the failed run is gone


async def test_several_at_once_apply_each_file_once(empty: str, folder: Path) -> None:
    connections = [await asyncpg.connect(empty) for _ in range(4)]
    try:
        applied = await asyncio.gather(*(migrate(connection, folder) for connection in connections))
        assert sorted(applied, key=len) == [[], [], [], ["0001_villages.sql", "0002_barns.sql"]]
        assert await connections[0].fetchval("SELECT count(*) FROM barn") == 1
    finally:
        for connection in connections:
            await connection.close()


async def test_a_table_that_somebody_holds_is_not_waited_for_for_ever(empty: str, folder: Path) -> None:
    """Who waits for a lock blocks everybody who comes after; better to fail and to be tried again."""
    holder, mover = await asyncpg.connect(empty), await asyncpg.connect(empty)
    try:
        await migrate(mover, folder)
        (folder / "0003_owners.sql").write_text("SET LOCAL lock_timeout = '50ms'; ALTER TABLE barn ADD COLUMN n int;")
        async with holder.transaction():
            await holder.execute("SELECT FROM barn")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await migrate(mover, folder)
        assert await migrate(mover, folder) == ["0003_owners.sql"]
    finally:
        await holder.close()
        await mover.close()
