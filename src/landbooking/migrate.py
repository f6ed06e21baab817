"""Brings the database up to date: forward only, one transaction a file, safe to start from several machines at once."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from landbooking.database import Connection
from landbooking.paths import MIGRATIONS

ADVISORY_KEY = 0x6C616E64  # "land": any number does, as long as only migrations use it


class MigrationError(Exception):
    """The files and the database disagree; the message is one sentence."""


async def migrate(connection: Connection, folder: Path = MIGRATIONS) -> list[str]:
    """Applies what is missing and returns the names of the files applied."""
    await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_KEY)
    try:
        await connection.execute(
            """CREATE TABLE IF NOT EXISTS migration (
                   number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                   applied_at timestamptz NOT NULL DEFAULT now())"""
        )
        applied = {row["number"]: row for row in await connection.fetch("SELECT number, name, checksum FROM migration")}
        files = _numbered(folder)
        if unknown := applied.keys() - files.keys():
            raise MigrationError(f"The database is newer than this program: it has migration {max(unknown)}.")
        return [
            await _apply(connection, number, file)
            for number, file in files.items()
            if not _stands(applied, number, file)
        ]
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", ADVISORY_KEY)


def _numbered(folder: Path) -> dict[int, Path]:
    files = {}
    for file in sorted(folder.glob("*.sql")):
        matched = re.fullmatch(r"(\d{4})_[a-z_]+\.sql", file.name)
        if not matched or int(matched[1]) in files:
            raise MigrationError(f"{file.name} is not named like 0001_subject.sql, or its number is taken.")
        files[int(matched[1])] = file
    return files


def _stands(applied: Mapping[int, asyncpg.Record], number: int, file: Path) -> bool:
    if number not in applied:
        return False
    if applied[number]["checksum"] != _checksum(file):
        raise MigrationError(f"{file.name} was changed after it had been applied; write a new migration instead.")
    return True


async def _apply(connection: Connection, number: int, file: Path) -> str:
    sql = await asyncio.to_thread(file.read_text, encoding="utf-8")
    async with connection.transaction():
        # A migration that waits for a lock blocks everybody behind it: better that it fails and is tried again.
        await connection.execute("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = 0")
        await connection.execute(sql)
        await connection.execute(
            "INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)", number, file.name, _checksum(file)
        )
    return file.name


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
