"""The addresses that journey planners fetch. For anybody: there is nothing in them that a stranger may not see."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.language import use_language
from landbooking.rides.exports import gtfs, realtime
from landbooking.rides.exports.amarillo import carpools
from landbooking.rides.exports.services import public_rides
from landbooking.rides.timetable import ZONE

Asked = Request[Any, Any, Any]


@get("/export/amarillo.json", guards=[public], include_in_schema=False)
async def amarillo(request: Asked, reads: Connection) -> Response[bytes]:
    now = datetime.now(UTC)
    today, base_url = now.astimezone(ZONE).date(), request.app.state.settings.base_url
    with use_language("de"):
        rides = await public_rides(reads, today)
        offers = [carpool for ride in rides for carpool in carpools(ride, today, base_url)]
    return _answer(request, msgspec.json.encode({"data": offers}), "application/json")


@get("/export/gtfs.zip", guards=[public], include_in_schema=False)
async def static_feed(request: Asked, reads: Connection) -> Response[bytes]:
    today = datetime.now(UTC).astimezone(ZONE).date()
    with use_language("de"):
        body = gtfs.feed(await public_rides(reads, today), today, request.app.state.settings)
    return _answer(request, body, "application/zip")


@get("/export/gtfs-rt", guards=[public], include_in_schema=False)
async def realtime_feed(request: Asked, reads: Connection) -> Response[bytes]:
    now = datetime.now(UTC)
    with use_language("de"):
        body = realtime.feed(await realtime.rides_to_update(reads, now), now, request.app.state.settings)
    headers = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}
    return Response(body, headers={**headers, "Content-Type": "application/x-protobuf"})


def _answer(request: Asked, body: bytes, media_type: str) -> Response[bytes]:
    """May be kept for five minutes, and is not sent again to who has it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": media_type})


ROUTES = [amarillo, static_feed, realtime_feed]
