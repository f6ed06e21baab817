"""The process that answers requests. To grow, run more of them behind the proxy."""

import resource
import signal
import socket
import sys

import uvicorn
from litestar.types import ASGIApp

from landbooking.app import create_app
from landbooking.logs import configure_logging
from landbooking.settings import Settings
from landbooking.spaces.live.hub import Hub


def serve(settings: Settings, host: str, port: int) -> None:
    """Answers requests until it is told to stop; what is under way then is finished first."""
    listener = socket.create_server((host, port), backlog=2048)
    configure_logging(settings.log_level)
    # uvicorn sends itself the signal again once it has stopped in order: that is no failure, so the exit code is 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _allow_many_connections()
    hub = Hub(settings.redis_url)
    Server(server_config(create_app(settings, hub=hub), settings), hub).run(sockets=[listener])


def _allow_many_connections() -> None:
    """As many as the machine lets a process have: what it starts with, often 1,024, is one for each open board."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Server(uvicorn.Server):
    """Lets the open boards go first: uvicorn waits for what is under way, and a board's stream has no end."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self.hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.hub.close()
        await super().shutdown(sockets)


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
