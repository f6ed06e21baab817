"""All that hosts and their district see, of every span, solved for what is too few to be told.

Each thing that could be booked in a month has an amount of its own, a power of two: what a figure adds up can then be
read off the figure itself, whatever the code meant to add up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbooking.disclosure import FEWEST_PERSONS, Counted, together
from landbooking.spaces.statistics import figures as module
from landbooking.spaces.statistics.figures import Figures, before_of, figures_of
from landbooking.spaces.statistics.ground import Ground, Unit
from landbooking.spaces.statistics.occupancy import Use, WeekdayUse
from landbooking.spaces.statistics.outcomes import LEADS, OUTCOMES, Outcomes
from landbooking.spaces.statistics.report import together as of_district
from landbooking.spaces.statistics.span import Span
from support.attacker import Sums
from support.spaces import BERLIN

FIRST = date(2025, 1, 1)
DAYS, HOURS, UNITS = (1, 2, 4), (8, 9, 17), (1, 2, 3)


class Part(NamedTuple):
    """Of what could be booked: of a space in a month, by weekday, hour and resource; or of bookings, by what became of
    them and their lead, then with `weekday` 0."""

    space: int
    month: int
    weekday: int
    hour: int
    unit: int


Parts = dict[Part, Counted]


@st.composite
def worlds(draw: st.DrawFn) -> Parts:
    parts: Parts = {}
    for space in range(draw(st.integers(1, 2))):
        slots = draw(st.sets(st.sampled_from([(day, hour) for day in DAYS for hour in HOURS]), min_size=1))
        months = draw(st.sampled_from([1, 3]))
        for month in range(months):
            for day, hour in sorted(slots):
                for unit in UNITS[: draw(st.integers(1, 3))]:
                    parts[Part(space, month, day, hour, unit)] = _drawn(draw, len(parts))
            for ended in range(3):
                for lead in range(2):
                    parts[Part(space, month, 0, ended, lead)] = _drawn(draw, len(parts))
    return parts


def _drawn(draw: st.DrawFn, number: int) -> Counted:
    persons = draw(st.one_of(st.just(0), st.just(0), st.integers(1, 4), st.integers(5, 8)))
    start = draw(st.integers(0, 11))
    return Counted(2**number, frozenset((start + more) % 12 for more in range(persons)))


def seen(parts: Parts, space: int, first: int, after: int) -> Figures:
    """The figures of a space for the months from `first` up to, not including, `after`."""
    use, outcomes, span = used(parts, space, first, after)
    period = span.period(BERLIN)
    units = tuple(Unit(unit, "desk", f"Tisch {unit}", False, True, period) for unit in UNITS)
    ground = Ground(space, "", "", "Europe/Berlin", "RP", (), (), units)
    return figures_of(ground, use, outcomes, span)


def used(parts: Parts, space: int, first: int, after: int) -> tuple[Use, Outcomes, Span]:
    mine = {part: counted for part, counted in parts.items() if part.space == space}
    use, outcomes = Use([], [], [], [], []), Outcomes([], [])
    for month in range(first, after):
        booked = {part: counted for part, counted in mine.items() if part.month == month and part.weekday}
        ended = {part: counted for part, counted in mine.items() if part.month == month and not part.weekday}
        week: dict[tuple[int, int], Counted] = {}
        for part, counted in booked.items():
            slot = (part.weekday, part.hour)
            week[slot] = together([week.get(slot, together(())), counted])
        use.week.append(week)
        use.units.append({unit: together(c for part, c in booked.items() if part.unit == unit) for unit in UNITS})
        use.open_week.append(Counter(dict.fromkeys(week, 1)))
        use.open_units.append(Counter(dict.fromkeys(UNITS, 1)))
        use.slots_of_units.append(
            {unit: {(part.weekday, part.hour) for part in booked if part.unit == unit} for unit in UNITS}
        )
        outcomes.ended.append(
            {one: together(c for part, c in ended.items() if OUTCOMES[part.hour] == one) for one in OUTCOMES}
        )
        outcomes.leads.append(
            {one: together(c for part, c in ended.items() if LEADS[part.unit] == one) for one in LEADS}
        )
    return use, outcomes, Span(date(2025, first + 1, 1), date(2025, after + 1, 1))


def amounts(figures: Figures) -> Iterator[int | None]:
    tables = (figures.by_month, figures.by_weekday, figures.by_hour, figures.by_kind, figures.by_unit)
    yield figures.total.booked
    yield from (one.booked for table in tables for one in table.values())
    yield figures.bookings.bookings
    yield from (one.bookings for table in (figures.ended, figures.leads) for one in table.values())


def learned(parts: Parts) -> Sums[Part]:
    """By who sees everything: each space's hosts, and the district."""
    sums: Sums[Part] = Sums()
    numbered = list(parts)
    months = max(part.month for part in parts) + 1
    for first in range(months):
        for after in range(first + 1, months + 1):
            spaces = sorted({part.space for part in parts})
            each = [seen(parts, space, first, after) for space in spaces]
            for figures in (*each, of_district(each)):
                for amount in amounts(figures):
                    said = [part for place, part in enumerate(numbered) if amount and amount >> place & 1]
                    if any(parts[part].persons for part in said):
                        sums.learn(said)
                    else:  # a figure of nobody says so of all that it adds up
                        for part in said:
                            sums.learn([part])
    return sums


