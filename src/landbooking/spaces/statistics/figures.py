"""The figures of a space: what may be told of it, by month, weekday, hour, resource, kind, outcome and lead."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from landbooking.disclosure import Counted, Published, Told, publish, together
from landbooking.spaces.kinds import KINDS, Kind
from landbooking.spaces.statistics.ground import Ground
from landbooking.spaces.statistics.occupancy import Use, WeekdayUse
from landbooking.spaces.statistics.opening import Slot, Slots
from landbooking.spaces.statistics.outcomes import LEADS, OUTCOMES, Outcome, Outcomes
from landbooking.spaces.statistics.span import Span
from landbooking.spaces.statistics.week import by_hour, by_weekday, hours_tell_too_much, steps_of

Key = TypeVar("Key", int, Slot, Outcome)


class Occupancy(msgspec.Struct, frozen=True):
    """Seconds that could be booked, and how many of them were; `booked` None: by too few persons.

    Where it is `partial`, months or spaces with too few persons are missing in both numbers.
    """

    booked: int | None
    bookable: int
    partial: bool = False

    @property
    def percent(self) -> int | None:
        if self.booked is None or not self.bookable:
            return None
        return round(100 * self.booked / self.bookable)


class Number(msgspec.Struct, frozen=True):
    """Of bookings; None: of too few persons. Where it is `partial`, months or spaces of too few persons are missing."""

    bookings: int | None
    partial: bool = False


class Figures(msgspec.Struct, frozen=True):
    """Of places (desks, rooms, booths); `by_unit` and `by_kind` have what else counts by itself besides.

    Hours are those of the clock, weekday 1 is Monday, `by_unit` goes by the number of the resource, `leads` by the
    fewest days. `week` has steps (0: nobody, 5: more than four fifths); its slots of too few persons are missing, and
    `slots` are what it was made from.
    """

    total: Occupancy
    by_month: dict[date, Occupancy]
    by_weekday: dict[int, Occupancy]
    by_hour: dict[int, Occupancy]
    by_kind: dict[Kind, Occupancy]
    by_unit: dict[int, Occupancy]
    open_slots: frozenset[Slot]
    week: dict[Slot, int]
    slots: dict[Slot, tuple[int, int]]
    bookings: Number
    ended: dict[Outcome, Number]
    leads: dict[int, Number]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.total.booked or self.bookings.bookings or any(one.booked for one in self.by_unit.values()))


class Before(msgspec.Struct, frozen=True):
    """What is told of the span before: the same as `Figures` of it would say."""

    total: Occupancy
    bookings: Number
    ended: dict[Outcome, Number]


def figures_of(ground: Ground, use: Use, outcomes: Outcomes, span: Span) -> Figures:
    larger = span.larger
    weekdays = _sorted_by(by_weekday, use)
    in_week = publish(weekdays[0], larger)
    opened = [sum(month.values()) for month in use.open_week]
    open_week = sum(use.open_week, Counter[Slot]())
    week, slots = steps_of(use.week, open_week)
    ended, leads = publish(outcomes.ended, larger), publish(outcomes.leads, larger)
    by_unit = _by_unit(ground, use, larger)
    return Figures(
        total=_occupancy(in_week.total, opened),
        by_month={
            month: Occupancy(in_week.by_month.get(place), opened[place]) for place, month in enumerate(span.months)
        },
        by_weekday=_occupancies(in_week.cells, weekdays[1]),
        by_hour=_hours(use, larger),
        by_kind={
            kind: total_of([by_unit[unit.id] for unit in ground.units if unit.kind == kind])
            for kind in KINDS
            if any(unit.kind == kind for unit in ground.units)
        },
        by_unit=by_unit,
        open_slots=frozenset(open_week),
        week=week,
        slots=slots,
        bookings=_number(ended.total),
        ended=_ended(ended),
        leads={one: _number(leads.cells.get(one)) for one in LEADS},
    )


def before_of(use: WeekdayUse, outcomes: Outcomes, span: Span) -> Before:
    ended = publish(outcomes.ended, span.larger)
    return Before(
        total=_occupancy(publish(use.booked, span.larger).total, use.bookable),
        bookings=_number(ended.total),
        ended=_ended(ended),
    )


def total_of(parts: Iterable[Occupancy]) -> Occupancy:
    """Of what is shown, so that nothing that is not can be reckoned from it."""
    parts = list(parts)
    shown = [part for part in parts if part.booked is not None]
    if parts and not shown:
        return Occupancy(None, 0)
    is_partial = len(shown) < len(parts) or any(part.partial for part in shown)
    return Occupancy(sum(part.booked or 0 for part in shown), sum(part.bookable for part in shown), is_partial)


def number_of(parts: Iterable[Number]) -> Number:
    """The same of numbers."""
    parts = list(parts)
    shown = [part.bookings for part in parts if part.bookings is not None]
    if parts and not shown:
        return Number(None)
    return Number(sum(shown), len(shown) < len(parts) or any(part.partial for part in parts))


def _by_unit(ground: Ground, use: Use, larger: Sequence[Sequence[int]]) -> dict[int, Occupancy]:
    """Places have a sum, which the other tables tell; vehicles and the like stand for themselves."""
    places = [unit.id for unit in ground.units if unit.is_place]
    uneven = {month: units for month in range(len(use.units)) if (units := uneven_units(use, month))}
    told = publish([_filled(month, places) for month in use.units], larger, uneven).cells
    for unit in ground.units:
        if not unit.is_place and (alone := publish([_filled(month, [unit.id]) for month in use.units], larger).total):
            told[unit.id] = alone
    return {
        unit.id: _occupancy(told.get(unit.id), [month[unit.id] for month in use.open_units]) for unit in ground.units
    }


def uneven_units(use: Use, month: int) -> set[int]:
    """The places that were used, and could not be had at all at some weekday and hour at which another was used."""
    used = {slot for slot, counted in use.week[month].items() if counted.persons}
    somebodys = {unit for unit, counted in use.units[month].items() if counted.persons}
    return {unit for unit, slots in use.slots_of_units[month].items() if unit in somebodys and not used <= slots}


def _hours(use: Use, larger: Sequence[Sequence[int]]) -> dict[int, Occupancy]:
    """Without the months in which they would tell too much beside the weekdays."""
    counted, opened = _sorted_by(by_hour, use)
    kept = [place for place, month in enumerate(use.week) if not hours_tell_too_much(month)]
    rows = [[kept.index(place) for place in row] for row in larger if set(row) <= set(kept)]
    cells = publish([counted[place] for place in kept], rows).cells if kept else {}
    is_partial = len(kept) < len(counted)
    told = {
        hour: Told(one.amount, frozenset(kept[place] for place in one.months), one.partial or is_partial)
        for hour, one in cells.items()
    }
    return _occupancies(told, opened)


def _sorted_by(part: Callable[[Slot], int], use: Use) -> tuple[list[dict[int, Counted]], list[Counter[int]]]:
    """Month by month: what was booked and what could be, by a part of the slot."""
    opened = [_sums(month, part) for month in use.open_week]
    keys = sorted(set().union(*opened))
    counted = []
    for month in use.week:
        parts: dict[int, list[Counted]] = {}
        for slot, one in month.items():
            parts.setdefault(part(slot), []).append(one)
        counted.append({key: together(parts.get(key, ())) for key in keys})
    return counted, opened


def _sums(month: Slots, part: Callable[[Slot], int]) -> Counter[int]:
    sums = Counter[int]()
    for slot, seconds in month.items():
        sums[part(slot)] += seconds
    return sums


def _filled(month: Mapping[int, Counted], keys: Iterable[int]) -> dict[int, Counted]:
    return {key: month.get(key, together(())) for key in keys}


def _occupancies(cells: Mapping[Key, Told], opened: Sequence[Counter[Key]]) -> dict[Key, Occupancy]:
    return {
        key: _occupancy(cells.get(key), [month[key] for month in opened])
        for key in sorted({key for month in opened for key in month})
    }


def _occupancy(told: Told | None, opened: Sequence[int]) -> Occupancy:
    """`opened` by month: of the months that the figure stands for."""
    if told is None:
        return Occupancy(None, sum(opened))
    return Occupancy(told.amount, sum(opened[place] for place in told.months), told.partial)


def _ended(ended: Published) -> dict[Outcome, Number]:
    return {one: _number(ended.cells.get(one)) for one in OUTCOMES}


def _number(told: Told | None) -> Number:
    return Number(told.amount, told.partial) if told else Number(None)
