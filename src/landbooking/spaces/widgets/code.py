"""The lines that a website's editor copies to show what is free."""

from html import escape

import msgspec

from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.spaces.space import Space


class Widget(msgspec.Struct, frozen=True):
    """`address` is that of the page inside the frame, `code` the HTML around it."""

    name: str
    title: str
    address: str
    code: str


async def widgets_of(connection: Connection, space: Space, base: str) -> list[Widget]:
    """That of the space, and that of all spaces of its municipality. `base` is our own address without a slash."""
    ags = await connection.fetchval(
        "SELECT ags FROM municipality JOIN space ON space.municipality_id = municipality.id WHERE space.id = $1",
        space.id,
    )
    return [
        _widget("space", space.name, f"{base}/{language.get()}/spaces/{space.id}/widget", 460),
        _widget("municipality", space.municipality, f"{base}/{language.get()}/municipalities/{ags}/widget", 560),
    ]


def _widget(name: str, of: str, address: str, height: int) -> Widget:
    """`height` in pixels at the width of a phone."""
    title = _("Jetzt frei: %(name)s") % {"name": of}
    size = f'width="320" height="{height}"'
    code = f'<iframe src="{escape(address)}" title="{escape(title)}" {size} loading="lazy"></iframe>'
    return Widget(name, title, address, code)
