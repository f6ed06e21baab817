"""GBFS over HTTP, for anybody: journey planners come by themselves."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.gbfs import FILES, TTL, Version, gbfs_file, names_in
from landbooking.spaces.stations import read_stations

Asked = Request[Any, Any, Any]


@get("/gbfs/{name:str}", guards=[public], include_in_schema=False)
async def file(request: Asked, reads: Connection, name: FromPath[str]) -> Response[bytes]:
    """One of the feed's files, with what stands now. Raises NotFound for others."""
    return await _file(request, reads, name, "3.1-RC3")


@get("/gbfs/3.0/{name:str}", guards=[public], include_in_schema=False)
async def older_file(request: Asked, reads: Connection, name: FromPath[str]) -> Response[bytes]:
    return await _file(request, reads, name, "3.0")


async def _file(request: Asked, reads: Connection, name: str, version: Version) -> Response[bytes]:
    stem, _dot, ending = name.rpartition(".")
    if ending != "json" or stem not in names_in(version):
        raise NotFound
    now = datetime.now(UTC)
    stations = await read_stations(reads, now) if stem in FILES else []
    return Response(
        msgspec.json.encode(gbfs_file(request.app.state.settings, stations, now, stem, version)),
        media_type="application/json",
        headers={"Cache-Control": f"public, max-age={TTL}", "Access-Control-Allow-Origin": "*"},
    )


ROUTES = [file, older_file]
