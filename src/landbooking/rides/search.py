"""Rides for a journey: the database's candidates, matched, and the best made exact by the router."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import opening_instant
from landbooking.rides.candidates import AHEAD, candidates, candidates_ahead, ends_of
from landbooking.rides.exact import exactly
from landbooking.rides.journey import Journey
from landbooking.rides.matching import (
    Match,
    Miss,
    candidate_of,
    matches_of,
    without_time,
)
from landbooking.rides.place import Gazetteer
from landbooking.rides.promised import taken_seats
from landbooking.rides.ride import Ride
from landbooking.rides.routing import Router

EXACT = 20  # so many of the best are asked of the router
NEAREST = 5  # so many are shown where nothing fits


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
    found = await candidates_ahead(connection, places, journey, ends, person)
    first = journey.day - timedelta(days=1)
    taken = await taken_seats(connection, [one.id for one in found], first, AHEAD + 2)
    nearest = []
    for candidate in found:
        others = []
        for number in range(AHEAD):
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
