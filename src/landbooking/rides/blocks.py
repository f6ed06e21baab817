"""Who does not want to ride with whom: mutual and silent. Neither finds the other, and asking finds no ride."""

from collections.abc import Iterable
from datetime import date

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.rides.cancelling import cancel_between
from landbooking.rides.seat import seat_seen_by


class RideBlock(msgspec.Struct, frozen=True):
    """Without a name: by `day`, that of a ride together, one knows who it was."""

    person_id: int
    day: date | None


async def is_blocked(connection: Connection, person_id: int, others: Iterable[int]) -> bool:
    """Whether any two of them, the person being one, don't want to ride together."""
    blocked: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM person_block WHERE blocker_id = $1 AND blocked_id = ANY($2)
                          UNION ALL SELECT FROM person_block WHERE blocked_id = $1 AND blocker_id = ANY($2))""",
        person_id,
        list(others),
    )
    return blocked


async def block_other_side(connection: Connection, person: Person, seat_id: int) -> None:
    """The other side hears nothing of it, but what is still to come between the two is called off.

    Raises NotFound for strangers, and where nobody is known on the other side.
    """
    seat = await seat_seen_by(connection, person, seat_id)
    other = seat.other_side(person)
    if other is None or other == person.id:
        raise NotFound
    await cancel_between(connection, person, other)
    await block(connection, person, other)


async def block(connection: Connection, person: Person, other_id: int) -> None:
    await connection.execute(
        "INSERT INTO person_block (blocker_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", person.id, other_id
    )


async def unblock(connection: Connection, person: Person, other_id: int) -> None:
    await connection.execute("DELETE FROM person_block WHERE blocker_id = $1 AND blocked_id = $2", person.id, other_id)


async def blocks_of(connection: Connection, person: Person) -> list[RideBlock]:
    """Whom the person has blocked, the last first; not who has blocked them."""
    rows = await connection.fetch(
        """SELECT blocked_id AS person_id,
                  (SELECT max(seat.day) FROM seat_request seat JOIN ride ON ride.id = seat.ride_id
                   WHERE seat.rider_id = $1 AND ride.driver_id = blocked_id
                      OR ride.driver_id = $1 AND seat.rider_id = blocked_id) AS day
           FROM person_block WHERE blocker_id = $1 ORDER BY created_at DESC, blocked_id""",
        person.id,
    )
    return [RideBlock(**row) for row in rows]
