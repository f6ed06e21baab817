"""The product's own processes, as an operator starts them, each on a port of its own."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import httpx
import msgspec

from landbooking.embedded.account import remove_private
from landbooking.settings import PREFIX, Settings

PATIENCE = 60.0  # seconds: a limit for what hangs, no measure of what is fast
LOOK = 0.02  # seconds between two looks


class Process:
    """One running `landbooking …`; `output` is what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process, said: IO[bytes]) -> None:
        self.process = process
        self.said = said

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        return Path(self.said.name).read_text(errors="replace")

    async def says(self, text: str) -> str:
        """All of the output, once the text is in it."""

        async def said() -> bool:
            assert self.process.returncode is None or text in self.output, self.output
            return text in self.output

        await until(said)
        return self.output

    async def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        """The exit code; whoever doesn't stop in time is killed, and the test fails."""
        if self.process.returncode is None:
            self.process.send_signal(kind)
        try:
            return await asyncio.wait_for(self.process.wait(), PATIENCE)
        except TimeoutError:
            await self.kill()
            raise

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


class Web(Process):
    url: str


@asynccontextmanager
async def command(*arguments: str, environ: dict[str, str] | None = None) -> AsyncIterator[Process]:
    """`landbooking` with these arguments; killed at the end where the test has not stopped it."""
    with tempfile.NamedTemporaryFile(prefix="landbooking-said-") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "landbooking",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**_clean_environment(), **(environ or {})},
        )
        running = Process(process, said)
        try:
            yield running
        finally:
            await running.kill()


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Web]:
    """`landbooking serve`, once it is ready; at the end it must stop in order."""
    port = free_port()
    async with command("serve", "--port", str(port), environ=environ_of(settings)) as process:
        web = Web(process.process, process.said)
        web.url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=web.url) as client:
            await until(lambda: _is_ready(client, web))
        yield web
        stopped = await web.stop()
        unexpected = [line for line in web.output.splitlines() if '"unexpected"' in line]
        assert (stopped, unexpected) == (0, []), unexpected[:1] or web.output[-3000:]


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Process]:
    """`landbooking worker`; where the test has not killed it, it must stop in order at the end."""
    async with command("worker", environ=environ_of(settings)) as process:
        yield process
        if process.process.returncode is None:
            assert (await process.stop(), "Traceback" in process.output) == (0, False), process.output[-3000:]


async def _is_ready(client: httpx.AsyncClient, web: Web) -> bool:
    assert web.process.returncode is None, web.output
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def until(holds: Callable[[], Awaitable[object]], patience: float = PATIENCE) -> None:
    """Looks again and again, so that a test waits as long as needed and not longer."""
    end = time.monotonic() + patience
    while not await holds():
        assert time.monotonic() < end, f"waited {patience} s in vain"
        await asyncio.sleep(LOOK)


def environ_of(settings: Settings) -> dict[str, str]:
    values = msgspec.structs.asdict(settings).items()
    return {PREFIX + name.upper(): str(value) for name, value in values if value is not None}


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through, which pytest's own tmp_path is not: servers run as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="landbooking-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """With what servers that root started keep elsewhere, where TMPDIR is closed to their account."""
    for link in folder.rglob("*"):
        if link.is_symlink():
            remove_private(link)
    shutil.rmtree(folder, ignore_errors=True)


def processes_on(folder: Path) -> list[str]:
    """The command lines of all processes that name this folder."""
    lines = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            except OSError:
                continue
            if str(folder) in line:
                lines.append(line)
    return lines
