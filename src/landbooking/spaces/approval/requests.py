"""The requests that wait for an answer of a space's hosts."""

from datetime import datetime

import msgspec

from landbooking.database import Connection
from landbooking.spaces.period import Period


class OpenRequest(msgspec.Struct, frozen=True):
    """`asking` is the person's name or address, empty where nobody may know it. It expires at `until_at`."""

    booking_id: int
    resource: str
    asking: str
    period: Period
    until_at: datetime


async def open_requests(connection: Connection, space_id: int) -> list[OpenRequest]:
    """The one that expires first comes first."""
    rows = await connection.fetch(
        """SELECT booking.id, resource.name AS resource, coalesce(nullif(person.name, ''), person.email, '') AS asking,
                  lower(booking.period) AS starts_at, upper(booking.period) AS ends_at, booking.until_at
           FROM booking JOIN resource ON resource.id = booking.resource_id
                LEFT JOIN person ON person.id = booking.person_id AND NOT discreet(booking)
           WHERE resource.space_id = $1 AND booking.status = 'requested' AND booking.until_at > now()
             AND booking.part_of IS NULL
           ORDER BY booking.until_at, booking.id""",
        space_id,
    )
    return [
        OpenRequest(
            booking_id=row["id"],
            resource=row["resource"],
            asking=row["asking"],
            period=Period(row["starts_at"], row["ends_at"]),
            until_at=row["until_at"],
        )
        for row in rows
    ]


async def count_open_requests(connection: Connection, space_id: int) -> int:
    count: int = await connection.fetchval(
        """SELECT count(*) FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE resource.space_id = $1 AND booking.status = 'requested' AND booking.until_at > now()
             AND booking.part_of IS NULL""",
        space_id,
    )
    return count
