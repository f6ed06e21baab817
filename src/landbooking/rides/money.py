"""Sharing the costs of a ride: what the law allows, and what is fair. Sums in euro cents.

PBefG § 1 (2) no. 1 b with BRKG § 5 (2): what all riders give together must not exceed the allowance for the kilometres
driven, else it would be passenger transport that needs a licence. The database keeps it (`guard_seats`).
"""

from datetime import date

from landbooking.database import Connection
from landbooking.rides.routing import WINDING
from landbooking.rides.way import Point, distance


async def cents_per_km(connection: Connection, day: date) -> int:
    """The allowance on that day; 0 before there was one."""
    rate: int | None = await connection.fetchval(
        "SELECT cents_per_km FROM cost_rate WHERE valid_from <= $1 ORDER BY valid_from DESC LIMIT 1", day
    )
    return rate or 0


def highest_share(rate: int, metres: float, seats: int) -> int:
    """What one rider may give at most for the whole way, so that a full car stays within the law."""
    return rate * int(metres) // 1000 // seats


def proposed_share(rate: int, metres: float, seats: int) -> int:
    """The costs by equal parts, the driver's own among them, in steps of ten cents."""
    return rate * int(metres) // 1000 // (seats + 1) // 10 * 10


def share_of(share_cents: int, way_m: float, leg_m: float, pick_up: Point, drop_off: Point, places: int) -> int:
    """For a part of the way its part, rounded down: nobody pays more than for the whole.

    Where the driver leaves the way for both places, the part of the way may be next to nothing: then it is the road
    between the two that counts.
    """
    carried = min(int(way_m), max(int(leg_m), int(distance(pick_up, drop_off) * WINDING)))
    return share_cents * carried // int(way_m) * places
