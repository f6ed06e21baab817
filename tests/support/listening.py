"""Who looks at a board: reads its stream as a browser does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from support.servers import until


class Listener:
    """What was said so far, as pairs of name and data; `text` is all of it. `ended` once the server has ended it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.text = ""
        self.ended = False

    @property
    def events(self) -> list[tuple[str, str]]:
        said = []
        for block in self.text.split("\n\n")[:-1]:
            fields = dict(line.split(": ", 1) for line in block.splitlines())
            said.append((fields["event"], fields["data"]))
        return said

    def count(self, name: str) -> int:
        return sum(event == name for event, _data in self.events)

    async def hears(self, name: str, number: int = 1) -> None:
        """Returns once there were so many events of that name."""

        async def heard() -> bool:
            return self.count(name) >= number

        await until(heard)

    async def is_let_go(self) -> None:
        async def ended() -> bool:
            return self.ended

        await until(ended)

    async def read(self) -> None:
        with suppress(httpx.RemoteProtocolError, httpx.ReadError):
            async for part in self.answer.aiter_text():
                self.text += part
        self.ended = True


@asynccontextmanager
async def listening(
    client: httpx.AsyncClient, space_id: int, headers: dict[str, str] | None = None
) -> AsyncIterator[Listener]:
    """An open board of the space, which has heard how old its news are."""
    async with client.stream("GET", f"/spaces/{space_id}/changes", headers=headers, timeout=None) as answer:
        assert answer.status_code == 200, answer.status_code
        listener = Listener(answer)
        reading = asyncio.create_task(listener.read())
        try:
            await listener.hears("state")
            yield listener
        finally:
            reading.cancel()
            await asyncio.wait([reading])
