"""GBFS over HTTP, for anybody: journey planners come by themselves."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.gbfs import FILES, TTL, discovery
from landbooking.spaces.stations import read_stations


@get("/gbfs/{name:str}", guards=[public], include_in_schema=False)
async def gbfs_file(request: Request[Any, Any, Any], reads: Connection, name: FromPath[str]) -> Response[bytes]:
    """One of the feed's files, with what stands now. Raises NotFound for others."""
    settings = request.app.state.settings
    now = datetime.now(UTC)
    stem = name.removesuffix(".json")
    if not name.endswith(".json") or stem not in {"gbfs", *FILES}:
        raise NotFound
    file = discovery(settings, now) if stem == "gbfs" else FILES[stem](settings, await read_stations(reads, now), now)
    return Response(
        msgspec.json.encode(file),
        media_type="application/json",
        headers={"Cache-Control": f"public, max-age={TTL}", "Access-Control-Allow-Origin": "*"},
    )


ROUTES = [gbfs_file]
