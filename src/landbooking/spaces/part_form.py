"""The parts of a day in forms: chosen by name where one books by them, and as a shortcut elsewhere."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from landbooking.database import Connection
from landbooking.forms import is_within_reach, text_of
from landbooking.period import Period, clock_names
from landbooking.spaces.booking_rules import broken_rule
from landbooking.spaces.day import part_name
from landbooking.spaces.opening_hours import DayPart, OpeningRules, blocked_by, day_parts, hours_text
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Resource, Space

PARTS: tuple[DayPart, ...] = ("day", "morning", "afternoon")
_NAMES = ("date", "start", "end", "resource", "pool", "version", "key")


class Preset(msgspec.Struct, frozen=True):
    """A part of the day that is free, with its clock times as the form takes them."""

    label: str
    times: dict[str, str]


def with_times(posted: Mapping[str, Any], rules: OpeningRules) -> dict[str, str]:
    """What a form or query says, with `start` and `end` of the part that was chosen instead of clock times.

    A part that the day has not becomes the whole of it, midnight to midnight: the rules then say what there is.
    """
    typed = {name: text_of(posted, name) for name in _NAMES if name in posted}
    chosen = next((part for part in PARTS if part == posted.get("part")), None)
    if chosen is None:
        return typed
    day = _day(typed.get("date", ""))
    period = day_parts(rules, day).get(chosen) if day else None
    times = clock_names(period, rules.time_zone) if period else {"start": "00:00", "end": "00:00"}
    return {**typed, "start": times["start"], "end": times["end"]}


def part_options(rules: OpeningRules, typed: Mapping[str, Any]) -> tuple[list[tuple[str, str]], str]:
    """What a form offers where one books by parts of a day only (else nothing), and the part that its times are."""
    if rules.unit == "time":
        return [], ""
    offered = PARTS if rules.unit == "half_day" else PARTS[:1]
    day = _day(text_of(typed, "date"))
    parts = {name: clock_names(part, rules.time_zone) for name, part in (day_parts(rules, day) if day else {}).items()}
    times = (text_of(typed, "start"), text_of(typed, "end"))
    same = (name for name, clocks in parts.items() if (clocks["start"], clocks["end"]) == times)
    return [(part, part_name(part)) for part in offered], next(same, "day")


async def presets_for(
    connection: Connection,
    space: Space,
    resource: Resource,
    typed: Mapping[str, Any],
    given_up: Period | None = None,
) -> list[Preset]:
    """The parts of the typed day in which the resource is free, as far as its rules let them be booked.

    `given_up` is the period of a booking of it that would be moved there.
    """
    rules = space.rules_of(resource.kind, resource.id)
    day = _day(text_of(typed, "date"))
    parts = day_parts(rules, day) if day else {}
    if not parts:
        return []
    found = await schedules_of(connection, [space], parts["day"], resource.kind)
    schedule = next((one for one in found[space.id] if one.resource_id == resource.id), None)
    if schedule is None:  # a vehicle in repair
        return []
    if given_up:
        own = schedule.kept_from(blocked_by(rules, given_up))
        schedule.taken[:] = [taken for taken in schedule.taken if taken != own]
    now = datetime.now(UTC)
    return [
        Preset(f"{part_name(name)}, {hours_text(rules, [part])}", clock_names(part, rules.time_zone))
        for name, part in parts.items()
        if schedule.has_free(part) and not broken_rule(rules, part, now)
    ]


def _day(text: str) -> date | None:
    """None for what is no day, or none near which something can be booked."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_within_reach(day) else None
