"""Rides that somebody could join, for other operators."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from landbooking.database import Connection
from landbooking.rides.covoiturage.queries import Ends, PunctualQuery, RegularQuery, halts_within, local_minutes
from landbooking.rides.covoiturage.representations import (
    WEEKDAYS,
    DriverJourney,
    DriverRegularTrip,
    JourneySchedule,
    Preferences,
    Price,
    Schedule,
    User,
)
from landbooking.rides.journey import PATIENCE, Halt, Journey
from landbooking.rides.matching import Candidate, Match, fullest, matches_of
from landbooking.rides.place import Gazetteer
from landbooking.rides.promised import taken_seats
from landbooking.rides.routing import WALK_SPEED
from landbooking.rides.search import Ends as SearchedEnds
from landbooking.rides.search import candidates
from landbooking.rides.way import distance
from landbooking.settings import Settings


class Found(msgspec.Struct, frozen=True):
    """A run that fits, the ride that it is of, and the seats that are left on this part of it."""

    match: Match
    candidate: Candidate
    seats_left: int


async def driver_journeys(
    connection: Connection, places: Gazetteer, query: PunctualQuery, settings: Settings
) -> list[DriverJourney]:
    """Runs that pass within the radius of both points, and pick up within the time that is asked for."""
    found = await _around(connection, places, query, query.at)
    return [_journey(one, query, places, settings) for one in _best(found, query.count)]


async def driver_regular_trips(
    connection: Connection, places: Gazetteer, query: RegularQuery, settings: Settings
) -> list[DriverRegularTrip]:
    """Rides that run more than once, with their next runs by weekday."""
    by_ride: dict[int, list[Found]] = {}
    for moment in query.moments(datetime.now(UTC)):
        for one in await _around(connection, places, query, moment):
            if not one.candidate.timetable.runs_once:
                by_ride.setdefault(one.match.ride_id, []).append(one)
    best = _best([runs[0] for runs in by_ride.values()], query.count)
    return [_regular(by_ride[one.match.ride_id], query, settings) for one in best]


async def _around(connection: Connection, places: Gazetteer, query: Ends, at: datetime) -> list[Found]:
    """Matches look three hours ahead, so a longer time is looked through piece by piece."""
    origins = _at_once(halts_within(places, query.departure, query.departure_radius))
    destinations = _at_once(halts_within(places, query.arrival, query.arrival_radius))
    if not origins or not destinations:
        return []
    delta = timedelta(seconds=query.time_delta)
    found: dict[tuple[int, str], Found] = {}
    start = at - delta
    while start <= at + delta:
        day, minutes = local_minutes(start)
        journey = Journey(
            origin=origins[0].place, destination=destinations[0].place, day=day, by_arrival=False, at=minutes
        )
        ends = SearchedEnds(origins, destinations)
        rides = await candidates(connection, places, journey, ends, None)
        taken = await taken_seats(connection, [ride.id for ride in rides], day - timedelta(days=1), 3)
        for ride in rides:
            by_day = taken.get(ride.id, {})
            for match in matches_of(ride, journey, origins, destinations, by_day):
                if not match.misses and _is_asked_for(match, query, at, delta):
                    left = ride.seats - fullest(by_day.get(match.day, ()), match.from_m, match.to_m)
                    found[ride.id, str(match.day)] = Found(match, ride, left)
        start += PATIENCE
    return list(found.values())


def _at_once(halts: Iterable[Halt]) -> list[Halt]:
    """Without the way on foot: the standard's times are those of the pick-up."""
    return [Halt(halt.place) for halt in halts]


def _is_asked_for(match: Match, query: Ends, at: datetime, delta: timedelta) -> bool:
    return (
        abs(match.pick_up_at - at) <= delta
        and match.pick_up_at > datetime.now(UTC)
        and distance(match.pick_up.place.point, query.departure) <= query.departure_radius * 1000
        and distance(match.drop_off.place.point, query.arrival) <= query.arrival_radius * 1000
    )


def _best(found: Iterable[Found], count: int | None) -> list[Found]:
    return sorted(found, key=lambda one: one.match.burden)[:count]


def _journey(one: Found, query: Ends, places: Gazetteer, settings: Settings) -> DriverJourney:
    match = one.match
    schedule = _schedule(one, settings)
    return DriverJourney(
        **_trip(one, query, settings, f"driver-{schedule.id}"),
        id=schedule.id,
        passenger_pickup_date=schedule.passenger_pickup_date,
        driver_departure_date=schedule.driver_departure_date,
        web_url=schedule.web_url,
        available_seats=one.seats_left,
        price=Price("PAYING" if match.share_cents else "FREE", match.share_cents / 100, "EUR"),
    )


def _regular(runs: list[Found], query: Ends, settings: Settings) -> DriverRegularTrip:
    schedules: dict[tuple[int, str], list[JourneySchedule]] = {}
    for one in sorted(runs, key=lambda run: run.match.pick_up_at):
        local = one.match.pick_up_at.astimezone(one.candidate.timetable.time_zone)
        schedules.setdefault((local.weekday(), f"{local:%H:%M:%S}"), []).append(_schedule(one, settings))
    return DriverRegularTrip(
        **_trip(runs[0], query, settings, f"driver-{runs[0].match.ride_id}"),
        web_url=f"{settings.base_url}/rides/{runs[0].match.ride_id}",
        schedules=[Schedule(WEEKDAYS[weekday], clock, those) for (weekday, clock), those in schedules.items()],
    )


def _schedule(one: Found, settings: Settings) -> JourneySchedule:
    match = one.match
    return JourneySchedule(
        id=f"{match.ride_id}-{match.day}",
        passenger_pickup_date=int(match.pick_up_at.timestamp()),
        driver_departure_date=int(match.departs_at.timestamp()),
        web_url=f"{settings.base_url}/rides/{match.ride_id}?day={match.day}",
    )


def _trip(one: Found, query: Ends, settings: Settings, user: str) -> dict[str, Any]:
    """What a punctual journey and a regular trip have in common."""
    match = one.match
    pick_up, drop_off = match.pick_up.place, match.drop_off.place
    to_pick_up = round(distance(query.departure, pick_up.point))
    from_drop_off = round(distance(drop_off.point, query.arrival))
    return {
        "operator": settings.host,
        "passenger_pickup_lat": pick_up.lat,
        "passenger_pickup_lng": pick_up.lon,
        "passenger_pickup_address": pick_up.label,
        "passenger_drop_lat": drop_off.lat,
        "passenger_drop_lng": drop_off.lon,
        "passenger_drop_address": drop_off.label,
        "distance": match.to_m - match.from_m,
        "duration": int((match.drop_off_at - match.pick_up_at).total_seconds()),
        "driver": User(user, "Fahrerin oder Fahrer", settings.host),
        "departure_to_pickup_walking_distance": to_pick_up,
        "departure_to_pickup_walking_duration": int(to_pick_up / WALK_SPEED),
        "dropoff_to_arrival_walking_distance": from_drop_off,
        "dropoff_to_arrival_walking_duration": int(from_drop_off / WALK_SPEED),
        "preferences": Preferences("pets" in one.candidate.carries),
    }
