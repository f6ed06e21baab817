"""The least that Litestar's own server-sent events can do: one queue a stream, as its documentation shows it."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

STREAMS: dict[int, set["asyncio.Queue[str]"]] = defaultdict(set)


async def _changes_of(space_id: int) -> AsyncIterator[ServerSentEventMessage]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    STREAMS[space_id].add(queue)
    try:
        yield ServerSentEventMessage(event="state", data="0")
        while True:
            yield ServerSentEventMessage(event="changed", data=await queue.get())
    finally:
        STREAMS[space_id].discard(queue)


@get("/spaces/{space_id:int}/changes")
async def changes(space_id: int) -> ServerSentEvent:
    return ServerSentEvent(_changes_of(space_id))


app = Litestar([changes])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning", access_log=False)
