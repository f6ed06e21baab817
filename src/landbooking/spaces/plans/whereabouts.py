"""Who is where: who has each place of a plan at a time, and whether they have come. Pure, out of a host's board."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from landbooking.language import format_clock
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.hosting.board import Entry, Kind, Presence
from landbooking.spaces.opening_hours import open_periods
from landbooking.spaces.space import Resource, Space

State = Literal["free", "full", "closed", "here", "awaited"]


class Line(msgspec.Struct, frozen=True):
    """Something that holds a place, as the macro `board_lines` shows it."""

    kind: Kind
    presence: Presence | None
    text: str
    detail: str
    url: str


class Whereabouts(msgspec.Struct, frozen=True):
    """`word` is what the first of `lines` is called, on the plan; `url` leads to what alone holds it."""

    resource: Resource
    state: State
    word: str
    url: str | None
    lines: list[Line]


def whereabouts(
    space: Space, resources: Iterable[Resource], entries: Iterable[Entry], wish: Period, now: datetime
) -> list[Whereabouts]:
    """In the order of the resources; of each what reaches into `wish`."""
    there = [one for one in entries if one.period.overlaps(wish)]
    return [
        _at(space, resource, [one for one in there if one.resource_id == resource.id], wish, now)
        for resource in resources
    ]


def _at(space: Space, resource: Resource, entries: list[Entry], wish: Period, now: datetime) -> Whereabouts:
    lines = [_line(space, one, now) for one in entries]
    if not lines:
        opened = _is_open(space, resource, wish)
        state: State = "free" if opened else "closed"
        word = _("frei") if opened else _("geschlossen")
    else:
        state = next((each for each in map(_state, lines) if each != "full"), "full")
        word = _("gesperrt") if lines[0].kind == "blackout" else lines[0].text
    return Whereabouts(
        resource=resource,
        state=state,
        word=word,
        url=lines[0].url if len(lines) == 1 else None,
        lines=lines,
    )


def _is_open(space: Space, resource: Resource, wish: Period) -> bool:
    """By its own rules: a car at the door may be had around the clock."""
    rules = space.rules_of(resource.kind, resource.id)
    return any(one.overlaps(wish) for one in open_periods(rules, wish.start.astimezone(rules.time_zone).date()))


def _line(space: Space, entry: Entry, now: datetime) -> Line:
    start, end = (format_clock(moment, space.rules.zone) for moment in entry.period)
    at = f"bookings/{entry.booking_id}" if entry.kind != "blackout" else "blackouts"
    text = entry.text if entry.kind == "blackout" else entry.text or _("gelöschtes Konto")
    return Line(entry.kind, entry.presence(space, now), text, f"{start}–{end}", f"/host/spaces/{space.id}/{at}")


def _state(line: Line) -> State:
    match line.presence:
        case "here" | "awaited" as presence:
            return presence
    return "full"
