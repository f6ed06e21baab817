"""What sharing rides comes to in the JSON API, for a district's staff: what the page tells, and no more."""

from typing import Any

import msgspec
from litestar import Request, get

from landbooking.accounts.districts import check_own_district
from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.months import Month, asked_month, next_month
from landbooking.rides.statistics import GRAMS_PER_KM, shared_rides, total


class SharedRides(msgspec.Struct, frozen=True):
    """`kilometres` were gone together, `kilograms` of CO₂ not emitted."""

    rides: int
    kilometres: int
    kilograms: int


class SharedRidesByPlace(SharedRides, frozen=True, kw_only=True):
    """Of people who got in at the `municipality`; null: several places together that stand for too few alone."""

    municipality: str | None
    persons: int


class RideStatistics(msgspec.Struct, frozen=True):
    """What was accepted and is over, unless somebody says that nothing came of it. No line stands for fewer than five
    persons, and `total` is the sum of the lines alone. CO₂: `grams_per_km` for each kilometre that nobody had to drive,
    less the detours.
    """

    month: str
    lines: list[SharedRidesByPlace]
    total: SharedRides
    grams_per_km: int


@get(
    "/districts/{district_id:int}/ride-statistics",
    guards=[district_staff],
    operation_id="rideStatistics",
    summary="What a district's shared rides come to in a month",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def get_statistics(
    request: Request[Person, Any, Any], reads: Connection, district_id: Id, month: Month = None
) -> RideStatistics:
    """By the municipality in which people got in."""
    await check_own_district(reads, request.user, district_id)
    first = asked_month(month or "")
    lines = await shared_rides(reads, district_id, first, next_month(first))
    shown = [
        SharedRidesByPlace(
            line.rides, line.kilometres, line.kilograms, municipality=line.municipality, persons=line.persons
        )
        for line in lines
    ]
    every = total(lines)
    return RideStatistics(
        f"{first:%Y-%m}", shown, SharedRides(every.rides, every.kilometres, every.kilograms), GRAMS_PER_KM
    )


ROUTES = [get_statistics]
