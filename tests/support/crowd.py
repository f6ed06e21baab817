"""Many clients that ask in the same instant. Bare sockets: a client library would be slower than the server."""

import asyncio
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec


class Asked(NamedTuple):
    """One POST of JSON that is to be sent."""

    url: str
    headers: dict[str, str]
    body: Any


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


async def all_at_once(requests: list[Asked]) -> tuple[list[Answer], float]:
    """The answers, and the seconds until the last one; every connection is open before the first request is sent."""
    connections = await asyncio.gather(*(_connect(request) for request in requests))
    began = time.perf_counter()
    for (_reader, writer), request in zip(connections, requests, strict=True):
        writer.write(_as_bytes(request))
    answers = await asyncio.gather(*(_read(reader) for reader, _writer in connections))
    seconds = time.perf_counter() - began
    for _reader, writer in connections:
        writer.close()
        await writer.wait_closed()
    return answers, seconds


async def _connect(request: Asked) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(request.url)
    return await asyncio.open_connection(address.hostname, address.port)


def _as_bytes(request: Asked) -> bytes:
    address = urlsplit(request.url)
    body = msgspec.json.encode(request.body)
    headers = {
        "Host": address.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **request.headers,
    }
    lines = [f"POST {address.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Answer(int(head[0].split()[1]), headers, msgspec.json.decode(body))
