"""Sharing the costs of a ride: what the law allows, and what is fair. Sums in euro cents.

PBefG § 1 (2) no. 1 b with BRKG § 5 (2): what all riders give together must not exceed the allowance for the kilometres
driven, else it would be passenger transport that needs a licence. The database keeps it (`guard_seats`).
"""

from datetime import date

from landbooking.database import Connection


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


def share_of(share_cents: int, way_m: float, leg_m: float, places: int) -> int:
    """For a part of the way its part, rounded down: the parts of a way never cost more than the whole."""
    return share_cents * int(leg_m) // int(way_m) * places
