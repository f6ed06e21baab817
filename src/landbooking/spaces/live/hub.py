"""The open boards of a web process: one subscription to Valkey, passed on to all who look at a space that changed.

A stream is its request's own task, which waits for the visitor to go, and an entry here. There is no queue: "changed"
says all, so what happens in between is one message. Ten thousand of them cost what the server needs for each.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic

import asyncpg
import msgspec
import structlog
from litestar.types import HTTPResponseBodyEvent, Send
from redis import asyncio as valkey
from redis.exceptions import RedisError

from landbooking.accounts.limits import household
from landbooking.errors import TooMany
from landbooking.language import gettext as _
from landbooking.spaces.live.telling import CHANNEL, spaces_in

log = structlog.get_logger()

# Which of these spaces anybody may see at this moment.
Published = Callable[[set[int]], Awaitable[set[int]]]

MOST = 12_000  # streams of a process
MOST_OF_ONE = 200  # streams of one network address: a school, or everybody behind one mobile carrier's gateway
BEAT = 20.0  # seconds; proxies and phones let go of a connection that says nothing for a minute
PAUSE = 0.1  # seconds between two messages about one space: a burst is one change
AT_ONCE = 100  # writes before others get their turn; also how many pages a second are to be fetched again
LONGEST = 3600.0  # seconds, after which a page has to come back, and whether its reader may see it is asked again
QUIET = 5.0  # seconds after which Valkey is asked whether it is still there; three times in vain, and it is gone


class Stream:
    """One visitor's open answer, which its `task` waits to end."""

    __slots__ = ("network_address", "send", "space_id", "task", "until")

    def __init__(self, space_id: int, network_address: str, send: Send, task: "asyncio.Task[object] | None") -> None:
        self.space_id = space_id
        self.network_address = household(network_address)
        self.send = send
        self.task = task
        self.until = monotonic() + random.uniform(0.5, 1) * LONGEST  # noqa: S311 not all of them at once

    def write(self, text: bytes, more: bool = True) -> bool:
        """Whether the server took it at once. It has 64 kB for who reads slowly; who needs more reads nothing."""
        message: HTTPResponseBodyEvent = {"type": "http.response.body", "body": text, "more_body": more}
        step = self.send(message)
        try:
            step.send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return True
        step.close()  # type: ignore[attr-defined]
        return False


class Hub:
    """Knows who looks at which space, and since when each has not changed."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._streams: dict[int, set[Stream]] = defaultdict(set)
        self._of_address: Counter[str] = Counter()
        self._changed_at: dict[int, float] = {}
        self._hears_since: float | None = None
        self._news: set[int] = set()
        self._is_news = asyncio.Event()
        self._closed = False

    @property
    def open_streams(self) -> int:
        return self._of_address.total()

    def age(self, space_id: int) -> float:
        """Seconds since the space may have changed last: 0 while that can't be known."""
        if self._hears_since is None:
            return 0.0
        return monotonic() - max(self._hears_since, self._changed_at.get(space_id, self._hears_since))

    def check_room(self, network_address: str) -> None:
        """Raises TooMany where this process or the address has all the streams it may have."""
        full = self._closed or self.open_streams >= MOST
        if full or self._of_address[household(network_address)] >= MOST_OF_ONE:
            raise TooMany(_("Diese Seite ist gerade zu oft geöffnet. Sie aktualisiert sich jede Minute."), wait=60)

    def add(self, stream: Stream) -> None:
        self._streams[stream.space_id].add(stream)
        self._of_address[stream.network_address] += 1
        stream.write(_event("state", self.age(stream.space_id), retry=random.randrange(1000, 5000)))  # noqa: S311

    def has(self, stream: Stream) -> bool:
        return stream in self._streams.get(stream.space_id, ())

    def remove(self, stream: Stream) -> None:
        """Whoever is removed already stays so."""
        if not self.has(stream):
            return
        self._streams[stream.space_id].remove(stream)
        if not self._streams[stream.space_id]:
            del self._streams[stream.space_id]
        self._of_address -= Counter([stream.network_address])

    def close(self) -> None:
        """Ends every stream in order, so that a stopping server need not wait. Pages come back by themselves."""
        self._closed = True
        for stream in self._all():
            self._end(stream)

    def _all(self) -> list[Stream]:
        return [stream for streams in self._streams.values() for stream in streams]

    def _end(self, stream: Stream) -> None:
        stream.write(b"", more=False)
        self.remove(stream)

    async def run(self, published: Published) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._pass_on(published))
            tasks.create_task(self._beat())

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError, TimeoutError) as error:
                if self._hears_since is not None:
                    log.warning("changes_not_heard", error=type(error).__name__)
                self._hears_since = None
            await asyncio.sleep(1)

    async def _hear(self) -> None:
        async with (
            valkey.Redis.from_url(self._redis_url, socket_connect_timeout=2) as client,
            client.pubsub() as subscription,
        ):
            await subscription.subscribe(CHANNEL)
            unanswered = 0
            while unanswered < 3:
                message = await subscription.get_message(timeout=QUIET)
                unanswered = 0 if message else unanswered + 1
                if message is None:
                    await subscription.ping()
                elif message["type"] == "subscribe":  # or again, by itself: who knows what happened meanwhile
                    self._hears_since = monotonic()
                    self._note(list(self._streams))
                elif message["type"] == "message":
                    self._note(spaces_in(message["data"]))
            raise TimeoutError

    def _note(self, spaces: Iterable[int]) -> None:
        now = monotonic()
        for space_id in spaces:
            self._changed_at[space_id] = now
            if space_id in self._streams:
                self._news.add(space_id)
        if self._news:
            self._is_news.set()

    async def _pass_on(self, published: Published) -> None:
        """Of a space that is not published nobody hears: its streams end, and who may still see it comes back."""
        while True:
            await self._is_news.wait()
            self._is_news.clear()
            news, self._news = self._news, set()
            told = await self._told(news, published)
            for stream in [stream for space_id in news - told for stream in self._streams.get(space_id, ())]:
                self._end(stream)
            streams = [stream for space_id in told for stream in self._streams.get(space_id, ())]
            await self._write(streams, _event("changed", len(streams) / AT_ONCE))
            await asyncio.sleep(PAUSE)

    async def _told(self, news: set[int], published: Published) -> set[int]:
        """None where that can't be known."""
        try:
            return news & await published(news)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            log.warning("changes_not_passed_on", error=type(error).__name__)
            return set()

    async def _beat(self) -> None:
        """Tells who is there that we are, and finds who is not. Without Valkey, pages look for themselves."""
        while True:
            await asyncio.sleep(BEAT)
            await self._write(self._all(), _event("beat", self._hears_since is not None))
            now = monotonic()
            for stream in self._all():
                if stream.until < now:
                    self._end(stream)

    async def _write(self, streams: list[Stream], text: bytes) -> None:
        for number, stream in enumerate(streams, 1):
            if not stream.write(text):
                self.remove(stream)
                if stream.task:
                    stream.task.cancel()
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)


def _event(name: str, data: float, retry: int | None = None) -> bytes:
    """As in the HTML standard, section 9.2.6. `retry` in milliseconds."""
    wait = f"retry: {retry}\n" if retry else ""
    return f"{wait}event: {name}\ndata: {msgspec.json.encode(data).decode()}\n\n".encode()
