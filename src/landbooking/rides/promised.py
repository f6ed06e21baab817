"""What was promised to those who ride along on a run, and what that costs its driver."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from landbooking.database import Connection
from landbooking.period import Period
from landbooking.rides.legs import Taken, detours
from landbooking.rides.matching import Match, candidate_of
from landbooking.rides.ride import ride_by_id
from landbooking.rides.seat import Seat
from landbooking.rides.way import Point


async def taken_seats(
    connection: Connection, rides: Sequence[int], first: date, count: int
) -> dict[int, dict[date, list[Taken]]]:
    """By ride and day, for so many days; who asked first comes first."""
    rows = await connection.fetch(
        """SELECT seat.id, seat.ride_id, seat.day, lower(seat.leg) AS from_m, upper(seat.leg) AS to_m,
                  seat.from_stretch, seat.to_stretch, lower(seat.period) AS starts_at, upper(seat.period) AS ends_at,
                  seat.places, seat.detour_s,
                  coalesce(up_point.lat, up_town.lat) AS up_lat, coalesce(up_point.lon, up_town.lon) AS up_lon,
                  coalesce(off_point.lat, off_town.lat) AS off_lat, coalesce(off_point.lon, off_town.lon) AS off_lon
           FROM seat_request seat
                JOIN municipality up_town ON up_town.id = seat.pick_up_municipality
                JOIN municipality off_town ON off_town.id = seat.drop_off_municipality
                LEFT JOIN meeting_point up_point ON up_point.id = seat.pick_up_meeting_point
                LEFT JOIN meeting_point off_point ON off_point.id = seat.drop_off_meeting_point
           WHERE seat.ride_id = ANY($1) AND seat.day >= $2 AND seat.day < $2 + $3::int AND seat.status = 'accepted'
           ORDER BY seat.id""",
        rides,
        first,
        count,
    )
    found: dict[int, dict[date, list[Taken]]] = {}
    for row in rows:
        found.setdefault(row["ride_id"], {}).setdefault(row["day"], []).append(_taken(row))
    return found


async def taken_on(connection: Connection, ride_id: int, day: date) -> list[Taken]:
    return (await taken_seats(connection, [ride_id], day, 1)).get(ride_id, {}).get(day, [])


async def share_detours_anew(connection: Connection, ride_id: int, day: date) -> None:
    """After somebody was called off: a detour that the driver drives all the same falls to whom it is driven for now.

    The sum never rises. The ride is locked by the caller.
    """
    ride = await ride_by_id(connection, ride_id)
    departure = ride.timetable.departure_on(day)
    riders = await taken_on(connection, ride_id, day)
    if departure is not None and riders:
        await connection.execute(
            """UPDATE seat_request SET detour_s = share.detour_s
               FROM unnest($1::bigint[], $2::int[]) AS share (seat_id, detour_s) WHERE id = share.seat_id""",
            [rider.seat_id for rider in riders],
            detours(candidate_of(ride).run, departure, riders),
        )


def taken_by(seat: Seat, match: Match, period: Period) -> Taken:
    """What that seat takes of the run where it is given as in `match`."""
    return Taken(
        seat_id=seat.id,
        from_m=match.from_m,
        to_m=match.to_m,
        stretches=match.stretches,
        pick_up=seat.pick_up.point,
        drop_off=seat.drop_off.point,
        period=period,
        places=seat.places,
        detour_s=match.detour_s,
    )


def _taken(row: asyncpg.Record) -> Taken:
    return Taken(
        seat_id=row["id"],
        from_m=row["from_m"],
        to_m=row["to_m"],
        stretches=(row["from_stretch"], row["to_stretch"]),
        pick_up=Point(row["up_lat"], row["up_lon"]),
        drop_off=Point(row["off_lat"], row["off_lon"]),
        period=Period(row["starts_at"], row["ends_at"]),
        places=row["places"],
        detour_s=row["detour_s"],
    )
