"""Whoever has all that is published, and can solve its sums, learns of no cell that stands for one to four persons."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landbooking import disclosure
from landbooking.disclosure import FEWEST_PERSONS, Counted, Published, in_fives, publish, together
from support.attacker import Sums

CELLS = "abcd"
Month = Mapping[str, Counted]
Part = tuple[int, str]


def told(sums: Sums[Part], published: Published, first: int) -> None:
    """`first` is the place of its first month in the year."""
    for cell, figure in published.cells.items():
        sums.learn((first + place, cell) for place in figure.months)
    for place in published.by_month:
        sums.learn((first + place, cell) for cell in CELLS)
    if published.total:
        sums.learn((first + place, cell) for place in published.total.months for cell in CELLS)


def spans(months: int) -> list[tuple[int, int]]:
    """Every row of months that one can ask for."""
    return [(first, after) for first in range(months) for after in range(first + 1, months + 1)]


def larger(first: int, after: int) -> list[range]:
    """Quarters, then years, that lie in it as a whole."""
    whole = []
    for length in (3, 12):
        starts = [start for start in range(0, after, length) if first <= start and start + length <= after]
        whole += [range(start - first, start - first + length) for start in starts]
    return whole


def attacked(months: Sequence[Month]) -> Sums[Part]:
    """Somebody who asks for every span, as soon as its months are over."""
    sums: Sums[Part] = Sums()
    for first, after in spans(len(months)):
        told(sums, publish(months[first:after], larger(first, after)), first)
    return sums


def betrayed(months: Sequence[Month], sums: Sums[Part]) -> list[list[Part]]:
    """Cells of a month, a quarter or a year, and whole months, of one to four persons, that the attacker knows."""
    found = []
    rows = [[place] for place in range(len(months))] + [list(row) for row in larger(0, len(months))]
    for row in rows:
        for cells in (*CELLS, CELLS):
            parts = [(place, cell) for place in row for cell in cells]
            persons = together(months[place].get(cell, Counted(0, frozenset())) for place, cell in parts).persons
            if 0 < len(persons) < FEWEST_PERSONS and sums.knows(parts):
                found.append(parts)
    return found


@st.composite
def tables(draw: st.DrawFn) -> list[Month]:
    """Some months of cells with up to nine persons each, of twelve in all."""
    length = draw(st.sampled_from([1, 2, 3, 4, 6, 12]))
    months: list[Month] = []
    for _number in range(length):
        month = {}
        for cell in CELLS:
            persons = draw(st.one_of(st.just(0), st.integers(1, 4), st.integers(0, 9)))
            start = draw(st.integers(0, 11))
            month[cell] = Counted(
                persons * draw(st.integers(1, 50)), frozenset((start + number) % 12 for number in range(persons))
            )
        months.append(month)
    return months


@settings(max_examples=150)
@given(months=tables())
def test_no_sum_tells_of_few(months: list[Month]) -> None:
    assert betrayed(months, attacked(months)) == []


def few_in_one() -> list[Month]:
    one: Month = {cell: Counted(10, frozenset(range(6))) for cell in CELLS}
    return [{**one, "a": Counted(4, frozenset({1, 2}))}]


def test_without_hiding_another_the_attacker_would_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the attacker finds where only small cells are left out."""
    assert betrayed(few_in_one(), attacked(few_in_one())) == []
    monkeypatch.setattr(disclosure, "hidden_of", lambda month, _: {c for c, counted in month.items() if counted.is_few})
    assert betrayed(few_in_one(), attacked(few_in_one())) == [[(0, "a")]]


def test_without_keeping_something_of_every_month_the_attacker_would_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other control: quarters that tell whatever stands for enough persons."""
    few = frozenset({1, 2, 3})
    six = frozenset(range(6))
    nobody = Counted(0, frozenset())
    months: list[Month] = [
        {"a": Counted(7, six), "b": Counted(3, few), "c": Counted(9, six), "d": nobody},
        {"a": Counted(8, six), "b": Counted(2, frozenset({6, 7, 8})), "c": nobody, "d": Counted(1, six)},
        {"a": Counted(8, six), "b": nobody, "c": Counted(9, six), "d": nobody},
    ]
    assert betrayed(months, attacked(months)) == []

    def tell(_months: object, parts: set[Part], untold: set[Part], _sums: object) -> None:
        for cell in CELLS:
            pool = {part for part in parts if part[1] == cell}
            if len(together(months[place][cell] for place, cell in pool).persons) >= FEWEST_PERSONS:
                untold -= pool

    monkeypatch.setattr(disclosure, "_tell", tell)
    assert betrayed(months, attacked(months)) != []


def test_a_cell_of_few_is_missing_and_another_with_it() -> None:
    [month] = few_in_one()
    published = publish([month], [])
    assert set(published.cells) == {"c", "d"}
    assert published.total is not None
    assert published.total.amount == 34


def test_what_is_few_in_each_month_may_be_enough_in_the_quarter() -> None:
    quarter = [
        {"a": Counted(1, frozenset({number, number + 10})), "b": Counted(1, frozenset({number + 20}))}
        for number in range(3)
    ]
    assert publish(quarter[:1], []).total is None
    published = publish(quarter, [range(3)])
    assert published.total is not None
    assert (published.total.amount, published.total.partial) == (6, False)
    assert published.cells == {}  # beside the sum, one would tell the other


def test_nobody_is_told_as_such() -> None:
    published = publish([{"a": Counted(0, frozenset()), "b": Counted(9, frozenset(range(5)))}], [])
    assert {cell: figure.amount for cell, figure in published.cells.items()} == {"a": 0, "b": 9}


def test_persons_are_told_in_fives() -> None:
    assert [in_fives(persons) for persons in (0, 4, 5, 9, 10)] == [0, 0, 5, 5, 10]
