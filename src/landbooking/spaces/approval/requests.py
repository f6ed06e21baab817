"""The requests that wait for an answer of a space's hosts."""

from datetime import UTC, datetime

import msgspec

from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.bookings import Booking, bookings_in_series


class OpenRequest(msgspec.Struct, frozen=True):
    """`asking` is the person's name or address, empty where nobody may know it. It expires at `until_at`.

    Of a series it is the first date, and `dates` is how many are asked for. `version` is that of what is asked for.
    """

    booking_id: int
    version: int
    dates: int
    resource: str
    asking: str
    period: Period
    until_at: datetime


async def asked_together(connection: Connection, booking: Booking) -> list[Booking]:
    """What one answer is for: the booking itself or, of a series, all of its dates that are asked for, in order."""
    if booking.series is None:
        return [booking]
    dates = await bookings_in_series(connection, booking.series.series_id)
    return [one for one in dates if one.status == "requested"] or [booking]


def is_open(booking: Booking) -> bool:
    """Whether it waits for an answer that can still be given."""
    return booking.status == "requested" and booking.until_at is not None and booking.until_at > datetime.now(UTC)


def version_of(booking: Booking) -> int:
    """Rises with every change of what one answer is for."""
    return booking.series.version if booking.series else booking.version


async def open_requests(connection: Connection, space_id: int) -> list[OpenRequest]:
    """The one that expires first comes first."""
    rows = await connection.fetch(
        """SELECT DISTINCT ON (booking.until_at, coalesce(-booking.series_id, booking.id))
                  booking.id, coalesce(series.version, booking.version) AS version,
                  resource.name AS resource, coalesce(nullif(person.name, ''), person.email, '') AS asking,
                  lower(booking.period) AS starts_at, upper(booking.period) AS ends_at, booking.until_at,
                  CASE WHEN booking.series_id IS NULL THEN 1
                       ELSE (SELECT count(*) FROM booking AS one
                             WHERE one.series_id = booking.series_id AND one.status = 'requested') END AS dates
           FROM booking JOIN resource ON resource.id = booking.resource_id
                LEFT JOIN series ON series.id = booking.series_id
                LEFT JOIN person ON person.id = booking.person_id AND NOT discreet(booking)
           WHERE resource.space_id = $1 AND booking.status = 'requested' AND booking.until_at > now()
             AND booking.part_of IS NULL
           ORDER BY booking.until_at, coalesce(-booking.series_id, booking.id), booking.period""",
        space_id,
    )
    return [
        OpenRequest(
            booking_id=row["id"],
            version=row["version"],
            dates=row["dates"],
            resource=row["resource"],
            asking=row["asking"],
            period=Period(row["starts_at"], row["ends_at"]),
            until_at=row["until_at"],
        )
        for row in rows
    ]


async def count_open_requests(connection: Connection, space_id: int) -> int:
    count: int = await connection.fetchval(
        """SELECT count(DISTINCT coalesce(-booking.series_id, booking.id))
           FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE resource.space_id = $1 AND booking.status = 'requested' AND booking.until_at > now()
             AND booking.part_of IS NULL""",
        space_id,
    )
    return count
