"""A ride as it was offered: who drives, where along, on which days, and on what terms."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

import asyncpg
import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.rides.place import Place, meeting_point_label
from landbooking.rides.timetable import Days, Timetable
from landbooking.rides.way import Milestone, Point, Way

Carried = Literal["luggage", "bicycle", "child-seat", "wheelchair", "pets"]

# What the row of a ride itself says of when it runs.
WEEKLY = """
    lower(ride.days) AS first_day, upper(ride.days) AS day_after, ride.departs, ride.not_on_holidays,
    ride.only_school_days
"""

# The columns of a Ride.
COLUMNS = f"""
    {WEEKLY},
    (SELECT time_zone FROM district WHERE id = ride.district_id) AS zone,
    (SELECT state FROM district WHERE id = ride.district_id) AS state,
    (SELECT jsonb_object_agg(day, departs) FROM ride_exception WHERE ride_id = ride.id) AS exceptions,
    (SELECT jsonb_agg(jsonb_build_array(lower(days), upper(days) - 1) ORDER BY days)
     FROM ride_pause WHERE ride_id = ride.id) AS pauses,
    ride.id, ride.district_id, ride.driver_id, ride.organisation_id, ride.outward_id, ride.seats,
    ride.flexible_minutes, ride.detour_minutes, ride.instant, ride.share_cents, ride.carries, ride.women_only,
    ride.note, ride.way, ride.routed_by, ride.version, ride.changed_at, ride.ended_at,
    (SELECT jsonb_agg(jsonb_build_object(
                'municipality_id', stop.municipality_id, 'meeting_point_id', stop.meeting_point_id,
                'municipality', municipality.name, 'name', point.name,
                'lat', coalesce(point.lat, municipality.lat), 'lon', coalesce(point.lon, municipality.lon),
                'exact', stop.exact_place, 'exact_lat', stop.exact_lat, 'exact_lon', stop.exact_lon,
                'at_m', stop.at_m, 'at_s', stop.at_s) ORDER BY stop.position)
     FROM ride_stop stop JOIN municipality ON municipality.id = stop.municipality_id
     LEFT JOIN meeting_point point ON point.id = stop.meeting_point_id
     WHERE stop.ride_id = ride.id) AS stops
"""  # noqa: S608 a constant


class ExactPlace(msgspec.Struct, frozen=True):
    """For the driver and accepted riders only, never for search, maps, feeds or exports."""

    text: str
    lat: float | None = None
    lon: float | None = None

    @property
    def point(self) -> Point | None:
        return None if self.lat is None or self.lon is None else Point(self.lat, self.lon)


class Stop(msgspec.Struct, frozen=True):
    """Where the driver passes by their own plan, `at_m` metres along the way and `at_s` seconds after the departure."""

    place: Place
    at_m: int
    at_s: int
    exact: ExactPlace | None = None


class Ride(msgspec.Struct, frozen=True):
    """`share_cents` is what one rider gives for the whole way; a part of it costs its part.

    A return trip names the ride there in `outward_id`. Neither driver nor organisation: the account was erased.
    """

    id: int
    district_id: int
    driver_id: int | None
    organisation_id: int | None
    outward_id: int | None
    timetable: Timetable
    seats: int
    flexible_minutes: int
    detour_minutes: int
    instant: bool
    share_cents: int
    carries: tuple[Carried, ...]
    women_only: bool
    note: str
    way: Way
    stops: tuple[Stop, ...]
    version: int
    changed_at: datetime
    ended_at: datetime | None

    @property
    def start(self) -> Stop:
        return self.stops[0]

    @property
    def destination(self) -> Stop:
        return self.stops[-1]


async def ride_by_id(connection: Connection, ride_id: int) -> Ride:
    """Raises NotFound."""
    row = await connection.fetchrow(f"SELECT {COLUMNS} FROM ride WHERE ride.id = $1", ride_id)  # noqa: S608 a constant
    if row is None:
        raise NotFound
    return ride_from(row)


async def rides_of(connection: Connection, driver_id: int) -> list[Ride]:
    """What the person offers and has not ended, the next to begin first."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM ride
            WHERE ride.driver_id = $1 AND ride.ended_at IS NULL AND coalesce(upper(ride.days) >= current_date, true)
            ORDER BY lower(ride.days), ride.id""",  # noqa: S608
        driver_id,
    )
    return [ride_from(row) for row in rows]


async def rides_after(connection: Connection, driver_id: int, after: int, limit: int) -> list[Ride]:
    """At most `limit` of all that the person or an organisation of theirs ever offered, with ids above `after`."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM ride
            WHERE ride.id IN (SELECT id FROM ride WHERE driver_id = $1
                              UNION
                              SELECT ride.id FROM ride JOIN ride_organisation_member member USING (organisation_id)
                              WHERE member.person_id = $1 AND member.role = 'manager')
              AND ride.id > $2
            ORDER BY ride.id LIMIT $3""",  # noqa: S608
        driver_id,
        after,
        limit,
    )
    return [ride_from(row) for row in rows]


async def lock_ride(connection: Connection, ride_id: int) -> Ride:
    """As it stands now; until commit nobody changes it and no seat in it is given. Raises NotFound."""
    await connection.execute("SELECT FROM ride WHERE id = $1 FOR NO KEY UPDATE", ride_id)
    return await ride_by_id(connection, ride_id)


def ride_from(row: asyncpg.Record) -> Ride:
    """The Ride in a row that has COLUMNS."""
    return Ride(
        id=row["id"],
        district_id=row["district_id"],
        driver_id=row["driver_id"],
        organisation_id=row["organisation_id"],
        outward_id=row["outward_id"],
        timetable=timetable_from(
            row,
            [Days(*map(date.fromisoformat, pause)) for pause in row["pauses"] or ()],
            {date.fromisoformat(day): minutes for day, minutes in (row["exceptions"] or {}).items()},
        ),
        seats=row["seats"],
        flexible_minutes=row["flexible_minutes"],
        detour_minutes=row["detour_minutes"],
        instant=row["instant"],
        share_cents=row["share_cents"],
        carries=tuple(row["carries"]),
        women_only=row["women_only"],
        note=row["note"],
        way=Way(tuple(Milestone(*point) for point in row["way"]), row["routed_by"]),
        stops=tuple(_stop(stop) for stop in row["stops"]),
        version=row["version"],
        changed_at=row["changed_at"],
        ended_at=row["ended_at"],
    )


def timetable_from(row: asyncpg.Record, pauses: Iterable[Days], exceptions: Mapping[date, int | None]) -> Timetable:
    """The Timetable in a row that has WEEKLY, and the `zone` and `state` of its district."""
    last = row["day_after"] - timedelta(days=1) if row["day_after"] else None
    return Timetable(
        days=Days(row["first_day"], last),
        departs=tuple(row["departs"]),
        zone=row["zone"],
        state=row["state"],
        not_on_holidays=row["not_on_holidays"],
        only_school_days=row["only_school_days"],
        pauses=tuple(pauses),
        exceptions=exceptions,
    )


def _stop(stored: dict[str, Any]) -> Stop:
    name = stored["name"]
    place = Place(
        municipality_id=stored["municipality_id"],
        meeting_point_id=stored["meeting_point_id"],
        label=meeting_point_label(stored["municipality"], name) if name else stored["municipality"],
        municipality=stored["municipality"],
        lat=stored["lat"],
        lon=stored["lon"],
    )
    told = stored["exact"] or stored["exact_lat"] is not None
    exact = ExactPlace(stored["exact"], stored["exact_lat"], stored["exact_lon"]) if told else None
    return Stop(place, stored["at_m"], stored["at_s"], exact)
