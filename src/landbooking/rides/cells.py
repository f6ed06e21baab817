"""H3 cells of resolution 7, some five square kilometres each: by them the database finds rides that pass near."""

from itertools import pairwise

import h3.api.basic_int as h3

from landbooking.rides.way import Point, Way, distance, point_at

RESOLUTION = 7
# Metres that one ring of cells reaches at least, whatever the direction: the apothem of a small cell, twice.
RING_M = 2000.0
_STEP_M = 500.0  # as the crow flies: short enough to meet every cell that a way crosses for more than its corner


def cell_at(point: Point) -> int:
    return int(h3.latlng_to_cell(point.lat, point.lon, RESOLUTION))


def disk(cell: int, rings: int) -> list[int]:
    """The cell, and those up to so many rings around it."""
    return list(h3.grid_disk(cell, rings))


def cells_along(way: Way) -> list[int]:
    """Every cell that the way passes, each once, in the order of the first time."""
    found: dict[int, None] = {}
    for first, last in pairwise(way.milestones):
        pieces = max(1, int(distance(first, last) // _STEP_M) + 1)
        for number in range(pieces + 1):
            found[cell_at(point_at(way, first.metres + (last.metres - first.metres) * number / pieces))] = None
    return list(found)
