"""`landbooking demo`: servers out of wheels, migrations, data, web, worker and a mail catcher, in this one process.

Web and worker share the process, so that killing it can leave neither behind; PostgreSQL and Valkey are adopted by
the next start.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn, cast

import asyncpg
import msgspec
import structlog
import uvloop

from landbooking.app import create_app
from landbooking.database import prepare_connection
from landbooking.demo import mailbox
from landbooking.demo.data import load_demo_data, who_can_sign_in
from landbooking.embedded import EmbeddedError, Servers, running_servers
from landbooking.logs import configure_logging
from landbooking.migrate import migrate
from landbooking.serve import Server, server_config
from landbooking.settings import Settings
from landbooking.spaces.live.hub import Hub
from landbooking.worker import run_worker

log = structlog.get_logger()

SETTINGS = "settings.json"
_STOPPING = (signal.SIGINT, signal.SIGTERM)


class DemoError(Exception):
    """The demo can't start or go on; the message is one sentence for a person."""


class _Stopped(SystemExit):
    """Told to stop while the servers start. A KeyboardInterrupt Python remembers, even once caught, and exits by it."""


def run_demo(data: Path, port: int) -> None:
    """Runs until SIGINT or SIGTERM, and stops everything that it started. Raises DemoError."""
    listener = _listen(port)
    _make_folder(data)
    _when_told_to_stop(_stop_starting)
    configure_logging("warning")
    try:
        with contextlib.suppress(_Stopped, asyncio.CancelledError), _servers(data.resolve()) as servers:
            uvloop.run(_run(data.resolve(), port, listener, servers))
    except EmbeddedError as error:
        raise DemoError(str(error)) from None
    _say("Stopped.")


def _when_told_to_stop(handle: Callable[[int, FrameType | None], object]) -> None:
    """Hands over the first SIGINT or SIGTERM; those after it are ignored, since what they ask for is being done."""

    def handle_once(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        handle(number, frame)

    for number in _STOPPING:
        signal.signal(number, handle_once)


def _ignore_signals() -> None:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _stop_starting(number: int, frame: FrameType | None) -> NoReturn:
    raise _Stopped


def settings_of_demo(data: Path) -> Settings:
    """The settings of the demo that runs on this folder, for other commands. Raises DemoError."""
    try:
        return msgspec.json.decode((data / SETTINGS).read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError):
        raise DemoError(f"No demo runs on {data}: start it with `landbooking demo --data {data}`.") from None


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=2048)
    except OSError as error:
        raise DemoError(f"Port {port} can't be used: {error.strerror}. Choose another one with --port.") from None


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "mail").mkdir(exist_ok=True)
        probe = data / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise DemoError(
            f"The folder {data} can't be written to: {error.strerror}. Choose another one with --data."
        ) from None


@contextlib.contextmanager
def _servers(data: Path) -> Iterator[Servers]:
    _say("Starting PostgreSQL and Valkey …")
    with running_servers(data) as servers:
        try:
            yield servers
        finally:
            _ignore_signals()
            (data / SETTINGS).unlink(missing_ok=True)
            _say("Stopping …")


async def _run(data: Path, port: int, listener: socket.socket, servers: Servers) -> None:
    # Cancelled, not raised into: an exception at any odd moment may end in a library that swallows it.
    loop, run = asyncio.get_running_loop(), cast("asyncio.Task[None]", asyncio.current_task())
    _when_told_to_stop(lambda *_: loop.call_soon_threadsafe(run.cancel))
    async with mailbox.catching(data / "mail") as smtp_url:
        settings = _settings(port, servers, smtp_url, data)
        await _prepare_database(settings)
        _write_privately(data / SETTINGS, msgspec.json.encode(settings))
        await _serve(settings, listener, data)


def _settings(port: int, servers: Servers, smtp_url: str, data: Path) -> Settings:
    return Settings(
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        smtp_url=smtp_url,
        base_url=f"http://127.0.0.1:{port}",
        secret=_secret(data / "secret"),
        mail_from="buchung@landbooking.example",
        operator="landbooking (Vorführung)",
        contact="hilfe@landbooking.example",
        log_level="warning",
    )


def _secret(file: Path) -> str:
    """Made once and kept with the data, so that a restart signs nobody out."""
    if not file.exists():
        _write_privately(file, secrets.token_hex(32).encode())
    return file.read_text()


def _write_privately(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)


async def _prepare_database(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_url)
    try:
        await prepare_connection(connection)
        _say("Applying migrations …")
        for name in await migrate(connection):
            _say(f"  {name}")
        if await load_demo_data(connection):
            _say("Loading the demo data …")
    finally:
        await connection.close()


async def _serve(settings: Settings, listener: socket.socket, data: Path) -> None:
    _say("Starting web and worker …")
    hub = Hub(settings.redis_url)
    app = create_app(settings, extra_routes=mailbox.routes(data / "mail"), hub=hub)
    server = _Server(server_config(app, settings), hub)
    web = asyncio.create_task(server.serve(sockets=[listener]))
    worker = asyncio.create_task(run_worker(settings))
    server.when_started = lambda: _introduce(settings)
    try:
        ended, _ = await asyncio.wait([web, worker], return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        worker.cancel()
        await asyncio.gather(web, worker, return_exceptions=True)
    for task, name in ((web, "web"), (worker, "worker")):
        if task in ended and not task.cancelled() and (error := task.exception()):
            log.error("demo_ended", task=name, exc_info=error)
            raise DemoError(f"The {name} of the demo ended unexpectedly ({type(error).__name__}); see above.")


class _Server(Server):
    """Says when it answers."""

    when_started: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_started()


def _introduce(settings: Settings) -> None:
    _say(f"\nlandbooking is ready: {settings.base_url}\n")
    _say("Sign in with one of these addresses; the code arrives in the demo's own mailbox:")
    for email, what in who_can_sign_in():
        _say(f"  {email:<36} {what}")
    _say(f"\nMails: {settings.base_url}/demo/mail\nStop with Ctrl-C.")


def _say(text: str) -> None:
    print(text, flush=True)
