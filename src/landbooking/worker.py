"""The worker: arq's settings, and the only file that knows arq. All state is in PostgreSQL; arq only keeps time."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
import uvloop
from arq import cron
from arq.connections import RedisSettings
from arq.worker import Worker
from redis.exceptions import RedisError

from landbooking.accounts.forgetting import forget_expired
from landbooking.database import TRY_AGAIN, create_pool
from landbooking.logs import configure_logging
from landbooking.notifications.delivery import deliver_due, forget_old_mails
from landbooking.settings import Settings

log = structlog.get_logger()

PAUSE_WITHOUT_VALKEY = 0.5  # seconds


def work(settings: Settings) -> None:
    """Sends mails until SIGINT or SIGTERM."""
    configure_logging(settings.log_level)
    uvloop.run(_work_until_told(settings))


async def _work_until_told(settings: Settings) -> None:
    task = asyncio.create_task(run_worker(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def run_worker(settings: Settings) -> None:
    """Works until cancelled; outlives Valkey's and PostgreSQL's absence."""
    pool = await create_pool(settings.database_url, settings.database_pool)
    try:
        while True:
            worker = _worker(settings, {"pool": pool, "settings": settings})
            try:
                await worker.main()
            except (RedisError, OSError) as error:
                log.warning("valkey_away", error=type(error).__name__)
                await asyncio.sleep(PAUSE_WITHOUT_VALKEY)
            finally:
                await _close(worker)
    finally:
        await pool.close()


async def deliver(context: dict[str, Any]) -> None:
    """Every second: mails that are due."""
    await deliver_due(context["pool"], context["settings"])


async def forget(context: dict[str, Any]) -> None:
    """Every night: what we have no reason to keep about people."""
    async with context["pool"].acquire() as connection:
        await forget_old_mails(connection)
        await forget_expired(connection)


def _worker(settings: Settings, context: dict[str, Any]) -> Worker:
    return Worker(
        functions=[],
        cron_jobs=[
            cron(_patient(deliver), name="deliver", second=set(range(60)), timeout=3600, keep_result=0, max_tries=1),
            cron(_patient(forget), name="forget", hour={3}, minute={17}, timeout=3600, keep_result=0, max_tries=1),
        ],
        redis_settings=RedisSettings.from_dsn(settings.redis_url),
        ctx=context,
        handle_signals=False,
        poll_delay=0.2,
        health_check_interval=60,
    )


def _patient(job: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """The job, which is left to its next turn where the database is away."""

    async def run(context: dict[str, Any]) -> None:
        try:
            await job(context)
        except TRY_AGAIN as error:
            log.warning("database_away", error=type(error).__name__)

    run.__qualname__ = job.__name__
    return run


async def _close(worker: Worker) -> None:
    try:
        await worker.close()
    except (RedisError, OSError):
        log.warning("valkey_away")
