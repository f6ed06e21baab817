"""What was promised to those who ride along on a run."""

from collections.abc import Sequence
from datetime import date

from landbooking.database import Connection
from landbooking.rides.matching import Taken


async def taken_seats(
    connection: Connection, rides: Sequence[int], first: date, count: int
) -> dict[int, dict[date, list[Taken]]]:
    """What drivers have promised on these days already, by ride and day."""
    rows = await connection.fetch(
        """SELECT ride_id, day, lower(leg) AS from_m, upper(leg) AS to_m, places, detour_s FROM seat_request
           WHERE ride_id = ANY($1) AND day >= $2 AND day < $2 + $3::int AND status = 'accepted'""",
        rides,
        first,
        count,
    )
    found: dict[int, dict[date, list[Taken]]] = {}
    for row in rows:
        here = found.setdefault(row["ride_id"], {}).setdefault(row["day"], [])
        here.append(Taken(row["from_m"], row["to_m"], row["places"], row["detour_s"]))
    return found
