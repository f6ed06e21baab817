"""Telling other processes what changed, without Valkey: what is told, kept, and let go."""

import asyncio
from typing import Any, cast

from redis.exceptions import ConnectionError as ValkeyAway

from landbooking.spaces.live.telling import CHANNEL, Telling, spaces_in


class Valkey:
    def __init__(self, away: bool = False) -> None:
        self.away = away
        self.heard: list[tuple[str, str]] = []

    async def publish(self, channel: str, message: str) -> None:
        if self.away:
            raise ValkeyAway
        self.heard.append((channel, message))


def telling(valkey: Valkey) -> Telling:
    return Telling(cast(Any, valkey))


async def test_what_was_changed_just_before_the_end_is_still_told() -> None:
    valkey = Valkey()
    tells = telling(valkey)
    tells.tell({3, 12})
    await tells.end()
    assert valkey.heard == [(CHANNEL, "3,12")]
    assert spaces_in(b"3,12") == [3, 12]


async def test_nobody_waits_for_valkey_at_the_end() -> None:
    tells = telling(Valkey(away=True))
    tells.tell({3})
    async with asyncio.timeout(60):  # it would try for ever
        await tells.end()
