"""Telling all web processes which spaces changed, by way of Valkey. Only that they did: never who or what."""

import asyncio
from collections.abc import Iterable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

CHANNEL = "landbooking:changes"
PAUSE = 1.0  # seconds, until it is tried again
LONGEST = 10  # digits of a space's number


def spaces_in(message: bytes) -> list[int]:
    """Those that are named. All programs of this Valkey may write into the channel: what else they write is nothing."""
    return [int(number) for number in message.split(b",") if number.isdigit() and len(number) <= LONGEST]


class Telling:
    """Tells in the background, so that nobody who books ever waits for Valkey or hears of its troubles.

    What could not be told is kept, each space once, until Valkey is back: it came to nobody meanwhile.
    """

    def __init__(self, valkey: "Redis") -> None:
        self._valkey = valkey
        self._untold: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    def tell(self, spaces: Iterable[int]) -> None:
        self._untold.update(spaces)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._publish())

    async def _publish(self) -> None:
        """What is noted while one message is under way goes into the next."""
        while self._untold:
            told, self._untold = self._untold, set()
            try:
                await self._valkey.publish(CHANNEL, ",".join(map(str, sorted(told))))
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("changes_not_told", error=type(error).__name__)
                self._untold |= told
                await asyncio.sleep(PAUSE)

    async def end(self) -> None:
        """What is under way may still be told. Nobody waits for Valkey where that is away."""
        if self._task:
            await asyncio.wait([self._task], timeout=PAUSE)
            self._task.cancel()
            await asyncio.wait([self._task])
