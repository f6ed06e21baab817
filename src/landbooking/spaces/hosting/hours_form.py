"""Opening hours as a host types them: for each weekday up to MOST_A_DAY times from and to."""

from collections.abc import Iterable, Mapping
from typing import Any

from landbooking.forms import InvalidInput, text_of
from landbooking.language import gettext as _
from landbooking.spaces.hosting.hours import MOST_A_DAY, Hours, overlap, without_seams
from landbooking.spaces.hosting.times import closing_minutes, opening_minutes, spoken_clock
from landbooking.spaces.opening_hours import Interval

HOLIDAYS = "open_on_public_holidays"

_NAMES = [
    f"{end}-{weekday}-{slot}" for weekday in range(1, 8) for slot in range(MOST_A_DAY) for end in ("opens", "closes")
]


def typed_hours(posted: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the form, by field: "opens-1-0" is when Monday's first interval begins."""
    return {name: text_of(posted, name) for name in (*_NAMES, HOLIDAYS, "version")}


def hours_as_typed(intervals: Iterable[Interval], open_on_public_holidays: bool, version: int) -> dict[str, str]:
    """The form of hours that stand, in a space of this version."""
    typed = typed_hours({HOLIDAYS: "1" if open_on_public_holidays else "", "version": str(version)})
    filled = dict.fromkeys(range(1, 8), 0)
    for interval in sorted(intervals):
        slot = filled[interval.weekday]
        if slot < MOST_A_DAY:
            typed[f"opens-{interval.weekday}-{slot}"] = spoken_clock(interval.opens)
            typed[f"closes-{interval.weekday}-{slot}"] = spoken_clock(interval.closes)
        filled[interval.weekday] += 1
    return typed


def hours_from(typed: dict[str, str]) -> Hours:
    """Raises InvalidInput, with every mistake at once."""
    errors: dict[str, str] = {}
    intervals: list[Interval] = []
    for weekday in range(1, 8):
        for slot in range(MOST_A_DAY):
            interval = _interval(typed, weekday, slot, errors)
            if interval is None:
                continue
            if any(overlap(interval, other) for other in intervals):
                errors[f"opens-{weekday}-{slot}"] = _("Diese Zeit überschneidet sich mit einer anderen an diesem Tag.")
            intervals.append(interval)
    if errors:
        raise InvalidInput(errors, typed)
    return Hours(without_seams(intervals), bool(typed[HOLIDAYS]))


def _interval(typed: dict[str, str], weekday: int, slot: int, errors: dict[str, str]) -> Interval | None:
    begin, end = f"opens-{weekday}-{slot}", f"closes-{weekday}-{slot}"
    if not typed[begin] and not typed[end]:
        return None
    minutes: dict[str, int] = {}
    for name, read in ((begin, opening_minutes), (end, closing_minutes)):
        try:
            if not typed[name]:
                raise ValueError(_("Bitte Anfang und Ende angeben."))
            minutes[name] = read(typed[name])
        except ValueError as wrong:
            errors[name] = str(wrong)
    if len(minutes) < 2:
        return None
    if minutes[end] <= minutes[begin]:
        errors[end] = _("Das Ende muss nach dem Anfang liegen.")
        return None
    return Interval(weekday, minutes[begin], minutes[end])
