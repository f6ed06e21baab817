"""The process that answers requests. To grow, run more of them behind the proxy."""

import signal
import socket
import sys

import uvicorn
from litestar.types import ASGIApp

from landbooking.app import create_app
from landbooking.logs import configure_logging
from landbooking.settings import Settings


def serve(settings: Settings, host: str, port: int) -> None:
    """Answers requests until it is told to stop; what is under way then is finished first."""
    listener = socket.create_server((host, port), backlog=2048)
    configure_logging(settings.log_level)
    # uvicorn sends itself the signal again once it has stopped in order: that is no failure, so the exit code is 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.Server(server_config(create_app(settings), settings)).run(sockets=[listener])


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
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
