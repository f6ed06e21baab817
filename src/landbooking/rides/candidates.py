"""Rides that could serve a journey, and some that don't: as much of matching as the database is quick at."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.cells import cell_at
from landbooking.rides.journey import PATIENCE, Halt, Journey, halts_near
from landbooking.rides.matching import Candidate, passings
from landbooking.rides.place import Gazetteer
from landbooking.rides.ride import WEEKLY, timetable_from
from landbooking.rides.routing import WALK_M, WALK_SPEED
from landbooking.rides.timetable import Days
from landbooking.rides.way import Milestone, Way

AHEAD = 14  # days in which another day is looked for
_MOST_NEAR = 300

# Who may see a ride ($1, or 0 for nobody in particular) on a day ($2). Blocks are silent and mutual, women say of
# themselves that they are, and minors offer rides with the consent of a guardian only.
VISIBLE = """
    ride.ended_at IS NULL AND num_nonnulls(ride.driver_id, ride.organisation_id) = 1
    AND coalesce(ride.driver_id, 0) <> ALL (ARRAY(
        SELECT blocked_id FROM person_block WHERE blocker_id = $1
        UNION ALL SELECT blocker_id FROM person_block WHERE blocked_id = $1))
    AND (NOT ride.women_only OR EXISTS (SELECT FROM ride_profile WHERE person_id = $1 AND is_woman))
    AND coalesce(ride.driver_id, 0) <> ALL (ARRAY(
        SELECT person_id FROM ride_profile minor
        WHERE of_age_on >= $2 AND NOT EXISTS (
            SELECT FROM guardian_consent consent
            WHERE consent.person_id = minor.person_id AND purpose = 'rides'
              AND granted_at IS NOT NULL AND revoked_at IS NULL)))
"""
_REACHED = f"""
    {VISIBLE} AND ride.driver_id IS DISTINCT FROM nullif($1, 0)
    AND ride.cells && $3 AND ride.cells && $4
    AND (NOT $5 OR EXISTS (SELECT FROM ride_profile WHERE person_id = ride.driver_id AND is_woman))
"""
_CANDIDATE = f"""
    {WEEKLY}, ride.id, ride.way, ride.routed_by, ride.seats, ride.flexible_minutes, ride.detour_minutes,
    ride.share_cents, ride.carries, district.time_zone AS zone, district.state
"""
_RIDE = "ride JOIN district ON district.id = ride.district_id"
# What else belongs to so many rides ($1), for all of them at once: ride by ride it took most of a search's time.
STOPS = """
    SELECT ride_id, municipality_id, meeting_point_id, at_m, at_s FROM ride_stop
    WHERE ride_id = ANY($1) ORDER BY ride_id, position
"""
EXCEPTIONS = "SELECT ride_id, day, departs FROM ride_exception WHERE ride_id = ANY($1) ORDER BY ride_id"
PAUSES = """
    SELECT ride_id, lower(days) AS first, upper(days) - 1 AS last FROM ride_pause
    WHERE ride_id = ANY($1) ORDER BY ride_id, days
"""
# At the time of the weekday of the day before, the day or the day after, within the window of $8 to $9 minutes since
# the day's midnight; or on a day of its own.
_IN_TIME = " OR ".join(
    f"""ride.departs[${10 + number}] + {offset * 1440}
        BETWEEN $8 - ride.flexible_minutes - ride.detour_minutes - ride.way_s / 60 - 1 AND $9 + ride.flexible_minutes"""
    for number, offset in enumerate((-1, 0, 1))
)
CANDIDATES = f"""
    SELECT {_CANDIDATE} FROM {_RIDE}
    WHERE {_REACHED} AND ride.seats >= $6 AND ride.carries @> $7
      AND ((ride.days && daterange($2 - 1, $2 + 1, '[]') AND ({_IN_TIME}))
           OR ride.id = ANY (ARRAY(SELECT ride_id FROM ride_exception WHERE day BETWEEN $2 - 1 AND $2 + 1)))
"""  # noqa: S608 our own constants
NEAR = f"""
    SELECT {_CANDIDATE} FROM {_RIDE}
    WHERE {_REACHED} AND ride.days && daterange($2 - 1, $2 + {AHEAD})
    ORDER BY ride.id LIMIT {_MOST_NEAR}
