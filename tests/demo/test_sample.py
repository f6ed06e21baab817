import os
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import httpx
import pytest

from conftest import cloned_database
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.demo.data import load_demo_data
from landbooking.demo.sample import PEOPLE, SPACES, SampleRefused, make_sample


async def test_makes_as_many_bookings_as_asked_half_of_them_ahead(connection: Connection) -> None:
    tokens = await make_sample(connection, 3000)
    assert len(set(tokens)) == PEOPLE
    assert await connection.fetchval("SELECT count(*) FROM space") == SPACES
    assert await connection.fetchval("SELECT count(*) FROM municipality") == 98
    counted = await connection.fetchrow(
        "SELECT count(*) AS all, count(*) FILTER (WHERE lower(period) > now()) AS ahead FROM booking"
    )
    assert counted is not None
    assert (counted["all"], counted["ahead"]) == (3000, 1500)


async def test_the_tokens_work_and_are_stored_as_hashes(connection: Connection, client: httpx.AsyncClient) -> None:
    token = (await make_sample(connection, 0))[0]
    answer = await client.get("/api/v1/bookings", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    stored = await connection.fetchval("SELECT string_agg(api_token::text, '') FROM api_token")
    assert token.removeprefix("lb_") not in stored


async def test_stands_beside_the_data_of_the_demo(connection: Connection) -> None:
    await load_demo_data(connection)
    before = await connection.fetchval("SELECT count(*) FROM booking")
    await make_sample(connection, 10)
    assert await connection.fetchval("SELECT count(*) FROM booking") == before + 10


async def test_refuses_a_database_with_people_in_it(connection: Connection, resident: Person) -> None:
    with pytest.raises(SampleRefused, match="There are people"):
        await make_sample(connection, 10)
    assert not await connection.fetchval("SELECT count(*) FROM space")


async def test_is_made_once(connection: Connection) -> None:
    await make_sample(connection, 10)
    with pytest.raises(SampleRefused, match="already"):
        await make_sample(connection, 10)


@pytest.mark.parametrize("number", [-1, 10_000_001])
async def test_refuses_numbers_without_sense(connection: Connection, number: int) -> None:
    with pytest.raises(SampleRefused, match="between 0 and 10,000,000"):
        await make_sample(connection, number)


async def test_the_command_writes_tokens_that_nobody_else_can_read(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("old")
    tokens.chmod(0o644)
    async with cloned_database() as url:
        unwritable = run_sample(url, "--tokens", str(tmp_path / "no" / "where"))
        assert (unwritable.returncode, unwritable.stderr.count("\n")) == (1, 1)
        assert "can't be written: No such file" in unwritable.stderr
        done = run_sample(url, "--bookings", "20", "--tokens", str(tokens))
        assert done.returncode == 0, done.stderr
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM booking") == 20
        await connection.close()
        assert len(tokens.read_text().split()) == PEOPLE
        assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
        again = run_sample(url, "--bookings", "20")
        assert (again.returncode, again.stderr.count("\n")) == (1, 1)


def run_sample(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "LANDBOOKING_DATABASE_URL": url,
        "LANDBOOKING_REDIS_URL": "redis://localhost",
        "LANDBOOKING_SMTP_URL": "smtp://localhost",
        "LANDBOOKING_BASE_URL": "http://localhost",
        "LANDBOOKING_SECRET": "x" * 32,
        "LANDBOOKING_MAIL_FROM": "a@example.org",
        "LANDBOOKING_OPERATOR": "Landkreis Kusel",
        "LANDBOOKING_CONTACT": "a@example.org",
    }
    command = [sys.executable, "-m", "landbooking", "sample", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
