"""Bodies that are too large, too slow or broken off, and a pool that has no connection left."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from conftest import cloned_database
from landbooking import bodies, database
from landbooking.accounts.person import Person
from landbooking.bodies import LARGEST_BODY
from landbooking.database import Connection, Pool
from landbooking.settings import Settings
from support import people
from support.servers import serving
from support.world import app_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.xdist_group("servers")
async def test_slow_senders_keep_nobody_out(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(cloned_database())
        web = await stack.enter_async_context(
            serving(msgspec.structs.replace(settings, database_url=url, database_pool=2))
        )
        address = urlsplit(web.url)
        for _ in range(6):
            _reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(
                b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
            )
            await writer.drain()
            stack.callback(writer.close)
        await asyncio.sleep(0.3)
        async with httpx.AsyncClient(base_url=web.url, timeout=30) as client:
            answer = await client.post("/sign-in", data={"email": "bewohnerin@example.org"})
            assert answer.status_code == 303
            assert (await client.get("/health/ready")).status_code == 200


async def test_a_sender_who_is_too_slow_is_told_so(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"email="
        await asyncio.sleep(5)

    answer = await client.post("/sign-in", content=slowly(), headers=FORM)
    assert answer.status_code == 408
    assert "nicht vollständig" in answer.text
    answer = await client.post("/api/v1/bookings", content=slowly())
    assert answer.status_code == 401  # strangers are not listened to


async def test_a_sender_who_goes_away_is_no_fault_of_ours(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        said.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/sign-in", "raw_path": b"/sign-in", "query_string": b"",
        "headers": [(b"host", b"landbooking.test")], "http_version": "1.1", "scheme": "http", "root_path": "",
        "server": ("landbooking.test", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await app_of(client)(scope, receive, send)
    assert said[0]["status"] == 408
    assert "unexpected" not in capsys.readouterr().out


async def test_more_than_a_form_can_be_is_refused(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    answer = await client.post("/sign-in", content=b"x" * (LARGEST_BODY + 1), headers=FORM)
    assert answer.status_code == 413
    assert 'lang="de"' in answer.text
    headers = await people.bearer(connection, resident)
    answer = await client.post("/api/v1/bookings", content=b" " * (LARGEST_BODY + 1), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("field", [b"a&", b"a=1&", b"&", b"=&", b"%"])
async def test_twice_the_worst_form_is_twice_the_work(client: httpx.AsyncClient, field: bytes) -> None:
    async def cost(size: int) -> float:
        """Seconds of processor time, the least of three."""
        seconds = []
        for _ in range(3):
            started = time.process_time()
            answer = await client.post("/sign-in", content=field * (size // len(field)), headers=FORM)
            assert answer.status_code == 422
            seconds.append(time.process_time() - started)
        return min(seconds)

    assert await cost(LARGEST_BODY) < 8 * await cost(LARGEST_BODY // 4)  # 16 times, were it quadratic


@pytest.mark.parametrize("signed_in", [False, True])
async def test_where_no_connection_gets_free_people_hear_to_try_again(
    pool: Pool, settings: Settings, monkeypatch: pytest.MonkeyPatch, signed_in: bool
) -> None:
    monkeypatch.setattr(database, "WAIT", 0.05)
    async with people.client_for(settings, pool) as client, AsyncExitStack() as stack:
        if signed_in:
            async with pool.acquire() as connection:
                person = await people.make_person(connection, "bewohnerin@example.org")
                await people.sign_in(connection, client, person)
        for _ in range(pool.get_max_size()):
            await stack.enter_async_context(pool.acquire())
        for answer in (
            await client.get("/spaces/1"),
            await client.post("/sign-in", data={"email": "bewohnerin@example.org"}),
        ):
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "2"
