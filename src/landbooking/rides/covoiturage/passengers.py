"""Wishes of people who look for a ride, for other operators: between villages and meeting points, without names."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from landbooking.database import Connection
from landbooking.period import opening_instant
from landbooking.rides.covoiturage.queries import Ends, PunctualQuery, RegularQuery, halts_within
from landbooking.rides.covoiturage.representations import (
    WEEKDAYS,
    JourneySchedule,
    PassengerJourney,
    PassengerRegularTrip,
    Schedule,
    User,
)
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.routing import beeline
from landbooking.rides.timetable import ZONE
from landbooking.settings import Settings

_WISHES = """
    SELECT id, from_municipality, from_meeting_point, to_municipality, to_meeting_point, by_arrival, at, places,
           weekdays, upper(days) - lower(days) = 1 AS is_once
    FROM ride_wish
    WHERE ended_at IS NULL AND NOT women_only AND days @> $1::date AND weekdays @> ARRAY[$2::smallint]
      AND (from_municipality, coalesce(from_meeting_point, 0)) IN (SELECT * FROM unnest($3::int[], $4::int[]))
      AND (to_municipality, coalesce(to_meeting_point, 0)) IN (SELECT * FROM unnest($5::int[], $6::int[]))
    ORDER BY id
"""


async def passenger_journeys(
    connection: Connection, places: Gazetteer, query: PunctualQuery, settings: Settings
) -> list[PassengerJourney]:
    found = await _around(connection, places, query, query.at)
    return [_journey(wish, at, places, settings) for wish, at in found][: query.count]


async def passenger_regular_trips(
    connection: Connection, places: Gazetteer, query: RegularQuery, settings: Settings
) -> list[PassengerRegularTrip]:
    """Wishes for more than one day, with their next days by weekday."""
    wishes: dict[int, asyncpg.Record] = {}
    moments: dict[int, set[datetime]] = {}
    for moment in query.moments(datetime.now(UTC)):
        for wish, at in await _around(connection, places, query, moment):
            if not wish["is_once"]:
                wishes[wish["id"]] = wish
                moments.setdefault(wish["id"], set()).add(at)
    return [_regular(wish, sorted(moments[id_]), places, settings) for id_, wish in wishes.items()][: query.count]


async def _around(
    connection: Connection, places: Gazetteer, query: Ends, at: datetime
) -> list[tuple[asyncpg.Record, datetime]]:
    """Wishes from and to places within the radius, with when they would be picked up, within the time asked for."""
    origins = [halt.place for halt in halts_within(places, query.departure, query.departure_radius)]
    destinations = [halt.place for halt in halts_within(places, query.arrival, query.arrival_radius)]
    delta = timedelta(seconds=query.time_delta)
    first, last = ((at + shift).astimezone(ZONE).date() for shift in (-delta, delta))
    found = []
    for day in {first, last}:
        rows = await connection.fetch(_WISHES, day, day.isoweekday(), *_ids(origins), *_ids(destinations))
        for wish in rows:
            picked_up = _pick_up(wish, day, places)
            if abs(picked_up - at) <= delta and picked_up > datetime.now(UTC):
                found.append((wish, picked_up))
    return found


def _ids(places: list[Place]) -> tuple[list[int], list[int]]:
    return [place.municipality_id for place in places], [place.meeting_point_id or 0 for place in places]


def _ends(wish: asyncpg.Record, places: Gazetteer) -> tuple[Place, Place]:
    """A meeting point that was retired since is found no more, so it is in no wish that is found."""
    start = places.find(wish["from_municipality"], wish["from_meeting_point"])
    end = places.find(wish["to_municipality"], wish["to_meeting_point"])
    if start is None or end is None:
        raise LookupError  # they were searched for by these ids
    return start, end


def _pick_up(wish: asyncpg.Record, day: date, places: Gazetteer) -> datetime:
    """Who has to be there at a time is picked up as long before as the way takes."""
    moment = opening_instant(day, wish["at"], ZONE)
    return moment - timedelta(seconds=_seconds(wish, places)) if wish["by_arrival"] else moment


def _seconds(wish: asyncpg.Record, places: Gazetteer) -> int:
    return int(beeline([place.point for place in _ends(wish, places)]).seconds)


def _journey(wish: asyncpg.Record, at: datetime, places: Gazetteer, settings: Settings) -> PassengerJourney:
    schedule = _schedule(wish, at, settings)
    return PassengerJourney(
        **_trip(wish, places, settings),
        id=schedule.id,
        passenger_pickup_date=schedule.passenger_pickup_date,
        driver_departure_date=schedule.driver_departure_date,
        requested_seats=wish["places"],
    )


def _regular(
    wish: asyncpg.Record, moments: list[datetime], places: Gazetteer, settings: Settings
) -> PassengerRegularTrip:
    schedules: dict[tuple[int, str], list[JourneySchedule]] = {}
    for at in moments:
        local = at.astimezone(ZONE)
        schedules.setdefault((local.weekday(), f"{local:%H:%M:%S}"), []).append(_schedule(wish, at, settings))
    return PassengerRegularTrip(
        **_trip(wish, places, settings),
        schedules=[Schedule(WEEKDAYS[weekday], clock, those) for (weekday, clock), those in schedules.items()],
    )


def _schedule(wish: asyncpg.Record, at: datetime, settings: Settings) -> JourneySchedule:
    return JourneySchedule(
        id=f"wish-{wish['id']}-{at.astimezone(ZONE):%Y-%m-%d}",
        passenger_pickup_date=int(at.timestamp()),
        driver_departure_date=int(at.timestamp()),
        web_url=f"{settings.base_url}/rides/new",
    )


def _trip(wish: asyncpg.Record, places: Gazetteer, settings: Settings) -> dict[str, Any]:
    start, end = _ends(wish, places)
    way = beeline([start.point, end.point])
    return {
        "operator": settings.host,
        "passenger_pickup_lat": start.lat,
        "passenger_pickup_lng": start.lon,
        "passenger_pickup_address": start.label,
        "passenger_drop_lat": end.lat,
        "passenger_drop_lng": end.lon,
        "passenger_drop_address": end.label,
        "distance": int(way.metres),
        "duration": int(way.seconds),
        "web_url": f"{settings.base_url}/rides/new",
        "passenger": User(f"wish-{wish['id']}", "Mitfahrerin oder Mitfahrer", settings.host),
    }
