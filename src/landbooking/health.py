"""For machines: is the process alive, can it serve, what does it count."""

import asyncio
import hmac
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from landbooking.accounts.guards import public
from landbooking.database import TRY_AGAIN
from landbooking.errors import NotFound


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
    except (*TRY_AGAIN, OSError):
        return Response("the database is away\n", status_code=503, media_type=MediaType.TEXT)
    return Response("ready\n", media_type=MediaType.TEXT)


@get("/metrics", guards=[public], include_in_schema=False)
async def metrics(request: Request[Any, Any, State]) -> Response[bytes]:
    """Prometheus metrics for who has the token of LANDBOOKING_METRICS_TOKEN; without one they do not exist."""
    token = request.app.state.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token is None or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = [live, ready, metrics]
