"""A week's table by weekday and hour of the clock: what its sums betray, and how full it was in steps. Pure."""

from collections.abc import Iterable, Mapping, Set

from landbooking.disclosure import Counted, is_enough
from landbooking.spaces.statistics.opening import Slot

STEPS = 5  # of the bookable time, beside nobody at all


def by_weekday(slot: Slot) -> int:
    return slot[0]


def by_hour(slot: Slot) -> int:
    return slot[1]


def hours_tell_too_much(month: Mapping[Slot, Counted]) -> bool:
    """Whether sums by weekday and by hour, side by side, would tell of a single slot with few persons.

    Who knows the opening hours can take one sum from the other: where Monday to Wednesday is open in the morning and
    Thursday from 11 on, Thursday without its later hours is Thursday at 11. So it is wherever a slot is the only bridge
    between two parts of the week, or where parts have no bridge at all.
    """
    slots = {slot for slot, counted in month.items() if counted.persons}
    few = {slot for slot in slots if month[slot].is_few}
    return bool(few) and (not _is_connected(slots) or any(not _is_connected(slots - {slot}) for slot in few))


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
