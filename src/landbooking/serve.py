"""The two kinds of process that production runs: `web` and `worker`. To grow, run more of either."""

import asyncio
import signal
import socket
from contextlib import suppress

import uvicorn
import uvloop
from litestar.types import ASGIApp

from landbooking.logs import configure_logging
from landbooking.settings import Settings
from landbooking.worker import run_worker


def serve(settings: Settings, host: str, port: int) -> None:
    """Answers requests until it is told to stop; what is under way then is finished first."""
    from landbooking.app import create_app

    listener = socket.create_server((host, port), backlog=2048)
    configure_logging(settings.log_level)
    uvicorn.Server(server_config(create_app(settings), settings)).run(sockets=[listener])


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=20,
    )


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
