"""What stands in the form of an offer: nothing yet, what was typed, or the ride that is to be changed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from landbooking.amounts import as_typed
from landbooking.forms import text_of
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.offer_form import STOPS, WEEKDAYS
from landbooking.rides.place import Gazetteer
from landbooking.rides.point import point_text, typed_point
from landbooking.rides.ride import Ride, Stop
from landbooking.rides.search_form import clock_of

_TIMES = tuple(f"{prefix}_{weekday}" for prefix in ("time", "back") for weekday in WEEKDAYS)
TEXTS = (
    *STOPS, "from_exact", "to_exact", "repeats", "date", "time", "back_time", "first", "last", *_TIMES, "seats",
    "flexible", "detour", "share", "note", "organisation", "version",
)  # fmt: skip
TICKS = ("not_on_holidays", "only_school_days", "instant", "women_only", "with_return")


def typed_values(posted: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, for the form to show it again."""
    getall = getattr(posted, "getall", None)
    values: dict[str, Any] = {name: text_of(posted, name) for name in TEXTS}
    values |= {name: bool(text_of(posted, name)) for name in TICKS}
    return {**values, "carries": getall("carries", []) if getall else posted.get("carries", [])}


def seen_places(values: Mapping[str, Any], places: Gazetteer) -> dict[str, str]:
    """By field, what everybody sees of a stop that is given as a point."""
    found = {}
    for name in STOPS:
        with suppress(UnknownPlace):
            if point := typed_point(values[name]):
                found[name] = places.nearest(point).label
    return found


def first_values(given: Mapping[str, str], today: date) -> dict[str, Any]:
    """Of an empty form; `given` is what is known already, by field."""
    usual = {"repeats": "once", "date": f"{today}", "first": f"{today}", "seats": "3", "flexible": "15", "detour": "10"}
    return typed_values({**usual, **given})


def values_of(ride: Ride) -> dict[str, Any]:
    """Of the form with which a ride is changed."""
    timetable, between = ride.timetable, ride.stops[1:-1]
    [when] = {minutes for minutes in timetable.departs if minutes is not None} if timetable.runs_once else [None]
    vias = {f"via_{number}": _where(stop) for number, stop in enumerate(between, 1)}
    times = {
        f"time_{weekday}": clock_of(minutes)
        for weekday, minutes in enumerate(timetable.departs, 1)
        if minutes is not None and not timetable.runs_once
    }
    values = {
        "from": _where(ride.start),
        **vias,
        "to": _where(ride.destination),
        "from_exact": ride.start.exact.text if ride.start.exact else "",
        "to_exact": ride.destination.exact.text if ride.destination.exact else "",
        "repeats": "once" if timetable.runs_once else "weekly",
        "date": f"{timetable.days.first}",
        "time": "" if when is None else clock_of(when),
        "first": f"{timetable.days.first}",
        "last": f"{timetable.days.last or ''}",
        **times,
        "seats": f"{ride.seats}",
        "flexible": f"{ride.flexible_minutes}",
        "detour": f"{ride.detour_minutes}",
        "share": as_typed(ride.share_cents),
        "note": ride.note,
        "carries": list(ride.carries),
        "not_on_holidays": timetable.not_on_holidays and "1",
        "only_school_days": timetable.only_school_days and "1",
        "instant": ride.instant and "1",
        "women_only": ride.women_only and "1",
        "version": f"{ride.version}",  # as it was read: what is changed meanwhile is not overwritten
    }
    return typed_values(values)


def _where(stop: Stop) -> str:
    """As its driver gave it."""
    return point_text(stop.exact.point) if stop.exact and stop.exact.point else stop.place.label
