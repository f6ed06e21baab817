"""What may be told of groups without telling of anybody: no figure that stands for fewer than five persons.

Also not by arithmetic. A table is published month by month with the sum of each month, so what is hidden of a month can
be added up; coarser figures (a quarter, a year, any row of months) are sums of what was published, and of what was
hidden in several months where that stands for enough persons together. Whoever has all of it, also from earlier days,
can solve its sums for nothing smaller, since

- what is hidden of a month stands for enough persons together, else another cell is hidden with it;
- a part of it that stands for enough persons is never told, in no figure whatever: it is the unknown that keeps the
  month's sum from telling the others;
- each hidden cell of a month is told in one sum at most;
- an uneven cell, one that had no part in some of what a table beside it tells (a desk that was blacked out on all
  Saturdays), is only told together with one that had a part in all of it. Else all weekdays but Saturday, less that
  desk, would be what few did at the others.

What is published of a month never depends on later ones, so yesterday's page and today's can't be held together.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

FEWEST_PERSONS = 5

Cell = TypeVar("Cell", bound=Hashable)


def is_enough(persons: frozenset[int] | set[int]) -> bool:
    return len(persons) >= FEWEST_PERSONS


def in_fives(persons: int) -> int:
    """A number of persons as it may be told: rounded down to fives; 0 is fewer than five.

    Who came in two months is one person of the quarter, so leaving out does not protect numbers of persons: they are
    told so roughly that no difference says how many.
    """
    return persons - persons % FEWEST_PERSONS


class Counted(NamedTuple):
    """An amount (of bookings, of seconds) and whom it stands for: all of them, or always the same five."""

    amount: int
    persons: frozenset[int]

    @property
    def is_few(self) -> bool:
        return 0 < len(self.persons) < FEWEST_PERSONS


def together(parts: Iterable[Counted]) -> Counted:
    amount, persons = 0, set[int]()
    for part in parts:
        amount += part.amount
        persons |= part.persons
    return Counted(amount, frozenset(persons))


def are_few(parts: Iterable[Counted]) -> bool:
    """Whether they stand for somebody, and for fewer than can be told. Looks no further than needed."""
    persons = set[int]()
    for part in parts:
        persons |= part.persons
        if is_enough(persons):
            return False
    return bool(persons)


class Told(NamedTuple):
    """A figure: the amount of those months (by their places) that it stands for; `partial` where others had one too."""

    amount: int
    months: frozenset[int]
    partial: bool


class Published(NamedTuple):
    """A table's figures over all of its months. `total` None and cells that are missing are hidden.

    `by_month` are the totals of single months that stand for enough persons, or for nobody.
    """

    total: Told | None
    cells: dict[Any, Told]
    by_month: dict[int, int]


def hidden_of(month: Mapping[Cell, Counted], uneven: Set[Cell] = frozenset()) -> set[Cell]:
    """The cells of a month that can't be told beside its sum, which stands for enough persons.

    `uneven` are cells that stand for somebody.
    """
    hidden = {cell for cell, counted in month.items() if counted.is_few or cell in uneven}
    others = sorted(
        (cell for cell, counted in month.items() if counted.persons and cell not in hidden),
        key=lambda cell: (len(month[cell].persons), month[cell].amount, repr(cell)),
    )
    while hidden and others and (hidden <= uneven or are_few(month[cell] for cell in hidden)):
        hidden.add(others.pop(0))
    return hidden


def publish(
    months: Sequence[Mapping[Cell, Counted]],
    larger: Iterable[Sequence[int]],
    uneven: Mapping[int, Set[Cell]] = MappingProxyType({}),
) -> Published:
    """`larger` are rows of months (their places) that are told as one besides: quarters first, then years.

    `uneven` has the uneven cells of months; what is hidden in these is told in no larger figure either.
    """
    totals = [together(month.values()) for month in months]
    silent = {place for place, total in enumerate(totals) if total.is_few}
    hidden = {
        (place, cell)
        for place, month in enumerate(months)
        for cell in (
            (c for c, counted in month.items() if counted.persons)
            if place in silent
            else hidden_of(month, uneven.get(place, frozenset()))
        )
    }
    untold = set(hidden)
    # Of each sum that can be known, the hidden parts: enough of them must stay untold.
    sums = [{part for part in hidden if part[0] == place} for place in range(len(months)) if place not in silent]
    total_months, by_month = set(range(len(months))) - silent, dict[int, int]()
    for place in total_months:
        by_month[place] = totals[place].amount
    for row in larger:
        quiet = [place for place in row if place not in total_months]
        if quiet and is_enough(together(totals[place] for place in quiet).persons):
            total_months.update(quiet)
            sums.append({part for part in hidden if part[0] in quiet})
        known = total_months.intersection(row).difference(uneven)
        _tell(months, {part for part in untold if part[0] in known}, untold, sums)
    cells: dict[Any, Told] = {}
    for cell in {cell: None for month in months for cell in month}:
        missing = {place for place, other in untold if other == cell}
        shown = frozenset(range(len(months))) - missing
        amount = sum(months[place][cell].amount for place in shown if cell in months[place])
        if amount or not missing:
            cells[cell] = Told(amount, shown, bool(missing))
    is_partial = len(total_months) < len(months)
    amount = sum(totals[place].amount for place in total_months)
    total = Told(amount, frozenset(total_months), is_partial) if amount or not is_partial else None
    return Published(total, cells, by_month)


def _tell(
    months: Sequence[Mapping[Cell, Counted]],
    parts: set[tuple[int, Cell]],
    untold: set[tuple[int, Cell]],
    sums: Sequence[set[tuple[int, Cell]]],
) -> None:
    """Takes out of `untold` what of `parts` can be told cell by cell, those with the largest amounts first."""

    def counted(some: Iterable[tuple[int, Cell]]) -> Counted:
        return together(months[place][cell] for place, cell in some)

    pools: dict[Cell, set[tuple[int, Cell]]] = {}
    for part in parts:
        pools.setdefault(part[1], set()).add(part)
    for pool in sorted(pools.values(), key=lambda pool: (-counted(pool).amount, repr(min(pool, key=repr)))):
        left = untold - pool
        if is_enough(counted(pool).persons) and all(
            is_enough(counted(hidden & left).persons) for hidden in sums if hidden & pool
        ):
            untold -= pool
