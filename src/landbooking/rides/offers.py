"""Offers as others see them: the ride, and of who drives only what was said of them, never who it is."""

from collections.abc import Sequence
from datetime import date

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.rides.candidates import VISIBLE
from landbooking.rides.matching import Match
from landbooking.rides.reputation import Reputation, reputation_of
from landbooking.rides.ride import COLUMNS, Ride, ride_by_id, ride_from


class Offered(msgspec.Struct, frozen=True):
    """`organisation` is the name of one that offers it, else empty."""

    match: Match
    ride: Ride
    reputation: Reputation
    organisation: str


async def offered(connection: Connection, matches: Sequence[Match]) -> list[Offered]:
    """In the order in which they were given."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS}, organisation.name AS organisation
            FROM ride LEFT JOIN ride_organisation organisation ON organisation.id = ride.organisation_id
            WHERE ride.id = ANY($1)""",  # noqa: S608 a constant
        [match.ride_id for match in matches],
    )
    rides = {row["id"]: (ride_from(row), row["organisation"] or "") for row in rows}
    drivers = {ride.driver_id for ride, _organisation in rides.values() if ride.driver_id is not None}
    known = {driver_id: await reputation_of(connection, driver_id) for driver_id in drivers}
    return [
        Offered(match, ride, known.get(ride.driver_id or 0, Reputation()), organisation)
        for match in matches
        if match.ride_id in rides
        for ride, organisation in [rides[match.ride_id]]
    ]


async def visible_ride(connection: Connection, ride_id: int, person: Person | None, day: date) -> Ride:
    """Raises NotFound where there is none for this person on that day: whether it is hidden or not there stays open."""
    seen = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM ride WHERE ride.id = $3 AND {VISIBLE})",  # noqa: S608 a constant
        person.id if person else 0,
        day,
        ride_id,
    )
    ride = await ride_by_id(connection, ride_id)
    if not seen and not (person and ride.driver_id == person.id):
        raise NotFound
    return ride
