"""Memory of one web process after the load, and of one worker that has just sent mails over real SMTP."""

import asyncio
import time
from pathlib import Path

import asyncpg
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

from benchmarks import data
from benchmarks.contenders import Contender, environment, memory_mib, process
from benchmarks.data import Database
from benchmarks.load import Job, run
from landbooking.embedded import Servers

MAILS = 50


async def measure_memory(
    ours: Contender, database: Database, servers: Servers, folder: Path
) -> dict[str, tuple[float, float]]:
    """MiB, resident and proportional, by kind of process."""
    await run(Job(ours.ports, 1, data.bookings(database, "ours")[:MAILS]))
    sink = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
    try:
        smtp_url = f"smtp://127.0.0.1:{sink.sockets[0].getsockname()[1]}"
        environ = environment(servers, database.url, smtp_url)
        with process(["landbooking", "worker"], environ, folder / "worker.log") as worker:
            await _await_mails(database)
            return {"web": memory_mib(ours.pids[0]), "worker": memory_mib(worker.pid)}
    finally:
        sink.close()
        await data.forget_bookings(database)


async def _await_mails(database: Database, patience: float = 60.0) -> None:
    connection = await asyncpg.connect(database.url)
    end = time.monotonic() + patience
    while await connection.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL") < MAILS:
        if time.monotonic() > end:
            raise TimeoutError("the worker sent no mails")
        await asyncio.sleep(0.1)
    await connection.close()