def cells(parts: Parts) -> Iterator[Sequence[Part]]:
    """Whatever has a place in a table: of a month and of a quarter."""
    places = [name for name in Part._fields if name != "month"]
    for space in {part.space for part in parts}:
        months = {part.month for part in parts if part.space == space}
        for when in [{month} for month in months] + ([months] if len(months) == 3 else []):
            booked = [part for part in parts if part.space == space and part.month in when and part.weekday]
            ended = [part for part in parts if part.space == space and part.month in when and not part.weekday]
            for those, keys in ((booked, [("weekday",), ("hour",), ("unit",), ("weekday", "hour"), ()]),
                                (ended, [("hour",), ("unit",), ()])):  # fmt: skip
                for key in keys:
                    assert set(key) <= set(places)
                    yield from _grouped(those, key)
            for key in (("weekday",), ("hour",)):
                for line in _grouped(booked, key):
                    yield from _some_of(line)
                yield from _at_some(booked, key)


def _some_of(line: Sequence[Part]) -> Iterator[list[Part]]:
    """Several slots of a weekday, or of an hour, together."""
    slots = sorted({(part.weekday, part.hour) for part in line})
    for number in range(2, len(slots)):
        for some in combinations(slots, number):
            yield [part for part in line if (part.weekday, part.hour) in some]


def _at_some(booked: Sequence[Part], key: tuple[str, ...]) -> Iterator[list[Part]]:
    """What was done at one resource or several, on one weekday or several, or in such hours."""
    units = sorted({part.unit for part in booked})
    lines = list(_grouped(booked, key))
    for number in range(1, len(units) + 1):
        for at in combinations(units, number):
            for size in range(1, len(lines) + 1):
                for some in combinations(lines, size):
                    yield [part for line in some for part in line if part.unit in at]


def _grouped(those: Iterable[Part], key: tuple[str, ...]) -> Iterable[Sequence[Part]]:
    groups: dict[tuple[int, ...], list[Part]] = {}
    for part in those:
        groups.setdefault(tuple(getattr(part, name) for name in key), []).append(part)
    return groups.values()


def betrayed(parts: Parts) -> list[Sequence[Part]]:
    sums = learned(parts)
    return [
        cell
        for cell in cells(parts)
        if 0 < len(together(parts[part] for part in cell).persons) < FEWEST_PERSONS and sums.knows(cell)
    ]


@settings(max_examples=80)
@given(parts=worlds())
def test_nobody_reckons_who_was_there(parts: Parts) -> None:
    assert betrayed(parts) == []


@settings(max_examples=40)
@given(parts=worlds())
def test_the_span_before_is_told_as_its_own_page_would(parts: Parts) -> None:
    months = max(part.month for part in parts if part.space == 0) + 1
    use, outcomes, span = used(parts, 0, 0, months)
    weekdays = [
        {day: together(one for slot, one in month.items() if slot[0] == day) for day, _hour in month}
        for month in use.week
    ]
    before = before_of(WeekdayUse(weekdays, [sum(month.values()) for month in use.open_week]), outcomes, span)
    own = seen(parts, 0, 0, months)
    assert (before.total, before.bookings, before.ended) == (own.total, own.bookings, own.ended)


