"""Municipalities in the JSON API: public facts, the same for everybody."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency

from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.places.municipality import Municipality, municipalities_after

_Ags = Annotated[str, msgspec.Meta(pattern="^[0-9]{8}$")]


@get(
    "/municipalities",
    operation_id="municipalities",
    summary="Municipalities, by their official key",
    tags=["places"],
    security=[{}, {"token": []}],
    responses=problems(422),
)
async def list_municipalities(
    reads: NamedDependency[Connection], cursor: Cursor = None, limit: Limit = 100
) -> Page[Municipality]:
    after = decode_cursor(cursor, _Ags) if cursor else ""
    return page_of(await municipalities_after(reads, after, limit + 1), limit, lambda place: place.ags)


ROUTES = [list_municipalities]
