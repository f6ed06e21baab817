"""The form of an offer: from what was typed to a planned ride there and, where it is wanted, one back."""

import datetime as dt
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from landbooking.amounts import typed_cents
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import RowId
from landbooking.language import gettext as _
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.offering import Offer, PlannedStop, planned_stop
from landbooking.rides.place import Gazetteer
from landbooking.rides.point import typed_point
from landbooking.rides.ride import Carried
from landbooking.rides.timetable import Days, once, weekly
from landbooking.rides.way import Point, Way

T = TypeVar("T", bound=msgspec.Struct)
MOST_CENTS = 100_00
STOPS = ("from", "via_1", "via_2", "via_3", "to")
WEEKDAYS = range(1, 8)


class When(msgspec.Struct, frozen=True):
    """Once, or by the weekday times."""

    repeats: Literal["once", "weekly"] = "once"
    date: dt.date | None = None
    time: dt.time | None = None
    back_time: dt.time | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    with_return: bool = False


class Terms(msgspec.Struct, frozen=True):
    """All but places, times and the share. `organisation` is the one in whose name it is offered."""

    seats: Annotated[int, msgspec.Meta(ge=1, le=8)] = 3
    flexible: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    detour: Annotated[int, msgspec.Meta(ge=0, le=60)] = 10
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""
    from_exact: Annotated[str, msgspec.Meta(max_length=200)] = ""
    to_exact: Annotated[str, msgspec.Meta(max_length=200)] = ""
    carries: list[Carried] = []
    not_on_holidays: bool = False
    only_school_days: bool = False
    instant: bool = False
    women_only: bool = False
    organisation: RowId | None = None


class _Times(msgspec.Struct, frozen=True):
    time_1: time | None = None
    time_2: time | None = None
    time_3: time | None = None
    time_4: time | None = None
    time_5: time | None = None
    time_6: time | None = None
    time_7: time | None = None
    back_1: time | None = None
    back_2: time | None = None
    back_3: time | None = None
    back_4: time | None = None
    back_5: time | None = None
    back_6: time | None = None
    back_7: time | None = None

    def departs(self, prefix: str) -> tuple[int | None, ...]:
        times = {weekday: getattr(self, f"{prefix}_{weekday}") for weekday in WEEKDAYS}
        return weekly({weekday: _minutes(clock) for weekday, clock in times.items() if clock is not None})


class Plan(msgspec.Struct, frozen=True):
    """What was asked for, before its way is known. `share_cents` None: as proposed; `back`: times of the return."""

    stops: tuple[PlannedStop, ...]
    days: Days
    departs: tuple[int | None, ...]
    back: tuple[int | None, ...] | None
    share_cents: int | None
    terms: Terms

    @property
    def points(self) -> list[Point]:
        return [stop.place.point for stop in self.stops]

    def offer(self, way: Way, share_cents: int) -> Offer:
        return self._offer(self.stops, way, self.departs, share_cents)

    def return_offer(self, way: Way, share_cents: int) -> Offer:
        """The same backwards; `way` leads from the destination to the start."""
        return self._offer(self.stops[::-1], way, self.back or (), share_cents)

    def _offer(
        self, stops: tuple[PlannedStop, ...], way: Way, departs: tuple[int | None, ...], share_cents: int
    ) -> Offer:
        terms = self.terms
        return Offer(
            stops=stops,
            way=way,
            days=self.days,
            departs=departs,
            not_on_holidays=terms.not_on_holidays,
            only_school_days=terms.only_school_days,
            seats=terms.seats,
            flexible_minutes=terms.flexible,
            detour_minutes=terms.detour,
            instant=terms.instant,
            share_cents=share_cents,
            carries=tuple(terms.carries),
            women_only=terms.women_only,
            note=terms.note,
            organisation_id=terms.organisation,
        )


def plan_from(posted: Mapping[str, Any], places: Gazetteer) -> Plan:
    """Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    terms, when = _parsed(Terms, posted, errors), _parsed(When, posted, errors)
    times = _parsed(_Times, posted, errors)
    stops = _stops(posted, places, terms, errors)
    share: int | None = None
    try:
        share = typed_cents(text_of(posted, "share"), MOST_CENTS)
    except ValueError as sentence:
        errors["share"] = f"{sentence}"
    found = _when(when, times, errors) if when and times else None
    if errors or terms is None or found is None:
        raise InvalidInput(errors, dict(posted))
    days, departs, back = found
    return Plan(stops, days, departs, back, share, terms)


def _parsed(struct: type[T], posted: Mapping[str, Any], errors: dict[str, str]) -> T | None:
    try:
        return parse_values(struct, posted)
    except InvalidInput as invalid:
        errors |= invalid.errors
        return None


def _stops(
    posted: Mapping[str, Any], places: Gazetteer, terms: Terms | None, errors: dict[str, str]
) -> tuple[PlannedStop, ...]:
    exact = {"from": terms.from_exact, "to": terms.to_exact} if terms else {}
    found = []
    for name in STOPS:
        typed = text_of(posted, name)
        if not typed and name.startswith("via"):
            continue
        try:
            found.append(planned_stop(places, typed_point(typed) or typed, exact.get(name, "")))
        except UnknownPlace as unknown:
            errors[name] = unknown.message
    return tuple(found)


def _when(
    form: When, times: _Times, errors: dict[str, str]
) -> tuple[Days, tuple[int | None, ...], tuple[int | None, ...] | None] | None:
    missing = _("Bitte füllen Sie dieses Feld aus.")
    if form.repeats == "once":
        wanted = {"date": form.date, "time": form.time, **({"back_time": form.back_time} if form.with_return else {})}
        errors |= {name: missing for name, value in wanted.items() if value is None}
        if form.date is None or form.time is None:
            return None
        days, departs = once(form.date, _minutes(form.time))
        back = form.back_time if form.with_return else None
        if back is not None and back <= form.time:
            errors["back_time"] = _("Die Rückfahrt muss nach der Hinfahrt beginnen.")
        return days, departs, once(form.date, _minutes(back))[1] if back else None
    if form.first is None:
        errors["first"] = missing
        return None
    departs, returns = times.departs("time"), times.departs("back") if form.with_return else None
    if all(minutes is None for minutes in departs):
        errors["time_1"] = _("Bitte tragen Sie an mindestens einem Wochentag eine Uhrzeit ein.")
    if returns and all(minutes is None for minutes in returns):
        errors["back_1"] = _("Bitte tragen Sie an mindestens einem Wochentag eine Uhrzeit ein.")
    return Days(form.first, form.last), departs, returns


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
