"""What machines ask."""

import asyncio
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from landbooking.database import Pool
from landbooking.settings import Settings
from support.outbox import code_mail, put
from support.people import client_for


async def test_a_process_with_its_database_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    for path, text in (("/health/live", "alive\n"), ("/health/ready", "ready\n")):
        answer = await client.get(path)
        assert (answer.status_code, answer.text) == (200, text)
        assert answer.headers["content-type"].startswith("text/plain")


async def test_metrics_count_the_mails_that_do_not_leave(pool: Pool, settings: Settings) -> None:
    settings = msgspec.structs.replace(settings, metrics_token="m" * 40)
    await put(pool, *(code_mail(number) for number in range(1, 9)))
    for number, change in enumerate(
        (
            "due_at = now() - interval '100 seconds'",
            "attempts = 3, attempt_at = now() + interval '5 minutes'",
            "failed_at = now(), due_at = now() - interval '1 day'",
            "due_at = now() + interval '1 day'",
            "sent_at = now()",
            "withdrawn_at = now()",
            "useless_after = now()",
        ),
        start=1,
    ):
        await pool.execute(f"UPDATE outbox SET {change} WHERE dedupe_key = 'mail:{number}'")  # noqa: S608
    async with client_for(settings, pool) as client:
        said = (await client.get("/metrics", headers={"Authorization": f"Bearer {settings.metrics_token}"})).text
    values = dict(line.rsplit(" ", 1) for line in said.splitlines() if line.startswith("landbooking_"))
    states = {state: float(values[f'landbooking_mails{{state="{state}"}}']) for state in ("waiting", "postponed")}
    assert states == {"waiting": 2, "postponed": 1}
    assert float(values['landbooking_mails{state="given_up"}']) == 1
    assert 100 <= float(values["landbooking_oldest_due_mail_seconds"]) < 200


class Away:
    def __init__(self, error: Exception | None) -> None:
        self.error = error

    async def fetchval(self, _query: str) -> Any:
        if self.error is None:
            await asyncio.sleep(60)
        raise self.error or AssertionError

    fetch = fetchval


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.CannotConnectNowError("x"),
        OSError("x"),
        asyncpg.InterfaceError("x"),
        asyncpg.InvalidPasswordError("x"),
        None,
    ],
)
async def test_without_a_database_it_is_alive_but_not_ready(settings: Settings, error: Exception | None) -> None:
    settings = msgspec.structs.replace(settings, metrics_token="m" * 40)
    async with client_for(settings, Away(error)) as client:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.text) == (503, "the database is away\n")
        assert (await client.get("/health/live")).status_code == 200
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {settings.metrics_token}"})
        assert (answer.status_code, answer.text) == (503, "the database is away\n")
