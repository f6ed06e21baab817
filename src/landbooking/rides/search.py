"""Rides for a journey: the database's candidates, matched, and the best made exact by the router."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import opening_instant
from landbooking.rides.cells import cell_at
from landbooking.rides.exact import exactly
from landbooking.rides.journey import PATIENCE, Halt, Journey, halts_near
from landbooking.rides.matching import (
    Candidate,
    Match,
    Miss,
    candidate_of,
    matches_of,
    passings,
    without_time,
)
from landbooking.rides.place import Gazetteer
from landbooking.rides.promised import taken_seats
from landbooking.rides.ride import DAYS, Ride, timetable_from
from landbooking.rides.routing import WALK_M, WALK_SPEED, Router
from landbooking.rides.way import Milestone, Way

EXACT = 20  # so many of the best are asked of the router
NEAREST = 5  # so many are shown where nothing fits
_AHEAD = 14  # days in which another day is looked for
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
    {DAYS}, ride.id, ride.way, ride.routed_by, ride.seats, ride.flexible_minutes, ride.detour_minutes,
    ride.share_cents, ride.carries,
    (SELECT array_agg(ARRAY[municipality_id, meeting_point_id, at_m, at_s] ORDER BY position)
     FROM ride_stop WHERE ride_id = ride.id) AS stops
"""  # noqa: S608 our own constants
# At the time of the weekday of the day before, the day or the day after, within the window of $8 to $9 minutes since
# the day's midnight; or on a day of its own.
_IN_TIME = " OR ".join(
    f"""ride.departs[${10 + number}] + {offset * 1440}
        BETWEEN $8 - ride.flexible_minutes - ride.detour_minutes - ride.way_s / 60 - 1 AND $9 + ride.flexible_minutes"""
    for number, offset in enumerate((-1, 0, 1))
)
CANDIDATES = f"""
    SELECT {_CANDIDATE} FROM ride
    WHERE {_REACHED} AND ride.seats >= $6 AND ride.carries @> $7
      AND ((ride.days && daterange($2 - 1, $2 + 1, '[]') AND ({_IN_TIME}))
           OR ride.id = ANY (ARRAY(SELECT ride_id FROM ride_exception WHERE day BETWEEN $2 - 1 AND $2 + 1)))
"""  # noqa: S608 our own constants
_NEAR = f"""
    SELECT {_CANDIDATE} FROM ride
    WHERE {_REACHED} AND ride.days && daterange($2 - 1, $2 + {_AHEAD})
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


async def search_rides(
    connection: Connection, router: Router, places: Gazetteer, journey: Journey, person: Person | None
) -> list[Match]:
    """What fits, the best first. Not to be called inside a transaction: the router may be far away."""
    now = datetime.now(UTC)
    ends = ends_of(journey, places)
    found = await candidates(connection, places, journey, ends, person)
    taken = await taken_seats(connection, [one.id for one in found], journey.day - timedelta(days=1), 3)
    fitting = [
        match
        for candidate in found
        for match in matches_of(candidate, journey, ends.origins, ends.destinations, taken.get(candidate.id, {}))
        if not match.misses and match.pick_up_at > now
    ]
    best = sorted(fitting, key=lambda match: match.burden)[:EXACT]
    by_id = {candidate.id: candidate for candidate in found}
    exact = [
        await exactly(router, match, by_id[match.ride_id], journey, taken.get(match.ride_id, {}).get(match.day, []))
        for match in best
    ]
    return sorted((match for match in exact if not match.misses), key=lambda match: match.burden)


async def nearest_rides(
    connection: Connection, places: Gazetteer, journey: Journey, person: Person | None
) -> list[Match]:
    """Where nothing fits: what comes nearest in the next two weeks, with what stands against it."""
    now = datetime.now(UTC)
    ends = ends_of(journey, places)
    rows = await connection.fetch(_NEAR, *_asked(journey, ends, person))
    found = [candidate_from(row, places) for row in rows]
    first = journey.day - timedelta(days=1)
    taken = await taken_seats(connection, [one.id for one in found], first, _AHEAD + 2)
    nearest = []
    for candidate in found:
        others = []
        for number in range(_AHEAD):
            then = msgspec.structs.replace(journey, day=journey.day + timedelta(days=number))
            seats = taken.get(candidate.id, {})
            for match in matches_of(candidate, then, ends.origins, ends.destinations, seats):
                midnight = opening_instant(journey.day, 0, candidate.timetable.time_zone)
                of_that_day = match.day == then.day if number else match.day <= journey.day
                if of_that_day and match.departs_at >= max(midnight, now):
                    misses = (Miss("day"), *match.misses) if number else match.misses
                    others.append((len(misses), number, msgspec.structs.replace(match, misses=misses)))
        nearest += sorted(others, key=lambda other: (*other[:2], other[2].burden))[:1]
    return [match for _misses, _number, match in sorted(nearest, key=lambda one: (*one[:2], one[2].burden))][:NEAREST]


async def match_on_run(
    connection: Connection, router: Router, places: Gazetteer, ride: Ride, day: date, journey: Journey
) -> Match | None:
    """The best way to use this run for the journey, at whatever time; None where it does not run or not lead there."""
    ends = ends_of(journey, places)
    taken = (await taken_seats(connection, [ride.id], day, 1)).get(ride.id, {})
    candidate = candidate_of(ride)
    then = msgspec.structs.replace(journey, day=day)
    for match in matches_of(candidate, then, ends.origins, ends.destinations, taken):
        if match.day == day:
            return without_time(await exactly(router, match, candidate, then, taken.get(day, [])))
    return None


async def candidates(
    connection: Connection, places: Gazetteer, journey: Journey, ends: Ends, person: Person | None
) -> list[Candidate]:
    """All rides that could fit, and some that don't: what is asked here is only what the database is quick at."""
    rows = await connection.fetch(CANDIDATES, *candidate_arguments(journey, ends, person))
    return [candidate_from(row, places) for row in rows]


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


def candidate_from(row: asyncpg.Record, places: Gazetteer) -> Candidate:
    """Out of a row of CANDIDATES."""
    way = Way(tuple(Milestone(*point) for point in row["way"]), row["routed_by"])
    stops = [places.find(municipality, point) for municipality, point, _metres, _seconds in row["stops"]]
    return Candidate(
        id=row["id"],
        timetable=timetable_from(row),
        way=way,
        stops=tuple(passings(way, stops, [(metres, seconds) for *_place, metres, seconds in row["stops"]])),
        seats=row["seats"],
        flexible_minutes=row["flexible_minutes"],
        detour_minutes=row["detour_minutes"],
        share_cents=row["share_cents"],
        carries=tuple(row["carries"]),
    )
