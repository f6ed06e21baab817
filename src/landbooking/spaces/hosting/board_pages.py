"""The host's day and week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from litestar import Request, Response, get

from landbooking.accounts.guards import host_of_space
from landbooking.database import Connection
from landbooking.ids import Id
from landbooking.language import format_clock
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.spaces.approval.requests import count_open_requests
from landbooking.spaces.hosting.board import (
    Board,
    Cell,
    Presence,
    day_board,
    day_period,
    entries_between,
    resources_on_board,
)
from landbooking.spaces.hosting.times import FURTHEST
from landbooking.spaces.opening_hours import closed_reason, open_periods
from landbooking.spaces.space import Resource, Space, space_by_id
from landbooking.spaces.waiting.wishes import waiting_at

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}", guards=[host_of_space], include_in_schema=False)
async def day(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    now = datetime.now(UTC)
    space = await space_by_id(reads, space_id)
    today = now.astimezone(space.rules.time_zone).date()
    shown = _asked_day(request, today)
    entries = await entries_between(reads, space_id, day_period(space.rules, shown))
    resources = await resources_on_board(reads, space_id, entries)
    board = day_board(space, shown, resources, entries, now)
    return page(
        request,
        "spaces/hosting/board.html",
        space=space,
        shown=shown,
        today=today,
        yesterday=shown - timedelta(days=1),
        tomorrow=shown + timedelta(days=1),
        desks=sum(resource.retired_at is None for resource in resources),
        bookings={entry.booking_id for entry in entries if entry.kind != "blackout"},
        requests=await count_open_requests(reads, space_id),
        waiting=len(await waiting_at(reads, space_id, day_period(space.rules, shown))),
        closed_reason=closed_reason(space.rules, shown),
        open_today=bool(open_periods(space.rules, shown)),
        board=_drawn(space, shown, board, now) if board else None,
    )


@get("/host/spaces/{space_id:int}/week", guards=[host_of_space], include_in_schema=False)
async def week(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    today = datetime.now(UTC).astimezone(space.rules.time_zone).date()
    shown = _asked_day(request, today)
    monday = shown - timedelta(days=shown.weekday())
    entries = await entries_between(reads, space_id, day_period(space.rules, monday, days=7))
    wishes = await waiting_at(reads, space_id, day_period(space.rules, monday, days=7))
    days = []
    for number in range(7):
        one = monday + timedelta(days=number)
        period = day_period(space.rules, one)
        days.append(
            {
                "day": one,
                "hours": [_clocks(*opened, space.rules.zone) for opened in open_periods(space.rules, one)],
                "closed_reason": closed_reason(space.rules, one),
                "waiting": sum(wish.overlaps(period) for wish in wishes),
                "bookings": [e for e in entries if e.kind != "blackout" and e.period.overlaps(period)],
                "blackouts": [e for e in entries if e.kind == "blackout" and e.period.overlaps(period)],
            }
        )
    return page(
        request,
        "spaces/hosting/week.html",
        space=space,
        days=days,
        today=today,
        monday=monday,
        sunday=monday + timedelta(days=6),
        last_week=monday - timedelta(days=7),
        next_week=monday + timedelta(days=7),
    )


def _asked_day(request: Asked, today: date) -> date:
    """The day in the address; today where there is none, or none that a calendar here has."""
    try:
        asked = date.fromisoformat(request.query_params.get("date", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) <= FURTHEST else today


def _drawn(space: Space, shown: date, board: Board, now: datetime) -> dict[str, Any]:
    """As the macro `day_board` wants it."""
    entries = [cell.entry for _resource, cells in board.rows for cell in cells if cell.entry]
    requested = any(entry.kind == "request" for entry in entries)
    present = {entry.presence(space, now) for entry in entries}
    return {
        "presences": [each for each in get_args(Presence) if each in present],
        "legend": ["open", "booking", *(["request"] if requested else []), "blackout", "closed"],
        "hours": board.hours,
        "now_column": board.now_column,
        "rows": [
            {
                "name": resource.name,
                "detail": _("ausgemustert") if resource.retired_at else "",
                "cells": [_drawn_cell(space, shown, resource, cell, now) for cell in cells],
            }
            for resource, cells in board.rows
        ],
    }


def _drawn_cell(space: Space, shown: date, resource: Resource, cell: Cell, now: datetime) -> dict[str, Any]:
    kind, text, url = cell.kind, "", None
    if cell.entry:
        text = cell.entry.text
        kind_page = f"bookings/{cell.entry.booking_id}" if cell.kind != "blackout" else "blackouts"
        url = f"/host/spaces/{space.id}/{kind_page}"
    elif cell.kind == "open" and resource.retired_at:
        kind = "closed"
    elif cell.kind == "open":
        text = _("sperren")
        start, end = (format_clock(moment, space.rules.zone) for moment in cell.period)
        wish = urlencode({"resource": resource.id, "first": shown, "from": start, "last": shown, "to": end})
        url = f"/host/spaces/{space.id}/blackouts/new?{wish}"
    return {
        "span": cell.span,
        "kind": kind,
        "text": text,
        "presence": cell.entry.presence(space, now) if cell.entry else None,
        "detail": _clocks(*cell.period, space.rules.zone),
        "url": url,
    }


def _clocks(start: datetime, end: datetime, zone: str) -> str:
    return f"{format_clock(start, zone)}–{format_clock(end, zone)}"


ROUTES = [day, week]
