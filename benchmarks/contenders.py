"""The servers under load: two processes of ours, two of the bare app, and what they cost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from landbooking.embedded import Servers

PROCESSES = 2


class Contender(msgspec.Struct, frozen=True):
    name: str
    ports: list[int]
    pids: list[int]


def environment(servers: Servers, database_url: str, smtp_url: str = "smtp://127.0.0.1:1") -> dict[str, str]:
    """What `landbooking serve`, `worker` and the bare app are configured by."""
    return os.environ | {
        "LANDBOOKING_DATABASE_URL": database_url,
        "LANDBOOKING_REDIS_URL": servers.redis_url,
        "LANDBOOKING_SMTP_URL": smtp_url,
        "LANDBOOKING_BASE_URL": "http://127.0.0.1",
        "LANDBOOKING_SECRET": "only for measurements, 32 and more",
        "LANDBOOKING_MAIL_FROM": "buchung@landbooking.example",
        "LANDBOOKING_OPERATOR": "Landkreis Kusel",
        "LANDBOOKING_CONTACT": "hilfe@landbooking.example",
    }


@contextmanager
def running(name: str, environ: Mapping[str, str], log: Path) -> Iterator[Contender]:
    """Two processes of "ours" or "bare", on a port each, until the end of the block."""
    ports = [free_port() for _ in range(PROCESSES)]
    module = ["landbooking", "serve", "--port"] if name == "ours" else ["benchmarks.bare"]
    with ExitStack() as stack:
        started = [stack.enter_context(process([*module, str(port)], environ, log)) for port in ports]
        for port, each in zip(ports, started, strict=True):
            wait_for_port(port, each, log)
        yield Contender(name, ports, [each.pid for each in started])


@contextmanager
def process(module: Sequence[str], environ: Mapping[str, str], log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """`python -m module …` until the end of the block; what it says goes to the file."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", *module], env=environ, stdout=output, stderr=output, cwd=Path(__file__).parents[1]
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def processor_seconds(pids: Sequence[int]) -> float:
    """What the processes have used of processors so far, in user and kernel mode."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> tuple[float, float]:
    """Resident and proportional set size: the latter counts shared pages once for all who share them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return sizes["Rss"], sizes["Pss"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_port(port: int, started: "subprocess.Popen[bytes]", log: Path) -> None:
    while started.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"A server did not start:\n{log.read_text()[-2000:]}")