"""  # noqa: S608


class Ends(msgspec.Struct, frozen=True):
    """Where one could get on and off near the two ends of a journey, and the cells of these places."""

    origins: list[Halt]
    destinations: list[Halt]

    @property
    def cells(self) -> tuple[list[int], list[int]]:
        return _cells(self.origins), _cells(self.destinations)


def _cells(halts: Sequence[Halt]) -> list[int]:
    return list({cell_at(halt.place.point) for halt in halts})


def ends_of(journey: Journey, places: Gazetteer) -> Ends:
    points = places.meeting_points
    return Ends(halts_near(journey.origin, points), halts_near(journey.destination, points))


async def candidates(
    connection: Connection, places: Gazetteer, journey: Journey, ends: Ends, person: Person | None
) -> list[Candidate]:
    """All rides that could fit on that day."""
    rows = await connection.fetch(CANDIDATES, *candidate_arguments(journey, ends, person))
    return await candidates_from(connection, rows, places)


def candidate_arguments(journey: Journey, ends: Ends, person: Person | None) -> tuple[Any, ...]:
    """The parameters of CANDIDATES. The window has room for the walk, and an hour for the nights that change clocks."""
    room = 62 + int(WALK_M / WALK_SPEED / 60)
    patience = int(PATIENCE.total_seconds() / 60)
    earliest, latest = 0, 24 * 60
    if journey.at is not None:
        earliest = journey.at - patience if journey.by_arrival else journey.at
        latest = earliest + patience
    weekdays = [(journey.day + timedelta(days=offset)).isoweekday() for offset in (-1, 0, 1)]
    asked = _asked(journey, ends, person)
    return *asked, journey.places, list(journey.needs), earliest - room, latest + room, *weekdays


def _asked(journey: Journey, ends: Ends, person: Person | None) -> tuple[Any, ...]:
    return person.id if person else 0, journey.day, *ends.cells, journey.women_only


async def candidates_ahead(
    connection: Connection, places: Gazetteer, journey: Journey, ends: Ends, person: Person | None
) -> list[Candidate]:
    """Rides that pass both ends within the next two weeks, whatever else stands against them; the oldest 300."""
    rows = await connection.fetch(NEAR, *_asked(journey, ends, person))
    return await candidates_from(connection, rows, places)


async def candidates_from(connection: Connection, rows: Sequence[asyncpg.Record], places: Gazetteer) -> list[Candidate]:
    """Out of rows of CANDIDATES, with what else belongs to these rides."""
    ids = [row["id"] for row in rows]
    stops = _by_ride(await connection.fetch(STOPS, ids))
    exceptions = _by_ride(await connection.fetch(EXCEPTIONS, ids))
    pauses = _by_ride(await connection.fetch(PAUSES, ids))
    return [
        _candidate(row, places, stops[row["id"]], exceptions.get(row["id"], []), pauses.get(row["id"], []))
        for row in rows
    ]


def _by_ride(rows: Sequence[asyncpg.Record]) -> dict[int, list[asyncpg.Record]]:
    return {ride_id: list(group) for ride_id, group in groupby(rows, lambda row: int(row["ride_id"]))}


def _candidate(
    row: asyncpg.Record,
    places: Gazetteer,
    stops: Sequence[asyncpg.Record],
    exceptions: Sequence[asyncpg.Record],
    pauses: Sequence[asyncpg.Record],
) -> Candidate:
    way = Way(tuple(Milestone(*point) for point in row["way"]), row["routed_by"])
    stopped_at = [places.find(stop["municipality_id"], stop["meeting_point_id"]) for stop in stops]
    return Candidate(
        id=row["id"],
        timetable=timetable_from(
            row,
            [Days(pause["first"], pause["last"]) for pause in pauses],
            {exception["day"]: exception["departs"] for exception in exceptions},
        ),
        way=way,
        stops=tuple(passings(way, stopped_at, [(stop["at_m"], stop["at_s"]) for stop in stops])),
        seats=row["seats"],
        flexible_minutes=row["flexible_minutes"],
        detour_minutes=row["detour_minutes"],
        share_cents=row["share_cents"],
        carries=tuple(row["carries"]),
    )
