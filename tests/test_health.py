"""What machines ask."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from landbooking.settings import Settings
from support.people import client_for


async def test_a_process_with_its_database_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    for path, text in (("/health/live", "alive\n"), ("/health/ready", "ready\n")):
        answer = await client.get(path)
        assert (answer.status_code, answer.text) == (200, text)
        assert answer.headers["content-type"].startswith("text/plain")


class Away:
    def __init__(self, error: Exception | None) -> None:
        self.error = error

    async def fetchval(self, _query: str) -> Any:
        if self.error is None:
            await asyncio.sleep(60)
        raise self.error or AssertionError


@pytest.mark.parametrize("error", [asyncpg.CannotConnectNowError("x"), OSError("x"), asyncpg.InterfaceError("x"), None])
async def test_without_a_database_it_is_alive_but_not_ready(settings: Settings, error: Exception | None) -> None:
    async with client_for(settings, Away(error)) as client:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.text) == (503, "the database is away\n")
        assert (await client.get("/health/live")).status_code == 200
