"""Places and rides for tests: a district of four villages on a road, and plain offers along it."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.offering import Offer, PlannedStop, offer_ride
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.ride import Ride
from landbooking.rides.routing import beeline
from landbooking.rides.timetable import once
from support.spaces import BERLIN, day_after

# From west to east along 49.5° north: neighbours are 5 to 8 km apart.
VILLAGES = {"Adorf": 7.30, "Bedorf": 7.38, "Cedorf": 7.47, "Dedorf": 7.58}


class Road(NamedTuple):
    """The villages, and the bench by the road in Bedorf."""

    places: Gazetteer
    bench: int


async def make_road(connection: Connection) -> Road:
    district = await connection.fetchval(
        """INSERT INTO district (key, name, state) VALUES ('07336', 'Landkreis Kusel', 'RP')
           ON CONFLICT (key) DO UPDATE SET name = excluded.name RETURNING id"""
    )
    for number, (name, lon) in enumerate(VILLAGES.items()):
        await connection.execute(
            """INSERT INTO municipality (district_id, ags, name, association, lat, lon, population)
               VALUES ($1, $2, $3, 'Kusel-Altenglan', 49.5, $4, 400)""",
            district,
            f"0733690{number}",
            name,
            lon,
        )
    bench: int = await connection.fetchval(
        """INSERT INTO meeting_point (municipality_id, name, lat, lon, lit, step_free)
           SELECT id, 'Mitfahrbank', 49.502, 7.385, true, true FROM municipality WHERE name = 'Bedorf' RETURNING id"""
    )
    return Road(await gazetteer(connection), bench)


async def make_village_aside(connection: Connection, road: Road, name: str = "Edorf", north: float = 0.03) -> Road:
    """The road with one more village, between Bedorf and Cedorf and so many degrees off it: .03 are 3.3 km."""
    await connection.execute(
        """INSERT INTO municipality (district_id, ags, name, association, lat, lon, population)
           SELECT district_id, $1, $2, association, lat + $3, 7.42, 90 FROM municipality WHERE name = 'Adorf'""",
        f"07336{sum(name.encode()):03}",
        name,
        north,
    )
    return Road(await gazetteer(connection), road.bench)


def tomorrow() -> date:
    return day_after(1)


def plan(road: Road, *stops: str, day: date | None = None, minutes: int = 7 * 60, **terms: Any) -> Offer:
    """An offer through the places of these labels; once, on `day` or tomorrow, unless `terms` say otherwise."""
    places = [road.places.named(label) for label in stops]
    days, departs = once(day or tomorrow(), minutes)
    return Offer(
        stops=tuple(PlannedStop(place) for place in places),
        way=beeline([place.point for place in places]),
        **{"days": days, "departs": departs, **terms},
    )


async def make_ride(connection: Connection, driver: Person, road: Road, *stops: str, **terms: Any) -> Ride:
    """As `plan`, offered by that person."""
    return await offer_ride(connection, driver, plan(road, *stops, **terms))


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).astimezone(UTC)