def week(*persons: tuple[int, int, int]) -> Parts:
    """Of one desk in one month: how many persons by weekday and hour."""
    return {
        Part(0, 0, weekday, hour, 1): Counted(2**place, frozenset(range(number)))
        for place, (weekday, hour, number) in enumerate(persons)
    }


# Monday and Tuesday in the morning, Thursday from 9 on: Thursday without its afternoon is Thursday at 9.
BRIDGE = week((1, 8, 6), (1, 9, 6), (2, 8, 6), (2, 9, 6), (4, 9, 2), (4, 17, 6))
# The same with a longer morning: no hour of it is a bridge by itself.
BROAD_BRIDGE = week((1, 8, 6), (1, 9, 6), (2, 8, 6), (2, 9, 6), (4, 8, 2), (4, 9, 2), (4, 17, 6))
# Mornings, and an afternoon by itself.
PARTED = week((1, 8, 6), (1, 9, 6), (2, 8, 6), (2, 9, 6), (4, 17, 6), (4, 18, 2))


@pytest.mark.parametrize("parts", [BRIDGE, BROAD_BRIDGE, PARTED])
def test_opening_hours_help_nobody(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    assert betrayed(parts) == []
    monkeypatch.setattr(module, "hours_tell_too_much", lambda _month: False)
    assert betrayed(parts) != []  # the control


def at_desks(*persons: tuple[int, int, int, int]) -> Parts:
    """Of one month: how many persons by weekday, hour and desk. What is not named could not be booked."""
    return {
        Part(0, 0, weekday, hour, unit): Counted(2**place, frozenset(range(number)))
        for place, (weekday, hour, unit, number) in enumerate(persons)
    }


# Desk 2 is blacked out but on Thursdays: desk 1 less Monday and Tuesday is desk 1 on Thursday.
ONE_DAY = at_desks((1, 8, 1, 6), (2, 8, 1, 6), (4, 8, 1, 2), (4, 8, 2, 6))
# Desk 2 is blacked out on Thursdays: desk 1 less Thursday is desk 1 on Monday.
ALL_BUT_A_DAY = at_desks((1, 8, 1, 2), (1, 8, 2, 6), (2, 8, 1, 0), (2, 8, 2, 6), (4, 8, 1, 6))
# Desk 2 is blacked out until the afternoon.
ONE_HOUR = at_desks((1, 8, 1, 6), (1, 9, 1, 6), (1, 17, 1, 2), (1, 17, 2, 6))
# Desks 2 and 3 stand for each other, and less all their days desk 1 stands alone on the third.
TWO_OF_THREE = at_desks((1, 8, 1, 2), (1, 8, 2, 6), (2, 8, 1, 1), (2, 8, 3, 6), (4, 8, 1, 6))
# Desk 3 is as desk 1, and is told; desk 2 is not, nor the lesser of these two.
BESIDE_ANOTHER = at_desks(
    (1, 8, 1, 6), (2, 8, 1, 6), (4, 8, 1, 2), (4, 8, 2, 6), (1, 8, 3, 7), (2, 8, 3, 7), (4, 8, 3, 7)
)


@pytest.mark.parametrize("parts", [ONE_DAY, ALL_BUT_A_DAY, ONE_HOUR, TWO_OF_THREE])
def test_blackouts_help_nobody(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows that a desk could not be had on a weekday can take its sum from that of the other weekdays."""
    assert betrayed(parts) == []
    monkeypatch.setattr(module, "uneven_units", lambda _use, _month: set())
    assert betrayed(parts) != []  # the control


def test_a_desk_that_could_be_had_throughout_is_still_told() -> None:
    assert betrayed(BESIDE_ANOTHER) == []
    told = {unit: one.booked for unit, one in seen(BESIDE_ANOTHER, 0, 0, 1).by_unit.items()}
    assert told == {1: None, 2: None, 3: 2**4 + 2**5 + 2**6}
