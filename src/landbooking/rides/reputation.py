"""What may be said of a person before one rides with them: sums, from three ratings up, and whether staff know them."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.seat import Seat

LEAST = 3  # ratings; fewer would tell who gave which


class Sums(msgspec.Struct, frozen=True):
    """`up` of `rated` were content."""

    up: int
    rated: int


class Reputation(msgspec.Struct, frozen=True):
    """`sums` is None for fewer than LEAST ratings; `confirmed` that district staff have seen who it is."""

    confirmed: bool = False
    sums: Sums | None = None


async def reputation_of(connection: Connection, person_id: int) -> Reputation:
    row = await connection.fetchrow(
        """SELECT count(*) FILTER (WHERE thumb_up) AS up, count(thumb_up) AS rated,
                  EXISTS (SELECT FROM ride_profile WHERE person_id = $1 AND confirmed_at IS NOT NULL) AS confirmed
           FROM ride_feedback WHERE about_id = $1""",
        person_id,
    )
    if row is None:
        return Reputation()
    return Reputation(row["confirmed"], Sums(row["up"], row["rated"]) if row["rated"] >= LEAST else None)


async def reputation_of_rider(connection: Connection, seat: Seat, viewer: Person) -> Reputation | None:
    """For those who answer, while the seat is asked for; None for everybody else, and for guests."""
    if seat.is_for(viewer) or seat.status != "requested" or seat.rider_id is None:
        return None
    return await reputation_of(connection, seat.rider_id)
