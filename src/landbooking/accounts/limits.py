"""How often a network address may do something, counted in Valkey in fixed windows.

The counters may be lost at any time: what must hold is counted in PostgreSQL. Without Valkey nobody is held up.
"""

import ipaddress
import time

import msgspec
import structlog
from redis import asyncio as valkey
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from landbooking.errors import TooMany
from landbooking.language import gettext as _

log = structlog.get_logger()

PATIENCE = 0.2  # seconds


class Limit(msgspec.Struct, frozen=True):
    """At most `most` of `what` in a window of `seconds`."""

    what: str
    most: int
    seconds: int


def counters(url: str) -> "valkey.Redis":
    """A client that waits no longer than a count is worth: whoever counts has a connection of the database in hand."""
    client: valkey.Redis = valkey.Redis.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )
    return client


async def count(counters: "valkey.Redis", limit: Limit, network_address: str) -> None:
    """Counts one more. Raises TooMany once the window's measure is full."""
    now = time.time()
    key = f"limit:{limit.what}:{household(network_address)}:{int(now // limit.seconds)}"
    try:
        async with counters.pipeline(transaction=True) as commands:
            commands.incr(key)
            commands.expire(key, limit.seconds)
            counted, _expiry = await commands.execute()
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("limit_not_counted", what=limit.what, error=type(error).__name__)
        return
    if counted > limit.most:
        raise TooMany(
            _("Von Ihrem Anschluss kamen zu viele Versuche. Bitte warten Sie eine Viertelstunde."),
            wait=max(1, int(limit.seconds - now % limit.seconds)),
        )


def household(network_address: str) -> str:
    """An IPv6 household has 2^64 addresses, so its prefix is counted (RFC 6177)."""
    try:
        address = ipaddress.ip_address(network_address)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
