"""What is free at this moment and what comes next, resource by resource: pure. It tells when, and never who."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from landbooking.language import exact_clock
from landbooking.language import gettext as _
from landbooking.period import Period, gaps, joined, monday_of
from landbooking.spaces.kinds import DISCREET, Kind, several
from landbooking.spaces.opening_hours import OpeningRules, open_periods
from landbooking.spaces.schedules import Schedule
from landbooking.spaces.space import Resource, Space
from landbooking.spaces.week import week_of

State = Literal["free", "full", "closed"]
SHOWN: tuple[Kind, ...] = ("desk", "meeting_room", "phone_booth", "telemedicine", "vehicle")


class Tile(msgspec.Struct, frozen=True):
    """A resource: `now` says until when it is as it is, `next` what comes then."""

    name: str
    state: State
    now: str
    next: str


class Group(msgspec.Struct, frozen=True):
    """All of a kind: `free` of `total` at this moment, or `closed`, where all of it is, with what is said of that.

    Of rooms for video appointments there are no tiles: only what the public week says.
    """

    name: str
    free: int
    total: int
    closed: str | None
    tiles: list[Tile]


def groups_of(space: Space, resources: Sequence[Resource], schedules: Sequence[Schedule], now: datetime) -> list[Group]:
    """In the order of `resources`. Both were read one after the other: what is in one of them only is left out."""
    by_id = {one.resource_id: one for one in schedules}
    groups = []
    for kind in SHOWN:
        of_kind = [(one.name, by_id[one.id]) for one in resources if one.kind == kind and one.id in by_id]
        if of_kind and kind == DISCREET:
            groups.append(_discreet(space, [schedule for _name, schedule in of_kind], now))
        elif of_kind:
            groups.append(_group(several(kind), [_tile(name, schedule, now) for name, schedule in of_kind]))
    return groups


def _group(name: str, tiles: list[Tile]) -> Group:
    if all(tile.state == "closed" for tile in tiles):
        said = ", ".join(filter(None, (tiles[0].now, tiles[0].next)))
        return Group(name, 0, len(tiles), said, [])
    return Group(name, sum(tile.state == "free" for tile in tiles), len(tiles), None, tiles)


def _tile(name: str, schedule: Schedule, now: datetime) -> Tile:
    rules = schedule.rules
    opened = joined(open_periods(rules, now.astimezone(rules.time_zone).date()))
    today = next((one for one in opened if one.start <= now < one.end), None)
    if today is None:
        later = next((one for one in opened if one.start > now), None)
        text = _("öffnet um %(time)s Uhr") % {"time": exact_clock(later.start, rules.zone)} if later else ""
        return Tile(name, "closed", _("geschlossen"), text)
    left = Period(now, today.end)
    free = gaps(left, filter(left.overlaps, schedule.taken))
    if not free:
        return Tile(name, "full", _("belegt"), _("heute nicht mehr frei"))
    if free[0].start > now:
        clock = exact_clock(free[0].start, rules.zone)
        return Tile(name, "full", _("belegt bis %(time)s") % {"time": clock}, _then_free(free[0], left, rules))
    return Tile(name, "free", _free(free[0], left, rules), _then_taken(free, left, rules))


def _free(first: Period, left: Period, rules: OpeningRules) -> str:
    if rules.around_the_clock and first.end == left.end:
        return _("heute frei")
    return _("frei bis %(time)s") % {"time": exact_clock(first.end, rules.zone)}


def _then_free(first: Period, left: Period, rules: OpeningRules) -> str:
    if first.end == left.end:
        return _("dann frei")
    return _("dann frei bis %(time)s") % {"time": exact_clock(first.end, rules.zone)}


def _then_taken(free: list[Period], left: Period, rules: OpeningRules) -> str:
    if free[0].end == left.end:
        return ""
    if len(free) == 1:
        return _("dann belegt")
    return _("dann belegt bis %(time)s") % {"time": exact_clock(free[1].start, rules.zone)}


def _discreet(space: Space, schedules: Sequence[Schedule], now: datetime) -> Group:
    """As the public week has it for this hour: how many are free for all of it, and not which."""
    rules = space.rules_of(DISCREET)
    local = now.astimezone(rules.time_zone)
    week = week_of(space.id, DISCREET, rules, [one.taken for one in schedules], monday_of(local.date()), now)
    clock = f"{local.hour:02}:00"
    cell = next((row.cells[local.weekday()] for row in week.rows if row.label == clock), None)
    if cell is None or cell.state in ("closed", "past"):
        return Group(several(DISCREET), 0, len(schedules), _("geschlossen"), [])
    return Group(several(DISCREET), cell.free, cell.total, None, [])
