"""Small charts as drawings inside a page: pure geometry, in units of which a narrow phone has 320 across.

Each is shown beside its table, which says the same in words.
"""

from collections.abc import Mapping, Sequence

import msgspec

WIDTH = 320
_ROW, _LABEL, _VALUE = 26, 142, 40  # a bar's row, the room for its name and for its number
_LONGEST = 20  # letters of a name that fit beside a bar; where one is longer, all stand above theirs
_LINE = 16  # what such a name takes
_TOP, _HIGH, _FOOT, _LEFT = 16, 110, 20, 38
_CELL, _HEAD, _SIDE = 24, 18, 30


class Bar(msgspec.Struct, frozen=True):
    """`length` of the bar from the chart's `x` on; the text stands at its end. `value` None: nothing is told."""

    name: str
    value: int | None
    text: str
    y: int
    length: float


class BarChart(msgspec.Struct, frozen=True):
    """Bars begin at `x`; a name stands before its bar, or `above` it."""

    height: int
    x: int
    track: int
    above: bool
    bars: list[Bar]


class Column(msgspec.Struct, frozen=True):
    """`label` is empty where there is no room for it."""

    name: str
    label: str
    value: int | None
    text: str
    x: float
    y: float
    width: float
    length: float


class ColumnChart(msgspec.Struct, frozen=True):
    """`lines` are heights with what they stand for."""

    height: int
    left: int
    floor: int
    columns: list[Column]
    lines: list[tuple[float, str]]


class Square(msgspec.Struct, frozen=True):
    """`step` None: nothing is told."""

    x: int
    y: int
    step: int | None


class HeatMap(msgspec.Struct, frozen=True):
    """Labels with where they stand; squares of `size`."""

    width: int
    height: int
    size: int
    columns: list[tuple[int, str]]
    rows: list[tuple[int, str]]
    squares: list[Square]


def bars(rows: Sequence[tuple[str, int | None, str]]) -> BarChart:
    """Of names, percentages and how they are said, one below the other; a full bar is 100."""
    above = any(len(name) > _LONGEST for name, _value, _text in rows)
    x, line = (0, _LINE) if above else (_LABEL, 0)
    track, row = WIDTH - x - _VALUE, _ROW + line
    drawn = [
        Bar(name, value, text, place * row + line, track * min(value or 0, 100) / 100)
        for place, (name, value, text) in enumerate(rows)
    ]
    return BarChart(len(rows) * row, x, track, above, drawn)


def columns(rows: Sequence[tuple[str, str, int | None, str]]) -> ColumnChart:
    """Of names, short names, percentages and how they are said, side by side; every nth short name where many are."""
    step = (WIDTH - _LEFT) / max(len(rows), 1)
    every = -(-len(rows) // 8)
    highest = max([value for _name, _label, value, _text in rows if value is not None], default=0)
    top = next(limit for limit in (10, 20, 30, 50, 100) if highest <= limit or limit == 100)
    drawn = []
    for place, (name, label, value, text) in enumerate(rows):
        length = _HIGH * min(value or 0, top) / top
        x = _LEFT + step * (place + 0.15)
        short = "" if place % every else label
        drawn.append(Column(name, short, value, text, round(x, 1), _TOP + _HIGH - length, round(step * 0.7, 1), length))
    lines = [(_TOP + _HIGH - _HIGH * part, f"{round(top * part)} %") for part in (0, 0.5, 1)]
    return ColumnChart(_TOP + _HIGH + _FOOT, _LEFT, _TOP + _HIGH, drawn, lines)


def heat_map(
    columns_: Sequence[tuple[int, str]],
    rows: Sequence[tuple[int, str]],
    steps: Mapping[tuple[int, int], int],
    drawn: frozenset[tuple[int, int]] | None = None,
) -> HeatMap:
    """Of column and row keys with their names; `steps` by row and column. Only what is in `drawn` has a square."""
    squares = [
        Square(_SIDE + across * _CELL, _HEAD + down * _CELL, steps.get((row, column)))
        for down, (row, _name) in enumerate(rows)
        for across, (column, _label) in enumerate(columns_)
        if drawn is None or (row, column) in drawn
    ]
    return HeatMap(
        width=_SIDE + len(columns_) * _CELL,
        height=_HEAD + len(rows) * _CELL,
        size=_CELL,
        columns=[(_SIDE + place * _CELL + _CELL // 2, label) for place, (_key, label) in enumerate(columns_)],
        rows=[(_HEAD + place * _CELL + _CELL // 2, label) for place, (_key, label) in enumerate(rows)],
        squares=squares,
    )
