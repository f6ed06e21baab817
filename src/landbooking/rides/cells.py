"""H3 cells of resolution 7, some five square kilometres each: by them the database finds rides for a place.

A ride stands in the index with every cell from which it can be reached: the nearer its driver wants to stay to the way,
the fewer. So a search looks up the cells of its two ends only, however far drivers go.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

import h3.api.basic_int as h3

from landbooking.rides.routing import SPEED, WALK_M, WINDING
from landbooking.rides.way import DEGREE_M, Milestone, Point, Way, distance, point_at

RESOLUTION = 7
_STEP_M = 500.0  # as the crow flies: short enough to meet every cell that a way crosses for more than its corner
_CELL_M = 1650.0  # from a cell's middle to its corners at most (1430 m here), and more: nothing may be missed


def cell_at(point: Point) -> int:
    return int(h3.latlng_to_cell(point.lat, point.lon, RESOLUTION))


def cells_along(way: Way) -> list[int]:
    """Every cell that the way passes, each once, in the order of the first time."""
    found: dict[int, None] = {}
    for first, last in pairwise(way.milestones):
        pieces = max(1, int(distance(first, last) // _STEP_M) + 1)
        for number in range(pieces + 1):
            found[cell_at(point_at(way, first.metres + (last.metres - first.metres) * number / pieces))] = None
    return list(found)


def catchment(way: Way, stops: Sequence[Milestone], detour_s: float) -> list[int]:
    """Every cell from which one gets to a stop on foot, or to which the driver comes within so many seconds.

    Detours of one length end on an ellipse around a straight line: in the middle of a long stretch it leads far aside.
    A way by a router is wound, so the cells as far beside it as there and back takes are added.
    """
    farther = detour_s * SPEED / WINDING
    stretches = [_stretch(first, last) for first, last in pairwise(stops)]
    along = cells_along(way)
    found, border = set(along), along
    aside = 0.0 if way.routed_by == "beeline" else farther / 2 + _CELL_M
    middles = [_middle(cell) for cell in along] if aside else []
    while border:
        around = {other for cell in border for other in _neighbours(cell)} - found
        border = [
            cell
            for cell in around
            if _reached(*_middle(cell), stretches, farther)
            or (aside and any(_apart(_middle(cell), middle) <= aside for middle in middles))
        ]
        found.update(border)
    return list(found)


class _Stretch(NamedTuple):
    """From (0, 0) to (x, y), in metres on a plane that touches the earth in the middle."""

    lat: float
    lon: float
    shrunk: float
    x: float
    y: float
    length: float


def _stretch(first: Milestone, last: Milestone) -> _Stretch:
    shrunk = cos(radians((first.lat + last.lat) / 2)) * DEGREE_M
    x, y = (last.lon - first.lon) * shrunk, (last.lat - first.lat) * DEGREE_M
    return _Stretch(first.lat, first.lon, shrunk, x, y, hypot(x, y))


def _reached(lat: float, lon: float, stretches: Sequence[_Stretch], farther: float) -> bool:
    """Whether a cell with this middle holds a point near a stop, or one that makes a stretch at most so much longer."""
    for stretch in stretches:
        x, y = (lon - stretch.lon) * stretch.shrunk, (lat - stretch.lat) * DEGREE_M
        from_start, to_end = hypot(x, y), hypot(x - stretch.x, y - stretch.y)
        if min(from_start, to_end) <= _CELL_M + WALK_M / WINDING:
            return True
        if from_start + to_end - stretch.length <= farther:
            return True
        # The nearest point of the cell lies where both ends come nearer fastest: along the bisector of the directions.
        to_x, to_y = x / from_start + (x - stretch.x) / to_end, y / from_start + (y - stretch.y) / to_end
        steep = hypot(to_x, to_y)
        step = _CELL_M / max(steep, 1e-9)
        near_x, near_y = x - to_x * step, y - to_y * step
        if hypot(near_x, near_y) + hypot(near_x - stretch.x, near_y - stretch.y) - stretch.length <= farther:
            return True
        # Between the ends that step may lead across the line: then the cell touches it.
        between = 0 <= x * stretch.x + y * stretch.y <= stretch.length**2
        if between and abs(x * stretch.y - y * stretch.x) <= _CELL_M * stretch.length:
            return True
    return False


@lru_cache(200_000)
def _middle(cell: int) -> tuple[float, float]:
    lat, lon = h3.cell_to_latlng(cell)
    return lat, lon


@lru_cache(200_000)
def _neighbours(cell: int) -> tuple[int, ...]:
    return tuple(h3.grid_disk(cell, 1))


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return distance(Point(*one), Point(*other))
