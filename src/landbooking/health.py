"""For machines: is the process alive, can it serve, what does it count."""

import asyncio
import hmac
from typing import Any

import asyncpg
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from landbooking.accounts.guards import public
from landbooking.database import TRY_AGAIN
from landbooking.errors import NotFound
from landbooking.notifications.backlog import read_backlog

MAILS = Gauge("landbooking_mails", "Mails in the outbox that are due and not sent, by state", ["state"])
OLDEST_MAIL = Gauge("landbooking_oldest_due_mail_seconds", "How long the oldest mail has been due")

AWAY = (*TRY_AGAIN, asyncpg.PostgresError, OSError)


@get("/health/live", guards=[public], include_in_schema=False, media_type=MediaType.TEXT)
async def live() -> str:
    """The process answers: there is no reason to restart it."""
    return "alive\n"


@get("/health/ready", guards=[public], include_in_schema=False)
async def ready(state: State) -> Response[str]:
    """PostgreSQL answers, so requests may be sent here. Valkey may be away: bookings don't need it."""
    try:
        async with asyncio.timeout(2):
            await state.pool.fetchval("SELECT 1")
    except AWAY:
        return _away()
    return Response("ready\n", media_type=MediaType.TEXT)


@get("/metrics", guards=[public], include_in_schema=False)
async def metrics(request: Request[Any, Any, State]) -> Response[bytes] | Response[str]:
    """Prometheus metrics for who has the token of LANDBOOKING_METRICS_TOKEN; without one they do not exist.

    The mails are counted at every scrape, since the worker that sends them has no port.
    """
    token = request.app.state.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token is None or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound
    try:
        async with asyncio.timeout(2):
            backlog = await read_backlog(request.app.state.pool)
    except AWAY:
        return _away()
    for state in ("waiting", "postponed", "given_up"):
        MAILS.labels(state).set(getattr(backlog, state))
    OLDEST_MAIL.set(backlog.oldest_seconds)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _away() -> Response[str]:
    return Response("the database is away\n", status_code=503, media_type=MediaType.TEXT)


ROUTES = [live, ready, metrics]
