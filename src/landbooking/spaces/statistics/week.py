"""A week's table by weekday and hour of the clock: what its sums betray, and how full it was in steps. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import chain, combinations

from landbooking.disclosure import Counted, are_few, hidden_of, is_enough, together
from landbooking.spaces.statistics.opening import Slot

STEPS = 5  # of the bookable time, beside nobody at all


def by_weekday(slot: Slot) -> int:
    return slot[0]


def by_hour(slot: Slot) -> int:
    return slot[1]


def hours_tell_too_much(month: Mapping[Slot, Counted]) -> bool:
    """Whether sums by weekday and by hour, side by side, would tell of slots with few persons.

    Who knows the opening hours can take one sum from the other: where Monday to Wednesday is open in the morning and
    Thursday from 9 to 18, Thursday without its afternoon is Thursday morning. So it is too where parts of the week have
    nothing in common at all, since of each part only one cell may be hidden.
    """
    slots = {slot for slot, counted in month.items() if counted.persons}
    if not any(month[slot].is_few for slot in slots):
        return False
    return not _is_connected(slots) or any(are_few(month[slot] for slot in left) for left in _left_over(month, slots))


def _left_over(month: Mapping[Slot, Counted], slots: Set[Slot]) -> Iterator[Iterable[Slot]]:
    """Of each sum of told weekdays, what is left without all told hours that no other weekday has.

    What is hidden can be had together: the sum of all without what is told. Nothing else can be reckoned that adds up
    slots and takes none away.
    """
    hidden_days, hidden_hours = (hidden_of(_added_up(month, slots, part)) for part in (by_weekday, by_hour))
    hours_of, days_of = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for weekday, hour in slots:
        hours_of[weekday].add(hour)
        days_of[hour].add(weekday)
    told = hours_of.keys() - hidden_days
    if not told:
        return
    for chosen in chain.from_iterable(combinations(sorted(told), number) for number in range(len(told) + 1)):
        for days in (set(chosen), {*chosen, *hidden_days}) if hidden_days else (set(chosen),):
            within = {hour for hour, on in days_of.items() if on <= days}
            for taken in (within - hidden_hours, within) if hidden_hours <= within else (within - hidden_hours,):
                yield ((day, hour) for day in days for hour in hours_of[day] - taken)


def _added_up(month: Mapping[Slot, Counted], slots: Iterable[Slot], part: Callable[[Slot], int]) -> dict[int, Counted]:
    parts = defaultdict[int, list[Counted]](list)
    for slot in slots:
        parts[part(slot)].append(month[slot])
    return {key: together(each) for key, each in parts.items()}


def _is_connected(slots: Set[Slot]) -> bool:
    """Whether one comes from each slot to every other by slots that share a weekday or an hour."""
    left = set(slots)
    reached = {left.pop()} if left else set[Slot]()
    while reached:
        days, hours = {slot[0] for slot in reached}, {slot[1] for slot in reached}
        reached = {slot for slot in left if slot[0] in days or slot[1] in hours}
        left -= reached
    return not left


def steps_of(
    months: Iterable[Mapping[Slot, Counted]], opened: Mapping[Slot, int]
) -> tuple[dict[Slot, int], dict[Slot, tuple[int, int]]]:
    """How full each slot was over all months: 0 for nobody, 1 for up to a fifth … 5; and of what, booked and bookable.

    Steps and no numbers: numbers would tell, with the sums, of slots that are missing for too few persons.
    """
    told: dict[Slot, tuple[int, int]] = {}
    months = list(months)
    for slot, bookable in opened.items():
        parts = [month[slot] for month in months if slot in month]
        persons = frozenset[int]().union(*(part.persons for part in parts))
        if bookable and (not persons or is_enough(persons)):
            told[slot] = (sum(part.amount for part in parts), bookable)
    return {slot: step(*amounts) for slot, amounts in told.items()}, told


def step(booked: int, bookable: int) -> int:
    return min(STEPS, -(-booked * STEPS // bookable))
