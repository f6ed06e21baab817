"""A month of a space's board as a spreadsheet: who has what, as the board tells it, and no more."""

from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.forms import text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.months import asked_month, next_month
from landbooking.spaces.hosting.board import Entry, Presence, day_period, entries_between
from landbooking.spaces.space import Space, space_by_id
from landbooking.spreadsheets import as_csv

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/bookings.csv", guards=[host_of_space], include_in_schema=False)
async def bookings_file(request: Asked, space_id: Id, reads: Connection) -> Response[bytes]:
    space = await space_by_id(reads, space_id)
    first = asked_month(text_of(request.query_params, "month"))
    month = day_period(space.rules, first, days=(next_month(first) - first).days)
    entries = [entry for entry in await entries_between(reads, space_id, month) if entry.kind != "blackout"]
    name = f'attachment; filename="{_("buchungen")}-{first:%Y-%m}.csv"'
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name}
    return Response(_table(space, entries), headers=headers)


def _table(space: Space, entries: list[Entry]) -> bytes:
    header = [_("Tag"), _("Von"), _("Bis"), _("Platz"), _("Wer"), _("Stand"), _("Anwesenheit")]
    return as_csv(header, [_row(space, entry) for entry in entries])


def _row(space: Space, entry: Entry) -> list[object]:
    start, end = (moment.astimezone(space.rules.time_zone) for moment in entry.period)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    asked = _("Anfrage") if entry.kind == "request" else _("gebucht")
    return [
        f"{start:%Y-%m-%d}", f"{start:%H:%M}", until, entry.resource, entry.text, asked,
        _presence(entry.presence(space, entry.period.end)),
    ]  # fmt: skip


def _presence(presence: Presence | None) -> str:
    """What is known when it is over."""
    said = {"here": _("da gewesen"), "left": _("früher gegangen"), "absent": _("nicht erschienen")}
    return said.get(presence or "", "")


ROUTES = [bookings_file]
