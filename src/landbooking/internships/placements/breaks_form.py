"""Breaks as they are typed: one by its length, in the middle of the day, or several from one clock time to another."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.internships.law.plan import Pause
from landbooking.internships.placements.terms import MOST_BREAKS, NewDay, in_the_middle
from landbooking.language import gettext as _

NUMBERS = range(1, MOST_BREAKS + 1)
NAMES = tuple(f"break_{edge}_{number}" for number in NUMBERS for edge in ("from", "to"))


class _Row(msgspec.Struct, frozen=True):
    start: time | None = None
    end: time | None = None


def breaks_in(
    posted: Mapping[str, Any], day: date, start: time, end: time, minutes: int, zone: ZoneInfo
) -> tuple[Pause, ...]:
    """Those with clock times where there are any, else one of `minutes`. Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    breaks = []
    for number in NUMBERS:
        names = {"start": f"break_from_{number}", "end": f"break_to_{number}"}
        try:
            row = parse_values(_Row, {edge: text_of(posted, name) for edge, name in names.items()})
        except InvalidInput as invalid:
            errors |= {names[edge]: sentence for edge, sentence in invalid.errors.items()}
            continue
        if row.start and row.end:
            breaks.append(Pause(row.start, row.end))
        elif row.start or row.end:
            errors[names["end" if row.start else "start"]] = _("Bitte Anfang und Ende der Pause angeben.")
    if errors:
        raise InvalidInput(errors, dict(posted))
    return tuple(sorted(breaks)) or in_the_middle(day, start, end, minutes, zone)


def typed_breaks(one: NewDay, zone: ZoneInfo) -> dict[str, str]:
    """As the form shows them: one in the middle by its length, others by their clock times."""
    minutes = sum(_minutes(each) for each in one.breaks)
    if one.breaks == in_the_middle(one.day, one.start, one.end, minutes, zone):
        return {"break_minutes": f"{minutes}"}
    return {"break_minutes": "", **break_fields(one.breaks)}


def break_fields(breaks: Sequence[Pause]) -> dict[str, str]:
    return {
        name: f"{clock:%H:%M}"
        for number, each in enumerate(breaks[:MOST_BREAKS], 1)
        for name, clock in ((f"break_from_{number}", each.start), (f"break_to_{number}", each.end))
    }


def _minutes(pause: Pause) -> int:
    return (pause.end.hour - pause.start.hour) * 60 + pause.end.minute - pause.start.minute
