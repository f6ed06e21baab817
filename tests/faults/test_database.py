"""PostgreSQL restarted under load: requests succeed, are refused or hear "try again"; nothing promised is lost."""

import asyncio
import os
import signal
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from landbooking.database import Pool, create_pool
from landbooking.embedded import PostgresServer
from landbooking.migrate import migrate
from landbooking.settings import Settings
from support.people import bearer
from support.people import settings as settings_for
from support.races import Scene, make_scene, overlaps
from support.servers import command, environ_of, free_port, open_folder, serving, until
from support.spaces import day_after, period_on

pytestmark = pytest.mark.xdist_group("servers")
CLIENTS = 8


class Load:
    """Clients that book, each half an hour of the next day on its own desk or another's, and look at the space."""

    def __init__(self, client: httpx.AsyncClient, scene: Scene, tokens: list[dict[str, str]]) -> None:
        self.client = client
        self.scene = scene
        self.tokens = tokens
        self.answers: list[httpx.Response] = []
        self.over = asyncio.Event()

    async def run(self, number: int) -> None:
        wish = 0
        while not self.over.is_set():
            start = period_on(day_after(7 + wish // 20 % 80), "08:00").start + timedelta(minutes=30 * (wish % 20))
            body: dict[str, Any] = {
                "resource_id": self.scene.desk if number % 2 else self.scene.other_desk,
                "start": start.isoformat(),
                "end": (start + timedelta(minutes=30)).isoformat(),
            }
            headers = self.tokens[number]
            self.answers.append(await self.client.post("/api/v1/bookings", json=body, headers=headers))
            self.answers.append(await self.client.get(f"/spaces/{self.scene.space_id}"))
            wish += 1

    @property
    def counted(self) -> Counter[int]:
        return Counter(answer.status_code for answer in self.answers)

    async def gets_on(self, count: int) -> None:
        """Returns when so many more bookings have worked."""
        wanted = self.counted[201] + count

        async def enough() -> bool:
            return self.counted[201] >= wanted

        await until(enough)

    async def is_turned_away(self) -> None:
        async def refused() -> bool:
            return self.counted[503] > 0

        await until(refused)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "as by a crash"])
async def test_postgres_restarted_under_load(settings: Settings, how: signal.Signals) -> None:
    with open_folder() as folder:
        postgres = PostgresServer(folder, {"fsync": "off"})
        await asyncio.to_thread(postgres.start)
        try:
            pool = await create_pool(postgres.url(), 2)
            await prepare(pool)
            scene = await make_scene(pool, CLIENTS)
            async with pool.acquire() as connection:
                tokens = [await bearer(connection, person) for person in scene.people]
            await pool.close()
            async with (
                serving(settings_for(postgres.url(), settings.redis_url)) as web,
                httpx.AsyncClient(base_url=web.url, timeout=30) as client,
            ):
                load = Load(client, scene, tokens)
                running = [asyncio.create_task(load.run(number)) for number in range(CLIENTS)]
                await load.gets_on(20)
                assert postgres.pid
                os.kill(postgres.pid, how)
                await load.is_turned_away()
                await asyncio.to_thread(postgres.stop)
                await asyncio.to_thread(postgres.start)
                await load.gets_on(20)
                load.over.set()
                await asyncio.gather(*running)
                print(dict(load.counted))
                assert set(load.counted) <= {200, 201, 409, 503}, errors_in(web.output)
                assert all("Retry-After" in answer.headers for answer in load.answers if answer.status_code == 503)
                promised = {answer.json()["id"] for answer in load.answers if answer.status_code == 201}
            pool = await create_pool(postgres.url(), 2)
            kept = {row["id"] for row in await pool.fetch("SELECT id FROM booking WHERE status = 'confirmed'")}
            assert promised <= kept
            assert await overlaps(pool) == 0
            announced = "SELECT count(*) FROM outbox WHERE template LIKE '%confirmation'"
            assert await pool.fetchval(announced) == len(kept)
            await pool.close()
        finally:
            await asyncio.to_thread(postgres.stop)


async def test_web_may_be_started_before_postgres(settings: Settings) -> None:
    with open_folder() as folder:
        postgres = PostgresServer(folder, {"fsync": "off"})
        await asyncio.to_thread(postgres.start)
        url = postgres.url()
        await asyncio.to_thread(postgres.stop)
        port = free_port()
        environ = environ_of(settings_for(url, settings.redis_url))
        try:
            async with (
                command("serve", "--port", str(port), environ=environ) as web,
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
            ):

                async def answers(path: str) -> int:
                    assert web.process.returncode is None, web.output
                    try:
                        return (await client.get(path)).status_code
                    except httpx.TransportError:
                        return 0

                async def is_alive() -> bool:
                    return await answers("/health/live") == 200

                async def is_ready() -> bool:
                    return await answers("/health/ready") == 200

                await until(is_alive)
                assert await answers("/health/ready") == 503
                await asyncio.to_thread(postgres.start)
                await until(is_ready)
                assert await web.stop() == 0
        finally:
            await asyncio.to_thread(postgres.stop)


async def prepare(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await migrate(connection)


def errors_in(output: str) -> str:
    return "\n".join(line for line in output.splitlines() if '"unexpected"' in line)
