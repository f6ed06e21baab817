"""Pages that other websites show in a frame. Nobody is asked there who they are: no cookie is read, none is set.

They carry a policy of their own, the only one that lets itself be framed, and no script may run in them. The browser
fetches them again every two minutes, by a header.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from landbooking.accounts.guards import public
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.ids import Id
from landbooking.language import language
from landbooking.pages import environment
from landbooking.places.municipality import all_municipalities
from landbooking.spaces.availability import published_spaces
from landbooking.spaces.free_now import FreeNow, free_now, next_opening, open_now
from landbooking.spaces.kinds import several
from landbooking.spaces.space import Space, published_space

Asked = Request[Any, Any, Any]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
    ),
    "Cache-Control": "public, max-age=60",
    "Refresh": "120",
}


class Shown(msgspec.Struct, frozen=True):
    """`open_until` while it is open, else `opens_at`, which is None where it does not open soon."""

    space: Space
    free: list[FreeNow]
    open_until: datetime | None
    opens_at: datetime | None


@get("/spaces/{space_id:int}/widget", guards=[public], include_in_schema=False)
async def space_widget(request: Asked, reads: Connection, space_id: Id) -> Response[str]:
    space = await published_space(reads, space_id)
    return await _framed(reads, space.name, [space])


@get("/municipalities/{ags:str}/widget", guards=[public], include_in_schema=False)
async def municipality_widget(request: Asked, reads: Connection, ags: FromPath[str]) -> Response[str]:
    """All spaces of the municipality with this official key; one without any says so."""
    place = next((one for one in await all_municipalities(reads) if one.ags == ags), None)
    if place is None:
        raise NotFound
    found = await published_spaces(reads, None, 0.0, ags, None, None)
    return await _framed(reads, place.name, sorted((space for space, _ in found), key=lambda space: space.name))


async def _framed(reads: Connection, title: str, spaces: list[Space]) -> Response[str]:
    now = datetime.now(UTC)
    html = (
        environment()
        .get_template("spaces/widgets/widget.html")
        .render(
            title=title,
            shown=[await _shown(reads, space, now) for space in spaces],
            several=several,
            now=now,
            language=language.get(),
        )
    )
    return Response(html, media_type=MediaType.HTML, headers=HEADERS)


async def _shown(reads: Connection, space: Space, now: datetime) -> Shown:
    opened = open_now(space.rules, now)
    return Shown(
        space=space,
        free=await free_now(reads, space, now),
        open_until=opened.end if opened else None,
        opens_at=None if opened else next_opening(space.rules, now),
    )


ROUTES = [space_widget, municipality_widget]
