"""The load: keep-alive HTTP/1.1 by hand, in a process of its own, so that it costs the servers little.

python -m benchmarks.load < job.json > result.json
"""

import asyncio
import sys
import time
from collections import Counter, deque
from typing import Any, cast

import msgspec
import uvloop


class Job(msgspec.Struct):
    """`requests` are whole HTTP requests. `clients` connections, spread evenly over `ports`, send one at a time each.

    With `seconds`, the requests are sent again and again until that time is over; with None, each is sent once, all
    connections starting at the same moment.
    """

    ports: list[int]
    clients: int
    requests: list[str]
    seconds: float | None = None


class Result(msgspec.Struct):
    """`latencies` in milliseconds, sorted; `cpu` is the share of one processor that this process used."""

    seconds: float
    statuses: dict[str, int]
    latencies: list[float]
    cpu: float
    bytes: int  # of the last answer's body


class Client(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last is whole."""

    def __init__(self, waiting: "deque[bytes]", again: bool) -> None:
        self.waiting = waiting
        self.again = again
        self.buffer = b""
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.bytes = 0
        self.until = float("inf")
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has another base class

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.statuses["lost"] += 1
            self.done.set_result(None)

    def send_next(self) -> None:
        if not self.waiting or time.perf_counter() > self.until:
            self.done.set_result(None)
            self.transport.close()
            return
        request = self.waiting.popleft()
        if self.again:
            self.waiting.append(request)
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.latencies.append((time.perf_counter() - self.sent_at) * 1000)
        self.statuses[head[9:12].decode()] += 1
        self.bytes = length
        self.buffer = b""
        self.send_next()


async def run(job: Job) -> Result:
    waiting = deque(request.encode() for request in job.requests)
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    for number in range(job.clients):
        _transport, client = await loop.create_connection(
            lambda: Client(waiting, again=job.seconds is not None), "127.0.0.1", job.ports[number % len(job.ports)]
        )
        clients.append(client)
    started, cpu = time.perf_counter(), time.process_time()
    for client in clients:
        if job.seconds is not None:
            client.until = started + job.seconds
        client.send_next()
    await asyncio.wait_for(asyncio.gather(*(client.done for client in clients)), timeout=180)
    seconds = time.perf_counter() - started
    return Result(
        seconds=seconds,
        statuses=dict(sum((client.statuses for client in clients), Counter())),
        latencies=sorted(latency for client in clients for latency in client.latencies),
        cpu=(time.process_time() - cpu) / seconds,
        bytes=clients[0].bytes,
    )


def request(method: str, path: str, body: Any = None, token: str | None = None) -> str:
    """A whole request as it goes over the wire."""
    content = msgspec.json.encode(body).decode() if body is not None else ""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: de"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", content])


if __name__ == "__main__":
    decoded = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(decoded))))
